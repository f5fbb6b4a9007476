import type { Availability } from "../../core/records/evaluation.ts";
import type { ModelFacts } from "../../core/records/facts.ts";
import type { Row } from "./packed.ts";

/**
 * Fills evaluations with what the Hub says about their models.
 *
 * The newest known value stands: where the facts are newer than the figures they replace likes,
 * licence, base model, context length and availability; where they are older they only fill what is
 * unknown. An unknown fact replaces nothing. The number of parameters is always the leaderboard's
 * own, unless that is unknown: packed weights make the Hub's too small for quantised models. Of a
 * model with several bases, as merges have, none is the base model.
 *
 * @param facts by model, from `readFacts`
 */
export function applyFacts<R extends Row>(
  evaluations: readonly R[],
  facts: ReadonlyMap<string, ModelFacts>,
): R[] {
  return evaluations.map((evaluation) => {
    const known = facts.get(evaluation.model);
    return known ? withFacts(evaluation, known) : evaluation;
  });
}

function withFacts<R extends Row>(evaluation: R, facts: ModelFacts): R {
  const { at } = evaluation;
  const newest = <T>(published: T | null, fact: T | null): T | null =>
    published === null || (fact !== null && facts.known_at !== null && facts.known_at > at)
      ? fact
      : published;
  const license = newest(evaluation.license, facts.license);
  const contextLength = newest(evaluation.context_length, facts.context_length);
  const bases = facts.base_models.filter((name) => name !== evaluation.model);
  const isChecked = evaluation.availability === null || facts.checked_at > at;
  return {
    ...evaluation,
    likes: newest(evaluation.likes, facts.likes),
    license,
    base_model: newest(evaluation.base_model, bases.length === 1 ? bases[0]! : null),
    context_length: contextLength,
    context_source:
      contextLength === evaluation.context_length ? evaluation.context_source : CONFIG,
    availability: isChecked ? availabilityOf(facts, license) : evaluation.availability,
    params_b: evaluation.params_b ?? billions(facts.params),
  };
}

/** Where `ModelFacts.context_length` is from. */
const CONFIG = "config.json of the model on the Hub";

function availabilityOf({ on_hub }: ModelFacts, license: string | null): Availability {
  if (!on_hub) return "gone";
  return license === null ? "unlisted" : "available";
}

/** With three decimals, as published sizes have; smaller models as they are. */
function billions(params: number | null): number | null {
  if (params === null) return null;
  return Math.round(params / 1e6) / 1e3 || params / 1e9;
}

/** First and last day on which facts were checked, for the manifest; null for none. */
export function daysChecked(facts: ReadonlyMap<string, ModelFacts>): [string, string] | null {
  const days = [...facts.values()].map((f) => f.checked_at.slice(0, 10)).sort();
  return days.length === 0 ? null : [days[0]!, days.at(-1)!];
}

import type { ClaimOf } from "../records/announcement.ts";
import { count } from "../table/format.ts";
import { type Finding, listed, some, type Table, two, type Verdict } from "./finding.ts";
import { byName, type Model, shortName } from "./models.ts";

/** Share of the named models that must be among the first for a claim to hold in part. */
const PART = 1 / 2;
/** So many models are named in a sentence. */
const NAMED = 4;

export const ORDER_RULE =
  "Holds: the first models of the table are these, in this order. In part: at least half of these are among the first. Places count models, not evaluations.";

/** Whether the first models of a table are those that are claimed, in their order. */
export function judgeOrder({ models: claimed }: ClaimOf<"order">, { models }: Table): Finding {
  const n = claimed.length;
  const names = models.map((m) => String(m.model));
  const places = claimed.map((model) => names.indexOf(model) + 1);
  const first = names.slice(0, n);
  const among = claimed.filter((model) => first.includes(model));
  const others = first.filter((model) => !claimed.includes(model));
  return {
    verdict: verdictOf(among.length / n, places),
    text: [
      `${among.length === 0 ? "None" : among.length} of the ${n} ${among.length === 1 ? "is" : "are"} among the first ${n} of ${count(models.length)} models.`,
      orderText(claimed, places),
      others.length > 0
        ? `Among the first ${n} but not named: ${some(others.map(shortName), NAMED)}.`
        : "",
    ]
      .filter(Boolean)
      .join(" "),
    figures: {
      head: ["Claimed", "Model", "Place", "Average"],
      rows: claimed.map((model, i) => [
        String(i + 1),
        { model },
        places[i] ? count(places[i]) : "not there",
        averageText(byName(models).get(model)),
      ]),
    },
  };
}

function verdictOf(among: number, places: readonly number[]): Verdict {
  if (places.every((place, i) => place === i + 1)) return "holds";
  return among >= PART ? "part" : "not";
}

/** How many pairs stand as claimed, among the models that are there; the few that do not, by name. */
function orderText(claimed: readonly string[], places: readonly number[]): string {
  const there = claimed.flatMap((model, i) => (places[i] ? [{ model, place: places[i] }] : []));
  const pairs = there.flatMap((a, i) => there.slice(i + 1).map((b) => ({ a, b })));
  const swapped = pairs.filter(({ a, b }) => a.place > b.place);
  if (swapped.length === 0) return "Among themselves they stand as claimed.";
  const share = `Of their ${pairs.length} pairs ${pairs.length - swapped.length} stand as claimed`;
  if (swapped.length > 2) return `${share}.`;
  const named = swapped.map(({ a, b }) => `${shortName(b.model)} before ${shortName(a.model)}`);
  return `${share}; the other way round: ${listed(named)}.`;
}

function averageText(model: Model | undefined): string {
  return model ? two(Number(model.average)) : "–";
}

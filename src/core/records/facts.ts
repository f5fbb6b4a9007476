import { z } from "zod";
import { count, modelName } from "./evaluation.ts";
import { cleanField } from "./text.ts";

const text = cleanField(500);
const instant = z.iso.datetime("must be a time like 2024-06-30T12:00:00Z");

/**
 * What the Hub says about a model, beside its scores: a line of `facts/facts.jsonl` in the cache, a
 * row of `facts.parquet` in a snapshot.
 * Unknown is null. A model that has gone keeps what was known of it.
 */
export const modelFactsSchema = z.strictObject({
  /** As the leaderboard names it. */
  model: modelName,
  /** When the Hub was last asked: holds for `on_hub`. */
  checked_at: instant,
  /** When the Hub last had it: holds for everything below. Null where it never did. */
  known_at: instant.nullable(),
  on_hub: z.boolean(),
  /** Day on which it was first found to be gone; null while it is there. */
  gone_at: z.iso.date().nullable(),
  /** Its name on the Hub now, where that is another. */
  renamed_to: modelName.nullable(),
  /** Commit of its repository. */
  sha: cleanField(100).nullable(),
  likes: count.nullable(),
  license: text.nullable(),
  /** As its card names them: none, one, or the several that a merge has. */
  base_models: z.array(text),
  /** Number of parameters, from the heads of its safetensors files. */
  params: z.number().int().positive().nullable(),
  /** Tokens, from its config.json: what it was made for, before any scaling of its positions. */
  context_length: count.positive().nullable(),
});

export type ModelFacts = z.infer<typeof modelFactsSchema>;

/**
 * All that is known of a model from two places that may have asked at different times. Whoever asked
 * last knows whether it is there; of one that has gone stands what was last known, whoever knew it,
 * and the first day on which it was missed since.
 */
export function newestFacts(a: ModelFacts, b: ModelFacts): ModelFacts {
  const [older, newer] = a.checked_at > b.checked_at ? [b, a] : [a, b];
  if (newer.on_hub) return newer;
  const known = (older.known_at ?? "") > (newer.known_at ?? "") ? older : newer;
  const last = known.known_at?.slice(0, 10) ?? "";
  const missed = [older, newer].flatMap(({ gone_at }) =>
    gone_at !== null && gone_at >= last ? [gone_at] : [],
  );
  const { model, checked_at, on_hub } = newer;
  return { ...known, model, checked_at, on_hub, gone_at: missed.sort()[0] ?? newer.gone_at };
}

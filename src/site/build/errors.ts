import type { Suite } from "../../core/records/suite.ts";
import { hasCopies } from "../../core/suite/overlap.ts";
import type { SubtaskRow } from "./model.ts";

/** Ways to come by a standard error, in words, in the order they are named. */
const WORDS: Record<string, string> = {
  file: "from the result file",
  binomial: "binomial, from score and number of questions",
  binomial_replaced: "binomial, since the result file’s cannot belong to the score",
};

/**
 * Where the standard errors of an evaluation are from, in sentences; empty where no table says.
 *
 * @param sources by benchmark
 */
export function errorSentences(
  suite: Suite,
  sources: ReadonlyMap<string, string>,
  subtasks: readonly SubtaskRow[],
): string[] {
  const kinds = Object.entries(WORDS).flatMap(([source, words]) => {
    const names = suite.benchmarks.filter((b) => sources.get(b.key) === source).map((b) => b.name);
    return names.length > 0 ? [{ words, names }] : [];
  });
  if (kinds.length === 0) return [];
  const [only] = kinds;
  const whole =
    kinds.length === 1 && only!.names.length === suite.benchmarks.length
      ? `Standard errors (±) are ${only!.words}.`
      : `Standard errors (±): ${kinds.map((k) => `${listed(k.names)} ${k.words}`).join("; ")}.`;
  const replaced = subtasks.filter((s) => s.stderr_source === "binomial_replaced").length;
  const copies = suite.benchmarks.filter((b) => hasCopies(b) && sources.has(b.key));
  return [
    whole,
    ...(replaced > 0
      ? [`Of ${replaced} of the subtasks, too, the file’s cannot belong to the score.`]
      : []),
    ...(copies.length > 0
      ? [`${listed(copies.map((b) => b.name))} is widened, since it asks questions more than once.`]
      : []),
  ];
}

function listed(names: string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

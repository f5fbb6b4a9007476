import type { Shape } from "../charts/svg.ts";
import type { Suite } from "../records/suite.ts";
import type { Model } from "./models.ts";

/** What a table says of a claim. `unknown`: it does not know enough to say. */
export type Verdict = "holds" | "part" | "not" | "unknown";

export const VERDICTS: Record<Verdict, string> = {
  holds: "Holds",
  part: "Holds in part",
  not: "Does not hold",
  unknown: "Cannot be told",
};

/** A table as claims are held against it. */
export interface Table {
  suite: Suite;
  /** One row per model, see `modelsOf`. */
  models: readonly Model[];
  /** Those of them that statistics count, see `countedOnce`. */
  counted: readonly Model[];
  archive: { suite: Suite; models: readonly Model[] } | null;
}

/** What one table says of one claim. */
export interface Finding {
  verdict: Verdict;
  /** Sentences that the table's numbers make true. */
  text: string;
  /** The numbers behind them. */
  figures?: { head: string[]; rows: Cell[][] };
  picture?: Shape;
}

/** A cell of a finding's table: words, or the name of a model. */
export type Cell = string | { model: string };

/** Below this many models no statistic is given, nor a verdict that rests on one. */
export { FEWEST } from "../figures/figure.ts";

/**
 * Two digits, a half rounded up: means of scores that were published with two digits end in halves, and
 * binary fractions put those below or above by chance.
 */
export function two(value: number): string {
  return (Math.round((value + 1e-9) * 100) / 100).toFixed(2);
}

/** What a score is called: the average, or a benchmark's name. */
export function nameOf(suite: Suite, key: string): string {
  return suite.benchmarks.find((b) => b.key === key)?.name ?? key;
}

/** a, b and c */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The first few names, and how many more there are. */
export function some(names: readonly string[], most: number): string {
  const left = names.length - most;
  return left < 2 ? listed(names) : `${names.slice(0, most).join(", ")} and ${left} more`;
}

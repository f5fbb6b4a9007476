import { benchmarksOf, type Claim } from "../records/announcement.ts";
import type { Rescoring, Suite } from "../records/suite.ts";
import { nameOf } from "./finding.ts";

/** A benchmark that a claim rests on, and how it was scored anew between two tables. */
export interface Rescored {
  benchmark: string;
  rescorings: Rescoring[];
}

/**
 * Re-scorings after one table and up to another of what a claim rests on: two tables that differ in them
 * differ in more than their models.
 */
export function rescoredBetween(claim: Claim, suite: Suite, from: string, to: string): Rescored[] {
  const keys = keysOf(claim, suite);
  const between = suite.rescorings.filter(
    ({ benchmark, day }) => keys.includes(benchmark) && day > from && day <= to,
  );
  return [...new Set(between.map((r) => r.benchmark))].map((key) => ({
    benchmark: nameOf(suite, key),
    rescorings: between.filter((r) => r.benchmark === key),
  }));
}

/** An average rests on every benchmark. A claim about sizes sets no two scores of one board side by side. */
function keysOf(claim: Claim, suite: Suite): string[] {
  if (claim.kind === "sizes") return [];
  const ofAverage =
    claim.kind === "order" ||
    (claim.kind === "values" && claim.values.some((v) => v.score === "average")) ||
    ("score" in claim && claim.score === "average");
  return ofAverage ? suite.benchmarks.map((b) => b.key) : benchmarksOf(claim).main;
}

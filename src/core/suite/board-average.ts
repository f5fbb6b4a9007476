import type { Benchmark } from "../records/suite.ts";
import { average, weightedAverage } from "./average.ts";
import { averageStderr } from "./uncertainty.ts";

type Weighed = readonly Pick<Benchmark, "key" | "name" | "weight">[];

/** The suite's weights in the order of its benchmarks; null where all count the same. */
export function boardWeights(benchmarks: Weighed): number[] | null {
  if (benchmarks.every((b) => b.weight === undefined)) return null;
  return benchmarks.map((b) => b.weight ?? 1);
}

/** The average that a leaderboard is ranked by: the plain mean, or by the suite's weights. */
export function boardAverage(
  benchmarks: Weighed,
  scores: readonly (number | null)[],
): number | null {
  const weights = boardWeights(benchmarks);
  return weights ? weightedAverage(scores, weights) : average(scores);
}

/**
 * Its standard error, points: √Σ(wᵢsᵢ)² / Σwᵢ, as benchmarks ask different questions. Null when that of
 * a benchmark that counts is unknown.
 */
export function boardStderr(
  benchmarks: Weighed,
  stderrs: readonly (number | null)[],
): number | null {
  const weights = boardWeights(benchmarks);
  if (!weights) return averageStderr(stderrs);
  const total = weights.reduce((sum, w) => sum + w, 0);
  // Each counts wᵢ·k/Σw times in a plain mean of k.
  const counted = stderrs.flatMap((s, i) =>
    weights[i] === 0 ? [] : [s === null ? null : (s * weights[i]!) / total],
  );
  if (total === 0 || counted.includes(null)) return null;
  return Math.sqrt((counted as number[]).reduce((sum, s) => sum + s * s, 0));
}

/** `Plain mean of the benchmark scores`, or with what weights. */
export function averageWords(benchmarks: Weighed): string {
  const weights = boardWeights(benchmarks);
  if (!weights) return "Plain mean of the benchmark scores";
  const named = benchmarks.map((b, i) => `${b.name} ${weights[i]}`).join(", ");
  return `Mean of the benchmark scores by the weights of the suite (${named})`;
}

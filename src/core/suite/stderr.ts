import type { Benchmark } from "../records/suite.ts";
import { baselineOf } from "./normalize.ts";
import { correlations, hasCopies, widening } from "./overlap.ts";

/** Standard error of a proportion `p` over `n` independent questions: √(p(1 − p)/n), 0–0.5. */
export function binomialStderr(p: number, n: number): number {
  return Math.sqrt(Math.max(0, p * (1 - p)) / n);
}

/** Carries a standard error of a raw score (0–1) over to points of the normalised one (0–100). */
export function scaleStderr(stderr: number, baseline: number): number {
  return (stderr / (1 - baseline)) * 100;
}

/**
 * Standard error of the mean of several figures on the same prompts: the mean of their standard
 * errors. That is exact for full correlation and too wide otherwise, hence never too confident.
 */
export function meanOfCorrelated(stderrs: number[]): number {
  return stderrs.reduce((sum, s) => sum + s, 0) / stderrs.length;
}

/** Standard error of the plain mean of independent figures: √Σs² / k. */
export function meanOfIndependent(stderrs: number[]): number {
  return Math.sqrt(stderrs.reduce((sum, s) => sum + s * s, 0)) / stderrs.length;
}

/**
 * Standard error of the plain mean of subtasks: as independent ones, or, where one's questions are
 * asked in another again, as if copies were answered alike: √Σᵢⱼ sᵢsⱼrᵢⱼ / k. With weights wᵢ each
 * sᵢ counts wᵢ·k/Σw times.
 *
 * @param parts one per subtask of the benchmark, in its order
 */
export function meanOfParts(benchmark: Benchmark, parts: number[]): number {
  const stderrs = byWeight(benchmark, parts);
  if (!hasCopies(benchmark)) return meanOfIndependent(stderrs);
  const related = correlations(benchmark.subtasks);
  const variance = stderrs.reduce(
    (sum, a, i) => sum + stderrs.reduce((row, b, j) => row + a * b * related(i, j), 0),
    0,
  );
  return Math.sqrt(variance) / stderrs.length;
}

/** Errors by the share that each subtask has of the mean; as they are where none has a weight. */
function byWeight({ subtasks }: Benchmark, stderrs: number[]): number[] {
  if (subtasks.every((s) => s.weight === undefined)) return stderrs;
  const weights = subtasks.map((s) => s.weight ?? 1);
  const sum = weights.reduce((all, w) => all + w, 0);
  return stderrs.map((s, i) => (s * weights[i]! * weights.length) / sum);
}

/**
 * Standard error of a benchmark's score in points, when nothing but its raw score is known.
 * Binomial, from the numbers of questions in the suite; where questions are asked more than once,
 * from that of independent ones that would tell as much (`questionsOf`). For a mean of subtasks every subtask is
 * taken to have the benchmark's raw score: p(1 − p) is largest for equal p, so up to the subtasks'
 * different weights this errs to the wide side. The floor at 0 is not taken into account.
 *
 * @returns points, or null where the suite gives no number of questions
 */
export function assumedStderr(benchmark: Benchmark, raw: number): number | null {
  if (benchmark.score === "mean_of_subtasks") {
    const parts = benchmark.subtasks.map((s) =>
      s.n ? scaleStderr(binomialStderr(raw, s.n), baselineOf(s)) : null,
    );
    return parts.some((s) => s === null) ? null : meanOfParts(benchmark, parts as number[]);
  }
  const parts = benchmark.metrics.map((m) => (m.n ? binomialStderr(raw, m.n) : null));
  if (parts.some((s) => s === null)) return null;
  const stderr = meanOfCorrelated(parts as number[]) * widening(benchmark);
  return scaleStderr(stderr, baselineOf(benchmark));
}

/** The same in points of 100 × raw, where a suite does not normalise: no baseline stretches it. */
export function unscaledStderr(benchmark: Benchmark, raw: number): number | null {
  const subtasks = benchmark.subtasks.map((s) => ({ ...s, baseline: 0 }));
  return assumedStderr({ ...benchmark, subtasks, baseline: 0 }, raw);
}

import type { Benchmark, Metric } from "../records/suite.ts";

/** What a metric's values lie between. */
export type Scale = NonNullable<Metric["scale"]>;

/** Where a suite says nothing. */
export const PROPORTION: Scale = { worst: 0, best: 1, beyond: "refuse" };

/** The scale by which a benchmark reads a metric of a task: a subtask's own, else the metric's. */
export function scaleOf(benchmark: Benchmark, task: string, metric: string): Scale {
  const subtask = benchmark.subtasks.find((s) => s.task === task);
  const named = benchmark.metrics.find((m) => m.name === metric);
  // A subtask with a metric of its own has nothing of the benchmark's scale.
  const shared = subtask?.metric === undefined ? benchmark.metrics[0] : undefined;
  return subtask?.scale ?? named?.scale ?? shared?.scale ?? PROPORTION;
}

/** Whether smaller values are better. */
export function isLowerBetter({ worst, best }: Scale): boolean {
  return best < worst;
}

/**
 * A value as a proportion of the way from the worst to the best: (value − worst) / (best − worst), 0–1.
 *
 * @returns null for a value that lies beyond a scale that does not say `cut`
 */
export function proportionOf(value: number, { worst, best, beyond }: Scale): number | null {
  const proportion = (value - worst) / (best - worst);
  if (proportion >= 0 && proportion <= 1) return proportion;
  if (beyond !== "cut" || Number.isNaN(proportion)) return null;
  return proportion < 0 ? 0 : 1;
}

/** A standard error in the metric's own units as one of the proportion. */
export function proportionError(stderr: number, { worst, best }: Scale): number {
  return stderr / Math.abs(best - worst);
}

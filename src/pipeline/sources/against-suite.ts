import type { ResultsFile } from "../../core/records/results-file.ts";
import type { Benchmark } from "../../core/records/suite.ts";
import { isLowerBetter, scaleOf } from "../../core/suite/scale.ts";
import { metricOf } from "../../core/suite/score.ts";

/**
 * Why a benchmark of a file is not the benchmark of the suite: by what the file itself says of how
 * many examples it was asked with, in which version, and whether lower is better. What a file does not
 * say is not held against it.
 */
export function objectionTo(file: ResultsFile, benchmark: Benchmark): string | null {
  const tasks = tasksOf(file, benchmark);
  for (const { task, metric } of tasks) {
    const objection =
      wrongShots(file, benchmark, task) ??
      wrongVersion(file, benchmark, task) ??
      wrongDirection(file, benchmark, task, metric) ??
      wrongRange(file, benchmark, task, metric);
    if (objection) return objection;
  }
  return null;
}

/** What of the file the benchmark is scored by: subtasks where there are any, else the task. */
function tasksOf(file: ResultsFile, benchmark: Benchmark): { task: string; metric: string }[] {
  const parts = benchmark.subtasks
    .map((s) => ({ task: s.task, metric: metricOf(benchmark, s) }))
    .filter(({ task }) => Object.hasOwn(file.results, task));
  if (parts.length > 0) return parts;
  return benchmark.metrics.map(({ name }) => ({ task: benchmark.task, metric: name }));
}

function wrongShots(file: ResultsFile, { shots }: Benchmark, task: string): string | null {
  const stated = shotsIn(file, task);
  if (stated === null || stated === shots) return null;
  return (
    `task ${task} was asked with ${stated} examples (n-shot), the suite asks with ${shots}: run it with ` +
    `--num_fewshot ${shots}, or give "shots": ${stated} to a benchmark of the suite`
  );
}

/**
 * Examples before each question, as the file says of a task; null where it does not.
 * Harness 0.4 has `n-shot`, and `configs`; 0.3 one number for all tasks.
 */
export function shotsIn(file: ResultsFile, task: string): number | null {
  const own = entry(file["n-shot"], task) ?? entry(entry(file.configs, task), "num_fewshot");
  const stated = own ?? file.config?.num_fewshot;
  return typeof stated === "number" && Number.isInteger(stated) && stated >= 0 ? stated : null;
}

function wrongVersion(file: ResultsFile, { version }: Benchmark, task: string): string | null {
  const stated = entry(file.versions, task);
  if (version === undefined || (typeof stated !== "number" && typeof stated !== "string")) {
    return null;
  }
  if (Number(stated) === Number(version) || String(stated) === String(version)) return null;
  return (
    `task ${task} is of version ${String(stated).slice(0, 40)}, the suite's benchmark is of version ${version}: ` +
    `leave "version" out of the suite where both are meant`
  );
}

function wrongDirection(
  file: ResultsFile,
  benchmark: Benchmark,
  task: string,
  metric: string,
): string | null {
  const [name = metric] = metric.split(",");
  const higher = entry(entry(file.higher_is_better, task), name);
  if (typeof higher !== "boolean") return null;
  if (higher !== isLowerBetter(scaleOf(benchmark, task, metric))) return null;
  return higher
    ? `${task} ${metric} is better when higher, says the file; the suite's scale for it has its best below its worst`
    : `${task} ${metric} is better when lower, says the file: say "scale": {"worst": 1, "best": 0} for this metric in the suite`;
}

/** Some formats say what a metric's values lie between. */
function wrongRange(
  file: ResultsFile,
  benchmark: Benchmark,
  task: string,
  metric: string,
): string | null {
  const range = entry(entry(file.score_ranges, task), metric);
  if (!Array.isArray(range)) return null;
  const [low, high] = range.map(Number);
  const { worst, best } = scaleOf(benchmark, task, metric);
  if (low === Math.min(worst, best) && high === Math.max(worst, best)) return null;
  return (
    `${task} ${metric} lies between ${low} and ${high}, says the file; the suite reads it from ${worst} to ${best}: ` +
    `say "scale": {"worst": ${low}, "best": ${high}} for this metric in the suite, or the other way round where lower is better`
  );
}

/** An entry of what may be anything. */
function entry(all: unknown, name: string): unknown {
  if (typeof all !== "object" || all === null || !Object.hasOwn(all, name)) return undefined;
  return (all as Record<string, unknown>)[name];
}

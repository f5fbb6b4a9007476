import { type Measure, STDERR_SOURCES, type StderrSource } from "../records/evaluation.ts";
import type { Benchmark, Suite } from "../records/suite.ts";
import { settle } from "./average.ts";
import { baselineOf, normalize } from "./normalize.ts";
import { widening } from "./overlap.ts";
import { isPossible, type Part } from "./possible.ts";
import {
  assumedStderr,
  binomialStderr,
  meanOfCorrelated,
  meanOfParts,
  scaleStderr,
  unscaledStderr,
} from "./stderr.ts";

/** One figure of a run: a metric of a task, its standard error and number of items where given. */
export interface Figure {
  /** 0–1 */
  value: number;
  stderr: number | null;
  n: number | null;
}

/** Looks a figure up by task and metric name; undefined where the run does not have it. */
export type Figures = (task: string, metric: string) => Figure | undefined;

/**
 * Scores one benchmark of a run from its figures: the benchmark itself first, then its subtasks.
 * Empty when a figure that the score needs is missing; a missing subtask that is only shown is not.
 */
export function scoreBenchmark(suite: Suite, benchmark: Benchmark, figures: Figures): Measure[] {
  const subtasks = scoreSubtasks(suite, benchmark, figures);
  const whole =
    benchmark.score === "mean_of_subtasks"
      ? meanOfSubtasks(benchmark, subtasks)
      : taskScore(suite, benchmark, figures);
  return whole ? [whole, ...subtasks] : [];
}

/**
 * A benchmark's own measure out of those of its subtasks, to the last bit as of one run that has them
 * all; undefined where one is missing.
 */
export function wholeOfParts(
  suite: Suite,
  benchmark: Benchmark,
  parts: readonly Measure[],
): Measure | undefined {
  const byTask = new Map(parts.map((p) => [p.subtask, p]));
  const ordered = benchmark.subtasks.flatMap(({ task }) => byTask.get(task) ?? []);
  if (benchmark.score === "mean_of_subtasks") return meanOfSubtasks(benchmark, ordered);
  return taskScore(suite, benchmark, (task, metric) => {
    const part = byTask.get(task);
    // Of a group, values and sizes count, and no subtask's standard error.
    return part?.metric === metric ? { value: part.raw, stderr: null, n: part.n } : undefined;
  });
}

/**
 * A benchmark of which a table gives the raw score, and the normalised one where it cannot be
 * formed from raw (a mean of subtasks).
 *
 * @param raw 0–1
 * @param published points; ignored where raw is enough
 */
export function scoreFromTable(
  suite: Suite,
  benchmark: Benchmark,
  raw: number,
  published: number | null,
): Measure {
  const normalized = benchmark.score === "task" ? normalize(raw, baselineOf(benchmark)) : published;
  const stderr = suite.normalized ? assumedStderr(benchmark, raw) : unscaledStderr(benchmark, raw);
  return {
    benchmark: benchmark.key,
    subtask: null,
    metric: metricLabel(benchmark),
    raw,
    normalized: suite.normalized ? normalized : null,
    stderr,
    stderr_source: stderr === null ? null : "binomial",
    n: sampleSize(benchmark),
  };
}

/** The score as it is shown and averaged, 0–100: normalised, or the percentage where the suite is not. */
export function points(suite: Suite, measure: Measure): number | null {
  return suite.normalized ? measure.normalized : settle(measure.raw * 100);
}

function taskScore(suite: Suite, benchmark: Benchmark, figures: Figures): Measure | undefined {
  const parts = benchmark.metrics.map((m) => ({
    n: m.n ?? null,
    figure: figures(benchmark.task, m.name) ?? pooled(benchmark, m.name, figures),
  }));
  if (parts.some((p) => !p.figure)) return undefined;
  const raw = mean(parts.map((p) => p.figure!.value));
  const baseline = suite.normalized ? baselineOf(benchmark) : 0;
  const errors = benchmark.metrics.map(({ name }, i) => {
    const { figure, n } = parts[i]!;
    return stderrOf(figure!, n, partsOf(benchmark, name, figures));
  });
  // A run does not know which of its questions are copies: what it states is widened as well.
  const factor = widening(benchmark);
  const known = together(errors, (stderrs) => {
    return scaleStderr(meanOfCorrelated(stderrs) * factor, baseline);
  });
  return {
    benchmark: benchmark.key,
    subtask: null,
    metric: metricLabel(benchmark),
    raw,
    normalized: suite.normalized ? normalize(raw, baseline) : null,
    ...known,
    n: parts[0]?.figure?.n ?? sampleSize(benchmark),
  };
}

/**
 * A group's value out of its subtasks, weighted by size: what the harness wrote for groups until
 * July 2024 and again since April 2025 (EleutherAI/lm-evaluation-harness, pull requests 1741, 2867).
 */
function pooled(benchmark: Benchmark, metric: string, figures: Figures): Figure | undefined {
  let sum = 0;
  let n = 0;
  for (const subtask of benchmark.subtasks) {
    const figure = figures(subtask.task, subtask.metric ?? metric);
    const size = figure?.n ?? subtask.n;
    if (!figure || !size) return undefined;
    sum += figure.value * size;
    n += size;
  }
  return n === 0 ? undefined : { value: sum / n, stderr: null, n };
}

/** The subtasks of a benchmark that a run has, also where it has not all that the score needs. */
export function scoreSubtasks(suite: Suite, benchmark: Benchmark, figures: Figures): Measure[] {
  return benchmark.subtasks.flatMap((subtask) => {
    const metric = metricOf(benchmark, subtask);
    const figure = figures(subtask.task, metric);
    if (!figure) return [];
    const baseline = suite.normalized ? baselineOf(subtask) : 0;
    const known = together([stderrOf(figure, subtask.n ?? null)], ([stderr]) => {
      return scaleStderr(stderr!, baseline);
    });
    return [
      {
        benchmark: benchmark.key,
        subtask: subtask.task,
        metric,
        raw: figure.value,
        normalized: suite.normalized ? normalize(figure.value, baseline) : null,
        ...known,
        n: figure.n ?? subtask.n ?? null,
      },
    ];
  });
}

function meanOfSubtasks(benchmark: Benchmark, subtasks: Measure[]): Measure | undefined {
  if (subtasks.length < benchmark.subtasks.length) return undefined;
  const normalized = subtasks.map((s) => s.normalized);
  const meanOf = (values: number[]) => weightedMean(values, benchmark.subtasks);
  const known = together(subtasks, (stderrs) => meanOfParts(benchmark, stderrs));
  return {
    benchmark: benchmark.key,
    subtask: null,
    metric: metricLabel(benchmark),
    raw: meanOf(subtasks.map((s) => s.raw)),
    normalized: normalized.some((s) => s === null) ? null : meanOf(normalized as number[]),
    ...known,
    n: sampleSize(benchmark),
  };
}

/** The metric that a subtask is scored by: its own, else the benchmark's first. */
export function metricOf(benchmark: Benchmark, subtask: Benchmark["subtasks"][number]): string {
  return subtask.metric ?? benchmark.metrics[0]!.name;
}

/** Plain where none has a weight: then to the last bit what it is without them. */
function weightedMean(values: number[], parts: readonly { weight?: number | undefined }[]): number {
  if (parts.every((p) => p.weight === undefined)) return mean(values);
  const weights = parts.map((p) => p.weight ?? 1);
  const sum = values.reduce((all, v, i) => all + v * weights[i]!, 0);
  return sum / weights.reduce((all, w) => all + w, 0);
}

/** A standard error and where it is from; both null where it is unknown. */
type Known = Pick<Measure, "stderr" | "stderr_source">;

const UNKNOWN: Known = { stderr: null, stderr_source: null };

/**
 * A figure's standard error: the one that the run states, where it can belong to the value and the
 * number of questions, else the binomial one. The suite's number of items counts: a run tells
 * prompts, where a metric may count instructions. Where the suite tells none, answers may be more
 * than right or wrong, and what the run states stands.
 *
 * @param n the suite's number
 */
function stderrOf(figure: Figure, n: number | null, parts?: (Part | null)[]): Known {
  const { value, stderr } = figure;
  const sizes = [n, figure.n].filter((size) => size !== null);
  const fits = (size: number) => stderr !== null && isPossible(stderr, value, size, parts);
  if (stderr !== null && (n === null || sizes.some(fits))) return { stderr, stderr_source: "file" };
  const [size] = sizes;
  if (size === undefined) return UNKNOWN;
  return {
    stderr: binomialStderr(value, size),
    stderr_source: stderr === null ? "binomial" : "binomial_replaced",
  };
}

/** A group's subtasks as they answer for its standard error; undefined where it is no group. */
function partsOf(benchmark: Benchmark, metric: string, figures: Figures) {
  if (benchmark.subtasks.length === 0) return undefined;
  return benchmark.subtasks.map((subtask): Part | null => {
    const figure = figures(subtask.task, metric);
    const n = figure?.n ?? subtask.n;
    return figure && n ? { value: figure.value, n } : null;
  });
}

/** A standard error worked out from several: unknown where one is, and no surer than any. */
function together(errors: readonly Known[], combine: (stderrs: number[]) => number): Known {
  if (errors.some((e) => e.stderr === null)) return UNKNOWN;
  return {
    stderr: combine(errors.map((e) => e.stderr!)),
    stderr_source: leastSure(errors.map((e) => e.stderr_source)),
  };
}

function leastSure(sources: (StderrSource | null)[]): StderrSource | null {
  if (sources.includes(null)) return null;
  return STDERR_SOURCES.findLast((source) => sources.includes(source)) ?? null;
}

function metricLabel(benchmark: Benchmark): string {
  return benchmark.metrics.map((m) => m.name).join(" + ");
}

/** Number of questions: the benchmark's own, or the sum over its subtasks; null where unknown. */
function sampleSize(benchmark: Benchmark): number | null {
  const own = benchmark.metrics[0]?.n;
  if (own) return own;
  if (benchmark.subtasks.length === 0) return null;
  let sum = 0;
  for (const subtask of benchmark.subtasks) {
    if (!subtask.n) return null;
    sum += subtask.n;
  }
  return sum;
}

function mean(values: number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

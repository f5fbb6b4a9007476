import type { Measure } from "../../core/records/evaluation.ts";
import type { ResultsFile } from "../../core/records/results-file.ts";
import type { Benchmark, Suite } from "../../core/records/suite.ts";
import { baselineOf } from "../../core/suite/normalize.ts";
import { type Scale, scaleOf } from "../../core/suite/scale.ts";
import { metricOf, points } from "../../core/suite/score.ts";
import { shotsIn } from "./against-suite.ts";
import { alike } from "./alike.ts";
import { isThere, scoreOrSayWhy, shown, stderrName } from "./results.ts";

/** A value of a file that a benchmark's score is worked out from. */
export interface FigureRead {
  task: string;
  metric: string;
  /** As the file has it. */
  value: string;
  scale: Scale;
  /** What guessing gets, as a share of the scale: it scores nothing. 0 where a suite does not normalise. */
  baseline: number;
  /** Name and value of the standard error beside it, where there is a number. */
  stderr: { name: string; value: number } | null;
  /** Questions, as the file says. */
  n: number | null;
  /** 0–100, of a subtask. */
  points: number | null;
}

/** What becomes of one benchmark of a suite with a file. */
export type BenchmarkExplained = { benchmark: Benchmark } & (
  | {
      kind: "scored";
      measure: Measure;
      /** As in the table; null where it cannot be formed. */
      points: number | null;
      figures: FigureRead[];
      /** Examples before each question, as the file says. */
      shots: number | null;
    }
  | { kind: "part"; figures: FigureRead[]; missing: string[] }
  | { kind: "aside"; reason: string }
  | { kind: "absent"; alike: string[]; otherMetrics: string[] }
);

/** What becomes of one benchmark, by the very functions that score it. */
export function explainBenchmark(
  file: ResultsFile,
  suite: Suite,
  benchmark: Benchmark,
): BenchmarkExplained {
  const outcome = scoreOrSayWhy(file, suite, benchmark);
  if (typeof outcome === "string") return { benchmark, kind: "aside", reason: outcome };
  const [measure] = outcome;
  if (!measure || !isThere(file, benchmark)) return absent(file, benchmark);
  const pointsOf = new Map(outcome.map((m) => [m.subtask, points(suite, m)]));
  const figures = figuresRead(file, suite, benchmark, pointsOf);
  if (measure.subtask !== null) {
    const missing = benchmark.subtasks.filter((s) => !pointsOf.has(s.task)).map((s) => s.task);
    return { benchmark, kind: "part", figures, missing };
  }
  const shots = figures[0] ? shotsIn(file, figures[0].task) : null;
  return { benchmark, kind: "scored", measure, points: points(suite, measure), figures, shots };
}

function absent(file: ResultsFile, benchmark: Benchmark): BenchmarkExplained {
  const { task } = benchmark;
  const own = Object.hasOwn(file.results, task) ? file.results[task]! : {};
  return {
    benchmark,
    kind: "absent",
    alike: alike(task, Object.keys(file.results)),
    otherMetrics: metricsIn(own),
  };
}

/** Names of metrics among the fields of a task: those of numbers that are no standard errors. */
export function metricsIn(task: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(task).filter(
    (name) => typeof task[name] === "number" && !/_stderr(?:,|$)/.test(name),
  );
}

/** The task's own values where it has them all and they count; else those of its subtasks. */
function figuresRead(
  file: ResultsFile,
  suite: Suite,
  benchmark: Benchmark,
  pointsOf: ReadonlyMap<string | null, number | null>,
): FigureRead[] {
  const { task, metrics, subtasks, score } = benchmark;
  const read = (of: string, metric: string) =>
    figureRead(file, suite, benchmark, of, metric, pointsOf);
  const own = score === "task" ? metrics.flatMap(({ name }) => read(task, name)) : [];
  if (own.length === metrics.length) return own;
  return subtasks.flatMap((s) => read(s.task, metricOf(benchmark, s)));
}

function figureRead(
  file: ResultsFile,
  suite: Suite,
  benchmark: Benchmark,
  task: string,
  metric: string,
  pointsOf: ReadonlyMap<string | null, number | null>,
): FigureRead[] {
  const values = Object.hasOwn(file.results, task) ? file.results[task]! : {};
  if (!Object.hasOwn(values, metric)) return [];
  const whose = benchmark.subtasks.find((s) => s.task === task) ?? benchmark;
  const name = stderrName(metric);
  const stderr = values[name];
  const n = file["n-samples"]?.[task]?.effective;
  return [
    {
      task,
      metric,
      value: shown(values[metric]),
      scale: scaleOf(benchmark, task, metric),
      baseline: suite.normalized ? baselineOf(whose) : 0,
      stderr: typeof stderr === "number" && stderr >= 0 ? { name, value: stderr } : null,
      n: typeof n === "number" ? n : null,
      points: pointsOf.get(task) ?? null,
    },
  ];
}

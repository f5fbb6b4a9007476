import type { Benchmark, Suite } from "../../core/records/suite.ts";
import { baselineOf } from "../../core/suite/normalize.ts";
import { questionsOf, widening } from "../../core/suite/overlap.ts";
import { count, UNKNOWN } from "../../core/table/format.ts";

/** How a benchmark's raw score is formed from the figures of a run. */
export function rawText(benchmark: Benchmark): string {
  if (benchmark.score === "mean_of_subtasks") {
    return `Plain mean of the ${benchmark.subtasks.length} subtasks`;
  }
  if (benchmark.metrics.length > 1) return `Mean of the ${benchmark.metrics.length} metrics`;
  return benchmark.subtasks.length > 0
    ? "Value of the whole group: every question counts the same"
    : "Value of the task";
}

/** How its score is formed from raw. */
export function scoreText(suite: Suite, benchmark: Benchmark): string {
  if (!suite.normalized) return "Raw × 100";
  if (benchmark.score === "mean_of_subtasks") {
    return "Each subtask normalised by its own baseline, then their plain mean";
  }
  return baselineOf(benchmark) === 0 ? "Raw × 100" : "Raw normalised once";
}

/** `1/4`, `0`, `0.15`; of a mean of subtasks the range of theirs. */
export function baselineText(benchmark: Benchmark): string {
  if (benchmark.score === "task") return guessText(benchmark);
  const guesses = [...benchmark.subtasks].sort((a, b) => baselineOf(a) - baselineOf(b));
  const ends = [guesses[0]!, guesses.at(-1)!].map(guessText);
  return ends[0] === ends[1] ? ends[0]! : `${ends[0]} to ${ends[1]}`;
}

/** What guessing scores in one task. */
export function guessText(task: { choices?: number; baseline?: number }): string {
  if (task.baseline === undefined && task.choices) return `1/${task.choices}`;
  return String(Number(baselineOf(task).toFixed(4)));
}

/** Number of questions behind a score; several where its metrics count different things. */
export function questionsText(benchmark: Benchmark): string {
  const questions = questionsOf(benchmark);
  if (questions) return `${count(questions.asked)} (${count(questions.different)} different)`;
  const own = benchmark.metrics.flatMap((m) => m.n ?? []);
  if (own.length > 0) return [...new Set(own)].map(count).join(" and ");
  const parts = benchmark.subtasks.map((s) => s.n);
  if (parts.length === 0 || parts.some((n) => n === undefined)) return UNKNOWN;
  return count((parts as number[]).reduce((sum, n) => sum + n, 0));
}

/**
 * How a benchmark's questions overlap, and what that does to its standard error; null where none is
 * asked twice.
 */
export function overlapText(benchmark: Benchmark): string | null {
  const questions = questionsOf(benchmark);
  if (!questions) return null;
  const { name, subtasks, score } = benchmark;
  const named = (task: string) => subtasks.find((s) => s.task === task)?.name ?? task;
  const within = subtasks
    .flatMap((s) =>
      s.contained_in === undefined
        ? []
        : [`all ${count(s.n!)} of ${s.name} are asked in ${named(s.contained_in)} again`],
    )
    .join(", ");
  const { asked, different, effective } = questions;
  const start = `${name}: ${within}. So ${count(asked)} questions are ${count(different)} different ones.`;
  if (score !== "task") return `${start} Subtasks that share questions are taken to err together.`;
  return (
    `${start} If copies are answered alike, they tell as much as ${count(Math.round(effective))} ` +
    `independent questions, and the standard error is ${widening(benchmark).toFixed(2)} times that of ${count(asked)}.`
  );
}

/** The first benchmark that shows what normalising does: one value, and guessing above 0. */
export function exampleBenchmark(suite: Suite): Benchmark | undefined {
  return suite.benchmarks.find((b) => b.score === "task" && baselineOf(b) > 0);
}

import type { Benchmark } from "../../src/core/records/suite.ts";
import { unscaledStderr } from "../../src/core/suite/stderr.ts";

/** A raw score, 0–1, and its standard error. */
export interface Score {
  value: number;
  stderr: number;
}

/** What a run of one task came to. */
export interface Outcome extends Score {
  /** The harness's task, and the key of its benchmark. */
  task: string;
  benchmark: string;
  /** Questions that were asked. */
  n: number;
}

/** One line of the table. */
export interface Line {
  name: string;
  n: number;
  ours: Score;
  /** Null where the published table has no figure of it. */
  published: Score | null;
  verdict: string;
}

/** Standard errors that two scores may be apart, and still be called alike: 19 of 20 pairs are nearer. */
export const ALIKE = 2;

/**
 * Sets what was measured beside the published row: each task, then each benchmark. There is a verdict
 * only where all of a benchmark was asked.
 *
 * @param published raw scores of the row, by key of the benchmark
 */
export function compare(
  benchmarks: readonly Benchmark[],
  outcomes: readonly Outcome[],
  published: Readonly<Record<string, number>>,
): Line[] {
  return benchmarks.flatMap((benchmark) => {
    const own = outcomes.filter((o) => o.benchmark === benchmark.key);
    if (own.length === 0) return [];
    const parts = benchmark.score === "mean_of_subtasks" ? own.map(partLine) : [];
    const row = { value: published[benchmark.key]!, stderr: rowStderr(benchmark, published) };
    const ours = meanOf(own);
    const n = own.reduce((sum, o) => sum + o.n, 0);
    const lacking = lackingOf(benchmark, own);
    const verdict = lacking === null ? verdictOf(ours, row) : `none: ${lacking}`;
    return [...parts, { name: benchmark.name, n, ours, published: row, verdict }];
  });
}

function partLine(outcome: Outcome): Line {
  const { task, n } = outcome;
  return { name: task, n, ours: outcome, published: null, verdict: "none: not published" };
}

/** What of a benchmark was not asked; null where all of it was. */
function lackingOf(benchmark: Benchmark, own: readonly Outcome[]): string | null {
  const { subtasks, task, metrics } = benchmark;
  const all = subtasks.length > 0 ? subtasks : [{ task, n: metrics[0]!.n }];
  const short = own.find((o) => o.n !== all.find((t) => t.task === o.task)?.n);
  if (short) return `other questions than the suite's in ${short.task}`;
  return own.length === all.length ? null : `${own.length} of ${all.length} subtasks`;
}

/** The row has no standard errors: binomial, of the suite's numbers of questions. */
function rowStderr(benchmark: Benchmark, published: Readonly<Record<string, number>>): number {
  return (unscaledStderr(benchmark, published[benchmark.key]!) ?? Number.NaN) / 100;
}

/** The plain mean of independent scores: standard error √Σs² / k. */
function meanOf(scores: readonly Score[]): Score {
  const k = scores.length;
  return {
    value: scores.reduce((sum, { value }) => sum + value, 0) / k,
    stderr: Math.sqrt(scores.reduce((sum, { stderr }) => sum + stderr ** 2, 0)) / k,
  };
}

/** How far apart two independent scores are: a − b, √(sₐ² + s_b²), and the one divided by the other. */
export function differenceOf(a: Score, b: Score): Score & { z: number } {
  const value = a.value - b.value;
  const stderr = Math.hypot(a.stderr, b.stderr);
  return { value, stderr, z: value / stderr };
}

function verdictOf(ours: Score, row: Score): string {
  const { z } = differenceOf(ours, row);
  return Math.abs(z) <= ALIKE ? `within ${ALIKE} standard errors` : "APART";
}

const HEAD = ["task", "n", "here", "published", "difference", "z", "verdict"];

/** The table as text, in per cent. */
export function tableText(lines: readonly Line[]): string {
  const rows = [HEAD, ...lines.map(cellsOf)];
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cellsOf({ name, n, ours, published, verdict }: Line): string[] {
  const apart = published && differenceOf(ours, published);
  return [
    name,
    String(n),
    percent(ours),
    published ? percent(published) : "–",
    apart ? percent(apart) : "–",
    apart ? apart.z.toFixed(2) : "–",
    verdict,
  ];
}

function percent({ value, stderr }: Score): string {
  return `${(100 * value).toFixed(2)} ± ${(100 * stderr).toFixed(2)}`;
}

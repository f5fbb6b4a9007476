import { evalId } from "../../core/records/eval-id.ts";
import type { Measure } from "../../core/records/evaluation.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import type { Benchmark, Suite } from "../../core/records/suite.ts";
import { wholeOfParts } from "../../core/suite/score.ts";
import { layoutIn, measuresOf, type Row } from "./packed.ts";

/** Fields that a newer evaluation may not know although an older one did. */
const FACTS = [
  "architecture",
  "model_type",
  "params_b",
  "license",
  "likes",
  "base_model",
  "generation",
  "merged",
  "moe",
  "availability",
  "submitted_at",
  "uploaded_at",
  "co2_kg",
  "context_length",
  "context_source",
] as const;

/** Two sources for the same figures, told in the summary. */
export interface Superseded {
  eval_id: string;
  suite: string;
  kept: string;
  dropped: string;
  /** Keys of the benchmarks; all that the dropped one had where it is null. */
  benchmarks: string[] | null;
  /**
   * What told which stands: when they were made; that only one says when; or, where that is the same or
   * unknown of both, their names.
   */
  by: "time" | "known" | "name";
}

/** What came of merging. */
export interface Merged<R> {
  evaluations: R[];
  superseded: Superseded[];
  /** Benchmarks of which no account, nor all together, has every subtask. */
  unfinished: Rejection[];
}

/**
 * One evaluation per key. Of two accounts of a benchmark the newer stands, and what only one has is
 * taken from it: people run one task per command, or one task again. Facts that the newest does not
 * know are taken from the older, and so is the older's detail (subtasks) of a benchmark whose score did
 * not change.
 */
export function mergeEvaluations<R extends Row>(
  evaluations: readonly R[],
  suites: readonly Suite[],
): Merged<R> {
  const byKey = new Map<string, R[]>();
  for (const evaluation of evaluations) {
    const key = `${evaluation.suite} ${evalId(evaluation)}`;
    const accounts = byKey.get(key);
    if (accounts) accounts.push(evaluation);
    else byKey.set(key, [evaluation]);
  }
  const merged: Merged<R> = { evaluations: [], superseded: [], unfinished: [] };
  for (const accounts of byKey.values()) {
    const [first] = accounts;
    if (accounts.length === 1 && isWhole(first!)) {
      merged.evaluations.push(first!);
      continue;
    }
    const sorted = accounts.sort(byAge);
    const suite = suites.find(({ id }) => id === first!.suite);
    if (!suite) throw new Error(`there is no suite ${first!.suite}`);
    merged.superseded.push(...supersededIn(sorted));
    const { measures, from, unfinished } = figuresOf(suite, sorted);
    merged.unfinished.push(...unfinished);
    if (measures.length === 0) continue;
    const joined = sorted.slice(1).reduce<R>(withFacts, sorted[0]!);
    const sources = accountsIn(sorted, from);
    merged.evaluations.push({
      ...joined,
      measures,
      runs: runsBehind(sorted, from),
      // What nothing was taken from is no source of it.
      source: sources[0]!.source,
      ...(sources.length > 1 && { accounts: sources }),
    });
  }
  return merged;
}

/** Newest first; at the same time the source's name decides, so that order of reading does not. */
function byAge(a: Row, b: Row): number {
  return (
    Date.parse(b.at) - Date.parse(a.at) || (a.source > b.source ? -1 : a.source < b.source ? 1 : 0)
  );
}

/** Whether no benchmark has subtasks only. */
function isWhole(row: Row): boolean {
  const { names, whole } = layoutIn(row);
  return names.every(({ benchmark }) => whole.has(benchmark));
}

/** One account of a benchmark: its own measure, where it has that, and its subtasks. */
interface Account {
  row: Row;
  whole: Measure | undefined;
  parts: Measure[];
}

/**
 * The measures of all accounts together, in the suite's order: of each benchmark its own, then its subtasks.
 *
 * @param accounts newest first
 */
function figuresOf(suite: Suite, accounts: readonly Row[]) {
  const known = accounts.map((row) => ({ row, all: measuresOf(row) }));
  const measures: Measure[] = [];
  /** Accounts that the figures of each benchmark were taken from, the newest first. */
  const from = new Map<string, Row[]>();
  const unfinished: Rejection[] = [];
  for (const benchmark of suite.benchmarks) {
    const own = known
      .map(({ row, all }): Account => {
        const mine = all.filter((m) => m.benchmark === benchmark.key);
        const isPart = (m: Measure) => m.subtask !== null;
        return { row, whole: mine.find((m) => !isPart(m)), parts: mine.filter(isPart) };
      })
      .filter(({ whole, parts }) => whole || parts.length > 0);
    const [newest] = own;
    if (!newest) continue;
    const found = ofParts(suite, benchmark, own) ?? ofWhole(own);
    if (!found?.rows.includes(newest.row)) {
      const reason = `${benchmark.key}: is half-finished: ${partsIn(own).length} of ${benchmark.subtasks.length} subtasks of ${benchmark.name}`;
      const stands = found ? `; that of ${found.rows[0]!.source} stands` : "";
      unfinished.push({ path: newest.row.source, reason: reason + stands });
    }
    if (!found) continue;
    measures.push(...found.measures);
    from.set(benchmark.key, found.rows);
  }
  return { measures, from, unfinished };
}

/** Each source that figures were taken from, the newest first, with the benchmarks. */
function accountsIn(accounts: readonly Row[], from: ReadonlyMap<string, Row[]>) {
  return accounts.flatMap((row) => {
    const benchmarks = [...from].flatMap(([key, rows]) => (rows.includes(row) ? [key] : []));
    return benchmarks.length === 0 ? [] : [{ source: row.source, benchmarks }];
  });
}

/**
 * For each benchmark the run that its figure is of. A table knows no runs: a figure of a table that was
 * scored anew is still of the run that was.
 */
function runsBehind(accounts: readonly Row[], from: ReadonlyMap<string, Row[]>): Row["runs"] {
  const byRun = new Map<Row["runs"][number], string[]>();
  for (const [key, rows] of from) {
    // Of the newest account of the figure, or one before it.
    const candidates = accounts.slice(accounts.indexOf(rows[0]!)).flatMap((row) => row.runs);
    const run = candidates.find(({ shots }) => Object.hasOwn(shots, key));
    if (run) byRun.set(run, [...(byRun.get(run) ?? []), key]);
  }
  const inOrder = accounts.flatMap((row) => row.runs).filter((run) => byRun.has(run));
  return inOrder.map((run) => ({
    ...run,
    shots: Object.fromEntries(byRun.get(run)!.map((key) => [key, run.shots[key] ?? null])),
  }));
}

/** Where the newest account has some subtasks only: them, and of the older ones the others, if that is all. */
function ofParts(suite: Suite, benchmark: Benchmark, own: readonly Account[]) {
  const [newest] = own;
  if (!newest || newest.whole) return null;
  const parts = partsIn(own);
  const whole = wholeOfParts(suite, benchmark, parts);
  const inOrder = benchmark.subtasks.flatMap(
    ({ task }) => parts.find((p) => p.subtask === task) ?? [],
  );
  const rows = own.filter((a) => a.parts.some((p) => parts.includes(p))).map((a) => a.row);
  return whole ? { rows, measures: [whole, ...inOrder] } : null;
}

/** Each subtask as its newest account has it. */
function partsIn(own: readonly Account[]): Measure[] {
  const byTask = new Map<string | null, Measure>();
  for (const { parts } of own) {
    for (const part of parts) if (!byTask.has(part.subtask)) byTask.set(part.subtask, part);
  }
  return [...byTask.values()];
}

/** The newest account that has the benchmark itself, with the detail of an older one of the same score. */
function ofWhole(own: readonly Account[]) {
  const at = own.findIndex(({ whole }) => whole);
  const account = own[at];
  if (!account?.whole) return null;
  const { row, whole, parts } = account;
  const measures = own
    .slice(at + 1)
    .reduce(
      (known, older) => withDetail(known, older.whole ? [older.whole, ...older.parts] : []),
      [whole, ...parts],
    );
  return { rows: [row], measures };
}

/** @param accounts newest first */
function supersededIn(accounts: readonly Row[]): Superseded[] {
  const [newest] = accounts;
  const ids = { eval_id: evalId(newest!), suite: newest!.suite };
  const holder = new Map<string, Row>();
  return accounts.flatMap((account) => {
    const { names } = layoutIn(account);
    const nameOf = (n: (typeof names)[number]) => `${n.benchmark} ${n.subtask ?? ""}`;
    const lost = names.filter((n) => holder.has(nameOf(n)));
    for (const n of names) if (!holder.has(nameOf(n))) holder.set(nameOf(n), account);
    const [first] = lost;
    if (first === undefined) return [];
    const kept = holder.get(nameOf(first))!;
    const keys = [...new Set(lost.map((n) => n.benchmark))];
    const all = new Set(names.map((n) => n.benchmark));
    return [
      {
        ...ids,
        kept: kept.source,
        dropped: account.source,
        benchmarks: keys.length === all.size ? null : keys,
        by: orderOf(kept, account),
      },
    ];
  });
}

/** Where a time is not known, it counts from the beginning. */
const isKnown = ({ at }: Row): boolean => at > "1970-01-02";

function orderOf(kept: Row, dropped: Row): Superseded["by"] {
  if (kept.at === dropped.at) return "name";
  return isKnown(dropped) ? "time" : "known";
}

function withFacts<R extends Row>(newer: R, older: R): R {
  const merged = {
    ...newer,
    flagged: newer.flagged || older.flagged,
    maintainers_choice: newer.maintainers_choice || older.maintainers_choice,
    extras: { ...older.extras, ...newer.extras },
  };
  for (const field of FACTS) Object.assign(merged, { [field]: newer[field] ?? older[field] });
  return merged;
}

/**
 * Adds the subtasks of another account of the same run to measures that have none, benchmark by
 * benchmark, where both give the same score; the standard error then comes from the subtasks too.
 * A benchmark that was scored anew since (a better answer parser) keeps only its own figure.
 */
export function withDetail(measures: readonly Measure[], detail: readonly Measure[]): Measure[] {
  return measures.flatMap((whole) => {
    if (whole.subtask !== null) return [whole];
    const own = measures.filter((m) => m.benchmark === whole.benchmark);
    const other = detail.filter((m) => m.benchmark === whole.benchmark);
    const same = other.find((m) => m.subtask === null && Math.abs(m.raw - whole.raw) < 1e-9);
    if (own.length > 1 || !same) return [whole];
    const { stderr, stderr_source } = same.stderr === null ? whole : same;
    return [{ ...whole, stderr, stderr_source }, ...other.filter((m) => m.subtask !== null)];
  });
}

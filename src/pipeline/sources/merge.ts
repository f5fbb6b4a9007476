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
  /** What told which is newer: when they were made, or, where that is the same or unknown, their names. */
  by: "time" | "name";
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
    const { measures, others, unfinished } = figuresOf(suite, sorted);
    merged.unfinished.push(...unfinished);
    if (measures.length === 0) continue;
    const joined = sorted.slice(1).reduce<R>(withFacts, sorted[0]!);
    merged.evaluations.push({
      ...joined,
      measures,
      ...(Object.keys(others).length > 0 && { others }),
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
  const others: Record<string, string> = {};
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
    if (!found) {
      const reason = `${benchmark.key}: is half-finished: ${partsIn(own).length} of ${benchmark.subtasks.length} subtasks of ${benchmark.name}`;
      unfinished.push({ path: newest.row.source, reason });
      continue;
    }
    measures.push(...found.measures);
    if (found.row.source !== accounts[0]!.source) others[benchmark.key] = found.row.source;
  }
  return { measures, others, unfinished };
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
  return whole ? { row: newest.row, measures: [whole, ...inOrder] } : null;
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
  return { row, measures };
}

/** @param accounts newest first */
function supersededIn(accounts: readonly Row[]): Superseded[] {
  const [newest] = accounts;
  const ids = { eval_id: evalId(newest!), suite: newest!.suite };
  const holder = new Map<string, Row>();
  return accounts.flatMap((account) => {
    const own = [...layoutIn(account).whole.keys()];
    const lost = own.filter((key) => holder.has(key));
    for (const key of own) if (!holder.has(key)) holder.set(key, account);
    const [first] = lost;
    if (first === undefined) return [];
    const kept = holder.get(first)!;
    return [
      {
        ...ids,
        kept: kept.source,
        dropped: account.source,
        benchmarks: lost.length === own.length ? null : lost,
        by: kept.at === account.at ? ("name" as const) : ("time" as const),
      },
    ];
  });
}

function withFacts<R extends Row>(newer: R, older: R): R {
  const merged = {
    ...newer,
    flagged: newer.flagged || older.flagged,
    maintainers_choice: newer.maintainers_choice || older.maintainers_choice,
    runs: runsOf(newer, older),
    extras: { ...older.extras, ...newer.extras },
  };
  for (const field of FACTS) Object.assign(merged, { [field]: newer[field] ?? older[field] });
  return merged;
}

/** For each benchmark its newest run: a table that was scored anew is still of the run that was. */
function runsOf(newer: Row, older: Row): Row["runs"] {
  const known = new Set(newer.runs.flatMap(({ shots }) => Object.keys(shots)));
  const others = older.runs.flatMap((run) => {
    const shots = Object.entries(run.shots).filter(([benchmark]) => !known.has(benchmark));
    return shots.length === 0 ? [] : [{ ...run, shots: Object.fromEntries(shots) }];
  });
  return others.length === 0 ? newer.runs : [...newer.runs, ...others];
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

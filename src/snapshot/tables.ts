import { evalId } from "../records/eval-id.ts";
import type { Evaluation, Measure } from "../records/evaluation.ts";
import type { Suite } from "../records/suite.ts";
import { byStanding, type HistoryRow } from "../sources/history.ts";
import { average } from "../suite/average.ts";
import { rank } from "../suite/rank.ts";
import { points } from "../suite/score.ts";
import { HISTORY_COLUMNS, modelsColumns, SCORES_COLUMNS, type TableColumn } from "./columns.ts";

export type Value = string | number | boolean | null;

/** A table ready to be written: values by column, in the order of `columns`. */
export interface Table {
  name: string;
  columns: TableColumn[];
  values: Value[][];
  rows: number;
}

interface Standing {
  evaluation: Evaluation;
  eval_id: string;
  average: number | null;
  rank: number | null;
  /** Measures of the benchmarks themselves, by key. */
  whole: Map<string, Measure>;
}

/** Averages and ranks of a suite's evaluations, best first. */
export function standingsOf(suite: Suite, evaluations: Evaluation[]): Standing[] {
  const rows = evaluations
    .filter((e) => e.suite === suite.id)
    .map((evaluation) => {
      const own = evaluation.measures.filter((m) => m.subtask === null);
      const whole = new Map(own.map((m) => [m.benchmark, m]));
      const scores = suite.benchmarks.map((b) => {
        const measure = whole.get(b.key);
        return measure ? points(suite, measure) : null;
      });
      return { evaluation, eval_id: evalId(evaluation), average: average(scores), whole };
    });
  const ranks = rank(rows.map((r) => (r.evaluation.flagged ? null : r.average)));
  return rows.map((r, i) => ({ ...r, rank: ranks[i] ?? null })).sort(byStanding);
}

/** The suite's wide table. */
export function modelsTable(suite: Suite, standings: Standing[]): Table {
  const columns = modelsColumns(suite);
  const read = columns.map((c) => reader(suite, c.name));
  return tableOf(suite.table, columns, standings, read);
}

/** `scores.parquet`: one row per measured value, subtasks included. */
export function scoresTable(suites: { suite: Suite; standings: Standing[] }[]): Table {
  const rows = suites.flatMap(({ suite, standings }) =>
    standings.flatMap((s) =>
      s.evaluation.measures.map((m) => ({ ...m, eval_id: s.eval_id, suite: suite.id })),
    ),
  );
  return recordsTable("scores", SCORES_COLUMNS, rows);
}

export function historyTable(rows: HistoryRow[]): Table {
  return recordsTable("history", HISTORY_COLUMNS, rows);
}

function recordsTable<T extends object>(name: string, columns: TableColumn[], rows: T[]): Table {
  const read = columns.map((c) => (row: T) => (row as Record<string, Value>)[c.name] ?? null);
  return tableOf(name, columns, rows, read);
}

function tableOf<T>(
  name: string,
  columns: TableColumn[],
  rows: T[],
  read: ((row: T) => Value)[],
): Table {
  return { name, columns, values: read.map((get) => rows.map(get)), rows: rows.length };
}

function reader(suite: Suite, name: string): (row: Standing) => Value {
  for (const { key } of suite.benchmarks) {
    const measure = (row: Standing) => row.whole.get(key);
    if (name === `${key}_raw`) return (row) => measure(row)?.raw ?? null;
    if (name === `${key}_stderr`) return (row) => measure(row)?.stderr ?? null;
    if (name === key) {
      return (row) => {
        const found = measure(row);
        return found ? points(suite, found) : null;
      };
    }
  }
  if (name === "eval_id" || name === "average" || name === "rank") return (row) => row[name];
  return (row) => (row.evaluation as unknown as Record<string, Value>)[name] ?? null;
}

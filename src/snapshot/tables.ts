import { evalId } from "../records/eval-id.ts";
import type { Evaluation, Measure } from "../records/evaluation.ts";
import type { Suite } from "../records/suite.ts";
import { byStanding, type HistoryRow } from "../sources/history.ts";
import { average } from "../suite/average.ts";
import { rank } from "../suite/rank.ts";
import { points } from "../suite/score.ts";
import { averageStderr, type RankRange, rankRanges } from "../suite/uncertainty.ts";
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
  /** Null where the suite's table has no standard errors, or this row lacks one. */
  range: RankRange | null;
  /** Measures of the benchmarks themselves, in the suite's order, and their scores in points. */
  whole: (Measure | undefined)[];
  scores: (number | null)[];
}

/** Averages and ranks of a suite's evaluations, best first. */
export function standingsOf(suite: Suite, evaluations: Evaluation[]): Standing[] {
  const rows = evaluations
    .filter((e) => e.suite === suite.id)
    .map((evaluation) => {
      const whole = suite.benchmarks.map((b) =>
        evaluation.measures.find((m) => m.subtask === null && m.benchmark === b.key),
      );
      const scores = whole.map((measure) => (measure ? points(suite, measure) : null));
      const eval_id = evalId(evaluation);
      return { evaluation, eval_id, average: average(scores), whole, scores };
    });
  const ranked = rows.map((r) => (r.evaluation.flagged ? null : r.average));
  const ranks = rank(ranked);
  const ranges = rankRanges(
    ranked,
    rows.map((r) =>
      suite.normalized ? averageStderr(r.whole.map((m) => m?.stderr ?? null)) : null,
    ),
  );
  return rows
    .map((r, i) => ({ ...r, rank: ranks[i] ?? null, range: ranges[i] ?? null }))
    .sort(byStanding);
}

/** The suite's wide table. */
export function modelsTable(suite: Suite, standings: Standing[]): Table {
  const columns = modelsColumns(suite);
  const values = columns.map((c) => standings.map(reader(suite, c.name)));
  return { name: suite.table, columns, values, rows: standings.length };
}

/** `scores.parquet`: one row per measured value, subtasks included. */
export function scoresTable(suites: { suite: Suite; standings: Standing[] }[]): Table {
  // Column by column, without a record per row: these are the most rows of all.
  const id: Value[] = [];
  const suiteId: Value[] = [];
  const measures: Measure[] = [];
  for (const { suite, standings } of suites) {
    for (const { evaluation, eval_id } of standings) {
      for (const measure of evaluation.measures) {
        id.push(eval_id);
        suiteId.push(suite.id);
        measures.push(measure);
      }
    }
  }
  const values = SCORES_COLUMNS.map(({ name }) => {
    if (name === "eval_id") return id;
    if (name === "suite") return suiteId;
    return measures.map((m) => m[name as keyof Measure]);
  });
  return { name: "scores", columns: SCORES_COLUMNS, values, rows: id.length };
}

export function historyTable(rows: HistoryRow[]): Table {
  return recordsTable("history", HISTORY_COLUMNS, rows);
}

/** A table of records whose fields are named like its columns; a field left out is unknown. */
export function recordsTable(name: string, columns: TableColumn[], rows: object[]): Table {
  const values = columns.map((c) => rows.map((r) => (r as Record<string, Value>)[c.name] ?? null));
  return { name, columns, values, rows: rows.length };
}

function reader(suite: Suite, name: string): (row: Standing) => Value {
  if (name === "eval_id" || name === "average" || name === "rank") return (row) => row[name];
  if (name === "rank_low") return (row) => row.range?.low ?? null;
  if (name === "rank_high") return (row) => row.range?.high ?? null;
  if (name === "tie_group") return (row) => row.range?.group ?? null;
  for (const [i, { key }] of suite.benchmarks.entries()) {
    if (name === key) return (row) => row.scores[i] ?? null;
    if (name === `${key}_raw`) return (row) => row.whole[i]?.raw ?? null;
    if (name === `${key}_stderr`) return (row) => row.whole[i]?.stderr ?? null;
  }
  return (row) => (row.evaluation as unknown as Record<string, Value>)[name] ?? null;
}

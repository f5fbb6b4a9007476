import { evalId } from "../../core/records/eval-id.ts";
import type { Evaluation } from "../../core/records/evaluation.ts";
import { rank } from "../../core/suite/rank.ts";
import type { Value } from "../../core/table/grid.ts";
import type { TableFile } from "../duckdb/table-file.ts";
import { asNumber } from "./fields.ts";

/** Where an evaluation stood on the day of a dated table. */
export interface HistoryRow {
  as_of: string;
  eval_id: string;
  /** As published that day; null where it was not. */
  average: number | null;
  /** Among that day's rows that were not flagged. */
  rank: number | null;
}

/** The history rows of one dated table, best first. */
export function historyOf(
  day: string,
  evaluations: Pick<
    Evaluation,
    "model" | "revision" | "precision" | "weight_type" | "chat_template" | "flagged"
  >[],
  averages: (number | null)[],
): HistoryRow[] {
  const ranks = rank(evaluations.map((e, i) => (e.flagged ? null : (averages[i] ?? null))));
  const rows = evaluations.map((e, i) => ({
    as_of: day,
    eval_id: evalId(e),
    average: averages[i] ?? null,
    rank: ranks[i] ?? null,
  }));
  return rows.sort(byStanding);
}

/** Reads a table of history rows back, as `history.parquet` and the embedded snapshot have it. */
export function readHistory(table: TableFile): HistoryRow[] {
  const cell = (name: string, i: number): Value => table.columns[name]?.[i] ?? null;
  return Array.from({ length: table.length }, (_, i) => ({
    as_of: String(cell("as_of", i)),
    eval_id: String(cell("eval_id", i)),
    average: asNumber(cell("average", i)),
    rank: asNumber(cell("rank", i)),
  }));
}

/** Oldest day first. */
export function byDay(a: HistoryRow, b: HistoryRow): number {
  return a.as_of < b.as_of ? -1 : a.as_of > b.as_of ? 1 : 0;
}

/** Ranked rows by rank, then the others; ties by id. */
export function byStanding(
  a: { rank: number | null; average: number | null; eval_id: string },
  b: { rank: number | null; average: number | null; eval_id: string },
): number {
  return (
    (a.rank ?? Number.MAX_SAFE_INTEGER) - (b.rank ?? Number.MAX_SAFE_INTEGER) ||
    (b.average ?? -1) - (a.average ?? -1) ||
    (a.eval_id < b.eval_id ? -1 : a.eval_id > b.eval_id ? 1 : 0)
  );
}

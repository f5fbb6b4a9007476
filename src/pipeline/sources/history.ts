import { basename } from "node:path";
import type { Suite } from "../../core/records/suite.ts";
import { rank } from "../../core/suite/rank.ts";
import { asPublished, hasTwoDigits, isSameScore } from "../../core/suite/same-score.ts";
import type { Value } from "../../core/table/grid.ts";
import { intervalValues } from "../../core/table/schema.ts";
import type { TableFile } from "../duckdb/table-file.ts";
import { asBoolean, asNumber } from "./fields.ts";

/** An evaluation as a table of some day has it. */
export interface DayRow {
  eval_id: string;
  flagged: boolean;
  average: number | null;
  /** Of the columns of `intervalValues`, in that order. */
  values: readonly (number | null)[];
}

/** A table of the whole board on one day. */
export interface DayTable {
  day: string;
  /** Digits after the point to which it was published; null where it was not rounded. */
  digits: number | null;
  /** Where the table is from, and the digest of its file where it is one. */
  source: string;
  sha256: string | null;
  rows: readonly DayRow[];
}

/** A day on which the whole table is known. */
export type Day = Omit<DayTable, "rows">;

/** A stretch of known days on which an evaluation stood in the table and nothing of it changed. */
export interface Interval extends DayRow {
  first_day: string;
  last_day: string;
}

/**
 * All that is known of the table's past: its days, oldest first, and every evaluation's intervals.
 * The table of a day is made of the intervals that hold on it. 190 days of the v2 table are 432,921
 * rows, and 9,620 intervals.
 */
export interface History {
  days: readonly Day[];
  intervals: readonly Interval[];
}

export const NO_HISTORY: History = { days: [], intervals: [] };

/** Where an evaluation stood on one day: a row of `history.parquet`. */
export interface HistoryRow {
  as_of: string;
  eval_id: string;
  /** As published that day; null where it was not. */
  average: number | null;
  /** Among that day's rows that were not flagged. */
  rank: number | null;
}

/**
 * One history of several accounts. Of a day that two know, the first stands.
 *
 * @param accounts histories, and tables of single days
 */
export function joinHistory(accounts: readonly (History | DayTable)[]): History {
  const [first, ...others] = accounts;
  if (first && "days" in first) {
    const known = new Set(first.days.map(({ day }) => day));
    const days = others.flatMap((o) => ("rows" in o ? [o.day] : o.days.map(({ day }) => day)));
    if (days.every((day) => known.has(day))) return first;
  }
  const tables = new Map<string, DayTable>();
  for (const account of accounts) {
    for (const table of "rows" in account ? [account] : tablesOf(account)) {
      if (!tables.has(table.day)) tables.set(table.day, table);
    }
  }
  return historyOf([...tables.values()].sort((a, b) => (a.day < b.day ? -1 : 1)));
}

/** The history up to a day, that one included. */
export function historyUpTo({ days, intervals }: History, last: string): History {
  return {
    days: days.filter(({ day }) => day <= last),
    intervals: intervals
      .filter(({ first_day }) => first_day <= last)
      .map((i) => (i.last_day > last ? { ...i, last_day: last } : i)),
  };
}

/** The tables of all days. */
export function* tablesOf({ days, intervals }: History): Generator<DayTable> {
  const coming = [...intervals].sort((a, b) => (a.first_day < b.first_day ? 1 : -1));
  let open: Interval[] = [];
  for (const day of days) {
    open = open.filter(({ last_day }) => last_day >= day.day);
    while ((coming.at(-1)?.first_day ?? "9") <= day.day) open.push(coming.pop()!);
    yield { ...day, rows: open };
  }
}

/** Intervals out of the tables of single days, oldest first. */
function historyOf(tables: readonly DayTable[]): History {
  const closed: Interval[] = [];
  let open = new Map<string, Interval>();
  for (const { day, rows } of tables) {
    const next = new Map<string, Interval>();
    for (const row of rows) {
      const before = open.get(row.eval_id);
      if (before && isSame(before, row)) {
        open.delete(row.eval_id);
        next.set(row.eval_id, {
          ...fuller(before, row),
          first_day: before.first_day,
          last_day: day,
        });
      } else next.set(row.eval_id, { ...row, first_day: day, last_day: day });
    }
    closed.push(...open.values());
    open = next;
  }
  closed.push(...open.values());
  return {
    days: tables.map(({ rows: _, ...day }) => day),
    intervals: closed.sort(byEvaluation),
  };
}

function byEvaluation(a: Interval, b: Interval): number {
  if (a.eval_id !== b.eval_id) return a.eval_id < b.eval_id ? -1 : 1;
  return a.first_day < b.first_day ? -1 : 1;
}

/** Whether two rows differ by no more than rounding to two digits. */
function isSame(a: DayRow, b: DayRow): boolean {
  return (
    a.flagged === b.flagged &&
    isSameScore(a.average, b.average) &&
    a.values.every((value, i) => isSameScore(value, b.values[i] ?? null))
  );
}

/** Of two accounts of the same scores, the one with more digits. */
function fuller(a: DayRow, b: DayRow): DayRow {
  return a.average !== null && hasTwoDigits(a.average) ? b : a;
}

/**
 * Every evaluation's average and rank on every day, oldest day first, best first, as columns: number of
 * the day in `days`, number of the evaluation in `ids`, average as published, rank among those not
 * flagged; NaN for none.
 */
export function standingsOn(history: History) {
  const days = history.days.map(({ day }) => day);
  const numbers = new Map<string, number>();
  const places: Float64Array[] = [];
  let total = 0;
  for (const { digits, rows } of tablesOf(history)) {
    const averages = rows.map(({ average }) => asPublished(average, digits));
    const ranks = rank(rows.map((row, i) => (row.flagged ? null : averages[i]!)));
    const standing = rows
      .map(({ eval_id }, i) => ({ eval_id, average: averages[i]!, rank: ranks[i] ?? null }))
      .sort(byStanding);
    const block = new Float64Array(standing.length * 3);
    standing.forEach((row, i) => {
      const known = numbers.get(row.eval_id) ?? numbers.size;
      numbers.set(row.eval_id, known);
      block.set([known, row.average ?? Number.NaN, row.rank ?? Number.NaN], i * 3);
    });
    places.push(block);
    total += standing.length;
  }
  const columns = [
    new Int32Array(total),
    new Int32Array(total),
    new Float64Array(total),
    new Float64Array(total),
  ] as const;
  let at = 0;
  places.forEach((block, day) => {
    for (let i = 0; i < block.length; i += 3, at++) {
      columns[0][at] = day;
      columns[1][at] = block[i]!;
      columns[2][at] = block[i + 1]!;
      columns[3][at] = block[i + 2]!;
    }
  });
  return { days, ids: [...numbers.keys()], columns };
}

/** The same row by row, for those who want to look at them. */
export function standingRows(history: History): HistoryRow[] {
  const { days, ids, columns } = standingsOn(history);
  const known = (value: number) => (Number.isNaN(value) ? null : value);
  return Array.from(columns[0], (day, i) => ({
    as_of: days[day]!,
    eval_id: ids[columns[1][i]!]!,
    average: known(columns[2][i]!),
    rank: known(columns[3][i]!),
  }));
}

/** Reads the two tables back, as a snapshot has them. */
export function readHistory(suite: Suite, days: TableFile, intervals: TableFile): History {
  const reader =
    (table: TableFile) =>
    (name: string, i: number): Value =>
      table.columns[name]?.[i] ?? null;
  const day = reader(days);
  const cell = reader(intervals);
  const names = intervalValues(suite).map(({ name }) => name);
  return {
    days: Array.from({ length: days.length }, (_, i) => ({
      day: String(day("as_of", i)),
      digits: asNumber(day("digits", i)),
      source: String(day("source", i)),
      sha256: day("sha256", i) as string | null,
    })),
    intervals: Array.from({ length: intervals.length }, (_, i) => ({
      eval_id: String(cell("eval_id", i)),
      first_day: String(cell("first_day", i)),
      last_day: String(cell("last_day", i)),
      flagged: asBoolean(cell("flagged", i)) ?? false,
      average: asNumber(cell("average", i)),
      values: names.map((name) => asNumber(cell(name, i))),
    })),
  };
}

/**
 * Reads standings alone, as a snapshot written by hand may have them (`history.csv`): averages by day,
 * the scores unknown. Who has an average and no rank was flagged.
 */
export function readStandings(table: TableFile): History {
  const cell = (name: string, i: number): Value => table.columns[name]?.[i] ?? null;
  const days = new Map<string, DayRow[]>();
  for (let i = 0; i < table.length; i++) {
    const day = String(cell("as_of", i));
    const average = asNumber(cell("average", i));
    const flagged = average !== null && asNumber(cell("rank", i)) === null;
    const row = { eval_id: String(cell("eval_id", i)), flagged, average, values: [] };
    days.set(day, [...(days.get(day) ?? []), row]);
  }
  const tables = [...days].map(([day, rows]) => {
    return { day, digits: null, source: basename(table.path), sha256: null, rows };
  });
  return historyOf(tables.sort((a, b) => (a.day < b.day ? -1 : 1)));
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

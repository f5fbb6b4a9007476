import { modelOfId } from "../records/eval-id.ts";
import { rank } from "../suite/rank.ts";
import { asPublished } from "../suite/same-score.ts";
import { at, type Grid, type Value } from "./grid.ts";

/** A day on which the whole table is known. */
export interface KnownDay {
  day: string;
  /** Digits after the point that it was published with; null where it was not rounded. */
  digits: number | null;
}

/**
 * The main table as it stood on a known day, out of `intervals.parquet`: eval_id, model, average, rank
 * and scores, best first. Averages, and so ranks, are as they were published; scores have all digits
 * that any day of their stretch published.
 *
 * @param keys the suite's benchmarks
 */
export function tableOfDay(
  intervals: Grid,
  { day, digits }: KnownDay,
  keys: readonly string[],
): Grid {
  const rows: { row: number; average: number | null }[] = [];
  for (let row = 0; row < intervals.length; row++) {
    const first = String(at(intervals, "first_day", row));
    if (first > day || String(at(intervals, "last_day", row)) < day) continue;
    const average = at(intervals, "average", row);
    rows.push({
      row,
      average: asPublished(typeof average === "number" ? average : null, digits),
    });
  }
  const ranks = rank(
    rows.map((r) => (at(intervals, "flagged", r.row) === true ? null : r.average)),
  );
  const best = rows
    .map((r, i) => ({ ...r, rank: ranks[i] ?? null }))
    .sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || a.row - b.row);
  const column = (name: string): Value[] => best.map((r) => at(intervals, name, r.row));
  return {
    length: best.length,
    columns: {
      eval_id: column("eval_id"),
      model: column("eval_id").map((id) => modelOfId(String(id))),
      flagged: column("flagged"),
      average: best.map((r) => r.average),
      rank: best.map((r) => r.rank),
      ...Object.fromEntries(keys.map((key) => [key, column(key)])),
    },
  };
}

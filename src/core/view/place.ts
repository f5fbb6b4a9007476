import type { Column } from "../table/columns.ts";
import type { Value } from "../table/grid.ts";
import type { View } from "./view.ts";

/**
 * How the number before a row is counted: its place by what the table is sorted by, among the rows shown
 * that are not flagged. Not among all, for a filter asks a question (the best chat model below 5B) whose
 * answer begins with 1; the standing among all, by average, is the column `rank`.
 *
 * Scores are counted from the best in both directions, so that no order makes the worst model the first;
 * ranks from 1. What has no better end (sizes, likes, days) is counted from where the order begins.
 * Equal values share a place. Words and yes or no have an order but no places: there the rows are
 * numbered.
 */
export interface Counting {
  /** Whether the highest value is the first. */
  descending: boolean;
  /** Whether equal values share a place. */
  shared: boolean;
}

/** Columns of which less is better. */
const RANKS = new Set(["rank", "rank_low", "rank_high", "tie_group"]);

export function isRank(column: Pick<Column, "name">): boolean {
  return RANKS.has(column.name);
}

/** @param column the one that the view is sorted by, or what stands in for it */
export function countingOf(column: Column, { sort }: Pick<View, "sort">): Counting {
  const isScore = column.benchmark !== undefined || column.name === "average";
  return {
    descending: isRank(column) ? false : isScore || sort.descending,
    shared: column.kind === "number" || column.kind === "date",
  };
}

/**
 * Counts through the rows given.
 *
 * @param ordered all rows, in the order in which they are counted
 * @param flagged which rows have no place
 * @param values what is counted by; rows where it is unknown have no place
 * @returns a place or null for each of `rows`
 */
export function countPlaces(
  ordered: readonly number[],
  rows: readonly number[],
  shared: boolean,
  flagged: readonly Value[],
  values: readonly Value[],
): (number | null)[] {
  const places: (number | null)[] = new Array(rows.length).fill(null);
  const indexOf = new Int32Array(ordered.length).fill(-1);
  rows.forEach((row, index) => {
    indexOf[row] = index;
  });
  let counted = 0;
  let place = 0;
  let before: Value = null;
  for (const row of ordered) {
    const value = values[row] ?? null;
    if (indexOf[row] === -1 || value === null || flagged[row] === true) continue;
    counted++;
    if (!shared || value !== before) place = counted;
    places[indexOf[row]!] = place;
    before = value;
  }
  return places;
}

/** The same in words, for the head of the numbers. */
export function placeWords(
  column: Column | undefined,
  view: Pick<View, "sort">,
  label = column?.label,
): string {
  if (!column) return "Place among the rows shown";
  const { descending, shared } = countingOf(column, view);
  return shared
    ? `Place by ${label} among the rows shown, ${firstWords(column, descending)}`
    : `Number of the row, in the order of ${label}`;
}

/** How a table is sorted, in words: `by MATH, highest first`. */
export function orderWords(
  column: Column | undefined,
  { sort }: Pick<View, "sort">,
  label = column?.label,
): string {
  return column ? `by ${label}, ${firstWords(column, sort.descending)}` : "in no order";
}

function firstWords({ kind }: Column, descending: boolean): string {
  const [up, down] = ENDS[kind];
  return `${descending ? down : up} first`;
}

/** What comes first: ascending, descending. */
const ENDS: Record<Column["kind"], [string, string]> = {
  number: ["lowest", "highest"],
  date: ["earliest", "latest"],
  text: ["A", "Z"],
  boolean: ["no", "yes"],
};

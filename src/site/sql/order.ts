import type { Value } from "../../core/table/grid.ts";
import type { Kind } from "./types.ts";

export interface Sort {
  column: number;
  descending: boolean;
}

/** What a click on a column's header does: numbers begin with the largest, then the other way, then as the query had it. */
export function nextSort(sort: Sort | null, column: number, kind: Kind): Sort | null {
  const first = kind === "number";
  if (sort?.column !== column) return { column, descending: first };
  return sort.descending === first ? { column, descending: !first } : null;
}

/** Row numbers in the order asked for; equal values stay as they are, unknown ones stand last. */
export function orderOf(
  rows: readonly (readonly Value[])[],
  sort: Sort | null,
  kind: Kind,
): number[] {
  const order = rows.map((_, i) => i);
  if (!sort) return order;
  const values = rows.map((row) => row[sort.column] ?? null);
  const compare =
    kind === "number"
      ? (a: Value, b: Value) => numberOf(a) - numberOf(b)
      : (a: Value, b: Value) => collator.compare(String(a), String(b));
  const sign = sort.descending ? -1 : 1;
  const isUnknown = (v: Value) => v === null || (kind === "number" && Number.isNaN(numberOf(v)));
  return order.sort((i, j) => {
    const [a, b] = [values[i]!, values[j]!];
    if (isUnknown(a) || isUnknown(b)) return Number(isUnknown(a)) - Number(isUnknown(b));
    return sign * compare(a, b) || 0;
  });
}

const collator = new Intl.Collator("en", { sensitivity: "base" });

/** Whole numbers beyond 2^53 come as text. */
function numberOf(value: Value): number {
  return typeof value === "number" ? value : Number(value);
}

import type { Column } from "../table/columns.ts";
import { conditionsOf } from "../view/sql.ts";
import type { View } from "../view/view.ts";

/** The filters of a view as one SQL condition over a table with these columns. */
export function filterOf(view: View, columns: readonly Column[]): string {
  const known = new Map(columns.map((c) => [c.name, c]));
  const conditions = conditionsOf({ ...view, weights: null }, known);
  return conditions.length === 0 ? "TRUE" : conditions.join("\n    AND ");
}

/** Whether two views let the same rows through. */
export function sameFilter(a: View, b: View, columns: readonly Column[]): boolean {
  return filterOf(a, columns) === filterOf(b, columns);
}

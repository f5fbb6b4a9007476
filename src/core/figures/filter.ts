import type { Column } from "../table/columns.ts";
import { identifier } from "../view/quote.ts";
import { conditionsOf } from "../view/sql.ts";
import type { View } from "../view/view.ts";

/**
 * The evaluations of a view as one SQL condition over a table with these columns. Of those with the same
 * scores under several names (`twin_of`) one counts, unless the view asks for each: the first of those
 * that its filters let through.
 *
 * @param table name of the table that knows of twins; the condition may also be asked of rows of another
 *   time, with its columns
 */
export function filterOf(view: View, columns: readonly Column[], table: string): string {
  const known = new Map(columns.map((c) => [c.name, c]));
  const conditions = conditionsOf({ ...view, weights: null }, known);
  if (view.twins === "once" && known.has("twin_of")) {
    conditions.push(`eval_id NOT IN (${repeatedSql(conditions, table)})`);
  }
  return conditions.length === 0 ? "TRUE" : conditions.join("\n    AND ");
}

/** Those that say again what another says, of those that these conditions let through. */
function repeatedSql(conditions: readonly string[], table: string): string {
  const within = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return [
    `SELECT eval_id FROM ${identifier(table)}${within}`,
    "QUALIFY row_number() OVER (",
    "  PARTITION BY coalesce(twin_of, eval_id) ORDER BY twin_of IS NOT NULL, eval_id) > 1",
  ].join("\n      ");
}

/** The view with each name counted, also of those with the same scores. */
export function eachName(view: View): View {
  return { ...view, twins: "each" };
}

/** Whether two views let the same rows of a table through. */
export function sameFilter(a: View, b: View, columns: readonly Column[]): boolean {
  return filterOf(a, columns, "") === filterOf(b, columns, "");
}

/** A value of a table as the page holds it; null is unknown. Dates are `YYYY-MM-DD` text. */
export type Value = string | number | boolean | null;

/** A table by columns. Every column has `length` values; row i is one evaluation. */
export interface Grid {
  length: number;
  columns: Record<string, readonly Value[]>;
}

/** The value of a column that may be absent from this table: then unknown. */
export function at(grid: Grid, column: string, row: number): Value {
  return grid.columns[column]?.[row] ?? null;
}

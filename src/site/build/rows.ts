import type { Row } from "../../core/figures/figure.ts";

/** Rows as they are sent: by columns, numbers as they are. */
export function byColumns(rows: readonly Row[]): Record<string, Row[string][]> {
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(names.map((n) => [n, rows.map((row) => row[n] ?? null)]));
}

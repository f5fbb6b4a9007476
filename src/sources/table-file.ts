import type { DuckDBConnection } from "@duckdb/node-api";
import { literal } from "./duckdb.ts";

export type Cell = string | number | boolean | null;

/** A table read whole, by columns. CSV cells are text; Parquet cells have their own type. */
export interface TableFile {
  path: string;
  names: string[];
  columns: Record<string, Cell[]>;
  length: number;
}

/**
 * Reads a `.csv` or `.parquet` file. Empty cells, `NA` and `N/A` are null; dates become text.
 *
 * @throws the database's own error for a file that is not such a table
 */
export async function readTable(db: DuckDBConnection, path: string): Promise<TableFile> {
  const from = path.endsWith(".parquet")
    ? `read_parquet(${literal(path)})`
    : `read_csv(${literal(path)}, header = true, all_varchar = true, nullstr = ['', 'NA', 'N/A'])`;
  const result = await db.runAndReadAll(`SELECT * FROM ${from}`);
  const names = result.columnNames();
  const values = result.getColumnsJS();
  const columns: Record<string, Cell[]> = {};
  names.forEach((name, i) => {
    columns[name] = (values[i] ?? []).map(toCell);
  });
  return { path, names, columns, length: result.currentRowCount };
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") {
    return value;
  }
  return String(value);
}

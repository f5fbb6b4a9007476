import type { DuckDBConnection } from "@duckdb/node-api";
import type { Value } from "../../core/table/grid.ts";
import { literal } from "../../core/view/quote.ts";
import { csvForm, withCopy } from "./csv-form.ts";

/** A table read whole, by columns. CSV cells are text; Parquet cells have their own type. */
export interface TableFile {
  path: string;
  names: string[];
  columns: Record<string, Value[]>;
  length: number;
  /** Whether bytes that are no UTF-8 were read as U+FFFD: which cells have them. */
  isDamaged?: boolean;
}

/** Nothing is left to guess but the line ends. */
const CSV = `header = true, all_varchar = true, nullstr = ['', 'NA', 'N/A'], quote = '"', escape = '"', comment = '', skip = 0`;

/**
 * Reads a `.csv` or `.parquet` file; a file of a cache has no ending. Empty cells, `NA` and `N/A` are null; dates become text.
 *
 * @throws the database's own error for a file that is not such a table
 */
export async function readTable(
  db: DuckDBConnection,
  path: string,
  kind = path.endsWith(".parquet") ? "parquet" : "csv",
): Promise<TableFile> {
  if (kind === "parquet") {
    return { ...(await readSql(db, `SELECT * FROM read_parquet(${fileLiteral(path)})`)), path };
  }
  const { delimiter, isMixed, isDamaged } = await csvForm(path);
  const read = (file: string) =>
    readSql(
      db,
      `SELECT * FROM read_csv(${fileLiteral(file)}, ${CSV}, delim = ${literal(delimiter)})`,
    );
  const table = await (isMixed || isDamaged ? withCopy(path, read) : read(path));
  return { ...table, path, ...(isDamaged && { isDamaged }) };
}

/** To DuckDB, a path is a pattern. */
function fileLiteral(path: string): string {
  return literal(path.replace(/[[*?]/g, "[$&]"));
}

/** What a query gives, by columns; its `path` is empty. */
export async function readSql(db: DuckDBConnection, sql: string): Promise<TableFile> {
  const result = await db.runAndReadAll(sql);
  const names = result.columnNames();
  const values = result.getColumnsJS();
  // Without a prototype: a header may say `constructor`.
  const columns: Record<string, Value[]> = Object.create(null);
  names.forEach((name, i) => {
    columns[name] = toCells(values[i] ?? []);
  });
  return { path: "", names, columns, length: result.currentRowCount };
}

/** A column has one type: where that needs no conversion, the values stand as they are. */
function toCells(values: readonly unknown[]): Value[] {
  const sample = typeof values.find((v) => v !== null);
  const plain = sample === "string" || sample === "number" || sample === "boolean";
  return plain ? (values as Value[]) : values.map(toCell);
}

function toCell(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") {
    return value;
  }
  return String(value);
}

/** The rows of a query, as records; integers and dates as in `readTable`. */
export async function readQuery(
  db: DuckDBConnection,
  sql: string,
): Promise<Record<string, Value>[]> {
  const result = await db.runAndReadAll(sql);
  return result
    .getRowObjectsJS()
    .map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, toCell(v)])));
}

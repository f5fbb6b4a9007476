import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../../core/records/user-error.ts";
import type { Value } from "../../core/table/grid.ts";
import { literal } from "../../core/view/quote.ts";
import { csvForm, withCopy } from "./csv-form.ts";
import { damagedRows } from "./damaged-parquet.ts";
import { refuseHuge, TABLE_LIMITS } from "./limits.ts";

/** A table read whole, by columns. CSV cells are text; Parquet cells have their own type. */
export interface TableFile {
  path: string;
  names: string[];
  columns: Record<string, Value[]>;
  length: number;
  /** Whether bytes that are no UTF-8 were read as U+FFFD: which cells have them. */
  isDamaged?: boolean;
  /** Rows that could not be read, counted from 0, and why; their cells are null. */
  broken?: ReadonlyMap<number, string>;
}

/** Nothing is left to guess but the line ends. */
const CSV = `auto_detect = false, header = true, nullstr = ['', 'NA', 'N/A'], quote = '"', escape = '"', comment = '', skip = 0`;

/** Tables of rows that cannot be read, so far: files may be read side by side. */
let noted = 0;

/**
 * Reads a `.csv` or `.parquet` file; a file of a cache has no ending. Empty cells, `NA` and `N/A` are null; dates become
 * text. A row of a CSV file with more or fewer cells than the header, or a quote that does not close in it, costs itself.
 *
 * @throws UserError for a table that is larger than one may be, or whose rows cannot be told apart; the database's own
 *   error for a file that is no such table
 */
export async function readTable(
  db: DuckDBConnection,
  path: string,
  kind = path.endsWith(".parquet") ? "parquet" : "csv",
): Promise<TableFile> {
  return { ...(await (kind === "parquet" ? readParquet(db, path) : readCsv(db, path))), path };
}

async function readParquet(db: DuckDBConnection, path: string): Promise<TableFile> {
  const file = fileLiteral(path);
  const [{ rows, bytes }] = (await readQuery(
    db,
    `SELECT (SELECT sum(num_rows) FROM parquet_file_metadata(${file})) AS rows,
       (SELECT sum(total_uncompressed_size) FROM parquet_metadata(${file})) AS bytes`,
  )) as [{ rows: number; bytes: number }];
  const columns = await readQuery(db, `DESCRIBE SELECT * FROM read_parquet(${file})`);
  refuseHuge({ rows: Number(rows), bytes: Number(bytes), columns: columns.length });
  const names = columns.map(({ column_name }) => String(column_name));
  // By place: what a stranger calls a column is no part of a statement.
  const places = columns.map((_, i) => `c${i}`);
  const cells = columns.map(({ column_type: type }, i) =>
    type === "VARCHAR" ? `left(c${i}, ${TABLE_LIMITS.cell}) AS c${i}` : `c${i}`,
  );
  try {
    const from = `read_parquet(${file}) AS t(${places.join(", ")})`;
    return named(await readSql(db, `SELECT ${cells.join(", ")} FROM ${from}`), names);
  } catch (error) {
    if (!(error as Error).message.includes("Invalid string encoding")) throw error;
    return { ...tableOf(names, await damagedRows(path)), isDamaged: true };
  }
}

function tableOf(names: string[], rows: Record<string, unknown>[]): TableFile {
  const columns: Record<string, Value[]> = Object.create(null);
  for (const name of names) columns[name] = rows.map((row) => toCell(row[name]));
  return { path: "", names, columns, length: rows.length };
}

async function readCsv(db: DuckDBConnection, path: string): Promise<TableFile> {
  const { bytes, header, delimiter, isMixed, isDamaged } = await csvForm(path);
  refuseHuge({ bytes, columns: header.length });
  if (header.length === 0) throw new UserError("it is empty");
  const types = header.map((_, i) => `'c${i}': 'VARCHAR'`).join(", ");
  const broken = `csv_broken_${noted++}`;
  const notes = `store_rejects = true, rejects_table = '${broken}', rejects_scan = '${broken}_scan'`;
  const options = `${CSV}, ${notes}, columns = {${types}}, delim = ${literal(delimiter)}`;
  const read = async (file: string) => {
    const from = `read_csv(${fileLiteral(file)}, ${options})`;
    try {
      const table = await readSql(db, `SELECT * FROM ${from} LIMIT ${TABLE_LIMITS.rows + 1}`);
      return withBroken(named(table, header), await brokenRows(db, broken));
    } finally {
      await db.run(`DROP TABLE IF EXISTS ${broken}; DROP TABLE IF EXISTS ${broken}_scan`);
    }
  };
  const table = await (isMixed || isDamaged ? withCopy(path, read) : read(path));
  refuseHuge({ rows: table.length });
  return { ...table, ...(isDamaged && { isDamaged }) };
}

/** The columns under the names of the header. */
function named(table: TableFile, header: string[]): TableFile {
  const columns: Record<string, Value[]> = Object.create(null);
  for (const [i, name] of header.entries()) columns[name] = table.columns[`c${i}`]!;
  return { ...table, names: header, columns };
}

/** What was wrong with a row, by its place below the header. */
async function brokenRows(db: DuckDBConnection, noted: string): Promise<Map<number, string>> {
  const rows = await readQuery(
    db,
    `SELECT line, any_value(error_type::VARCHAR) AS kind, any_value(error_message) AS said,
       max(column_idx) AS cells, bool_or(contains(trim(csv_line, chr(10) || chr(13)), chr(10))) AS has_lines
     FROM ${noted} GROUP BY line ORDER BY line`,
  );
  const broken = new Map<number, string>();
  for (const { line, kind, said, cells, has_lines } of rows) {
    // Which rows there are behind a quote that is never closed, nobody can tell.
    if (kind === "UNQUOTED VALUE" && has_lines) {
      throw new UserError(
        `in row ${Number(line) - 1} a quote is opened and not closed as it should be: what follows cannot be told apart`,
      );
    }
    broken.set(Number(line) - 2, wordsFor(String(kind), String(said), Number(cells)));
  }
  return broken;
}

function wordsFor(kind: string, said: string, cells: number): string {
  if (kind === "TOO MANY COLUMNS") return `has ${cells} cells or more, the header fewer`;
  if (kind === "MISSING COLUMNS") return `has ${cells} cells, the header more`;
  if (kind === "UNQUOTED VALUE") return "has a quote that is not closed as it should be";
  if (kind === "LINE SIZE OVER MAXIMUM") return "is longer than 2,000,000 bytes";
  return said.split("\n")[0]!;
}

/** Puts rows that could not be read in their places, so that the others keep their numbers. */
function withBroken(table: TableFile, broken: Map<number, string>): TableFile {
  if (broken.size === 0) return table;
  const length = table.length + broken.size;
  const columns: Record<string, Value[]> = Object.create(null);
  for (const name of table.names) {
    const cells = table.columns[name]!;
    let next = 0;
    columns[name] = Array.from({ length }, (_, row) =>
      broken.has(row) ? null : (cells[next++] ?? null),
    );
  }
  return { ...table, columns, length, broken };
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

import type { AsyncDuckDB, AsyncDuckDBConnection } from "@duckdb/duckdb-wasm";
import workerUrl from "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url";
import wasmUrl from "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url";
import type { Value } from "./grid.ts";

/**
 * DuckDB in the visitor's browser.
 *
 * Which version: 1.28.0, the last that has Parquet built in. Measured before the choice, in
 * Chromium on two cores, medians of five cold starts (`npm run bench` prints how long 1.28 takes now):
 *
 * |                                 | 1.28.0 | 1.32.0 |
 * | wasm raw / gzip                 | 18.1 / 4.2 MB | 34.2 / 7.6 MB |
 * | start until a query can be made | 0.24 s | 0.75 s |
 * | `models` loaded from Parquet    | 0.11 s | 0.29 s (decoded by hyparquet, through Arrow) |
 * | filter and sort, p50            | 3.5 ms | 3.1–5.3 ms |
 *
 * 1.32 fetches its Parquet reader from a third-party host, is above the 25 MB that some static
 * hosts allow per file, and costs a phone twice the download; what it has more (newer SQL, queries
 * cancelled in place) this page does not use. The generated SQL is held to both: the tests run it
 * on DuckDB 1.5, the browser tests on this one.
 *
 * When: on first need. The table answers every control by itself (`match.ts`, below a millisecond),
 * so nobody who does not ask for SQL pays 4.3 MB or the memory. Only the build with WebAssembly
 * exceptions is shipped (Chrome 95, Firefox 100, Safari 15.2), in a worker from our own origin.
 */
export interface Engine {
  version: string;
  /** Runs one query; rows as arrays in the order of `names`. */
  query(sql: string): Promise<{ names: string[]; rows: Value[][] }>;
  /** Ends the worker and gives its memory back. */
  close(): Promise<void>;
}

/** A table to be had in SQL, and the address of the Parquet file it is read from. */
export interface TableSource {
  /** Checked by the suite's schema. */
  name: string;
  parquet: string;
}

/**
 * Starts DuckDB with some tables.
 *
 * @throws Error with a sentence for the reader
 */
export async function startEngine(tables: readonly TableSource[]): Promise<Engine> {
  const [duckdb, ...files] = await Promise.all([
    import("@duckdb/duckdb-wasm"),
    ...tables.map((table) => fetchFile(table.parquet)),
  ]);
  const worker = new Worker(new URL(workerUrl, location.href));
  const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
  try {
    await db.instantiate(new URL(wasmUrl, location.href).href);
    const connection = await db.connect();
    for (const [i, { name }] of tables.entries()) {
      await db.registerFileBuffer(`${name}.parquet`, files[i]!);
      await connection.query(
        `CREATE TABLE "${name}" AS SELECT * FROM read_parquet('${name}.parquet')`,
      );
      await db.dropFile(`${name}.parquet`);
    }
    return engineOf(
      db,
      connection,
      String((await run(connection, "SELECT version()")).rows[0]?.[0]),
    );
  } catch (error) {
    await db.terminate();
    throw error;
  }
}

function engineOf(db: AsyncDuckDB, connection: AsyncDuckDBConnection, version: string): Engine {
  return {
    version,
    query: (sql) => run(connection, sql),
    async close() {
      await connection.close();
      await db.terminate();
    },
  };
}

/** The part of an Arrow table that is read here (the package's own types do not resolve). */
interface ArrowTable {
  numRows: number;
  schema: { fields: { name: string }[] };
  getChildAt(index: number): { get(row: number): unknown } | null;
}

async function run(connection: AsyncDuckDBConnection, sql: string) {
  const result: ArrowTable = await connection.query(sql);
  const names = result.schema.fields.map((f) => f.name);
  const columns = names.map((_, i) => result.getChildAt(i));
  const rows = Array.from({ length: result.numRows }, (_, row) =>
    columns.map((column) => toValue(column?.get(row))),
  );
  return { names, rows };
}

/** Arrow's values as plain ones: 64-bit integers become numbers, dates become text. */
function toValue(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return value;
  return String(value);
}

async function fetchFile(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The table could not be loaded (HTTP ${response.status}).`);
  return new Uint8Array(await response.arrayBuffer());
}

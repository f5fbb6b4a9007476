import type {
  AsyncDuckDB,
  AsyncDuckDBConnection,
  InstantiationProgress,
} from "@duckdb/duckdb-wasm";
import workerUrl from "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url";
import wasmUrl from "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url";
import { type EngineSize, type Progress, sumOfProgress } from "../core/describe/loading.ts";
import { type ArrowBatch, rowsOf } from "../core/table/arrow.ts";
import type { Value } from "../core/table/grid.ts";
import { getBytes } from "./get.ts";
import { loaded } from "./retry.ts";

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
 * hosts allow per file, and costs a phone twice the download; the newer SQL that it has is not
 * needed here. The generated SQL is held to both: the tests run it
 * on DuckDB 1.5, the browser tests on this one.
 *
 * When: on first need. The table answers every control by itself (`match.ts`, below a millisecond),
 * so nobody who does not ask for SQL pays 4.3 MB or the memory. Only the build with WebAssembly
 * exceptions is shipped (Chrome 95, Firefox 100, Safari 15.2).
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
  /** Its size, where that is known. */
  bytes?: number | undefined;
}

/** DuckDB, running and empty. */
export interface Database {
  version: string;
  db: AsyncDuckDB;
  connection: AsyncDuckDBConnection;
  /** Settles, with an error, only when the worker broke down. */
  broken: Promise<never>;
  /** Ends the worker, whatever it is doing, and gives its memory back. */
  terminate(): Promise<void>;
}

/**
 * Starts DuckDB in a worker of its own.
 *
 * The worker begins as a blob that loads the script of our own origin, since only a blob's worker is
 * under the page's Content-Security-Policy: so no query reads an address of another host, whoever
 * wrote it.
 *
 * @param size of its files, as the build found it
 * @throws Error with a sentence for the reader
 */
export async function openDatabase(
  size: EngineSize,
  tell: (progress: Progress) => void = () => {},
): Promise<Database> {
  const duckdb = await loaded(import("@duckdb/duckdb-wasm"), ENGINE);
  const script = new URL(workerUrl, location.href).href;
  const begin = `${REPORT_FAILURE}importScripts(${JSON.stringify(script)});`;
  const blob = new Blob([begin], { type: "text/javascript" });
  const address = URL.createObjectURL(blob);
  const worker = new Worker(address);
  let isBroken = false;
  const broken = new Promise<never>((_, reject) => {
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      reject(new Error(`DuckDB broke down: ${event.message || "its script could not be loaded"}.`));
      isBroken = true;
    });
  });
  // Those who wait for an answer hear of it; nobody else must.
  broken.catch(() => {});
  const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
  try {
    const code = new URL(wasmUrl, location.href).href;
    let bytesTotal = 0;
    const report = (of: InstantiationProgress) => {
      ({ bytesTotal } = of);
      tell(asSent(of, size));
    };
    await Promise.race([db.instantiate(code, null, report), broken]);
    tell(asSent({ bytesLoaded: size.plain, bytesTotal }, size));
    const connection = await db.connect();
    const version = await db.getVersion();
    return { version, db, connection, broken, terminate: () => db.terminate() };
  } catch (error) {
    await db.terminate();
    // The worker and its code come over the network, and hardly anything else can go wrong with them.
    throw isBroken ? new Error(`${ENGINE} could not be loaded: is there a connection?`) : error;
  } finally {
    URL.revokeObjectURL(address);
  }
}

const ENGINE = "The query engine";

/** DuckDB's worker waits for ever where its code does not come: here its complaint reaches the page. */
const REPORT_FAILURE =
  'addEventListener("unhandledrejection", (event) => { setTimeout(() => { throw event.reason; }); });';

/**
 * What came of the engine's code, in bytes as they are sent: DuckDB counts them as they are, and gives
 * the host's word for the whole, which is that of the sent ones, or 0 where the host says none.
 */
function asSent(
  { bytesLoaded, bytesTotal }: Pick<InstantiationProgress, "bytesLoaded" | "bytesTotal">,
  { plain, packed }: EngineSize,
): Progress {
  const total = bytesTotal || packed;
  return { loaded: Math.min(1, bytesLoaded / plain) * total, total };
}

/** Makes a table of a Parquet file's bytes, which the worker takes over. */
export async function addTable(
  { db, connection }: Pick<Database, "db" | "connection">,
  name: string,
  parquet: Uint8Array,
): Promise<void> {
  await db.registerFileBuffer(`${name}.parquet`, parquet);
  await connection.query(`CREATE TABLE "${name}" AS SELECT * FROM read_parquet('${name}.parquet')`);
  await db.dropFile(`${name}.parquet`);
}

/**
 * Starts DuckDB with some tables.
 *
 * @param size of the engine, as the build found it
 * @param tell hears of all that is loaded for it, as one
 * @throws Error with a sentence for the reader
 */
export async function startEngine(
  tables: readonly TableSource[],
  size: EngineSize,
  tell: (progress: Progress) => void = () => {},
): Promise<Engine> {
  const [engine, ...parts] = sumOfProgress(
    [size.packed, ...tables.map((table) => table.bytes ?? 0)],
    tell,
  );
  const opening = openDatabase(size, engine);
  const [database, ...files] = await Promise.all([
    opening,
    ...tables.map(({ parquet, bytes }, i) => fetchFile(parquet, bytes, parts[i])),
  ]).catch((error) => {
    // Where only a table is missing, the engine is there all the same.
    opening.then((database) => database.terminate()).catch(() => {});
    throw error;
  });
  try {
    for (const [i, { name }] of tables.entries()) await addTable(database, name, files[i]!);
    return engineOf(database);
  } catch (error) {
    await database.terminate();
    throw error;
  }
}

function engineOf({ connection, version, terminate }: Database): Engine {
  return {
    version,
    query: (sql) => run(connection, sql),
    async close() {
      await connection.close();
      await terminate();
    },
  };
}

async function run(connection: AsyncDuckDBConnection, sql: string) {
  const result = (await connection.query(sql)) as ArrowBatch;
  return { names: result.schema.fields.map((f) => f.name), rows: rowsOf(result) };
}

/** @throws Error with a sentence for the reader */
export function fetchFile(
  url: string,
  bytes?: number,
  tell?: (progress: Progress) => void,
): Promise<Uint8Array> {
  return getBytes(url, "The table", { bytes, tell });
}

import { addTable, type Database, fetchFile, openDatabase } from "../../browser/engine.ts";
import type { EngineSize } from "../../core/describe/loading.ts";
import { type ArrowBatch, rowsOf } from "../../core/table/arrow.ts";
import { count, formatBytes } from "../../core/table/format.ts";
import type { Value } from "../../core/table/grid.ts";
import { identifier, literal } from "../../core/view/quote.ts";
import type { TableInfo } from "./complete.ts";
import { ConsoleError, type Problem, problemOf } from "./errors.ts";
import { type FileKind, kindOfFile, tableName } from "./files.ts";
import { judge } from "./judge.ts";
import { bytesOf, type Cut, cutBy, LIMITS, memoryLimit } from "./limits.ts";
import { mentioned, type Statement, splitStatements } from "./statements.ts";
import { isPlain, kindOf, type ResultColumn } from "./types.ts";

/** A published table, fetched when a query first mentions it. */
export interface PublishedTable {
  name: string;
  /** Address of its Parquet file, and its size. */
  address: string;
  bytes: number;
}

/** What the last statement of a script gave. */
export interface Answer {
  statement: Statement;
  /** Whether it can be asked again, for a file. */
  isQuery: boolean;
  columns: ResultColumn[];
  rows: Value[][];
  /** Why there are more rows than these; null when these are all. */
  cut: Cut | null;
  /** Milliseconds in DuckDB and on the way here, without loading. */
  time: number;
}

/** The script did not get to its end. */
export class QueryError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.text);
    this.problem = problem;
  }
}

/** The reader, or the clock, ended it. */
export class Stopped extends Error {
  readonly reason: "asked" | "time";
  /** Whether DuckDB had to be ended: then tables made by queries are gone. */
  readonly restarted: boolean;
  constructor(reason: "asked" | "time", restarted: boolean) {
    super("Stopped");
    this.reason = reason;
    this.restarted = restarted;
  }
}

/** A file of the reader's own. */
interface OwnFile {
  table: string;
  file: File;
  kind: FileKind;
}

/** Milliseconds that DuckDB has to stop by itself. */
const GRACE = 1500;

/** How DuckDB's Arrow types are called in SQL, where DESCRIBE did not say. */
const ARROW_TYPES: Record<number, string> = {
  2: "BIGINT",
  3: "DOUBLE",
  5: "VARCHAR",
  6: "BOOLEAN",
  7: "DECIMAL(38,0)",
  8: "DATE",
  9: "TIME",
  10: "TIMESTAMP",
};

interface Stream extends AsyncIterable<ArrowBatch & { data: { byteLength: number } }> {
  schema: ArrowBatch["schema"];
}

/** The task that runs, and what ends it. */
interface Task {
  stopped: "asked" | "time" | null;
  /** Gives up waiting for the worker. */
  abandon(error: Error): void;
}

/**
 * DuckDB for a console: started by the first query, with tables that queries mention, within limits,
 * and stopped when asked.
 *
 * Stopping: DuckDB works in steps of a tenth of a second and looks for messages between them, so it
 * can be stopped in place, and keeps its tables. Some steps take longer (a cross join of large
 * ranges: seconds); when it does not answer in time the worker is ended, and the next query starts a
 * new one with the published tables and the reader's files, but without what queries have made.
 *
 * @param size of DuckDB's files
 * @param say hears what is going on before a query runs
 */
export function createSession(
  published: readonly PublishedTable[],
  size: EngineSize,
  say: (text: string) => void,
) {
  let database: Promise<Database> | undefined;
  let task: Task | undefined;
  let loaded = new Set<string>();
  const fetched = new Map<string, Uint8Array>();
  const files: OwnFile[] = [];
  const device = (navigator as { deviceMemory?: number }).deviceMemory;
  const megabytes = memoryLimit(device);

  const around = () => ({ origin: location.origin, megabytes, tables: tableNames() });

  async function start(): Promise<Database> {
    say(`Loading DuckDB (${formatBytes(size.packed)}) …`);
    loaded = new Set();
    const opened = await openDatabase(size);
    // Nothing is spilled: there is no disk.
    await opened.connection.query(`SET memory_limit = '${megabytes}MB'`);
    await opened.connection.query("SET temp_directory = ''");
    await opened.connection.query(`SET max_expression_depth = ${LIMITS.depth}`);
    return opened;
  }

  function open(): Promise<Database> {
    database ??= start();
    database.catch(() => {
      database = undefined;
    });
    return database;
  }

  async function close(): Promise<void> {
    const closing = database;
    database = undefined;
    loaded = new Set();
    await (await closing?.catch(() => undefined))?.terminate();
  }

  async function load(db: Database, names: readonly string[]): Promise<void> {
    for (const name of names) {
      if (loaded.has(name)) continue;
      const own = files.find((f) => f.table === name);
      if (own) await loadFile(db, own);
      else await loadPublished(db, published.find((t) => t.name === name)!);
      loaded.add(name);
    }
  }

  async function loadPublished(db: Database, { name, address, bytes }: PublishedTable) {
    say(`Loading ${name} (${formatBytes(bytes)}) …`);
    const file = fetched.get(name) ?? (await fetchFile(address, bytes));
    fetched.set(name, file);
    // The worker takes the bytes over.
    await addTable(db, name, file.slice());
  }

  async function loadFile({ db, connection }: Database, { table, file, kind }: OwnFile) {
    say(`Reading ${table} …`);
    const inside = `${table}.${kind}`;
    const bytes = await file.arrayBuffer().catch(() => {
      throw new ConsoleError(`“${file.name}” has changed or is gone: choose it again.`);
    });
    await db.registerFileBuffer(inside, new Uint8Array(bytes));
    // Left to guess, DuckDB takes the names of a file that has nothing but text for a row.
    const read =
      kind === "csv"
        ? `read_csv_auto(${literal(inside)}, header = true)`
        : `read_parquet(${literal(inside)})`;
    try {
      await connection.query(
        `CREATE OR REPLACE TABLE ${identifier(table)} AS SELECT * FROM ${read}`,
      );
    } finally {
      await db.dropFile(inside);
    }
  }

  /** Runs work that can be stopped; one at a time. */
  async function guarded<T>(seconds: number | null, work: (task: Task) => Promise<T>): Promise<T> {
    if (task) throw new ConsoleError("A query is running: stop it first.");
    const current: Task = { stopped: null, abandon: () => {} };
    const abandoned = new Promise<never>((_, reject) => {
      current.abandon = reject;
    });
    abandoned.catch(() => {});
    task = current;
    const clock = seconds === null ? 0 : setTimeout(() => stop("time"), seconds * 1000);
    try {
      return await Promise.race([work(current), abandoned]);
    } catch (error) {
      if (current.stopped && !(error instanceof Stopped)) throw new Stopped(current.stopped, false);
      throw error;
    } finally {
      clearTimeout(clock);
      task = undefined;
    }
  }

  function stop(reason: "asked" | "time" = "asked"): void {
    const current = task;
    if (!current || current.stopped) return;
    current.stopped = reason;
    // A worker at work hears of it after its step.
    void database?.then(({ connection }) => connection.cancelSent()).catch(() => {});
    setTimeout(async () => {
      if (task !== current) return;
      current.abandon(new Stopped(reason, true));
      await close();
    }, GRACE);
  }

  async function runAll(script: string, current: Task): Promise<Answer> {
    const statements = splitStatements(script);
    if (statements.length === 0) throw new ConsoleError("There is no query to run.");
    const db = await open();
    await load(db, mentioned(statements, tableNames()));
    say("Running …");
    let answer: Answer | undefined;
    for (const statement of statements) {
      answer = await Promise.race([runOne(db, statement, current), db.broken]);
    }
    return answer!;
  }

  async function runOne(db: Database, statement: Statement, current: Task): Promise<Answer> {
    const begin = performance.now();
    try {
      const { refusal, isQuery } = await judge(db, statement, location.origin);
      if (refusal) throw new QueryError(refusedHere(statement, refusal));
      const types = isQuery ? await describe(db, statement) : null;
      // Neither of these hears that it is to stop, and what comes next would run on.
      if (current.stopped) throw new Stopped(current.stopped, false);
      refuseWidth(types?.length ?? 0);
      const sql = types ? asPlain(statement.text, types) : statement.text;
      const stream = await send(db, sql);
      refuseWidth(stream.schema.fields.length);
      const columns = stream.schema.fields.map(({ name, type }, i) => {
        const known = types?.[i] ?? ARROW_TYPES[type.typeId] ?? "VARCHAR";
        return { name: types?.names[i] ?? name, type: known, kind: kindOf(known) };
      });
      const { rows, cut } = await read(stream, columns.length, current);
      return { statement, isQuery, columns, rows, cut, time: performance.now() - begin };
    } catch (error) {
      if (current.stopped) throw new Stopped(current.stopped, false);
      if (error instanceof ConsoleError || error instanceof QueryError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new QueryError(problemOf(message, statement, around()));
    }
  }

  function tableNames(): string[] {
    return [...files.map((f) => f.table), ...published.map((t) => t.name)];
  }

  return {
    /** Names of all tables that can be asked, loaded or not. */
    tableNames,

    get running(): boolean {
      return task !== undefined;
    },

    /** Whether DuckDB is there, or on its way. */
    get started(): boolean {
      return database !== undefined;
    },

    /** DuckDB's version once it runs. */
    async version(): Promise<string> {
      return (await open()).version;
    },

    /**
     * Runs a script and gives what its last statement gave.
     *
     * @param seconds after which it is stopped; null: never
     * @throws QueryError, Stopped or ConsoleError
     */
    async run(script: string, seconds: number | null = LIMITS.seconds): Promise<Answer> {
      try {
        return await guarded(seconds, (current) => runAll(script, current));
      } catch (error) {
        const memory = error instanceof QueryError && error.problem.memory;
        // A database that ran out of memory keeps what it has taken.
        if (memory || isBroken(error)) await close();
        throw error;
      }
    },

    stop,

    /** Ends DuckDB and gives its memory back; the next query starts it again. */
    close,

    /**
     * Makes a table of a file of the reader's own. Its bytes stay in the browser.
     *
     * @throws ConsoleError or QueryError
     */
    async addFile(file: File): Promise<TableInfo & { rows: number }> {
      const start = new Uint8Array(await file.slice(0, 8192).arrayBuffer());
      const found = kindOfFile(file.name, file.size, start);
      if ("refused" in found) throw new ConsoleError(found.refused);
      const own = { table: tableName(file.name, tableNames()), file, kind: found.kind };
      return guarded(LIMITS.seconds, async () => {
        const db = await open();
        try {
          await loadFile(db, own);
        } catch (error) {
          throw error instanceof ConsoleError ? error : unreadable(file, own.kind, error);
        }
        files.push(own);
        loaded.add(own.table);
        return { name: own.table, ...(await sizeOf(db, own.table)) };
      });
    },

    /** Forgets a file's table. */
    async removeFile(table: string): Promise<void> {
      const index = files.findIndex((f) => f.table === table);
      if (index < 0) return;
      files.splice(index, 1);
      loaded.delete(table);
      await (await database)?.connection.query(`DROP TABLE IF EXISTS ${identifier(table)}`);
    },

    /**
     * All rows of a query as a Parquet file, with DuckDB's own types; it is run again for that.
     *
     * @throws QueryError, Stopped or ConsoleError
     */
    async parquetOf(statement: Statement): Promise<Uint8Array> {
      return guarded(LIMITS.seconds, async (current) => {
        const db = await open();
        await load(db, mentioned([statement], tableNames()));
        const sql = `COPY (\n${statement.text}\n) TO 'result.parquet' (FORMAT parquet, COMPRESSION zstd)`;
        try {
          for await (const _ of await send(db, sql)) if (current.stopped) break;
          return await db.db.copyFileToBuffer("result.parquet");
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          const problem = problemOf(message, statement, around());
          throw new QueryError({ ...problem, range: null });
        } finally {
          await db.db.dropFile("result.parquet").catch(() => null);
        }
      });
    },
  };
}

export type Session = ReturnType<typeof createSession>;

function isBroken(error: unknown): boolean {
  return !(
    error instanceof QueryError ||
    error instanceof Stopped ||
    error instanceof ConsoleError
  );
}

function unreadable(file: File, kind: FileKind, error: unknown): ConsoleError {
  const said = error instanceof Error ? error.message.split("\n")[0] : String(error);
  const name = kind === "csv" ? "CSV" : "Parquet";
  return new ConsoleError(`“${file.name}” could not be read as ${name}. DuckDB says: ${said}`);
}

async function sizeOf({ connection }: Database, table: string) {
  const name = identifier(table);
  const described = rowsOf(await connection.query(`DESCRIBE ${name}`));
  const counted = rowsOf(await connection.query(`SELECT count(*) FROM ${name}`));
  return {
    columns: described.map(([column, type]) => ({
      name: String(column),
      type: String(type),
      description: "",
    })),
    rows: Number(counted[0]?.[0]),
  };
}

/** @throws ConsoleError */
function refuseWidth(columns: number): void {
  if (columns <= LIMITS.columns) return;
  throw new ConsoleError(
    `This has ${count(columns)} columns; no more than ${count(LIMITS.columns)} are brought over to the page. Name those that you want.`,
  );
}

function refusedHere({ from, text }: Statement, refusal: string): Problem {
  return { text: refusal, range: { from, to: from + text.length }, memory: false };
}

/** DuckDB's names and types of a query's columns; null where it is wrong. */
async function describe({ connection }: Database, statement: Statement) {
  try {
    const rows = rowsOf(await connection.query(`DESCRIBE\n${statement.text}`));
    return Object.assign(
      rows.map((row) => String(row[1])),
      { names: rows.map((row) => String(row[0])) },
    );
  } catch {
    // The statement itself will say what is wrong, and where.
    return null;
  }
}

/**
 * The query with what cannot come over to the page as it is written out as text. Names are left out:
 * they are known, and may be long.
 */
function asPlain(sql: string, types: readonly string[]): string {
  if (types.every(isPlain)) return sql;
  const inner = types.map((_, i) => `c${i}`);
  const outer = types.map((type, i) => (isPlain(type) ? `c${i}` : `c${i}::VARCHAR`));
  return `SELECT ${outer.join(",")} FROM (\n${sql}\n) AS q(${inner.join(",")})`;
}

/** PIVOT is several statements to DuckDB, and these cannot be streamed. */
async function send({ connection }: Database, sql: string): Promise<Stream> {
  if (bytesOf(sql) > LIMITS.sent) {
    throw new ConsoleError("This has too many columns of types that are written out as text.");
  }
  try {
    const reader = (await connection.send(sql)) as unknown as Stream & { open(): Promise<Stream> };
    return await reader.open();
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("single statement"))) throw error;
    const table = (await connection.query(sql)) as ArrowBatch & { batches: ArrowBatch[] };
    const batches = table.batches as (ArrowBatch & { data: { byteLength: number } })[];
    return {
      schema: table.schema,
      async *[Symbol.asyncIterator]() {
        yield* batches;
      },
    };
  }
}

/**
 * Rows of a stream until its end or a limit; DuckDB does not even make the rest. One piece beyond the
 * limit is asked for, to know whether there is a rest.
 */
async function read(stream: Stream, width: number, current: Task) {
  const pieces = stream[Symbol.asyncIterator]();
  const rows: Value[][] = [];
  let bytes = 0;
  for (;;) {
    const { done, value: batch } = await pieces.next();
    if (current.stopped) throw new Stopped(current.stopped, false);
    if (done) return { rows, cut: null };
    const full = cutBy(rows.length, width, bytes);
    if (full && batch.numRows > 0) return { rows, cut: full };
    bytes += batch.data.byteLength;
    if (bytes > 2 * LIMITS.bytes) {
      if (rows.length > 0) return { rows, cut: "bytes" as const };
      throw new ConsoleError(
        `The first rows alone have ${formatBytes(bytes)}; no more than ${formatBytes(LIMITS.bytes)} are brought over to the page. Ask for shorter values.`,
      );
    }
    const room = LIMITS.rows - rows.length;
    const decoded = rowsOf(batch);
    for (const row of decoded.slice(0, room)) rows.push(row);
    if (decoded.length > room) return { rows, cut: "rows" as const };
  }
}

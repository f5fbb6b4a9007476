import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { literal } from "../../core/view/quote.ts";
import { during } from "../installed/steps.ts";

/** Another connection to the same database: its statements run beside the first one's. */
export type Connect = () => Promise<DuckDBConnection>;

/**
 * Opens an in-memory DuckDB, hands it to `use` and closes it, also on failure. One thread, so that
 * the order of rows and the bytes of Parquet files never depend on timing; no extension is fetched.
 */
export async function withDuckDB<T>(
  use: (db: DuckDBConnection, connect: Connect) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    autoinstall_known_extensions: "false",
  });
  const connections: DuckDBConnection[] = [];
  const connect = async () => {
    const connection = await instance.connect();
    connections.push(connection);
    return connection;
  };
  try {
    return await use(await connect(), connect);
  } catch (error) {
    await during("ending the statements of a step that failed", () => stopAll(connections, error));
    throw error;
  } finally {
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
  }
}

/** Milliseconds that a statement may take to end once it is interrupted. */
const ENDING = 30_000;

/**
 * Ends what runs. Where a statement does not heed it, closing would wait for it without end and nobody would be told
 * the error: then the process says it, and is killed.
 */
async function stopAll(connections: DuckDBConnection[], error: unknown): Promise<void> {
  const over = setTimeout(() => {
    const said = error instanceof Error ? error.message : String(error);
    console.error(`${said}\nA statement beside it does not end. The process is killed.`);
    process.kill(process.pid, "SIGKILL");
  }, ENDING);
  await Promise.all(connections.map(stop));
  clearTimeout(over);
}

/** Milliseconds between two interruptions: one that comes before its statement begins is lost. */
const AGAIN = 50;

/**
 * Ends what a failure has left running on a connection, and waits until it has ended: closing would
 * block for as long as the statement runs, and hold up the very thread that could interrupt it.
 */
async function stop(connection: DuckDBConnection): Promise<void> {
  const interruptions = setInterval(() => connection.interrupt(), AGAIN);
  connection.interrupt();
  try {
    // Comes when the one before it has ended. It may itself be interrupted.
    await connection.run("SELECT 1");
  } catch {
  } finally {
    clearInterval(interruptions);
  }
}

/**
 * From now on the database keeps no more than this in memory and the rest in a folder of the
 * system's for such things, which it removes when it is closed.
 */
export async function limitMemory(db: DuckDBConnection, limit = "384MB"): Promise<void> {
  const folder = join(tmpdir(), `leaderboard-duckdb-${process.pid}`);
  await db.run(`SET temp_directory = ${literal(folder)}`);
  await db.run(`SET memory_limit = ${literal(limit)}`);
}

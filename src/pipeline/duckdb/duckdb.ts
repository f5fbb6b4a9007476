import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { literal } from "../../core/view/quote.ts";

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
  } finally {
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
  }
}

/**
 * From now on the database keeps no more than this in memory and the rest in a folder of the
 * system's for such things, which it removes when it is closed.
 */
export async function limitMemory(db: DuckDBConnection, limit = "128MB"): Promise<void> {
  const folder = join(tmpdir(), `leaderboard-duckdb-${process.pid}`);
  await db.run(`SET temp_directory = ${literal(folder)}`);
  await db.run(`SET memory_limit = ${literal(limit)}`);
}

import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/**
 * Opens an in-memory DuckDB, hands it to `use` and closes it, also on failure. One thread, so that
 * the order of rows and the bytes of Parquet files never depend on timing; no extension is fetched.
 */
export async function withDuckDB<T>(use: (db: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    autoinstall_known_extensions: "false",
  });
  const db = await instance.connect();
  try {
    return await use(db);
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

/** A value as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as a quoted SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

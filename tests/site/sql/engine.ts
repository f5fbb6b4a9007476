import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Database } from "../../../src/browser/engine.ts";

/** The very engine of the console, duckdb-eh.wasm, without its browser. */
export async function consoleEngine(): Promise<Pick<Database, "db" | "connection">> {
  const require = createRequire(import.meta.url);
  const path = require.resolve("@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs");
  const duckdb = require(path);
  const bundle = (name: string) => ({ mainModule: join(dirname(path), `duckdb-${name}.wasm`) });
  const bundles = { mvp: bundle("mvp"), eh: bundle("eh") };
  const db = await duckdb.createDuckDB(bundles, new duckdb.VoidLogger(), duckdb.NODE_RUNTIME);
  await db.instantiate(() => {});
  return { db, connection: db.connect() };
}

import { join } from "node:path";
import type { Evaluated as EvaluatedAs } from "../../core/queue/checks.ts";
import { UserError } from "../../core/records/user-error.ts";
import { literal } from "../../core/view/quote.ts";
import { withDuckDB } from "../duckdb/duckdb.ts";
import { readQuery } from "../duckdb/table-file.ts";
import { typed } from "../installed/typed.ts";
import { readManifest } from "./manifest.ts";

/**
 * The names of all models in a snapshot, each once: those of the main table first.
 *
 * @throws UserError where there is no snapshot
 */
export async function modelsIn(folder: string): Promise<string[]> {
  const manifest = await readManifest(folder);
  if (!manifest) {
    throw new UserError(
      `There is no snapshot in ${folder} to take the models from: run ${typed("data")} first.`,
    );
  }
  const { suites } = manifest;
  return withDuckDB(async (db) => {
    const models = new Set<string>();
    for (const { table } of suites) {
      const file = literal(join(folder, `${table}.parquet`));
      const sql = `SELECT DISTINCT model FROM read_parquet(${file}) ORDER BY model`;
      for (const { model } of await readQuery(db, sql)) models.add(String(model));
    }
    return [...models];
  });
}

/**
 * What a snapshot's main table has evaluated, and how; nothing where there is no snapshot.
 *
 * @returns null where a table does not say
 */
export async function evaluatedAs(folder: string): Promise<EvaluatedAs[]> {
  const table = (await readManifest(folder))?.suites[0]?.table;
  if (table === undefined) return [];
  const file = literal(join(folder, `${table}.parquet`));
  return withDuckDB(async (db) => {
    const columns = "model, revision, precision, weight_type, chat_template";
    const rows = await readQuery(db, `SELECT ${columns} FROM read_parquet(${file})`);
    return rows as unknown as EvaluatedAs[];
  });
}

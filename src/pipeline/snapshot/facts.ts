import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type ModelFacts, modelFactsSchema } from "../../core/records/facts.ts";
import { jsonOr } from "../../core/records/json.ts";
import type { DocumentEntry } from "../../core/records/manifest.ts";
import { UserError } from "../../core/records/user-error.ts";
import type { Value } from "../../core/table/grid.ts";
import { FACTS_COLUMNS, FACTS_FILE } from "../../core/table/schema.ts";
import { literal } from "../../core/view/quote.ts";
import { withDuckDB } from "../duckdb/duckdb.ts";
import { readQuery } from "../duckdb/table-file.ts";
import { readManifest } from "./manifest.ts";
import { recordsTable } from "./tables.ts";
import { writeTable } from "./write.ts";

/**
 * Writes the facts into the folder of a snapshot.
 *
 * @param facts each model once; written in the order of their names
 */
export async function writeFactsFile(
  db: DuckDBConnection,
  folder: string,
  facts: readonly ModelFacts[],
): Promise<DocumentEntry> {
  const rows = [...facts]
    .sort((a, b) => (a.model < b.model ? -1 : 1))
    .map((one) => ({ ...one, base_models: JSON.stringify(one.base_models) }));
  const written = await writeTable(db, folder, recordsTable("facts", FACTS_COLUMNS, rows));
  const { bytes, sha256 } = written[FACTS_FILE]!;
  return { bytes, sha256 };
}

/**
 * The facts that a snapshot has; none where it has none, or there is no snapshot.
 *
 * @throws UserError where they are damaged: to go on without would lose them
 */
export async function readFactsFile(folder: string): Promise<ModelFacts[]> {
  const manifest = await readManifest(folder);
  if (!manifest?.documents[FACTS_FILE]) return [];
  const path = join(folder, FACTS_FILE);
  if ((await stat(path).catch(() => null)) === null) return [];
  const columns = FACTS_COLUMNS.map((c) => c.name).join(", ");
  const sql = `SELECT ${columns} FROM read_parquet(${literal(path)})`;
  const rows = await withDuckDB((db) => readQuery(db, sql)).catch((error: Error) => {
    throw damaged(path, error.message.split("\n")[0]!);
  });
  return rows.map((row) => factsOf(row, path));
}

function factsOf(row: Record<string, Value>, path: string): ModelFacts {
  const base_models = jsonOr(String(row.base_models), null);
  const { data } = modelFactsSchema.safeParse({ ...row, base_models });
  if (data) return data;
  throw damaged(path, `what it says of ${String(row.model).slice(0, 200)} cannot be read`);
}

function damaged(path: string, why: string): UserError {
  return new UserError(
    `${path}: ${why}. Bring the published snapshot back (npm run restore), or remove the file to go on ` +
      "without what it knows of models.",
  );
}

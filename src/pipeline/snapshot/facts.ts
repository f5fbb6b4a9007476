import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type ModelFacts, modelFactsSchema, newestFacts } from "../../core/records/facts.ts";
import { jsonOr } from "../../core/records/json.ts";
import type { DocumentEntry } from "../../core/records/manifest.ts";
import { UserError } from "../../core/records/user-error.ts";
import type { Value } from "../../core/table/grid.ts";
import { FACTS_COLUMNS, FACTS_FILE } from "../../core/table/schema.ts";
import { literal } from "../../core/view/quote.ts";
import { readFacts } from "../cache/facts.ts";
import { withDuckDB } from "../duckdb/duckdb.ts";
import { readQuery } from "../duckdb/table-file.ts";
import { typed } from "../installed/typed.ts";
import { daysChecked } from "../sources/facts.ts";
import type { Loaded } from "../sources/load.ts";
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
    `${path}: ${why}. Bring the published snapshot back (${typed("restore")}), or remove the file to go on ` +
      "without what it knows of models.",
  );
}

/**
 * What is known of the models: by the cache, and by the snapshot in place, so that a lost cache loses
 * nothing. So both count as input, and the same input gives the same bytes: over an empty folder, or
 * over a snapshot that this cache has already filled. Facts of a past day are not kept, so it has none.
 */
export async function factsFor(
  options: { cache?: string | undefined; past?: string | undefined; out: string },
  loaded: Loaded,
): Promise<Map<string, ModelFacts>> {
  const { cache, past, out } = options;
  if (cache === undefined || past !== undefined) return new Map();
  const models = new Set(loaded.evaluations.map((e) => e.model));
  const facts = new Map<string, ModelFacts>();
  for (const one of [...(await readFactsFile(out)), ...(await readFacts(cache)).values()]) {
    const known = facts.get(one.model);
    if (models.has(one.model)) facts.set(one.model, known ? newestFacts(known, one) : one);
  }
  return facts;
}

/** Facts are named among the sources. */
export function factsOrigin(
  facts: ReadonlyMap<string, ModelFacts>,
  { sha256 }: DocumentEntry,
): Loaded["origins"][number] {
  const [first, last] = daysChecked(facts)!;
  const note = `model facts from the Hub, checked ${first} to ${last}`;
  return { source: "facts", sha256, rows: facts.size, note };
}

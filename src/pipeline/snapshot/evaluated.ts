import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Evaluated, Row } from "../../core/describe/every-eval-ever.ts";
import type { Manifest } from "../../core/records/manifest.ts";
import type { Suite } from "../../core/records/suite.ts";
import { literal } from "../../core/view/quote.ts";
import { withDuckDB } from "../duckdb/duckdb.ts";
import { readQuery } from "../duckdb/table-file.ts";

/**
 * Every evaluation of a suite, with all that the tables of a snapshot say of it, in the order of the
 * suite's table.
 *
 * @param folder the snapshot
 */
export function evaluatedIn(
  folder: string,
  manifest: Manifest,
  suite: Suite,
): Promise<Evaluated[]> {
  return withDuckDB(async (db) => {
    const rows = (name: string, order = "") => rowsOf(db, folder, manifest, name, suite.id, order);
    const table = literal(join(folder, `${suite.table}.parquet`));
    const models: Row[] = await readQuery(db, `SELECT * FROM read_parquet(${table})`);
    const scores = byId(await rows("scores", "ORDER BY subtask IS NOT NULL"));
    const runs = byId(await rows("runs"));
    const sources = byId(await rows("sources"));
    return models.map((model) => {
      const id = String(model.eval_id);
      const source = sources.get(id)?.[0]?.source;
      return {
        suite,
        model,
        scores: scores.get(id) ?? [],
        runs: runs.get(id) ?? [],
        source: typeof source === "string" ? source : null,
        commit: commitOf(source, manifest),
      };
    });
  });
}

/** Of a table that all suites share; none where an older snapshot has no such table. */
async function rowsOf(
  db: DuckDBConnection,
  folder: string,
  manifest: Manifest,
  name: string,
  suite: string,
  order: string,
): Promise<Row[]> {
  if (!manifest.files[`${name}.parquet`]) return [];
  const table = literal(join(folder, `${name}.parquet`));
  const sql = `SELECT * FROM read_parquet(${table}) WHERE suite = ${literal(suite)} ${order}`;
  return readQuery(db, sql);
}

function byId(rows: Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const id = String(row.eval_id);
    const group = groups.get(id);
    if (group) group.push(row);
    else groups.set(id, [row]);
  }
  return groups;
}

/** The dataset's, where the source is a file of one: `OWNER/NAME/PATH`. */
function commitOf(source: unknown, { sources }: Manifest): string | null {
  const dataset = sources.find(
    (s) => s.commit && `${source}`.startsWith(`${s.source.replace("hf://datasets/", "")}/`),
  );
  return dataset?.commit ?? null;
}

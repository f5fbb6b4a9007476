import { dirname, join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { literal } from "../../core/view/quote.ts";
import { readQuery } from "../duckdb/table-file.ts";
import { asNumber } from "../sources/fields.ts";
import type { HistoryRow } from "../sources/history.ts";
import { readManifest } from "./manifest.ts";
import { dayOf, snapshotNames } from "./names.ts";

/**
 * Where evaluations stood in the snapshots that were published before: the main table of each
 * earlier day, as its newest edition has it. So a leaderboard's history goes on from day to day
 * without anybody keeping it.
 *
 * @param latest folder that the dated snapshots stand beside
 * @param before day of the snapshot being built
 * @param known days whose standings are known from elsewhere
 * @throws UserError for a snapshot that cannot be read
 */
export async function publishedHistory(
  db: DuckDBConnection,
  latest: string,
  suite: Suite,
  before: string,
  known: ReadonlySet<string>,
): Promise<HistoryRow[]> {
  const folder = dirname(resolve(latest));
  // Oldest first: of a day's editions the last one stays.
  const byDay = new Map<string, string>();
  for (const name of await snapshotNames(folder)) {
    const day = dayOf(name)!;
    if (day < before && !known.has(day)) byDay.set(day, join(folder, name));
  }
  const rows: HistoryRow[] = [];
  for (const [as_of, snapshot] of byDay) {
    const manifest = await readManifest(snapshot);
    if (manifest?.suites[0]?.id !== suite.id) continue;
    for (const row of await standingsIn(db, join(snapshot, `${suite.table}.parquet`))) {
      rows.push({ as_of, ...row });
    }
  }
  return rows;
}

/** In the order that they have in the table: best first. */
async function standingsIn(
  db: DuckDBConnection,
  path: string,
): Promise<Omit<HistoryRow, "as_of">[]> {
  const sql = `SELECT eval_id, average, rank FROM read_parquet(${literal(path)})`;
  const rows = await readQuery(db, sql).catch((error: Error) => {
    throw new UserError(`${path} cannot be read: ${error.message.split("\n")[0]}`);
  });
  return rows.map(({ eval_id, average, rank }) => ({
    eval_id: String(eval_id),
    average: asNumber(average ?? null),
    rank: asNumber(rank ?? null),
  }));
}

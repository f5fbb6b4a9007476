import { basename, dirname, join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { intervalValues } from "../../core/table/schema.ts";
import { readTable } from "../duckdb/table-file.ts";
import { asNumber } from "../sources/fields.ts";
import type { DayRow, DayTable } from "../sources/history.ts";
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
): Promise<DayTable[]> {
  const folder = dirname(resolve(latest));
  // Oldest first: of a day's editions the last one stays.
  const byDay = new Map<string, string>();
  for (const name of await snapshotNames(folder)) {
    const day = dayOf(name)!;
    if (day < before && !known.has(day)) byDay.set(day, join(folder, name));
  }
  const tables: DayTable[] = [];
  for (const [day, snapshot] of byDay) {
    const manifest = await readManifest(snapshot);
    if (manifest?.suites[0]?.id !== suite.id) continue;
    const file = `${suite.table}.parquet`;
    tables.push({
      day,
      digits: null,
      source: `${basename(snapshot)}/${file}`,
      sha256: manifest.files[file]?.sha256 ?? null,
      rows: await rowsIn(db, join(snapshot, file), suite),
    });
  }
  return tables;
}

/** A benchmark that the snapshot did not have yet is unknown. */
async function rowsIn(db: DuckDBConnection, path: string, suite: Suite): Promise<DayRow[]> {
  const table = await readTable(db, path).catch((error: Error) => {
    throw new UserError(`${path} cannot be read: ${error.message.split("\n")[0]}`);
  });
  const cell = (name: string, row: number) => table.columns[name]?.[row] ?? null;
  const names = intervalValues(suite).map(({ name }) => name);
  return Array.from({ length: table.length }, (_, row) => ({
    eval_id: String(cell("eval_id", row)),
    flagged: cell("flagged", row) === true,
    average: asNumber(cell("average", row)),
    values: names.map((name) => asNumber(cell(name, row))),
  }));
}

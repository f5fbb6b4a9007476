import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import config from "#config";
import type { Flag, Star } from "../../core/records/curated.ts";
import { parseJson } from "../../core/records/json.ts";
import { type Leaderboard, leaderboardSchema } from "../../core/records/leaderboard.ts";
import { type Manifest, SCHEMA_VERSION } from "../../core/records/manifest.ts";
import { type SnapshotIndex, snapshotIndexSchema } from "../../core/records/snapshot-index.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import type { KnownDay } from "../../core/table/day.ts";
import { literal } from "../../core/view/quote.ts";
import { withDuckDB } from "../../pipeline/duckdb/duckdb.ts";
import { readQuery, readSql, readTable, type TableFile } from "../../pipeline/duckdb/table-file.ts";
import { typed } from "../../pipeline/installed/typed.ts";
import { ofSuite } from "../../pipeline/snapshot/dated.ts";
import { snapshotsFolder } from "../../pipeline/snapshot/folder.ts";
import { readManifest } from "../../pipeline/snapshot/manifest.ts";
import { LATEST } from "../../pipeline/snapshot/names.ts";
import { readCurated } from "../../pipeline/sources/curated.ts";

/** A suite and its table, as pages read them. */
export interface Board {
  suite: Suite;
  table: TableFile;
  /** Row numbers of each model's evaluations, best first. */
  byModel: Map<string, number[]>;
}

/** A day on which the main table is known, with its evaluations. */
export interface SiteDay extends KnownDay {
  rows: number;
}

/** Everything the pages show, read once per build. */
export interface Site {
  /** Name of its snapshot: `latest`, or that of a dated one. */
  name: string;
  /** Where its files lie. */
  folder: string;
  leaderboard: Leaderboard;
  manifest: Manifest;
  /** The main board first, then the archive where there is one. */
  boards: Board[];
  scores: TableFile;
  /** Stretches of days on which an evaluation's scores did not change; null in snapshots older than this table. */
  intervals: TableFile | null;
  /** Ranks at both ends of each stretch: rows of `history.parquet`. */
  standings: TableFile;
  /** Days on which the main table is known, oldest first. */
  days: SiteDay[];
  sources: TableFile | null;
  /** What the lists say: all flags and stars there are and were. */
  flags: Flag[];
  stars: Star[];
}

/** The leaderboard this site is built for, checked. */
export const leaderboard: Leaderboard = leaderboardSchema.parse(config);

const sites = new Map<string, Promise<Site>>();

/**
 * Reads a snapshot; later calls get the same one.
 *
 * @param name `latest`, or a dated one of `loadIndex`
 */
export function loadSite(name = LATEST): Promise<Site> {
  const site = sites.get(name) ?? readSite(name);
  sites.set(name, site);
  return site;
}

/** The list of dated snapshots of the main suite; empty where tables were made elsewhere and copied here. */
export async function loadIndex(): Promise<SnapshotIndex> {
  const path = join(snapshotsFolder, "index.json");
  const text = await readFile(path, "utf8").catch(() => null);
  if (text) return ofSuite(parseJson(snapshotIndexSchema, text, path), leaderboard.suites[0]!.id);
  return { schema: SCHEMA_VERSION, title: leaderboard.title, latest: LATEST, snapshots: [] };
}

async function readSite(name: string): Promise<Site> {
  const folder = join(snapshotsFolder, name);
  const manifest = await readManifest(folder);
  if (!manifest)
    throw new UserError(`There are no tables in ${folder}: run ${typed("data")} first.`);
  const { flags, stars } = await readCurated(leaderboard.curated);
  return withDuckDB(async (db) => {
    const read = (table: string) => readTable(db, join(folder, `${table}.parquet`));
    const boards: Board[] = [];
    for (const suite of leaderboard.suites) {
      const table = await read(suite.table);
      boards.push({ suite, table, byModel: groupByModel(table) });
    }
    return {
      name,
      folder,
      leaderboard,
      manifest,
      boards,
      scores: await read("scores"),
      ...(await readPast(db, folder, manifest)),
      // Snapshots published before there was such a table lack it.
      sources: manifest.files["sources.parquet"] ? await read("sources") : null,
      flags,
      stars,
    };
  });
}

/** The past as pages need it: 432,921 standings are read where something changed, and no more. */
async function readPast(
  db: DuckDBConnection,
  folder: string,
  manifest: Manifest,
): Promise<Pick<Site, "intervals" | "standings" | "days">> {
  const path = (table: string) => join(folder, `${table}.parquet`);
  const from = (table: string) => `read_parquet(${literal(path(table))})`;
  const maybe = (table: string) =>
    manifest.files[`${table}.parquet`] ? readTable(db, path(table)) : Promise.resolve(null);
  const intervals = await maybe("intervals");
  const ends = `SELECT eval_id, first_day AS day FROM ${from("intervals")} UNION SELECT eval_id, last_day FROM ${from("intervals")}`;
  const standings = intervals
    ? `SELECT h.* FROM ${from("history")} AS h JOIN (${ends}) AS e ON h.eval_id = e.eval_id AND h.as_of = e.day ORDER BY h.eval_id, h.as_of`
    : `SELECT * FROM ${from("history")} ORDER BY eval_id, as_of`;
  const days = await readQuery(
    db,
    manifest.files["days.parquet"]
      ? `SELECT as_of, rows, digits FROM ${from("days")} ORDER BY as_of`
      : `SELECT as_of, count(*) AS rows, NULL AS digits FROM ${from("history")} GROUP BY as_of ORDER BY as_of`,
  );
  return {
    intervals,
    standings: await readSql(db, standings),
    days: days.map(({ as_of, rows, digits }) => ({
      day: String(as_of),
      rows: Number(rows),
      digits: digits as number | null,
    })),
  };
}

function groupByModel(table: TableFile): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  table.columns.model?.forEach((model, row) => {
    const rows = groups.get(String(model));
    if (rows) rows.push(row);
    else groups.set(String(model), [row]);
  });
  return groups;
}

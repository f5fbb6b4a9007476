import { readFile } from "node:fs/promises";
import { join } from "node:path";
import config from "#config";
import type { Flag } from "../records/curated.ts";
import { type Leaderboard, leaderboardSchema } from "../records/leaderboard.ts";
import type { Suite } from "../records/suite.ts";
import type { Manifest } from "../snapshot/build.ts";
import { snapshotFolder } from "../snapshot/folder.ts";
import { readCurated } from "../sources/curated.ts";
import { withDuckDB } from "../sources/duckdb.ts";
import { UserError } from "../sources/errors.ts";
import { readTable, type TableFile } from "../sources/table-file.ts";

/** A suite and its table, as pages read them. */
export interface Board {
  suite: Suite;
  table: TableFile;
  /** Row numbers of each model's evaluations, best first. */
  byModel: Map<string, number[]>;
}

/** Everything the pages show, read once per build. */
export interface Site {
  leaderboard: Leaderboard;
  manifest: Manifest;
  /** The main board first, then the archive where there is one. */
  boards: Board[];
  scores: TableFile;
  history: TableFile;
  flags: Flag[];
}

/** The leaderboard this site is built for, checked. */
export const leaderboard: Leaderboard = leaderboardSchema.parse(config);

let site: Promise<Site> | undefined;

/** Reads the snapshot; later calls get the same one. */
export function loadSite(): Promise<Site> {
  site ??= readSite();
  return site;
}

async function readSite(): Promise<Site> {
  const manifest = await readManifest();
  return withDuckDB(async (db) => {
    const read = (name: string) => readTable(db, join(snapshotFolder, `${name}.parquet`));
    const boards: Board[] = [];
    for (const suite of leaderboard.suites) {
      const table = await read(suite.table);
      boards.push({ suite, table, byModel: groupByModel(table) });
    }
    return {
      leaderboard,
      manifest,
      boards,
      scores: await read("scores"),
      history: await read("history"),
      flags: (await readCurated(leaderboard.curated)).flags,
    };
  });
}

async function readManifest(): Promise<Manifest> {
  const text = await readFile(join(snapshotFolder, "manifest.json"), "utf8").catch(() => {
    throw new UserError(`There are no tables in ${snapshotFolder}: run npm run data first.`);
  });
  return JSON.parse(text) as Manifest;
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

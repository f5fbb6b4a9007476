import type { Manifest } from "../../core/records/manifest.ts";
import type { BoardSetup } from "../leaderboard/setup.ts";
import type { Board } from "./board.ts";
import { gridOf } from "./grid.ts";
import { folderHref, href } from "./href.ts";

/** What the script of a page about one board needs to know. */
export function setupOf(board: Board, manifest: Manifest): BoardSetup {
  const { suite } = board;
  const { columns } = gridOf(board);
  return {
    suite,
    columns: columns.map((c) => c.name),
    table: packedAddress(suite.table, manifest),
    parquet: href(`/data/latest/${suite.table}.parquet`),
    models: folderHref("/models/"),
    compare: href("/compare/"),
    asOf: manifest.as_of,
  };
}

/** Address of a packed table, with its digest: no cache pairs an old table with a new page. */
export function packedAddress(table: string, manifest: Manifest): string {
  const digest = manifest.files[`${table}.parquet`]?.sha256.slice(0, 12);
  return href(`/table/${table}.bin?v=${digest}`);
}

/** JSON that can stand in a script element, whatever its texts say. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

import type { Manifest } from "../../core/records/manifest.ts";
import type { BoardSetup } from "../leaderboard/setup.ts";
import type { Board } from "./board.ts";
import { engineSize } from "./engine-size.ts";
import { gridOf } from "./grid.ts";
import { folderHref, href } from "./href.ts";

/** What the script of a page about one board needs to know. */
export async function setupOf(board: Board, manifest: Manifest): Promise<BoardSetup> {
  const { suite } = board;
  const { columns } = gridOf(board);
  return {
    suite,
    columns: columns.map((c) => c.name),
    table: packedAddress(suite.table, manifest),
    parquet: href(`/data/latest/${suite.table}.parquet`),
    bytes: bytesOf(suite.table, manifest),
    engine: await engineSize(),
    models: folderHref("/models/"),
    compare: href("/compare/"),
    asOf: manifest.as_of,
  };
}

/** Size of a published table's Parquet file. */
export function bytesOf(table: string, { files }: Manifest): number {
  return files[`${table}.parquet`]?.bytes ?? 0;
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

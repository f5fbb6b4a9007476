import type { Manifest } from "../snapshot/build.ts";
import type { Setup } from "../table/setup.ts";
import type { Board } from "./board.ts";
import { gridOf } from "./grid.ts";
import { href } from "./href.ts";

/** What the script of a page about one board needs to know. */
export function setupOf(board: Board, manifest: Manifest): Setup {
  const { suite } = board;
  const { columns } = gridOf(board);
  const file = manifest.files[`${suite.table}.parquet`];
  return {
    suite,
    columns: columns.map((c) => c.name),
    // With the content's digest: no cache pairs an old table with a new page.
    table: href(`/table/${suite.table}.bin?v=${file?.sha256.slice(0, 12)}`),
    parquet: href(`/data/latest/${suite.table}.parquet`),
    models: href("/models/"),
    compare: href("/compare/"),
    asOf: manifest.as_of,
  };
}

/** JSON that can stand in a script element, whatever its texts say. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

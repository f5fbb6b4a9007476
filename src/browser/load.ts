import type { Suite } from "../core/records/suite.ts";
import type { Grid } from "../core/table/grid.ts";
import { unpack } from "../core/table/pack.ts";
import { get } from "./get.ts";
import { readParquet } from "./parquet.ts";

/**
 * Fetches a packed table (see `core/table/pack.ts`) and forms the whole one.
 *
 * @throws Error with a sentence for the reader when the file cannot be had or read
 */
export async function loadGrid(suite: Suite, url: string): Promise<Grid> {
  const response = await get(url, "The table");
  const stream = response.body!.pipeThrough(new DecompressionStream("gzip"));
  const { columns, length } = await readParquet(await new Response(stream).arrayBuffer());
  return unpack(suite, columns, length);
}

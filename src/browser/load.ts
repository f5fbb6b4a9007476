import { parquetMetadata, parquetReadObjects } from "hyparquet";
import type { Suite } from "../core/records/suite.ts";
import type { Grid, Value } from "../core/table/grid.ts";
import { unpack } from "../core/table/pack.ts";

/**
 * Fetches a packed table (see `core/table/pack.ts`) and forms the whole one.
 *
 * @throws Error with a sentence for the reader when the file cannot be had or read
 */
export async function loadGrid(suite: Suite, url: string): Promise<Grid> {
  const response = await fetch(url);
  if (!response.ok || !response.body) {
    throw new Error(`The table could not be loaded (HTTP ${response.status}).`);
  }
  const stream = response.body.pipeThrough(new DecompressionStream("gzip"));
  const file = await new Response(stream).arrayBuffer();
  return unpack(suite, await readColumns(file), Number(parquetMetadata(file).num_rows));
}

async function readColumns(file: ArrayBuffer): Promise<Record<string, Value[]>> {
  const names = parquetMetadata(file)
    .schema.slice(1)
    .map((s) => s.name);
  const columns: Record<string, Value[]> = Object.fromEntries(names.map((n) => [n, []]));
  for (const row of await parquetReadObjects({ file })) {
    for (const name of names) columns[name]!.push((row[name] ?? null) as Value);
  }
  return columns;
}

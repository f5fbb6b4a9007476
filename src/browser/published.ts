import { decompress } from "fzstd";
import type { Grid } from "../core/table/grid.ts";
import { get } from "./get.ts";
import { readParquet } from "./parquet.ts";

/**
 * Fetches a published Parquet file (zstd or snappy) and reads it. The decompressor is heavy: import this
 * module when it is needed.
 *
 * @param only columns that are wanted, where not all are; those that the file lacks are left out
 * @throws Error with a sentence for the reader
 */
export async function loadPublished(url: string, only?: readonly string[]): Promise<Grid> {
  const response = await get(url, "The table");
  return readParquet(await response.arrayBuffer(), {
    only,
    compressors: { ZSTD: (input, length) => decompress(input, new Uint8Array(length)) },
  });
}

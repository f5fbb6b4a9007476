import { decompress } from "fzstd";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import type { Grid, Value } from "../core/table/grid.ts";

/**
 * Fetches a published Parquet file (zstd or snappy) and reads it. Reader and decompressor are heavy:
 * import this module when it is needed.
 *
 * @param only columns that are wanted, where not all are; those that the file lacks are left out
 * @throws Error with a sentence for the reader
 */
export async function loadPublished(url: string, only?: readonly string[]): Promise<Grid> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The table could not be loaded (HTTP ${response.status}).`);
  const file = await response.arrayBuffer();
  const metadata = parquetMetadata(file);
  const there = metadata.schema.slice(1).map((s) => s.name);
  const names = only ? only.filter((name) => there.includes(name)) : there;
  const columns: Record<string, Value[]> = Object.create(null);
  for (const name of names) columns[name] = [];
  const rows = await parquetReadObjects({
    file,
    metadata,
    columns: names,
    compressors: { ZSTD: (input, length) => decompress(input, new Uint8Array(length)) },
  });
  for (const row of rows) for (const name of names) columns[name]!.push(toValue(row[name]));
  return { length: rows.length, columns };
}

/** 64-bit integers become numbers, dates become text. */
function toValue(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.toISOString().slice(0, "YYYY-MM-DD".length);
  if (typeof value === "number" || typeof value === "boolean") return value;
  return String(value);
}

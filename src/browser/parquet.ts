import { type Compressors, parquetMetadata, parquetReadObjects } from "hyparquet";
import type { Grid, Value } from "../core/table/grid.ts";

interface Options {
  /** Columns that are wanted, where not all are; those that the file lacks are left out. */
  only?: readonly string[] | undefined;
  /** Decompressors beyond Snappy, which are heavy. */
  compressors?: Compressors;
}

/** A Parquet file, read by columns; 64-bit integers become numbers, dates become text. */
export async function readParquet(
  file: ArrayBuffer,
  { only, compressors = {} }: Options = {},
): Promise<Grid> {
  const metadata = parquetMetadata(file);
  const there = metadata.schema.slice(1).map((s) => s.name);
  const names = only ? only.filter((name) => there.includes(name)) : there;
  // Without a prototype: a column may be called `constructor`.
  const columns: Record<string, Value[]> = Object.create(null);
  for (const name of names) columns[name] = [];
  const rows = await parquetReadObjects({ file, metadata, columns: names, compressors });
  for (const row of rows) for (const name of names) columns[name]!.push(toValue(row[name]));
  return { length: Number(metadata.num_rows), columns };
}

function toValue(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.toISOString().slice(0, "YYYY-MM-DD".length);
  if (typeof value === "number" || typeof value === "boolean") return value;
  return String(value);
}

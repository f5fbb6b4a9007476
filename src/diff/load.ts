import type { Grid, Value } from "../explore/grid.ts";
import { FACTS } from "./diff.ts";

/**
 * Fetches what a comparison needs of a published `models.parquet`. The reader and the decompressor
 * come along when first needed.
 *
 * @param keys the suite's benchmarks
 * @throws Error with a sentence for the reader when the file cannot be had
 */
export async function loadTable(url: string, keys: readonly string[]): Promise<Grid> {
  const [response, { parquetMetadata, parquetReadObjects }, { decompress }] = await Promise.all([
    fetch(url),
    import("hyparquet"),
    import("fzstd"),
  ]);
  if (!response.ok) throw new Error(`The table could not be loaded (HTTP ${response.status}).`);
  const file = await response.arrayBuffer();
  const metadata = parquetMetadata(file);
  const there = new Set(metadata.schema.map((s) => s.name));
  const names = [
    ...["eval_id", "model", "average", "rank", "submitted_at"],
    ...FACTS,
    ...keys,
  ].filter((name) => there.has(name));
  const rows = await parquetReadObjects({
    file,
    metadata,
    columns: names,
    compressors: { ZSTD: (input, length) => decompress(input, new Uint8Array(length)) },
  });
  const columns = names.map((name) => [name, rows.map((row) => cellOf(row[name]))] as const);
  return { length: rows.length, columns: Object.fromEntries(columns) };
}

function cellOf(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === "bigint" ? Number(value) : (value as Value);
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import { query } from "./snapshot.ts";

/** The published tables, as `npm run data` made them. */
const FOLDER = "public/data/latest";
const manifest: Manifest = JSON.parse(await readFile(join(FOLDER, "manifest.json"), "utf8"));
const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".parquet"));

type Row = Record<string, unknown>;

async function open(name: string): Promise<{ metadata: FileMetaData; rows: Row[] }> {
  const file = await asyncBufferFromFile(join(FOLDER, name));
  const metadata = await parquetMetadataAsync(file);
  const rows = await parquetReadObjects({ file, metadata, compressors });
  return { metadata, rows: rows.map(plain) };
}

/** hyparquet reads days as Dates and 64-bit integers as bigints. */
function plain(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, v]) => [
      name,
      v instanceof Date ? v.toISOString().slice(0, 10) : typeof v === "bigint" ? Number(v) : v,
    ]),
  );
}

describe.each(files)("%s", async (name) => {
  const { metadata, rows } = await open(name);
  const columns = manifest.files[name]!.columns;

  test("is read alike by DuckDB and hyparquet, every value of it", async () => {
    const other = await query(`SELECT * FROM '${FOLDER}/${name}'`);
    expect(rows.length).toBe(manifest.files[name]!.rows);
    expect(other.length).toBe(rows.length);
    // Compared row by row: a difference of 70,000 rows is not one to print.
    const different = rows.findIndex((row, i) => JSON.stringify(row) !== JSON.stringify(other[i]));
    expect(rows[different]).toEqual(other[different]);
    expect(different).toBe(-1);
  });

  test("has its columns in the documented order", () => {
    expect(Object.keys(rows[0] ?? {})).toEqual(columns.map((c) => c.name));
  });

  test("is compressed with zstd, and every group of rows has the statistics of every column", () => {
    expect(metadata.row_groups.length).toBe(Math.ceil(rows.length / 122_880));
    let end = 0;
    for (const group of metadata.row_groups) {
      const own = rows.slice(end, end + Number(group.num_rows));
      end += own.length;
      expect(group.columns.length).toBe(columns.length);
      for (const { meta_data } of group.columns) {
        const path = meta_data!.path_in_schema.join(".");
        expect(meta_data!.codec, path).toBe("ZSTD");
        const { null_count, min_value, max_value } = meta_data!.statistics!;
        const values = own.map((row) => row[path]).filter((v) => v !== null);
        expect(Number(null_count), path).toBe(own.length - values.length);
        // A long text may be cut in the statistics; a column of nothing has no least value.
        if (values.length > 0) {
          expect(min_value, path).toBeDefined();
          expect(max_value, path).toBeDefined();
        }
      }
    }
  });

  test.runIf(columns.some((c) => c.name === "rank"))("is in the order of ranks", () => {
    // The history is a table for each day.
    const place = (row: Row) =>
      [row.as_of ?? "", row.rank === null ? 1e9 : Number(row.rank)] as const;
    const wrong = rows.findIndex((row, i) => {
      const [day, rank] = place(row);
      const [dayBefore, rankBefore] = place(rows[i - 1] ?? row);
      return day < dayBefore || (day === dayBefore && rank < rankBefore);
    });
    expect(rows[wrong]).toBeUndefined();
  });
});

test("scores.parquet has the evaluations of each suite in the order of its table", async () => {
  for (const { id, table } of manifest.suites) {
    const order = await query(`SELECT eval_id FROM '${FOLDER}/${table}.parquet'`);
    const scores = await query(
      `SELECT eval_id FROM '${FOLDER}/scores.parquet' WHERE suite = '${id}'`,
    );
    expect([...new Set(scores.map((r) => r.eval_id))]).toEqual(order.map((r) => r.eval_id));
  }
});

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { literal } from "../../../src/core/view/quote.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readTable } from "../../../src/pipeline/duckdb/table-file.ts";
import { folders } from "../snapshot/snapshot.ts";
import { writeText } from "../sources/harness.ts";

const fresh = folders();

async function read(text: string | Uint8Array, name = "table.csv") {
  const path = await writeText(join(await fresh(), name), text);
  return withDuckDB((db) => readTable(db, path));
}

describe("a CSV file", () => {
  test("has text cells; empty, NA and N/A are null", async () => {
    const { columns, length, names } = await read("a,b\n1,\nNA,x\nN/A,007\n");
    expect(names).toEqual(["a", "b"]);
    expect(length).toBe(3);
    expect({ ...columns }).toEqual({ a: ["1", null, null], b: [null, "x", "007"] });
  });

  test("may have commas, quotes and line breaks within quotes, and Windows line ends", async () => {
    const { columns } = await read('a,b\r\n"x, ""y""","two\r\nlines"\r\n');
    expect({ ...columns }).toEqual({ a: ['x, "y"'], b: ["two\r\nlines"] });
  });

  test("is separated by what its header has most of: commas, semicolons or tabs", async () => {
    expect((await read("a|b,c|d\n1|2,3|4\n5|6,7|8\n")).names).toEqual(["a|b", "c|d"]);
    expect({ ...(await read("a;b\n1,5;2\n")).columns }).toEqual({ a: ["1,5"], b: ["2"] });
    expect({ ...(await read("a\tb\n1\t2\n")).columns }).toEqual({ a: ["1"], b: ["2"] });
    expect((await read('"x;y;z",b\n1;2;3,4\n')).names).toEqual(["x;y;z", "b"]);
    expect({ ...(await read("a\n1;2\n")).columns }).toEqual({ a: ["1;2"] });
    expect({ ...(await read("a,b\n'x','y'\n")).columns }).toEqual({ a: ["'x'"], b: ["'y'"] });
  });

  test("may have lines that end in two ways, and line ends in its cells", async () => {
    expect({ ...(await read("a,b\r\n1,2\n3,4\r\n")).columns }).toEqual({
      a: ["1", "3"],
      b: ["2", "4"],
    });
    expect({ ...(await read('a,b\n"x\r\ny",2\n')).columns }).toEqual({ a: ["x\ny"], b: ["2"] });
  });

  test("may have no rows", async () => {
    expect(await read("a,b\n")).toMatchObject({ names: ["a", "b"], length: 0 });
  });

  test.each([
    ["a quote that never ends", 'a,b\n1,"x\n2,y\n'],
    ["rows of different lengths", "a,b\n1,2\n3\n"],
  ])("with %s is an error", async (_, text) => {
    await expect(read(text)).rejects.toThrow();
  });

  test("with bytes that are no UTF-8 is read, and says so", async () => {
    const bytes = Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0xff, 0xfe, 0x2c, 0x31, 0x0a]);
    const table = await read(bytes);
    expect({ ...table.columns }).toEqual({ a: ["\uFFFD\uFFFD"], b: ["1"] });
    expect(table.isDamaged).toBe(true);
    expect((await read("a,b\n1,\uFFFD\n")).isDamaged).toBeUndefined();
  });

  test("is read itself, where its name would match others", async () => {
    const folder = await fresh();
    await writeText(join(folder, "t1.csv"), "a\nwrong\n");
    for (const name of ["t[1].csv", "t?.csv", "t*.csv"]) {
      const path = await writeText(join(folder, name), `a\n${name}\n`);
      const { columns } = await withDuckDB((db) => readTable(db, path));
      expect(columns.a).toEqual([name]);
    }
  });

  test("may have an apostrophe in its path", async () => {
    expect((await read("a\n1\n", "it's.csv")).length).toBe(1);
  });

  test("whose header says __proto__ or constructor has just such columns", async () => {
    const { columns } = await read("__proto__,constructor\n1,2\n");
    expect(columns.constructor).toEqual(["2"]);
    expect(Object.keys(columns)).toEqual(["__proto__", "constructor"]);
    expect((await read("a\n1\n")).columns.constructor).toBeUndefined();
  });
});

test("a Parquet file keeps the types of its cells; days are text", async () => {
  const path = join(await fresh(), "t.parquet");
  const table = await withDuckDB(async (db) => {
    await db.run(
      `COPY (SELECT 1.5::DOUBLE x, 7::BIGINT n, true ok, 'NA' s, DATE '2024-02-29' d, NULL::INTEGER z)
       TO ${literal(path)} (FORMAT parquet)`,
    );
    return readTable(db, path);
  });
  expect({ ...table.columns }).toEqual({
    x: [1.5],
    n: [7],
    ok: [true],
    s: ["NA"],
    d: ["2024-02-29"],
    z: [null],
  });
});

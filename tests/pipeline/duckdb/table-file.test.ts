import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { literal } from "../../../src/core/view/quote.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readTable } from "../../../src/pipeline/duckdb/table-file.ts";
import { folders } from "../snapshot/snapshot.ts";
import { writeText } from "../sources/harness.ts";

const fresh = folders();

/** A little more than a gigabyte of zeros, packed into a megabyte. */
function zeros(): Uint8Array {
  const part = gzipSync(Buffer.alloc(100_000_000));
  return Buffer.concat(Array<Buffer>(11).fill(part));
}

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

  test("whose quote never ends is an error that names its row", async () => {
    await expect(read('a,b\n1,2\n1,"x\n2,y\n')).rejects.toThrow(
      "in row 2 a quote is opened and not closed as it should be: what follows cannot be told apart",
    );
  });

  test("has rows that cannot be read, which cost themselves and keep the others' numbers", async () => {
    const long = `1,${"x".repeat(2_100_000)}`;
    const lines = ["a,b", "1,2", "3", '4,"5\n6"', "7,8,9", '1,"x"y', long, "10,11"];
    const table = await read(`${lines.join("\n")}\n`);
    expect({ ...table.columns }).toEqual({
      a: ["1", null, "4", null, null, null, "10"],
      b: ["2", null, "5\n6", null, null, null, "11"],
    });
    expect([...table.broken!]).toEqual([
      [1, "has 1 cells, the header more"],
      [3, "has 3 cells or more, the header fewer"],
      [4, "has a quote that is not closed as it should be"],
      [5, "is longer than 2,000,000 bytes"],
    ]);
    expect((await read("a,b\n1,2\n")).broken).toBeUndefined();
  });

  test("has names without spaces around, each once, whatever the header says", async () => {
    const head = '\uFEFFmodel, a ,a,"a",,"q""x","x,\ny"';
    const { names, columns } = await read(`${head}\n1,2,3,4,5,6,7\n`);
    // As DuckDB names them by itself.
    expect(names).toEqual(["model", "a", "a_1", "a_2", "column4", 'q"x', "x,\ny"]);
    expect(columns.a_2).toEqual(["4"]);
  });

  test.each([
    [
      "with more columns than a table has",
      "2,001 columns",
      `${Array.from({ length: 2001 }, (_, i) => `c${i}`)}\n`,
    ],
    ["with more rows", "1,000,001 rows", `a\n${"1\n".repeat(1_000_001)}`],
    ["that is empty", "it is empty", ""],
    ["that unpacks to more than it may", "it unpacks to more than 1,000,000,000 bytes", zeros()],
  ])("%s is refused in a sentence", async (_, said, text) => {
    await expect(read(text)).rejects.toThrow(said);
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

describe("a Parquet file that is a trap", () => {
  const made = async (sql: string) => {
    const path = join(await fresh(), "t.parquet");
    await withDuckDB((db) => db.run(`COPY (${sql}) TO ${literal(path)} (COMPRESSION zstd)`));
    return withDuckDB((db) => readTable(db, path));
  };

  test("of more rows than a table has is refused", async () => {
    await expect(made("SELECT 1 AS a FROM range(20000000)")).rejects.toThrow(
      "it has 20,000,000 rows, and a table has 1,000,000 at most",
    );
  });

  test("with a cell without end is read to where any field ends", async () => {
    const { columns } = await made("SELECT repeat('x', 50000000) AS a, 'y' AS b");
    expect(String(columns.a![0]).length).toBe(100_000);
    expect(columns.b).toEqual(["y"]);
  });

  test("with text that is no UTF-8 is read all the same, and says so", async () => {
    const columnData = [
      { name: "a", data: ["mi~~", "mit"] },
      { name: "b", data: [1.5, null] },
    ];
    const bytes = Buffer.from(parquetWriteBuffer({ columnData, codec: "UNCOMPRESSED" }));
    for (let at = bytes.indexOf("mi~~"); at >= 0; at = bytes.indexOf("mi~~")) bytes[at + 2] = 0xff;
    const path = await writeText(join(await fresh(), "t.parquet"), bytes);
    const table = await withDuckDB((db) => readTable(db, path));
    expect({ ...table.columns }).toEqual({ a: ["mi\uFFFD~", "mit"], b: [1.5, null] });
    expect(table.isDamaged).toBe(true);
  });

  test("with names that would end a statement, or begin one, is read", async () => {
    const names = ["a\0b", `"; DROP TABLE x; --`, "c0", "__proto__"];
    const columnData = names.map((name, i) => ({ name, data: [`cell ${i}`] }));
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
    const path = await writeText(join(await fresh(), "t.parquet"), bytes);
    const table = await withDuckDB((db) => readTable(db, path));
    expect(table.names).toHaveLength(4);
    expect(table.names.map((name) => table.columns[name])).toEqual(
      names.map((_, i) => [`cell ${i}`]),
    );
  });
});

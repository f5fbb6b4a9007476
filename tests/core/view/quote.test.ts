import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { identifier, literal, numberLiteral } from "../../../src/core/view/quote.ts";

const db = await (await DuckDBInstance.create()).connect();
const rows = async (sql: string) => (await db.runAndReadAll(sql)).getRowsJS();

test("every word that DuckDB keeps for itself can name a table and a column", async () => {
  const words = (await rows("SELECT keyword_name FROM duckdb_keywords()")).map(([w]) => String(w));
  expect(words.length).toBeGreaterThan(300);
  for (const word of words) {
    const name = identifier(word);
    await db.run(`CREATE OR REPLACE TEMP TABLE ${name} AS SELECT 1 AS ${name}`);
    expect(await rows(`SELECT ${name} FROM ${name}`), word).toEqual([[1]]);
    await db.run(`DROP TABLE ${name}`);
  }
});

test("names and texts of any kind come back as they were", async () => {
  for (const text of [
    "a b",
    'say "x"',
    "it's",
    "",
    "SELECT",
    "ÅSE",
    "\\",
    "x; DROP TABLE t",
    "a\0b",
  ]) {
    expect(await rows(`SELECT ${literal(text)}`)).toEqual([[text]]);
    if (text === "" || text.includes("\0")) continue;
    const result = await db.runAndReadAll(`SELECT 1 AS ${identifier(text)}`);
    expect(result.columnNames()).toEqual([text]);
  }
});

test("numbers come back exactly", async () => {
  for (const value of [0, -1, 0.1, 1 / 3, 1e21, 5e-324, 2 ** 53 - 1, 12345678.123456]) {
    expect(await rows(`SELECT CAST(${numberLiteral(value)} AS DOUBLE)`)).toEqual([[value]]);
  }
});

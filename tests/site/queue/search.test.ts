import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { finder, searchSql } from "../../../src/site/queue/search.ts";

const MODELS = ["Acme/Kite-7B", "acme/raft-1b", "kite/acme-2B", "o'neil/Sail_3B", "lone"];

const SEARCHES = [
  ["", MODELS],
  ["   ", MODELS],
  ["kite", ["Acme/Kite-7B", "kite/acme-2B"]],
  ["acme 7b", ["Acme/Kite-7B"]],
  ["@acme", ["Acme/Kite-7B", "acme/raft-1b"]],
  ["@kite; 3b", ["kite/acme-2B", "o'neil/Sail_3B"]],
  ["o'neil", ["o'neil/Sail_3B"]],
  ["x'OR'1'='1", []],
  ["%", []],
  ["_", ["o'neil/Sail_3B"]],
] as const;

test.each(SEARCHES)("%j finds the same in the page and in the table", async (search, expected) => {
  expect(MODELS.filter(finder(search))).toEqual(expected);
  const db = await (await DuckDBInstance.create(":memory:")).connect();
  const rows = MODELS.map((m, i) => `('${m.replaceAll("'", "''")}', '2026-01-0${9 - i}')`);
  await db.run(`CREATE TABLE requests AS SELECT * FROM (VALUES ${rows}) AS t(model, submitted_at)`);
  const found = (await db.runAndReadAll(searchSql(search))).getRowObjectsJS();
  expect(found.map((r) => r.model)).toEqual(expected);
});

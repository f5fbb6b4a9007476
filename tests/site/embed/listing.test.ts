// The finding over an embedded table, on the published figures. Who is best was looked up in contents-v2.csv.
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { columnsOf } from "../../../src/core/table/columns.ts";
import type { Grid, Value } from "../../../src/core/table/grid.ts";
import { DEFAULT_VIEW, type View } from "../../../src/core/view/view.ts";
import { listingOf } from "../../../src/site/embed/listing.ts";
import { V2 } from "../../core/suite/suites.ts";

const BEST = "MaziyarPanahi/calme-3.2-instruct-78b@731f4daf:bfloat16:Original:chat";

const columns = columnsOf(V2);
const names = [
  "eval_id",
  ...columns.map((c) => c.name).filter((name) => name !== "context_length"),
];
const db = await (await DuckDBInstance.create()).connect();
const read = await db.runAndReadAll(
  `SELECT ${names.join(", ")} FROM 'public/data/latest/models.parquet' ORDER BY rank NULLS LAST`,
);
const grid: Grid = {
  length: read.currentRowCount,
  columns: Object.fromEntries(read.getColumnsJS().map((cells, i) => [names[i]!, cells as Value[]])),
};
const titleOf = (change: Partial<View>) =>
  listingOf({ suite: V2, grid, columns, view: { ...DEFAULT_VIEW, ...change }, rows: 10, asOf: "" })
    .title;

test("the best is the best, whether or not it is pinned", () => {
  const leads = /^MaziyarPanahi\/calme-3\.2-instruct-78b leads .* with an average of 52\.08\.$/;
  expect(titleOf({})).toMatch(leads);
  expect(titleOf({ pins: [BEST] })).toMatch(leads);
});

test("what is pinned and does not match is not what the finding is about", () => {
  const best = titleOf({ sizes: ["edge"] });
  expect(best).toMatch(/highest average/);
  expect(best).not.toContain("calme-3.2");
  expect(titleOf({ sizes: ["edge"], pins: [BEST] })).toBe(best);
});

// A table twenty times as long as the real one: it comes to its end. How long that takes is for `npm run bench:scale`.
import { join } from "node:path";
import { expect, test } from "vitest";
import { costOf } from "../bench/cost.ts";
import { dataOf, writeManyRows } from "../bench/scale.ts";
import { tmpFolder } from "../pipeline/cache/folder.ts";
import { query } from "../pipeline/snapshot/snapshot.ts";
import { tried } from "./counts.ts";

const ROWS = 100_000;

test("a hundred thousand rows are all in the tables", async () => {
  const folder = await tmpFolder();
  const [table, out] = [join(folder, "synthetic.csv"), join(folder, "tables")];
  await writeManyRows(table, ROWS);
  const { seconds, megabytes } = await costOf(dataOf(table, out));
  const [found] = await query(
    `SELECT count(*) n, count(DISTINCT eval_id) ids FROM '${join(out, "models.parquet")}'`,
  );
  expect(found).toEqual({ n: ROWS, ids: ROWS });
  tried("rows of one table", ROWS, `${seconds.toFixed(0)} s, ${megabytes.toFixed(0)} MB at most`);
}, 300_000);

// The example of /docs/leaderboard/, made by its own commands as they are typed.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import sailing from "../../../examples/sailing/suites/sailing.json" with { type: "json" };
import packageJson from "../../../package.json" with { type: "json" };
import { suiteSchema } from "../../../src/core/records/suite.ts";
import type { Value } from "../../../src/core/table/grid.ts";
import { columnDrift } from "../../../src/pipeline/sources/column-drift.ts";
import { recognise } from "../../../src/pipeline/sources/contents.ts";
import { contentsColumns } from "../../../src/site/docs/contents.ts";
import { configFields, idleMeanings, suiteFields } from "../../../src/site/docs/fields.ts";
import {
  fromFiles,
  fromHub,
  PACKAGE,
  publishing,
  SEEN,
  withoutSizes,
} from "../../../src/site/docs/leaderboard.ts";
import { installed, ROOT, type } from "../../kit/kit.ts";
import { tmpFolder } from "../../pipeline/cache/folder.ts";
import { standIn } from "../../pipeline/hub/stand-in.ts";
import { query, readJson } from "../../pipeline/snapshot/snapshot.ts";

const EXAMPLE = "examples/sailing";
const suite = suiteSchema.parse(sailing);

/** Types lines in a copy of the example that has the package; `serve`, which does not end, is left out. */
async function made(lines: string[], env: NodeJS.ProcessEnv = {}) {
  const folder = await installed("sailing");
  const { code, out } = await type(
    folder,
    lines.filter((line) => !line.endsWith("serve")),
    env,
  );
  expect(code, out).toBe(0);
  return { latest: join(folder, "public/data/latest"), dist: join(folder, "dist"), out };
}

const rowsOf = (latest: string) =>
  query(
    `SELECT rank, model, average, tides, knots, maintainers_choice AS star
     FROM '${latest}/models.parquet' ORDER BY rank NULLS LAST`,
  );

/**
 * By hand. Clipper: 34 of 40 with four choices and 54 of 60 with two are 80 points each, 41 of 50
 * are 82. Skiff: 28 of 40 are 60, 42 of 60 are 40, 32 of 50 are 64. Barge: 22 of 40 are 40, 48 of 60
 * are 60, 20 of 50 are 40. Sloop is only in the table, with 24 and 30. Oracle has all, and is flagged.
 */
const BY_HAND = [
  { rank: 1, model: "quay/Clipper-30B", average: 81, tides: 80, knots: 82, star: true },
  { rank: 2, model: "harbour/Skiff-7B", average: 57, tides: 50, knots: 64, star: false },
  { rank: 3, model: "harbour/Barge-1B", average: 45, tides: 50, knots: 40, star: false },
  { rank: 4, model: "harbour/Sloop-3B", average: 27, tides: 24, knots: 30, star: false },
  { rank: null, model: "quay/Oracle-7B", average: 100, tides: 100, knots: 100, star: false },
];
const exactly = BY_HAND.map((row) => ({
  ...row,
  average: expect.closeTo(row.average, 9),
  tides: expect.closeTo(row.tides, 9),
  knots: expect.closeTo(row.knots, 9),
}));

test("result files and a contents table become the rows that the page shows, with the words it shows", async () => {
  const { latest, dist, out } = await made(fromFiles());
  const html = await readFile(join(dist, "index.html"), "utf8");
  for (const { model, rank } of BY_HAND)
    expect(html.includes(`title="${model}"`), model).toBe(rank !== null);
  expect(await rowsOf(latest)).toEqual(exactly);
  expect(SEEN).toEqual(BY_HAND);
  expect(await readJson(latest, "rejected.json")).toEqual([]);
  // Its facts are the table's, its scores the result file's.
  const [clipper] = await query(
    `SELECT params_b, license, knots_stderr > 0 AS error FROM '${latest}/models.parquet' WHERE rank = 1`,
  );
  expect(clipper).toEqual({ params_b: 30, license: "apache-2.0", error: true });
  await expectFigures(dist);
  const printed = out.slice(0, out.indexOf("\n", out.indexOf("changed=")) + 1);
  await expect(withoutSizes(printed)).toMatchFileSnapshot(join(ROOT, EXAMPLE, "seen.txt"));
});

/** It has sizes and days, but no base models and no context lengths. */
async function expectFigures(dist: string): Promise<void> {
  const charts = (await readdir(join(dist, "charts"))).filter((f) => f.endsWith(".dark.svg"));
  const names = charts.map((f) => f.replace(".dark.svg", ""));
  expect(names).toEqual(expect.arrayContaining(["leaderboard", "records", "sizes", "fits"]));
  for (const name of ["context-length", "tuning-changes", "tuning-extremes", "rank-changes"])
    expect(names).not.toContain(name);
  expect((await readdir(join(dist, "embed"))).filter((f) => f !== "setup.json").sort()).toEqual(
    names.sort(),
  );
  const page = (path: string) => readFile(join(dist, "analysis", path, "index.html"), "utf8");
  const shown = (html: string) => [...html.matchAll(/data-figure="([^"]+)"/g)].map((m) => m[1]);
  expect(shown(await page("efficiency"))).toEqual(["efficiency", "fits"]);
  await expect(page("chat-vs-base")).rejects.toThrow("ENOENT");
  expect(await page("")).not.toContain("chat-vs-base");
  expect(await page("")).toContain("/analysis/trends/");
}

test("the same from datasets on the Hub", async () => {
  const hub = await standIn();
  hub.dataset("harbour/results", await filesIn("results"));
  const table = join(await tmpFolder(), "table.parquet");
  await query(`COPY (FROM '${EXAMPLE}/contents.csv') TO '${table}'`);
  hub.dataset("harbour/contents", {
    "data/train-00000-of-00001.parquet": await readFile(table),
  });
  const { latest } = await made(
    fromHub().filter((line) => !line.endsWith("build")),
    { HF_ENDPOINT: hub.url },
  );
  expect(await rowsOf(latest)).toEqual(exactly);
});

test("the commands are the package's", async () => {
  const { out } = await type(await installed("sailing"), ["npx leaderboard --help"]);
  for (const line of [...fromFiles(), ...fromHub(), ...publishing()]) {
    const command = /npx leaderboard (\S+)/.exec(line)?.[1];
    if (command) expect(out).toContain(`  ${command} `);
  }
  expect(PACKAGE).toBe(`open-leaderboard-${packageJson.version}.tgz`);
});

test("every field of suite and configuration is explained, and nothing that is none", () => {
  const unexplained = [...suiteFields(), ...configFields()].filter((f) => f.meaning === "");
  expect(unexplained).toEqual([]);
  expect(idleMeanings()).toEqual([]);
  const find = (path: string) => suiteFields().find((f) => f.path === path);
  expect(find("benchmarks[].metrics[].n")).toMatchObject({ type: "whole number", needed: false });
  expect(find("benchmarks[].score")).toMatchObject({
    type: "task or mean_of_subtasks",
    needed: true,
  });
  expect(configFields().find((f) => f.path === "curated")?.needed).toBe(false);
});

test("tables with the columns that the page lists are read whole, by name and by title", () => {
  const columns = contentsColumns(suite);
  expect(columns.filter((c) => c.meaning === "")).toEqual([]);
  const table = (header: (string | null)[]) => {
    const names = header.filter((name) => name !== null);
    const cells: Record<string, Value[]> = Object.fromEntries(names.map((name) => [name, [null]]));
    return { path: "contents.csv", length: 1, names, columns: cells };
  };
  for (const header of [columns.map((c) => c.name), columns.map((c) => c.title)]) {
    const contents = recognise(table(header), [suite]);
    expect(contents).not.toBeNull();
    expect(columnDrift(contents!)).toBeNull();
  }
});

/** Files below a folder of the example, by their paths in it. */
async function filesIn(folder: string): Promise<Record<string, string>> {
  const root = join(EXAMPLE, folder);
  const names = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = names.filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name));
  const texts = await Promise.all(
    paths.map(async (path) => [path.slice(root.length + 1), await readFile(path, "utf8")] as const),
  );
  return Object.fromEntries(texts);
}

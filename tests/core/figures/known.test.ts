import { expect, test } from "vitest";
import { figuresOf } from "../../../src/core/figures/registry.ts";
import { byOption } from "../../../src/core/figures/timing.ts";
import { loadSite } from "../../../src/site/build/board.ts";
import { contextOf, siteFigures } from "../../../src/site/build/figures.ts";
import { query } from "../../pipeline/snapshot/snapshot.ts";

const site = await loadSite();
const context = contextOf(site);
const [main, archive] = site.boards.map(({ suite }) => suite);
const all = figuresOf(context, () => true).map((f) => f.name);

/** The figures that are missing where the main table knows nothing of these columns. */
function missing(...unknown: string[]): string[] {
  const knows = (table: string, column: string) =>
    table !== main!.table || !unknown.includes(column);
  const left = figuresOf(context, knows).map((f) => f.name);
  return all.filter((name) => !left.includes(name)).sort();
}

test("a figure is there as long as something is known of what it is about", () => {
  expect(missing()).toEqual([]);
  expect(missing("context_length")).toEqual(["context-by-size", "context-length"]);
  expect(missing("co2_kg")).toEqual([]);
  expect(missing("params_b")).toEqual(["context-by-size", "fits", "sizes", "smallest"]);
  expect(missing("params_b", "co2_kg")).toEqual([
    "context-by-size",
    "efficiency",
    "fits",
    "sizes",
    "smallest",
  ]);
  expect(missing("submitted_at")).toEqual([]);
  // Tables of earlier days are known: by them a score has a day.
  expect(missing("submitted_at", "uploaded_at")).toEqual([]);
  const alone = { ...context, since: context.asOf };
  const undated = (table: string, column: string) =>
    table !== main!.table || !["submitted_at", "uploaded_at"].includes(column);
  const left = figuresOf(alone, undated).map((f) => f.name);
  expect(all.filter((name) => !left.includes(name)).sort()).toEqual([
    "as-of",
    "records",
    "smallest",
  ]);
  expect(missing("base_model")).toEqual(["tuning-changes", "tuning-extremes"]);
  expect(missing("license", "likes", "architecture", "generation")).toEqual([]);
});

test("scores and their errors count as well, the archive's too", () => {
  const keys = main!.benchmarks.map((b) => b.key);
  const errors = ["better", "neighbours", "rank-ranges", "standings"];
  expect(missing(`${keys[0]}_stderr`)).toEqual(errors);
  expect(missing(...keys.map((key) => `${key}_raw`))).toEqual(["distributions", "moves"]);
  expect(missing(...keys.slice(1))).toEqual(["correlations", "pair"]);
  const old = figuresOf(context, (table) => table !== archive!.table).map((f) => f.name);
  expect(all.filter((name) => !old.includes(name)).sort()).toEqual([
    "archive-over-time",
    "correlations-archive",
    "correlations-cross",
    "outliers",
    "rank-changes",
    "successors",
  ]);
  expect(figuresOf(context, () => false)).toEqual([]);
});

test("the site has those of which its own tables know something", async () => {
  const [counts] = await query(
    `SELECT count(context_length) AS context, count(params_b) AS params, count(base_model) AS base
     FROM '${site.folder}/models.parquet'`,
  );
  const names = siteFigures(site).map((f) => f.name);
  expect(names.includes("context-length")).toBe(Number(counts!.context) > 0);
  expect(names.includes("sizes")).toBe(Number(counts!.params) > 0);
  expect(names.includes("tuning-changes")).toBe(Number(counts!.base) > 0);
});

test("days start with the one that the table knows", () => {
  const without = (...names: string[]) => ({
    ...context,
    since: context.asOf,
    columns: context.columns.filter((c) => !names.includes(c.name)),
  });
  expect(byOption(context).initial).toBe("table");
  expect(byOption(without()).initial).toBe("submitted");
  expect(byOption(without("submitted_at")).initial).toBe("uploaded");
  expect(byOption(without("uploaded_at")).initial).toBe("submitted");
});

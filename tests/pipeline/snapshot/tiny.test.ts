// Another team's leaderboard: its benchmarks are in one file, and nothing else knows of them.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Rejection } from "../../../src/core/records/rejection.ts";
import { type Figure, pythia, writeRun } from "../sources/harness.ts";
import { command, folders, query, readJson } from "./snapshot.ts";

const env = { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts" };
const fresh = folders();

/** Figures of a run, without standard errors. */
function figures(values: Record<string, [metric: string, value: number][]>): Figure[] {
  return Object.entries(values).flatMap(([task, list]) =>
    list.map(([metric, value]) => ({ task, metric, value, stderr: null })),
  );
}

const recipes = (baking: number, frying: number, stewing: number) => ({
  kitchen_recipes_baking: [["acc_norm,none", baking]] as [string, number][],
  kitchen_recipes_frying: [["acc_norm,none", frying]] as [string, number][],
  kitchen_recipes_stewing: [["acc_norm,none", stewing]] as [string, number][],
});
const units = (strict: number, loose: number): [string, number][] => [
  ["exact_match,strict", strict],
  ["exact_match,loose", loose],
];

describe("result files", () => {
  let out: string;
  beforeAll(async () => {
    const folder = await fresh();
    await writeRun(folder, {
      model: "synthetic/Middling",
      figures: figures({
        kitchen_riddles: [["acc,none", 0.55]],
        ...recipes(0.75, 0.6, 0.7),
        kitchen_units: units(0.5, 0.7),
        kitchen_proverbs: [["acc_norm,none", 0.55]],
      }),
    });
    await writeRun(folder, {
      model: "synthetic/Guessing",
      figures: figures({
        kitchen_riddles: [["acc,none", 0.2]],
        ...recipes(0.5, 0.2, 0.4),
        kitchen_units: units(0, 0),
        kitchen_proverbs: [["acc_norm,none", 0.1]],
      }),
    });
    await writeRun(folder, {
      model: "synthetic/Knowing",
      chatTemplate: "{{ messages }}",
      figures: figures({
        kitchen_riddles: [["acc,none", 1]],
        ...recipes(1, 1, 1),
        kitchen_units: units(1, 1),
        // No value for the group: 100 questions at 0.4 and 300 at 0.8 are 0.7.
        kitchen_proverbs_broth: [["acc_norm,none", 0.4]],
        kitchen_proverbs_apples: [["acc_norm,none", 0.8]],
      }),
    });
    await writeRun(folder, { figures: await pythia() });
    out = join(await fresh(), "tables");
    const { code, err } = command("data", ["--source", folder, "--out", out], { env });
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  test("become a table with the numbers worked out by hand", async () => {
    const rows = await query(
      `SELECT model, rank, average, riddles, recipes, units, proverbs FROM '${out}/models.parquet'`,
    );
    const close = (n: number) => expect.closeTo(n, 9);
    expect(rows).toEqual([
      {
        model: "synthetic/Knowing",
        rank: 1,
        average: close((300 + 200 / 3) / 4),
        riddles: 100,
        recipes: 100,
        units: 100,
        proverbs: close(200 / 3),
      },
      {
        model: "synthetic/Middling",
        rank: 2,
        average: close(50),
        riddles: close(40),
        recipes: close(50),
        units: close(60),
        proverbs: close(50),
      },
      {
        model: "synthetic/Guessing",
        rank: 3,
        average: 0,
        riddles: 0,
        recipes: 0,
        units: 0,
        proverbs: 0,
      },
    ]);
  });

  test("get binomial standard errors, stretched by the suite's baselines", async () => {
    const [row] = await query(
      `SELECT riddles_stderr AS riddles, units_stderr AS units, recipes_stderr AS recipes
       FROM '${out}/models.parquet' WHERE model = 'synthetic/Middling'`,
    );
    const error = (p: number, n: number, baseline: number) =>
      (Math.sqrt((p * (1 - p)) / n) / (1 - baseline)) * 100;
    expect(row?.riddles).toBeCloseTo(error(0.55, 200, 0.25), 9);
    expect(row?.units).toBeCloseTo((error(0.5, 300, 0) + error(0.7, 300, 0)) / 2, 9);
    const parts = [error(0.75, 100, 0.5), error(0.6, 50, 0.2), error(0.7, 80, 0.4)];
    expect(row?.recipes).toBeCloseTo(Math.hypot(...parts) / 3, 9);
  });

  test("have their subtasks in scores.parquet", async () => {
    const rows = await query(
      `SELECT subtask, raw, normalized, n FROM '${out}/scores.parquet'
       WHERE eval_id LIKE 'synthetic/Knowing@%:chat' AND benchmark = 'proverbs' ORDER BY n`,
    );
    expect(rows).toEqual([
      {
        subtask: "kitchen_proverbs_broth",
        raw: 0.4,
        normalized: expect.closeTo(100 / 3, 9),
        n: 100,
      },
      {
        subtask: "kitchen_proverbs_apples",
        raw: 0.8,
        normalized: expect.closeTo(700 / 9, 9),
        n: 300,
      },
      {
        subtask: null,
        raw: expect.closeTo(0.7, 12),
        normalized: expect.closeTo(200 / 3, 9),
        n: 400,
      },
    ]);
  });

  test("of other benchmarks are rejected", async () => {
    const rejected = await readJson<Rejection[]>(out, "rejected.json");
    expect(rejected.map((r) => r.reason)).toEqual([
      "has none of the benchmarks of Kitchen Sense (synthetic)",
    ]);
  });

  test("make no column or file of other suites", async () => {
    expect((await readdir(out)).toSorted()).toEqual([
      "CITATION.cff",
      "README.md",
      "croissant.json",
      "datapackage.json",
      "days.parquet",
      "history.parquet",
      "intervals.parquet",
      "manifest.json",
      "models.csv",
      "models.parquet",
      "rejected.json",
      "runs.parquet",
      "scores.parquet",
      "sources.parquet",
    ]);
    const columns = await query(`DESCRIBE SELECT * FROM '${out}/models.parquet'`);
    expect(columns.map((c) => c.column_name).slice(28)).toEqual(
      ["average", "rank", "rank_low", "rank_high", "tie_group"].concat(
        ["riddles", "recipes", "units", "proverbs"].flatMap((k) => [`${k}_raw`, k, `${k}_stderr`]),
      ),
    );
  });
});

describe("the embedded tables, written by hand", () => {
  let out: string;
  beforeAll(async () => {
    out = join(await fresh(), "tables");
    const { code, err, out: printed } = command("data", ["--out", out], { env });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(printed).toContain("Kitchen Sense (synthetic): 14 evaluations, 1 without average");
  });

  test("become the ranked table: ties, flags and gaps included", async () => {
    const rows = await query(
      `SELECT model, precision, rank, average, maintainers_choice AS star FROM '${out}/models.parquet'`,
    );
    const short = rows.map((r) => [
      String(r.model).replace("synthetic/", ""),
      r.rank,
      r.average === null ? null : Number(r.average).toFixed(3),
    ]);
    // (riddles + recipes + units + proverbs) / 4
    expect(short).toEqual([
      ["Clove-8x7B-chat", 1, "83.500"], // (84 + 80 + 80 + 90) / 4
      ["Clove-8x7B", 2, "79.167"], // (80 + 76.667 + 70 + 90) / 4
      ["Dill-7B-dpo", 3, "59.583"], // (60 + 53.333 + 55 + 70) / 4
      ["Peppermint-7B-merge", 3, "59.583"],
      ["Mint-7B", 5, "52.125"], // (52 + 46.5 + 50 + 60) / 4
      ["Fennel-7B-lora", 6, "50.375"], // (48 + 46.5 + 47 + 60) / 4
      ["Chervil-3B", 7, "43.958"], // (40 + 45.833 + 40 + 50) / 4
      ["Chervil-3B", 8, "39.875"], // (36 + 42.5 + 36 + 45) / 4
      ["Basil-1B-Instruct", 9, "30.000"], // (30 + 30 + 35 + 25) / 4
      ["Tarragon-Vision-2B", 10, "25.083"], // (24 + 21.333 + 25 + 30) / 4
      ["Basil-1B", 11, "19.792"], // (20 + 19.167 + 20 + 20) / 4
      ["Anise-0.5B", 12, "2.500"], // (0 + 0 + 10 + 0) / 4
      ["Nutmeg-7B-oracle", null, "98.681"], // flagged
      ["Saffron-30B", null, null], // without Proverbs
    ]);
    expect(rows.filter((r) => r.star).map((r) => r.model)).toEqual([
      "synthetic/Clove-8x7B",
      "synthetic/Basil-1B",
    ]);
  });

  test("have history and subtasks", async () => {
    const days = await query(
      `SELECT as_of, count(*) AS n FROM '${out}/history.parquet' GROUP BY 1 ORDER BY 1`,
    );
    expect(days).toEqual([
      { as_of: "2025-01-31", n: 6 },
      { as_of: "2025-02-15", n: 12 },
      { as_of: "2025-02-28", n: 14 },
    ]);
    const [row] = await query(
      `SELECT count(*) AS n FROM '${out}/scores.parquet' WHERE subtask IS NOT NULL`,
    );
    expect(row).toEqual({ n: 6 });
  });
});

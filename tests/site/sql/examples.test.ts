import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import config from "../../../leaderboard.config.ts";
import { leaderboardSchema } from "../../../src/core/records/leaderboard.ts";
import { consoleLink } from "../../../src/core/view/console-link.ts";
import { buildSnapshot } from "../../../src/pipeline/snapshot/build.ts";
import { adjustChoice, CHART_KINDS, chooseChart, drawChart } from "../../../src/site/sql/chart.ts";
import { examplesOf } from "../../../src/site/sql/examples.ts";
import { kindOf } from "../../../src/site/sql/types.ts";
import { addressOf } from "../../../src/site/sql/url.ts";
import tiny from "../../fixtures/tiny.config.ts";
import { pullTexts } from "../../pipeline/sources/cached.ts";
import { kitchenRequests, kitchenResults, kitchenVotes } from "../../pipeline/sources/kitchen.ts";

const LATEST = "public/data/latest";
const PAST = "public/data/2024-12-26/models.parquet";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "examples-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const boards = leaderboardSchema.parse(config).suites;
const kitchen = leaderboardSchema.parse(tiny);
const real = examplesOf({
  main: boards[0]!,
  archive: boards[1] ?? null,
  past: { day: "2024-12-26", address: PAST },
  filled: new Set(["history"]),
});

async function open(tables: string): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create()).connect();
  const files = await readdir(tables);
  const names = files.flatMap((f) => /^(.*)\.parquet$/.exec(f)?.[1] ?? []);
  for (const name of names) {
    await connection.run(`CREATE VIEW ${name} AS FROM '${join(tables, name)}.parquet'`);
  }
  return connection;
}

async function answer(connection: DuckDBConnection, sql: string) {
  const result = await connection.runAndReadAll(sql);
  const columns = result.columnNames().map((name, i) => {
    const type = String(result.columnType(i));
    return { name, type, kind: kindOf(type) };
  });
  const rows = result.getRowsJson() as (string | number | boolean | null)[][];
  return { columns, rows };
}

describe("every example", () => {
  it.each(real)("over the real tables: $title", async ({ sql, title, teaches }) => {
    const { columns, rows } = await answer(await open(LATEST), sql);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.flat().some((v) => v !== null)).toBe(true);
    expect(columns.map((c) => c.name)).toEqual([...new Set(columns.map((c) => c.name))]);
    expect(title.length + teaches.length).toBeGreaterThan(20);
    expect(addressOf(sql)).not.toBeNull();
    expect(consoleLink("/sql/", sql).length).toBeLessThan(2000);
  });

  it("over another team's leaderboard, with one suite and no earlier snapshot", async () => {
    const out = join(folder, "tiny");
    await buildSnapshot(kitchen, { sources: [], out });
    const main = kitchen.suites[0]!;
    const examples = examplesOf({ main, archive: null, past: null, filled: new Set(["history"]) });
    const connection = await open(out);
    for (const { sql, title } of examples) {
      const { rows } = await answer(connection, sql);
      expect(rows.length, title).toBeGreaterThan(0);
      expect(sql).not.toMatch(/ifeval|bbh|models_v1/i);
    }
    expect(examples.length).toBeGreaterThanOrEqual(8);
    expect(real).toHaveLength(examples.length + 2);
  });

  it("over tables from the Hub: with the queue, and without a history to ask about", async () => {
    const [out, cache] = [join(folder, "pulled"), join(folder, "cache")];
    const runs = kitchenResults([
      { model: "a/x", right: 0.6 },
      { model: "a/y", right: 0.7 },
    ]);
    const requests = kitchenRequests([
      ["a/x", "FINISHED"],
      ["a/z", "PENDING"],
      ["b/z", "PENDING"],
    ]);
    const votes = kitchenVotes([
      ["a/z", "kim"],
      ["a/z", "li"],
      ["a/x", "kim"],
    ]);
    await pullTexts(cache, "o/all", { ...runs, ...requests, ...votes });
    await buildSnapshot(kitchen, { sources: ["hf://datasets/o/all"], out, cache });
    const main = kitchen.suites[0]!;
    const filled = new Set(["models", "scores", "requests", "votes"]);
    const examples = examplesOf({ main, archive: null, past: null, filled });
    const connection = await open(out);
    const answers = new Map<string, unknown[][]>();
    for (const { sql, title } of examples) {
      const { rows } = await answer(connection, sql);
      // Result files do not say how large a model is.
      if (!sql.includes("params_b")) expect(rows.length, title).toBeGreaterThan(0);
      expect(sql).not.toContain("history");
      answers.set(title, rows);
    }
    expect(answers.get("Where requests stand")?.map((r) => r.slice(0, 2).map(String))).toEqual([
      ["PENDING", "2"],
      ["FINISHED", "1"],
    ]);
    expect(
      answers.get("What is voted for")?.map(([model, n, , is]) => [model, String(n), is]),
    ).toEqual([
      ["a/z", "2", false],
      ["a/x", "1", true],
    ]);
  });
});

describe("what an example's chart is", () => {
  const kindOfChart: Record<string, string> = {
    "The ten best": "bar",
    "Kinds of models": "bar",
    "Size against score": "scatter",
    "Owners over time": "line",
    "How hard each benchmark is": "bar",
  };

  it.each(Object.entries(kindOfChart))("%s: %s", async (title, kind) => {
    const example = real.find((e) => e.title === title)!;
    const { columns, rows } = await answer(await open(LATEST), example.sql);
    expect(chooseChart(columns, rows)?.kind).toBe(kind);
  });

  it("draws every kind from every example, or says that it cannot", async () => {
    const connection = await open(LATEST);
    for (const { sql } of real) {
      const { columns, rows } = await answer(connection, sql);
      const first = chooseChart(columns, rows);
      expect(first).not.toBeNull();
      for (const kind of CHART_KINDS) {
        const choice = adjustChoice({ ...first!, kind, colour: 0 }, columns);
        if (!choice) continue;
        const { picture } = drawChart(columns, rows, choice);
        expect(JSON.stringify(picture)).not.toMatch(/NaN|Infinity|undefined/);
      }
    }
  });
});

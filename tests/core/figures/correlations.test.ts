import { beforeAll, describe, expect, test } from "vitest";
import { matrixChart } from "../../../src/core/charts/matrix.ts";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import { correlationFigure, seriate } from "../../../src/core/figures/correlations.ts";
import type { Row } from "../../../src/core/figures/figure.ts";
import { settingsOf } from "../../../src/core/figures/option.ts";
import { pairFigure } from "../../../src/core/figures/pair.ts";
import { DEFAULT_VIEW } from "../../../src/core/view/view.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { contextOf, makeFigure } from "../../../src/site/build/figures.ts";
import { EVERYTHING } from "./everything.ts";

let site: Site;
beforeAll(async () => {
  site = await loadSite();
});

/** The textbook formula, written out. */
function pearson(x: number[], y: number[]): number {
  const mean = (v: number[]) => v.reduce((a, b) => a + b) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (f: (i: number) => number) => x.reduce((s, _, i) => s + f(i), 0);
  const top = sum((i) => (x[i]! - mx) * (y[i]! - my));
  return top / Math.sqrt(sum((i) => (x[i]! - mx) ** 2) * sum((i) => (y[i]! - my) ** 2));
}

/** Ranks with ties at their mean, by counting. */
function meanRanks(values: number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((v) => (sorted.indexOf(v) + sorted.lastIndexOf(v)) / 2 + 1);
}

const column = (name: string) => site.boards[0]!.table.columns[name] as number[];
const find = (rows: Row[], x: string, y: string) =>
  rows.find((r) => (r.x === x && r.y === y) || (r.x === y && r.y === x))!;

async function ask(sql: string, tables: Record<string, string>): Promise<Row[]> {
  return withDuckDB(async (db) => {
    for (const [name, query] of Object.entries(tables))
      await db.run(`CREATE VIEW ${name} AS ${query}`);
    return readQuery(db, sql);
  });
}

const REAL = {
  models: "SELECT * FROM 'public/data/latest/models.parquet'",
  models_v1: "SELECT * FROM 'public/data/latest/models_v1.parquet'",
};

describe("correlations of the main suite", () => {
  test("are the figures known of this table", async () => {
    const { rows } = await makeFigure(site, correlationFigure("main"));
    expect(rows).toHaveLength(15);
    expect(find(rows, "bbh", "mmlu_pro").r).toBeCloseTo(0.9579, 4);
    expect(find(rows, "ifeval", "musr").r).toBeCloseTo(0.3418, 4);
    expect(rows.every((r) => r.n === 4576)).toBe(true);
  });

  test("agree with the textbook formula, Pearson and Spearman, for every pair", async () => {
    const context = contextOf(site);
    const figure = correlationFigure("main");
    for (const method of ["pearson", "spearman"]) {
      const rows = await ask(figure.sql(context, EVERYTHING, { method }), REAL);
      const values = (name: string) =>
        method === "spearman" ? meanRanks(column(name)) : column(name);
      for (const row of rows) {
        expect(row.r).toBeCloseTo(pearson(values(String(row.x)), values(String(row.y))), 9);
      }
    }
  });

  test("follow the filters, and count what is left", async () => {
    const figure = correlationFigure("main");
    const view = {
      ...EVERYTHING,
      types: ["chat" as const],
      ranges: { params_b: { min: null, max: 10 } },
    };
    const rows = await ask(figure.sql(contextOf(site), view, { method: "pearson" }), REAL);
    const { model_type: type, params_b: size } = site.boards[0]!.table.columns;
    const kept = type!.flatMap((t, i) =>
      t === "chat" && size![i] !== null && Number(size![i]) <= 10 ? [i] : [],
    );
    const pick = (name: string) => kept.map((i) => column(name)[i]!);
    const pair = find(rows, "bbh", "mmlu_pro");
    expect(pair.n).toBe(kept.length);
    expect(pair.r).toBeCloseTo(pearson(pick("bbh"), pick("mmlu_pro")), 9);
  });

  test("say nothing below ten evaluations", async () => {
    const figure = correlationFigure("main");
    const few = { ...REAL, models: `${REAL.models} LIMIT 9` };
    const rows = await ask(figure.sql(contextOf(site), EVERYTHING, { method: "pearson" }), few);
    const { title, picture } = figure.draw(contextOf(site), rows, { method: "pearson" });
    expect(title).toContain("Too few");
    expect(toMarkup(picture)).not.toMatch(/>0\.\d\d</);
    const enough = { ...REAL, models: `${REAL.models} LIMIT 10` };
    const more = await ask(figure.sql(contextOf(site), EVERYTHING, { method: "pearson" }), enough);
    expect(figure.draw(contextOf(site), more, { method: "pearson" }).title).toContain("agree most");
  });

  test("the archive and the models in both tables", async () => {
    const archive = await makeFigure(site, correlationFigure("archive"));
    const v1 = site.boards[1]!.table.columns;
    expect(find(archive.rows, "arc", "hellaswag").r).toBeCloseTo(
      pearson(v1.arc as number[], v1.hellaswag as number[]),
      9,
    );
    const cross = await makeFigure(site, correlationFigure("cross"));
    expect(cross.rows).toHaveLength(36);
    expect(cross.rows.every((r) => r.n === 397)).toBe(true);
    // Both tables stand best first, so a model's first row is its best.
    const both = [...site.boards[0]!.byModel].filter(([m]) => site.boards[1]!.byModel.has(m));
    const now = both.map(([, rows]) => column("mmlu_pro")[rows[0]!]!);
    const before = both.map(([m]) => Number(v1.mmlu![site.boards[1]!.byModel.get(m)![0]!]));
    expect(find(cross.rows, "mmlu", "mmlu_pro").r).toBeCloseTo(pearson(now, before), 9);
  });
});

describe("a leaderboard of two benchmarks", () => {
  const small = (count: number) => {
    const context = contextOf(site);
    const benchmarks = context.main.benchmarks.slice(0, count);
    return { ...context, main: { ...context.main, benchmarks } };
  };

  test("opens on one against the other, never on one against itself", () => {
    for (const count of [2, 3, 6]) {
      const { x, y } = settingsOf(pairFigure.options(small(count)), () => null);
      const keys = small(count).main.benchmarks.map((b) => b.key);
      expect(keys).toContain(x);
      expect(keys).toContain(y);
      expect(x, `${count} benchmarks`).not.toBe(y);
    }
  });

  test("has one correlation, which is not the most of any, in cells and words of the usual size", async () => {
    const figure = correlationFigure("main");
    const rows = await ask(figure.sql(small(2), EVERYTHING, { method: "pearson" }), REAL);
    const { title, picture } = figure.draw(small(2), rows, { method: "pearson" });
    const [a, b] = small(2).main.benchmarks;
    const r = pearson(column(a!.key), column(b!.key)).toFixed(2);
    expect(title).toBe(`The correlation of ${a!.name} and ${b!.name} is ${r}.`);
    const six = figure.draw(contextOf(site), [], { method: "pearson" }).picture;
    const width = (shape: typeof picture) => String(shape.attributes.viewBox).split(" ")[2];
    expect(width(picture)).toBe(width(six));
  });
});

test("a leaderboard of one benchmark has nothing to correlate, and says so", async () => {
  const context = contextOf(site);
  const [only] = context.main.benchmarks;
  const alone = { ...context, main: { ...context.main, benchmarks: [only!] } };
  const figure = correlationFigure("main");
  const rows = await ask(figure.sql(alone, EVERYTHING, { method: "spearman" }), REAL);
  expect(rows).toEqual([]);
  expect(figure.draw(alone, rows, { method: "spearman" }).title).toContain(
    `${only!.name} is the only benchmark`,
  );
  const settings = settingsOf(pairFigure.options(alone), () => null);
  const dots = await ask(pairFigure.sql(alone, EVERYTHING, settings), REAL);
  expect(pairFigure.draw(alone, dots, settings).title).toBe(`${only!.name} is the only benchmark.`);
});

test("a benchmark against itself, or one without differences, is said to be so", () => {
  const rows = Array.from({ length: 12 }, (_, i) => ({ model: "a/b", x: 5, y: i }));
  const titleOf = (settings: Record<string, string>) =>
    pairFigure.draw(contextOf(site), rows, settings).title;
  expect(titleOf({ x: "bbh", y: "bbh" })).toContain("BBH against itself");
  expect(titleOf({ x: "bbh", y: "math" })).toContain("no correlation");
});

test("long names of benchmarks are cut in sight, not by the picture's edge", () => {
  const long = "An uncommonly long name";
  const { picture } = matrixChart("", [long, "B"], [long, "B"], []);
  const texts = toMarkup(picture).match(/(?<=>)[^<>]+(?=<\/text>)/g);
  expect(texts).toEqual(["An uncommon…", "B", "An uncommonly…", "B"]);
});

test("related benchmarks stand side by side: the best of all orders", () => {
  const benchmarks = site.boards[0]!.suite.benchmarks.slice(0, 4);
  const [a, b, c, d] = benchmarks.map((x) => x.key) as [string, string, string, string];
  // A chain a–c–b–d by construction.
  const near: Record<string, number> = { [`${a}${c}`]: 0.9, [`${c}${b}`]: 0.8, [`${b}${d}`]: 0.7 };
  const r = (x: string, y: string) => near[`${x}${y}`] ?? near[`${y}${x}`] ?? 0.1;
  const order = seriate(benchmarks, r).map((x) => x.key);
  expect([order, [...order].reverse()]).toContainEqual([a, c, b, d]);
});

test("pictures stay small, and every row has a mark", async () => {
  for (const figure of [correlationFigure("main"), pairFigure]) {
    const { drawing, rows } = await makeFigure(site, figure);
    expect(toMarkup(drawing.picture).length).toBeLessThan(60_000);
    if (figure === pairFigure) expect(drawing.marks).toHaveLength(rows.length);
  }
});

test("hostile model names stay text", async () => {
  const bad = `${REAL.models.replace("*", "* REPLACE ('</text><script>x</script>' AS model)")} LIMIT 20`;
  const rows = await ask(pairFigure.sql(contextOf(site), DEFAULT_VIEW, { x: "bbh", y: "math" }), {
    ...REAL,
    models: bad,
  });
  const drawing = pairFigure.draw(contextOf(site), rows, { x: "bbh", y: "math" });
  expect(toMarkup(drawing.picture)).not.toContain("<script");
});

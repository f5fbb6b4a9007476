import { beforeAll, describe, expect, test } from "vitest";
import { matrixChart } from "../../../src/core/charts/matrix.ts";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import { correlationFigure, seriate } from "../../../src/core/figures/correlations.ts";
import type { Context, Figure, Row } from "../../../src/core/figures/figure.ts";
import { type Settings, settingsOf } from "../../../src/core/figures/option.ts";
import { pairFigure } from "../../../src/core/figures/pair.ts";
import { clustersOf } from "../../../src/core/suite/cluster.ts";
import { correlate } from "../../../src/core/suite/correlation.ts";
import { DEFAULT_VIEW, type View } from "../../../src/core/view/view.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { contextOf, makeFigure } from "../../../src/site/build/figures.ts";
import { bothByHand } from "./both.ts";
import { EVERYTHING } from "./everything.ts";
import { rowsOfMain } from "./run.ts";

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

/** The rows of a figure: those of its query, as the figure makes them. */
async function rowsOf(
  figure: Figure,
  context: Context,
  view: View,
  settings: Settings,
  tables: Record<string, string> = REAL,
): Promise<Row[]> {
  const found = await ask(figure.sql(context, view, settings), tables);
  return figure.derive?.(context, found, settings) ?? found;
}

const REAL = {
  models: "SELECT * FROM 'public/data/latest/models.parquet'",
  models_v1: "SELECT * FROM 'public/data/latest/models_v1.parquet'",
};

describe("correlations of the main suite", () => {
  test("are the figures known of this table", async () => {
    const rows = await rowsOf(correlationFigure("main"), contextOf(site), EVERYTHING, {
      method: "pearson",
    });
    expect(rows).toHaveLength(15);
    expect(find(rows, "bbh", "mmlu_pro").r).toBeCloseTo(0.9579, 4);
    expect(find(rows, "ifeval", "musr").r).toBeCloseTo(0.3418, 4);
    expect(rows.every((r) => r.n === 4576)).toBe(true);
  });

  test("agree with the textbook formula, Pearson and Spearman, for every pair", async () => {
    const context = contextOf(site);
    const figure = correlationFigure("main");
    for (const method of ["pearson", "spearman"]) {
      const rows = await rowsOf(figure, context, EVERYTHING, { method });
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
    const rows = await rowsOf(figure, contextOf(site), view, { method: "pearson" });
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
    const method = { method: "pearson" };
    const rows = await rowsOf(figure, contextOf(site), EVERYTHING, method, few);
    const { title, picture } = figure.draw(contextOf(site), rows, { method: "pearson" });
    expect(title).toContain("Too few");
    expect(toMarkup(picture)).not.toMatch(/>0\.\d\d</);
    const enough = { ...REAL, models: `${REAL.models} LIMIT 10` };
    const more = await rowsOf(figure, contextOf(site), EVERYTHING, method, enough);
    expect(figure.draw(contextOf(site), more, method).title).toContain("agree most");
  });

  test("the archive and the models in both tables", async () => {
    const method = { method: "pearson" };
    const context = contextOf(site);
    const archive = await rowsOf(correlationFigure("archive"), context, EVERYTHING, method);
    const v1 = site.boards[1]!.table.columns;
    expect(find(archive, "arc", "hellaswag").r).toBeCloseTo(
      pearson(v1.arc as number[], v1.hellaswag as number[]),
      9,
    );
    const cross = await rowsOf(correlationFigure("cross"), context, EVERYTHING, method);
    expect(cross).toHaveLength(36);
    // 397 by name, and three that had another name then: see versions.test.ts.
    expect(cross.every((r) => r.n === 400)).toBe(true);
    const both = await bothByHand();
    const r = pearson(
      both.map((b) => Number(b.now.mmlu_pro)),
      both.map((b) => Number(b.old.mmlu)),
    );
    expect(find(cross, "mmlu", "mmlu_pro").r).toBeCloseTo(r, 9);
  });
});

describe("families", () => {
  /** By hand: architecture and size of the base where it is named and here, else the model's own. */
  function familiesByHand(all: Row[]): string[] {
    const builds = new Map<unknown, string>();
    for (const { model, architecture, params_b: size } of all) {
      if (architecture === null || size === null) continue;
      const build = `${architecture} ${(Math.round(Number(size) * 10) / 10).toFixed(1)}`;
      const known = builds.get(model);
      if (!known || build < known) builds.set(model, build);
    }
    return all.map((row) =>
      String(builds.get(row.base_model) ?? builds.get(row.model) ?? row.base_model ?? row.model),
    );
  }

  test("intervals come of resampling them: as by hand, and as numpy found", async () => {
    const context = contextOf(site);
    const rows = await rowsOf(correlationFigure("main"), context, EVERYTHING, {
      method: "pearson",
    });
    const all = await rowsOfMain();
    const families = familiesByHand(all);
    expect(rows[0]!.families).toBe(new Set(families).size);
    const [ifeval, musr] = ["ifeval", "musr"].map((key) =>
      Float64Array.from(all, (row) => Number(row[key])),
    );
    const { interval } = correlate([ifeval!, musr!], [[0, 1]], clustersOf(families), "pearson")
      .pairs[0]!;
    const row = find(rows, "ifeval", "musr");
    // Clusters come in another order, and with that other draws.
    expect(Number(row.low)).toBeCloseTo(interval!.low, 1);
    expect(Number(row.high)).toBeCloseTo(interval!.high, 1);
    const shown = await makeFigure(site, correlationFigure("main"));
    const least = find(shown.rows, "ifeval", "musr");
    // numpy, 1,000 resamples of the same families; of single evaluations 0.305 to 0.362.
    expect(Number(least.low)).toBeCloseTo(0.172, 1);
    expect(Number(least.high)).toBeCloseTo(0.49, 1);
    expect(Number(least.high) - Number(least.low)).toBeGreaterThan(0.2);
  });

  test("headline, mark and table say the interval, and what cannot be told apart", async () => {
    const context = contextOf(site);
    const { rows, drawing } = await makeFigure(site, correlationFigure("main"));
    const [first, last] = [rows[0]!, rows.at(-1)!];
    const two = (value: unknown) => Number(value).toFixed(2);
    const said = (row: Row) => `${two(row.low)} to ${two(row.high)}`;
    expect(drawing.title).toBe(
      `BBH and MMLU-Pro agree most (${two(first.r)}, 95 % interval ${said(first)}), ` +
        `IFEval and MuSR least (${two(last.r)}, ${said(last)}).`,
    );
    const mark = drawing.marks.find((m) => m.title === "BBH and MMLU-Pro");
    expect(mark!.lines).toContainEqual(["95 % interval", said(first)]);
    expect(drawing.count).toMatch(/^[\d,]+ evaluations of \d+ families$/);
    const [second] = rows.slice(1);
    const tie = [{ ...first, next: false }, ...rows.slice(1)];
    const { title } = correlationFigure("main").draw(context, tie, { method: "pearson" });
    expect(second).toMatchObject({ x: "bbh", y: "gpqa" });
    expect(title).toContain("; not told from BBH and GPQA), IFEval");
  });

  test("a query's rows have a family of the base, of their own, or a name", async () => {
    const table = `SELECT r.* REPLACE (v.model AS model, v.id AS eval_id, v.arch AS architecture,
        v.size AS params_b, v.base AS base_model)
      FROM (VALUES ('b','1','A',7.61,NULL), ('t','2','A',3.5,'b'), ('u','3','B',1.0,'gone'),
        ('v','4',NULL,1.0,'gone'), ('w','5','B',NULL,NULL), ('x','6','A',7.58,NULL))
        AS v(model, id, arch, size, base), (${REAL.models} LIMIT 1) AS r`;
    const sql = pairFigure.sql(contextOf(site), EVERYTHING, { x: "bbh", y: "math" });
    const rows = await ask(sql, { models: table });
    expect(Object.fromEntries(rows.map((r) => [r.model, r.family]))).toEqual({
      b: "A 7.6",
      t: "A 7.6",
      u: "B 1.0",
      v: "gone",
      w: "w",
      x: "A 7.6",
    });
  });

  test("a correlation that may be none is said to be so", () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      model: "a/b",
      family: `${i}`,
      x: i % 2,
      y: (i >> 1) % 2,
    }));
    const { title } = pairFigure.draw(contextOf(site), rows, { x: "bbh", y: "math" });
    expect(title).toMatch(
      /^BBH and MATH Lvl 5 go together with r = −?0\.00, 95 % interval −0\.\d\d to 0\.\d\d, which cannot be told from 0\.$/,
    );
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
    const rows = await rowsOf(figure, small(2), EVERYTHING, { method: "pearson" });
    const { title, picture } = figure.draw(small(2), rows, { method: "pearson" });
    const [a, b] = small(2).main.benchmarks;
    const r = pearson(column(a!.key), column(b!.key)).toFixed(2);
    const start = `The correlation of ${a!.name} and ${b!.name} is ${r}, 95 % interval `;
    expect(title.slice(0, start.length)).toBe(start);
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
  const rows = await rowsOf(figure, alone, EVERYTHING, { method: "spearman" });
  expect(rows).toEqual([]);
  expect(figure.draw(alone, rows, { method: "spearman" }).title).toContain(
    `${only!.name} is the only benchmark`,
  );
  const settings = settingsOf(pairFigure.options(alone), () => null);
  const dots = await ask(pairFigure.sql(alone, EVERYTHING, settings), REAL);
  expect(pairFigure.draw(alone, dots, settings).title).toBe(`${only!.name} is the only benchmark.`);
});

test("a benchmark against itself, or one without differences, is said to be so", () => {
  const rows = Array.from({ length: 12 }, (_, i) => ({ model: "a/b", family: `${i}`, x: 5, y: i }));
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

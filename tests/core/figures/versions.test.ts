// The two tables against each other, compared with a plain reference over the same rows.
import { beforeAll, describe, expect, test } from "vitest";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import type { Row } from "../../../src/core/figures/figure.ts";
import type { Settings } from "../../../src/core/figures/option.ts";
import { settingsOf } from "../../../src/core/figures/option.ts";
import { initialPair, outliersFigure } from "../../../src/core/figures/outliers.ts";
import { rankChangesFigure } from "../../../src/core/figures/rank-changes.ts";
import { successorsFigure } from "../../../src/core/figures/successors.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { contextOf, makeFigure } from "../../../src/site/build/figures.ts";
import { EVERYTHING } from "./everything.ts";

let site: Site;
/** Models in both, with the row of their best average in each table. */
let both: { model: string; old: Row; now: Row }[];
beforeAll(async () => {
  site = await loadSite();
  const [now, archived] = site.boards.map((b) => bestRows(b.table.columns));
  both = [...now!].flatMap(([model, row]) => {
    const old = archived!.get(model);
    return old ? [{ model, old, now: row }] : [];
  });
});

/** By hand: the largest average of a model, the smaller eval_id of equals. */
function bestRows(columns: Record<string, unknown[]>): Map<string, Row> {
  const best = new Map<string, Row>();
  columns.model!.forEach((model, i) => {
    const row = Object.fromEntries(Object.keys(columns).map((c) => [c, columns[c]![i]])) as Row;
    const other = best.get(String(model));
    const better =
      !other ||
      Number(row.average) > Number(other.average) ||
      (row.average === other.average && String(row.eval_id) < String(other.eval_id));
    if (better) best.set(String(model), row);
  });
  return best;
}

function pearson(x: number[], y: number[]): number {
  const mean = (v: number[]) => v.reduce((a, b) => a + b) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (f: (i: number) => number) => x.reduce((s, _, i) => s + f(i), 0);
  const top = sum((i) => (x[i]! - mx) * (y[i]! - my));
  return top / Math.sqrt(sum((i) => (x[i]! - mx) ** 2) * sum((i) => (y[i]! - my) ** 2));
}

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
const FIGURES = [rankChangesFigure, successorsFigure, outliersFigure];

describe("rank changes", () => {
  test.each([10, 50])("of the archive's top %i are those counted by hand", async (top) => {
    const context = contextOf(site);
    const settings: Settings = { top: String(top), stable: "10" };
    const rows = await ask(rankChangesFigure.sql(context, EVERYTHING, settings), REAL);
    const placed = both.map((m) => ({
      model: m.model,
      before: 1 + both.filter((o) => Number(o.old.average) > Number(m.old.average)).length,
      now: 1 + both.filter((o) => Number(o.now.average) > Number(m.now.average)).length,
    }));
    const wanted = placed.filter((p) => p.before <= top);
    expect(both).toHaveLength(397);
    expect(rows).toHaveLength(wanted.length);
    for (const p of wanted) {
      const row = rows.find((r) => r.model === p.model);
      expect(row).toMatchObject({ before: p.before, now: p.now, change: p.before - p.now });
      expect(row!.models).toBe(397);
    }
    const stayed = wanted.filter((p) => p.now <= top).length;
    const { title, picture, marks } = rankChangesFigure.draw(context, rows, settings);
    expect(title).toContain(`top ${top}, ${stayed} are still in the top ${top} of 397`);
    const last = wanted.reduce((a, b) => (b.now - b.before > a.now - a.before ? b : a));
    expect(title).toContain(`from ${last.before} to ${last.now}`);
    expect(toMarkup(picture).length).toBeLessThan(60_000);
    expect(new Set(marks.map((m) => m.model)).size).toBe(wanted.length);
  });

  test("stable is what the setting says", async () => {
    const context = contextOf(site);
    for (const stable of [0, 5, 50]) {
      const settings = { top: "10", stable: String(stable) };
      const rows = await ask(rankChangesFigure.sql(context, EVERYTHING, settings), REAL);
      const { picture } = rankChangesFigure.draw(context, rows, settings);
      const expected = rows.filter((r) => Math.abs(Number(r.before) - Number(r.now)) <= stable);
      const bold = toMarkup(picture).match(/class="slope strong" d="([^"]*)"/)?.[1] ?? "";
      expect(bold.split("C").length - 1).toBe(expected.length);
    }
  });

  test("ties share a rank; a model with several evaluations counts by its best", async () => {
    const rows = await tiny(rankChangesFigure.sql(contextOf(site), EVERYTHING, { top: "10" }));
    expect(rows.map((r) => [r.model, r.before, r.now, r.models])).toEqual([
      ["o/a", 1, 2, 3],
      ["o/b", 2, 1, 3],
      ["o/c", 2, 2, 3],
    ]);
    const { title } = rankChangesFigure.draw(contextOf(site), rows, { top: "10", stable: "1" });
    expect(title).toContain("Too few");
  });
});

/** Three models in both; `o/a` has two evaluations in each, `o/d` and `o/e` are in one table only. */
function tiny(sql: string): Promise<Row[]> {
  const table = (like: string, values: string) =>
    `SELECT l.* REPLACE (v.model AS model, v.id AS eval_id, v.average AS average)
     FROM (VALUES ${values}) AS v(model, id, average), (SELECT * FROM ${like} LIMIT 1) AS l`;
  return ask(sql, {
    real_now: REAL.models,
    real_then: REAL.models_v1,
    models: table(
      "real_now",
      "('o/a','1',20.0),('o/a','2',10.0),('o/b','3',30.0),('o/c','4',20.0),('o/d','5',99.0)",
    ),
    models_v1: table(
      "real_then",
      "('o/a','1',70.0),('o/a','2',10.0),('o/b','3',60.0),('o/c','4',60.0),('o/e','5',99.0)",
    ),
  });
}

describe("successors", () => {
  test("every benchmark that follows one is a group, with its own r", async () => {
    const context = contextOf(site);
    const [option] = successorsFigure.options(context);
    expect(option!.initial).toBe("mmlu");
    const { rows, drawing } = await makeFigure(site, successorsFigure);
    for (const key of ["gpqa", "mmlu_pro"]) {
      const mine = rows.filter((r) => r.benchmark === key);
      expect(mine).toHaveLength(397);
      for (const row of mine) {
        const m = both.find((b) => b.model === row.model)!;
        expect([row.before, row.now]).toEqual([m.old.mmlu, m.now[key]]);
      }
      const r = pearson(
        both.map((b) => Number(b.old.mmlu)),
        both.map((b) => Number(b.now[key])),
      );
      expect(drawing.title).toContain(`r = ${r.toFixed(2)}`);
    }
    expect(drawing.title).toMatch(/^MMLU goes along with MMLU-Pro .* more than with GPQA/);
    expect(drawing.count).toBe("397 models in both");
    expect(drawing.marks).toHaveLength(794);
  });

  test("a suite that succeeds nothing says so", async () => {
    const real = contextOf(site);
    const main = {
      ...real.main,
      benchmarks: real.main.benchmarks.map((b) => ({ ...b, follows: undefined })),
    };
    const context = { ...real, main };
    const settings = settingsOf(successorsFigure.options(context), () => null);
    const rows = await ask(successorsFigure.sql(context, EVERYTHING, settings), REAL);
    expect(rows).toEqual([]);
    expect(successorsFigure.draw(context, rows, settings).title).toMatch(/^No benchmark/);
    expect(initialPair(context)).toEqual({ before: "arc", after: "ifeval" });
  });
});

describe("outliers", () => {
  test("hold the announcement's cases, and exactly what the rule says", async () => {
    const { rows, drawing, settings } = await makeFigure(site, outliersFigure);
    expect(settings).toMatchObject({ before: "gsm8k", after: "math" });
    const models = (mark: string) => rows.flatMap((r) => (r.mark === mark ? [r.model] : []));
    const green = both.filter((b) => Number(b.old.gsm8k) <= 1 && Number(b.now.math) >= 10);
    const red = both.filter((b) => Number(b.old.gsm8k) >= 60 && Number(b.now.math) <= 5);
    expect(models("green").sort()).toEqual(green.map((b) => b.model).sort());
    expect(models("red").sort()).toEqual(red.map((b) => b.model).sort());
    expect(models("green")).toContain("01-ai/Yi-1.5-34B-32K");
    expect(models("green")).toContain("01-ai/Yi-1.5-9B-32K");
    expect(models("red")[0]).toMatch(/autotrain-llama3-70b-orpo/);
    expect(rows).toHaveLength(397);
    expect(drawing.title).toContain(`${green.length} models score next to nothing on GSM8K`);
    expect(drawing.title).toContain(`${red.length} well on GSM8K`);
    expect(toMarkup(drawing.picture)).toContain("Yi-1.5-34B-32K");
  });

  test("follow the limits and any pair asked for", async () => {
    const settings = { before: "mmlu", after: "bbh", zero: "30", good: "2", high: "70", low: "35" };
    const sql = outliersFigure.sql(contextOf(site), EVERYTHING, settings);
    const rows = await ask(sql, REAL);
    const number = (mark: string) => rows.filter((r) => r.mark === mark).length;
    expect(number("green")).toBe(
      both.filter((b) => Number(b.old.mmlu) <= 30 && Number(b.now.bbh) >= 2).length,
    );
    expect(number("red")).toBe(
      both.filter((b) => Number(b.old.mmlu) >= 70 && Number(b.now.bbh) <= 35).length,
    );
    expect(number("red")).toBeGreaterThan(0);
    expect(number("green")).toBeGreaterThan(0);
  });
});

test("pictures stay small, and hostile names stay text", async () => {
  for (const figure of FIGURES) {
    const { drawing, rows, settings } = await makeFigure(site, figure);
    expect(toMarkup(drawing.picture).length).toBeLessThan(60_000);
    const bad = rows.map((r) => ({ ...r, model: "o/</text><script>x</script>" }));
    const { picture } = figure.draw(contextOf(site), bad, settings);
    expect(toMarkup(picture)).not.toContain("<script");
  }
});

test("no rows at all are said, not drawn wrong", () => {
  for (const figure of FIGURES) {
    const context = contextOf(site);
    const settings = settingsOf(figure.options(context), () => null);
    const { title, picture } = figure.draw(context, [], settings);
    expect(title.toLowerCase()).toContain("too few");
    expect(toMarkup(picture)).not.toMatch(/NaN|Infinity|undefined/);
  }
});

// The two tables against each other, compared with a plain reference over the same rows.
import { beforeAll, describe, expect, test } from "vitest";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import type { Row } from "../../../src/core/figures/figure.ts";
import type { Settings } from "../../../src/core/figures/option.ts";
import { settingsOf } from "../../../src/core/figures/option.ts";
import { initialPair, outliersFigure } from "../../../src/core/figures/outliers.ts";
import { rankChangesFigure } from "../../../src/core/figures/rank-changes.ts";
import { successorsFigure } from "../../../src/core/figures/successors.ts";
import { DEFAULT_VIEW } from "../../../src/core/view/view.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { contextOf, makeFigure } from "../../../src/site/build/figures.ts";
import { bothByHand, type InBoth } from "./both.ts";
import { EVERYTHING } from "./everything.ts";
import { askFigure } from "./run.ts";

let site: Site;
let both: InBoth[];
beforeAll(async () => {
  site = await loadSite();
  both = await bothByHand();
});
const ranked = () => both.filter((b) => b.old.flagged !== true && b.now.flagged !== true);
const sameCommit = ({ old, now }: InBoth) => old.revision !== null && old.revision === now.revision;

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
    const field = ranked();
    const placed = field.map((m) => ({
      model: m.model,
      before: 1 + field.filter((o) => Number(o.old.average) > Number(m.old.average)).length,
      now: 1 + field.filter((o) => Number(o.now.average) > Number(m.now.average)).length,
    }));
    const wanted = placed.filter((p) => p.before <= top);
    expect(field).toHaveLength(397 - 5 + 3);
    expect(rows).toHaveLength(wanted.length);
    for (const p of wanted) {
      const row = rows.find((r) => r.model === p.model);
      expect(row).toMatchObject({ before: p.before, now: p.now, change: p.before - p.now });
      expect(row!.models).toBe(395);
    }
    const stayed = wanted.filter((p) => p.now <= top).length;
    const { title, picture, marks } = rankChangesFigure.draw(context, rows, settings);
    expect(title).toContain(`top ${top}, ${stayed} are still in the top ${top} of 395`);
    const last = wanted.reduce((a, b) => (b.now - b.before > a.now - a.before ? b : a));
    expect(title).toContain(`from ${last.before} to ${last.now}`);
    expect(toMarkup(picture).length).toBeLessThan(60_000);
    expect(new Set(marks.map((m) => m.model)).size).toBe(wanted.length);
  });

  test("397 models have the same name in both: 95 by one commit, 5 flagged in the archive", async () => {
    const named = both.filter((b) => b.model === b.then);
    expect(named).toHaveLength(397);
    expect(named.filter(sameCommit)).toHaveLength(95);
    const flagged = named.filter((b) => b.old.flagged === true);
    expect(flagged.map((b) => b.model).sort()).toEqual([
      "berkeley-nest/Starling-LM-7B-alpha",
      "cloudyu/Mixtral_11Bx2_MoE_19B",
      "cloudyu/Mixtral_34Bx2_MoE_60B",
      "cloudyu/Mixtral_7Bx2_MoE",
      "rwitz/go-bruins-v2",
    ]);
    const { rows, settings } = await askFigure(rankChangesFigure, { top: "50" });
    const { count } = rankChangesFigure.draw(contextOf(site), rows, settings);
    expect(count).toMatch(
      /^395 models in both, 98 of them at the same commit; 50 drawn; not ranked: 5 flagged/,
    );
  });

  test("who wants the same commit only gets those", async () => {
    const wanted = ranked().filter(sameCommit);
    expect(wanted).toHaveLength(98);
    const { rows, settings } = await askFigure(rankChangesFigure, { top: "50", commit: "same" });
    expect(rows[0]).toMatchObject({ models: 98, same: 98 });
    expect(rows.every((r) => wanted.some((w) => w.model === r.model))).toBe(true);
    const { count } = rankChangesFigure.draw(contextOf(site), rows, settings);
    expect(count).toContain("98 models in both, all at the same commit");
    for (const figure of [successorsFigure, outliersFigure]) {
      const { rows } = await askFigure(figure, { commit: "same" });
      const models = new Set(rows.map((r) => r.model));
      expect([...models].sort()).toEqual(
        both
          .filter(sameCommit)
          .map((b) => b.model)
          .sort(),
      );
    }
  });

  test("a renamed model is one model, named as today, and says its name of then", async () => {
    const { rows } = await askFigure(successorsFigure, {}, DEFAULT_VIEW);
    const renamed = both.filter((b) => b.then !== b.model);
    expect(renamed).toHaveLength(3);
    for (const { model, then, old, now } of renamed) {
      const row = rows.find((r) => r.model === model && r.benchmark === "mmlu_pro");
      expect(row).toMatchObject({ before: old.mmlu, now: now.mmlu_pro, then_model: then });
      expect(row!.same_commit).toBe(true);
    }
    expect(rows.filter((r) => r.then_model !== null)).toHaveLength(6);
    const settings = settingsOf(successorsFigure.options(contextOf(site)), () => null);
    const { marks } = successorsFigure.draw(contextOf(site), rows, settings);
    const mark = marks.find((m) => m.model === "TinyLlama/TinyLlama-1.1B-Chat-v0.1");
    expect(mark!.lines).toContainEqual(["Named then", "PY007/TinyLlama-1.1B-Chat-v0.1"]);
  });

  test("copies and adapters of one commit are no renames", async () => {
    const table = (like: string, values: string) =>
      `SELECT l.* REPLACE (v.model AS model, v.model AS eval_id, v.average AS average, FALSE AS flagged,
         v.weights AS weight_type, repeat(v.digit, 40) AS revision)
       FROM (VALUES ${values}) AS v(model, average, weights, digit), (SELECT * FROM ${like} LIMIT 1) AS l`;
    const rows = await ask(rankChangesFigure.sql(contextOf(site), EVERYTHING, { top: "50" }), {
      real_now: REAL.models,
      real_then: REAL.models_v1,
      // a → A; b is still there beside its copy B; c's adapter C; d has two heirs; e and f are one, E.
      models: table(
        "real_now",
        `('o/A', 1.0, 'Original', 'a'), ('o/b', 2.0, 'Original', '1'), ('o/B', 3.0, 'Original', 'b'),
         ('o/C', 4.0, 'Adapter', 'c'), ('o/D', 5.0, 'Original', 'd'), ('o/DD', 5.0, 'Original', 'd'),
         ('o/E', 6.0, 'Original', 'e')`,
      ),
      models_v1: table(
        "real_then",
        `('o/a', 11.0, 'Original', 'a'), ('o/b', 12.0, 'Original', 'b'), ('o/c', 13.0, 'Original', 'c'),
         ('o/d', 14.0, 'Original', 'd'), ('o/e', 15.0, 'Original', 'e'), ('o/f', 16.0, 'Original', 'e')`,
      ),
    });
    expect(rows.map((r) => [r.model, r.then_model, r.before_average, r.same_commit])).toEqual([
      ["o/E", "o/f", 16, true],
      ["o/b", null, 12, false],
      ["o/A", "o/a", 11, true],
    ]);
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
    const { rows, settings } = await askFigure(successorsFigure);
    const drawing = successorsFigure.draw(context, rows, settings);
    for (const key of ["gpqa", "mmlu_pro"]) {
      const mine = rows.filter((r) => r.benchmark === key);
      expect(mine).toHaveLength(400);
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
    expect(drawing.count).toMatch(
      /^400 models in both of \d+ families, 98 of them at the same commit$/,
    );
    expect(drawing.marks).toHaveLength(800);
    expect(drawing.title).toMatch(/\(r = 0\.\d\d, 95 % interval 0\.\d\d to 0\.\d\d\) more than/);
  });

  test("successors whose correlations cannot be told apart are not ranked", () => {
    const context = contextOf(site);
    const rows = Array.from({ length: 30 }, (_, i) =>
      ["gpqa", "mmlu_pro"].map((benchmark, k) => ({
        model: `o/${i}`,
        benchmark,
        before: i,
        now: i + ((i * 7 + k * 3) % 11),
        family: `${i}`,
        same_commit: null,
        then_model: null,
      })),
    ).flat();
    const { title } = successorsFigure.draw(context, rows, { of: "mmlu", commit: "any" });
    expect(title).toMatch(/^MMLU goes along with .* and .*; which more cannot be told\.$/);
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
    const { rows, settings } = await askFigure(outliersFigure);
    const drawing = outliersFigure.draw(contextOf(site), rows, settings);
    expect(settings).toMatchObject({ before: "gsm8k", after: "math" });
    const models = (mark: string) => rows.flatMap((r) => (r.mark === mark ? [r.model] : []));
    const green = both.filter((b) => Number(b.old.gsm8k) <= 1 && Number(b.now.math) >= 10);
    const red = both.filter((b) => Number(b.old.gsm8k) >= 60 && Number(b.now.math) <= 5);
    expect(models("green").sort()).toEqual(green.map((b) => b.model).sort());
    expect(models("red").sort()).toEqual(red.map((b) => b.model).sort());
    expect(models("green")).toContain("01-ai/Yi-1.5-34B-32K");
    expect(models("green")).toContain("01-ai/Yi-1.5-9B-32K");
    expect(models("red")[0]).toMatch(/autotrain-llama3-70b-orpo/);
    expect(rows).toHaveLength(400);
    const families = (mark: string) =>
      new Set(rows.flatMap((r) => (r.mark === mark ? [r.family] : []))).size;
    const words = (n: number, mark: string) => `${n} models of ${families(mark)} families`;
    expect(drawing.title).toContain(
      `${words(green.length, "green")} score next to nothing on GSM8K`,
    );
    expect(drawing.title).toContain(`${words(red.length, "red")} well on GSM8K`);
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

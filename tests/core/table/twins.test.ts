// Twins by hand, and over the real tables against SQL that groups by the scores.
import { beforeAll, describe, expect, test } from "vitest";
import { correlationFigure } from "../../../src/core/figures/correlations.ts";
import { filterOf } from "../../../src/core/figures/filter.ts";
import { figuresOf } from "../../../src/core/figures/registry.ts";
import { type Scored, sameScores, twinsOf } from "../../../src/core/table/twins.ts";
import { DEFAULT_VIEW, type View } from "../../../src/core/view/view.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import { loadSite } from "../../../src/site/build/board.ts";
import { contextOf } from "../../../src/site/build/figures.ts";
import { askFigure, rowsOfMain } from "../figures/run.ts";

const ask = (sql: string) => withDuckDB((db) => readQuery(db, sql));

/** These, and forty that are each like no other. */
function among(...rows: (Partial<Scored> & Pick<Scored, "model" | "scores">)[]): Scored[] {
  const others = Array.from({ length: 40 }, (_, i) => ({
    model: `o/m${i}`,
    scores: [1, 2, 3, 4, 5, 6].map((b) => 100 * b + i / b),
  }));
  return [...rows, ...others].map((row) => ({
    eval_id: `${row.model}@1`,
    flagged: false,
    availability: "available" as const,
    uploaded_at: "2024-06-01",
    submitted_at: null,
    ...row,
  }));
}

describe("twins", () => {
  const scores = [1.25, 2.5, 3.75, 5, 6.25, 7.5];

  test("are those with the same scores on all benchmarks, to the last digit but not beyond", () => {
    const rows = among(
      { model: "a/one", scores },
      { model: "a/two", scores: [1.25 + 1e-12, ...scores.slice(1)] },
      { model: "a/near", scores: [1.25 + 1e-6, ...scores.slice(1)] },
    );
    expect(twinsOf(rows).slice(0, 3)).toEqual([null, 0, null]);
  });

  test("follow the first: not flagged, not gone, uploaded first, else submitted, then by name", () => {
    const first = (...rows: Partial<Scored>[]) => {
      const all = among(...rows.map((r, i) => ({ model: `a/${i}`, scores, ...r })));
      return rows.findIndex((_, i) => twinsOf(all)[i] === null);
    };
    expect(first({ flagged: true, uploaded_at: "2024-01-01" }, {})).toBe(1);
    expect(first({ availability: "gone", uploaded_at: "2024-01-01" }, {})).toBe(1);
    expect(first({ uploaded_at: "2024-07-01" }, { uploaded_at: "2024-05-01" }, {})).toBe(1);
    expect(first({}, { uploaded_at: null, submitted_at: "2024-05-01" })).toBe(1);
    expect(first({ model: "b/z" }, { model: "b/a" })).toBe(1);
  });

  test("are no evaluations of one model, nor any where a score is unknown", () => {
    const rows = among(
      { model: "a/one", scores, eval_id: "a/one@1:bfloat16" },
      { model: "a/one", scores, eval_id: "a/one@1:float16" },
      { model: "a/x", scores: [...scores.slice(1), null] },
      { model: "a/y", scores: [...scores.slice(1), null] },
    );
    expect(twinsOf(rows).slice(0, 4)).toEqual([null, null, null, null]);
  });

  test("are not told where equal scores are to be expected by chance", () => {
    // Three questions, six models: some are bound to agree.
    const few = [0, 1, 2, 3, 1, 2].map((right, i) => ({ model: `a/${i}`, scores: [right / 3] }));
    expect(sameScores(few, 0)).toEqual([]);
    // All at the floor.
    const floor = Array.from({ length: 50 }, (_, i) => ({ model: `a/${i}`, scores: [0, 0, 0] }));
    expect(sameScores(floor, 0)).toEqual([]);
  });

  test("with one benchmark left out may be in several groups", () => {
    const rows = among(
      { model: "a/one", scores },
      { model: "a/two", scores: scores.with(5, 77) },
      { model: "a/three", scores: scores.with(0, 88) },
    );
    expect(sameScores(rows, 0)).toEqual([]);
    expect(sameScores(rows, 1).map((g) => g.map((i) => rows[i]!.model))).toEqual([
      ["a/one", "a/three"],
      ["a/one", "a/two"],
    ]);
  });
});

describe("of the real tables", () => {
  /** Groups of rows with equal scores, in SQL. */
  const groupsOf = (table: string, scores: string) =>
    ask(
      `SELECT list(eval_id) AS ids, count(*) AS n, count(DISTINCT model) AS models
       FROM 'public/data/latest/${table}.parquet' WHERE average IS NOT NULL
       GROUP BY ${scores} HAVING n > 1`,
    );

  test.each([
    ["models", "ifeval_raw, bbh_raw, math_raw, gpqa_raw, musr_raw, mmlu_pro_raw", 46, 100],
    ["models_v1", "arc, hellaswag, mmlu, truthfulqa, winogrande, gsm8k", 222, 483],
  ])("%s: each group has one that the others follow", async (table, scores, groups, rows) => {
    const found = await groupsOf(table, scores);
    expect(found).toHaveLength(groups);
    expect(found.reduce((sum, g) => sum + Number(g.n), 0)).toBe(rows);
    // No two of a group are one model in another precision.
    expect(found.every((g) => g.n === g.models)).toBe(true);
    const told = await ask(
      `SELECT coalesce(twin_of, eval_id) AS first, count(*) AS n
       FROM 'public/data/latest/${table}.parquet' GROUP BY first HAVING n > 1`,
    );
    expect(told).toHaveLength(groups);
    expect(told.reduce((sum, g) => sum + Number(g.n), 0)).toBe(rows);
    const ids = new Set(
      (
        await ask(
          `SELECT DISTINCT twin_of AS id FROM 'public/data/latest/${table}.parquet' WHERE twin_of IS NOT NULL`,
        )
      ).map((r) => r.id),
    );
    expect(told.every((g) => ids.has(g.first!))).toBe(true);
  });

  test("an official model comes before its copies", async () => {
    const rows = await rowsOfMain();
    const twin = (model: string) => String(rows.find((r) => r.model === model)?.twin_of);
    expect(twin("qingy2019/OpenMath2-Llama3.1-8B")).toMatch(/^nvidia\/OpenMath2-Llama3\.1-8B@/);
    expect(twin("matouLeLoup/ECE-PRYMMAL-0.5B-FT-MUSR-ENSEMBLE-V2Mathis")).toMatch(
      /^Qwen\/Qwen2-0\.5B@/,
    );
    expect(twin("SicariusSicariiStuff/Winged_Imp_8B")).toMatch(/Wingless_Imp_8B@/);
  });
});

describe("analyses", () => {
  let columns: Parameters<typeof filterOf>[1];
  beforeAll(async () => {
    columns = contextOf(await loadSite()).columns;
  });
  const models = "'public/data/latest/models.parquet'";
  const counted = async (view: View) => {
    const where = filterOf(view, columns, "models");
    return withDuckDB(async (db) => {
      await db.run(`CREATE VIEW models AS SELECT * FROM ${models}`);
      return readQuery(db, `SELECT eval_id, twin_of FROM models WHERE ${where}`);
    });
  };

  test.each<[string, Partial<View>]>([
    ["at first", {}],
    ["with all", { flagged: "all", unavailable: "all" }],
    ["where the first is filtered out", { search: "matouLeLoup", unavailable: "all" }],
    ["in one precision", { precisions: ["float16"] }],
  ])("count equal scores once: %s", async (_, change) => {
    const view: View = { ...DEFAULT_VIEW, ...change };
    const each = await counted({ ...view, twins: "each" });
    const once = await counted(view);
    const key = (r: (typeof each)[number]) => String(r.twin_of ?? r.eval_id);
    expect(once).toHaveLength(new Set(each.map(key)).size);
    expect(new Set(once.map(key)).size).toBe(once.length);
    expect(each.length).toBeGreaterThan(once.length);
  });

  test("a correlation is of 4,522 of the 4,576 evaluations, and of all on request", async () => {
    const all: View = { ...DEFAULT_VIEW, flagged: "all", unavailable: "all" };
    const figure = correlationFigure("main");
    const context = contextOf(await loadSite());
    const n = async (view: View) => {
      const { rows, settings } = await askFigure(figure, {}, view);
      const made = figure.derive?.(context, rows, settings) ?? rows;
      return Math.max(...made.map((r) => Number(r.n)));
    };
    expect(await n(all)).toBe(4576 - 54);
    expect(await n({ ...all, twins: "each" })).toBe(4576);
  });

  test("all do so, but for pairs of names, and for the board as of a day, which is the table itself", async () => {
    const context = contextOf(await loadSite());
    const without = figuresOf(context, () => true).filter((figure) => {
      const settings = Object.fromEntries(figure.options(context).map((o) => [o.name, o.initial]));
      return !figure.sql(context, DEFAULT_VIEW, settings).includes("twin_of");
    });
    const ofNames = ["correlations-cross", "rank-changes", "successors", "outliers"];
    expect(without.map((f) => f.name).sort()).toEqual(["as-of", ...ofNames].sort());
  });
});

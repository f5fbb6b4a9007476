import { beforeAll, describe, expect, test } from "vitest";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import { betterFigure } from "../../../src/core/figures/better.ts";
import type { Drawing, Figure, Row } from "../../../src/core/figures/figure.ts";
import { neighboursFigure } from "../../../src/core/figures/neighbours.ts";
import type { Settings } from "../../../src/core/figures/option.ts";
import { settingsOf } from "../../../src/core/figures/option.ts";
import { rankRangesFigure } from "../../../src/core/figures/rank-ranges.ts";
import { standingsFigure } from "../../../src/core/figures/standings.ts";
import { normalBeyond } from "../../../src/core/suite/normal.ts";
import { shrunken } from "../../../src/core/suite/shrunken.ts";
import { stepdown } from "../../../src/core/suite/stepdown.ts";
import type { View } from "../../../src/core/view/view.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { contextOf, makeFigure } from "../../../src/site/build/figures.ts";
import { EVERYTHING } from "./everything.ts";

const REAL = "SELECT * FROM 'public/data/latest/models.parquet'";
const FIGURES = [standingsFigure, rankRangesFigure, neighboursFigure, betterFigure];
const CHAT: View = { ...EVERYTHING, types: ["chat"], ranges: { params_b: { min: null, max: 10 } } };

interface Model {
  model: string;
  eval_id: string;
  average: number;
  stderr: number;
  index: number;
}

let site: Site;
let field: Model[];
beforeAll(async () => {
  site = await loadSite();
  const { columns, length } = site.boards[0]!.table;
  const keys = site.boards[0]!.suite.benchmarks.map((b) => b.key);
  field = Array.from({ length }, (_, index) => ({
    model: String(columns.model![index]),
    eval_id: String(columns.eval_id![index]),
    average: Number(columns.average![index]),
    stderr: Math.hypot(...keys.map((k) => Number(columns[`${k}_stderr`]![index]))) / keys.length,
    index,
  })).filter(({ index }) => columns.flagged![index] !== true && columns.average![index] !== null);
  field.sort((a, b) => b.average - a.average || (a.eval_id < b.eval_id ? -1 : 1));
});

function chats(): Model[] {
  const { model_type: type, params_b: size } = site.boards[0]!.table.columns;
  return field.filter(
    ({ index: i }) => type![i] === "chat" && size![i] !== null && Number(size![i]) <= 10,
  );
}

/**
 * Each with all others, one by one.
 *
 * @param criticals how many standard errors apart another must be, for each; Bonferroni's where absent
 */
function rangesOf(models: readonly Model[], criticals?: readonly number[]) {
  const bound = normalBeyond(0.05 / 2 / (models.length - 1));
  const z = new Map(models.map((m, i) => [m, criticals?.[i] ?? bound]));
  const told = (a: Model, b: Model, of: Model) =>
    a.average - b.average > z.get(of)! * Math.hypot(a.stderr, b.stderr);
  const group = new Map<Model, number>();
  let rest = [...models];
  for (let g = 1; rest.length > 0; g++) {
    const [best] = rest;
    for (const m of rest) if (!told(best!, m, m)) group.set(m, g);
    rest = rest.filter((m) => !group.has(m));
  }
  return models.map((m) => ({
    rank: 1 + models.filter((o) => o.average > m.average).length,
    rank_low: 1 + models.filter((o) => told(o, m, m)).length,
    rank_high: models.length - models.filter((o) => told(m, o, m)).length,
    tie_group: group.get(m)!,
  }));
}

async function answer(
  figure: Figure,
  view: View,
  given: Record<string, string> = {},
  models = REAL,
): Promise<{ rows: Row[]; drawing: Drawing; settings: Settings }> {
  const context = contextOf(site);
  const settings = settingsOf(figure.options(context), (name) => given[name] ?? null);
  const found = await withDuckDB(async (db) => {
    await db.run(`CREATE VIEW models AS ${models}`);
    return readQuery(db, figure.sql(context, view, settings));
  });
  const rows = figure.derive?.(context, found, settings) ?? found;
  return { rows, settings, drawing: figure.draw(context, rows, settings) };
}

const pick = (row: Row, names: string[]) => Object.fromEntries(names.map((n) => [n, row[n]]));
const RANGE = ["rank", "rank_low", "rank_high", "tie_group"];

describe("rank ranges", () => {
  test("of the whole table are those of a count by pairs, in the figure and in the table's columns", async () => {
    const expected = rangesOf(field);
    const { rows } = await answer(rankRangesFigure, EVERYTHING);
    expect(rows.map((r) => r.eval_id)).toEqual(field.map((m) => m.eval_id));
    expect(rows.map((r) => pick(r, RANGE))).toEqual(expected);
    for (const [i, row] of rows.entries()) expect(row.stderr).toBeCloseTo(field[i]!.stderr, 12);
    const { columns } = site.boards[0]!.table;
    expect(
      field.map(({ index }) => Object.fromEntries(RANGE.map((n) => [n, columns[n]![index]]))),
    ).toEqual(expected);
    const flagged = columns.flagged!.flatMap((f, i) => (f === true ? [i] : []));
    expect(flagged.length).toBeGreaterThan(0);
    for (const i of flagged) expect(columns.rank_low![i]).toBeNull();
  });

  test("are among those filtered for", async () => {
    const expected = rangesOf(chats());
    const { rows, drawing } = await answer(rankRangesFigure, CHAT);
    expect(rows.map((r) => pick(r, RANGE))).toEqual(expected);
    expect(drawing.count).toBe(`${expected.length.toLocaleString("en")} evaluations`);
    const spans = expected.map((r) => r.rank_high - r.rank_low + 1).sort((a, b) => a - b);
    const said = Number(/span ([\d,]+) ranks or more/.exec(drawing.title)?.[1]?.replace(",", ""));
    expect(spans.filter((s) => s >= said).length * 2).toBeGreaterThanOrEqual(spans.length);
    expect(spans.filter((s) => s > said).length * 2).toBeLessThanOrEqual(spans.length);
  });

  test("are formed by the bootstrap where that is chosen, in both figures, and are narrower", async () => {
    const models = chats();
    const criticals = [
      ...stepdown({
        values: Float64Array.from(models, (m) => m.average),
        variances: Float64Array.from(models, (m) => m.stderr ** 2),
      }),
    ].map(Math.sqrt);
    const expected = rangesOf(models, criticals);
    const given = { ranges: "stepdown" };
    const { rows } = await answer(rankRangesFigure, CHAT, given);
    expect(rows.map((r) => pick(r, RANGE))).toEqual(expected);
    const best = await answer(standingsFigure, CHAT, given);
    expect(best.rows.map((r) => pick(r, RANGE))).toEqual(expected.slice(0, 20));
    const spans = (list: typeof expected) =>
      list.reduce((sum, r) => sum + r.rank_high - r.rank_low, 0);
    expect(spans(expected)).toBeLessThan(spans(rangesOf(models)));
    expect((await answer(rankRangesFigure, CHAT, { ranges: "other" })).settings.ranges).toBe(
      "bonferroni",
    );
  });

  test("of fewer than ten are not drawn", async () => {
    const nine = `${REAL} WHERE flagged IS NOT TRUE ORDER BY average DESC LIMIT 9`;
    const { drawing } = await answer(rankRangesFigure, EVERYTHING, {}, nine);
    expect(drawing.title).toContain("Too few");
    expect(drawing.marks).toEqual([]);
    const ten = nine.replace("LIMIT 9", "LIMIT 10");
    expect((await answer(rankRangesFigure, EVERYTHING, {}, ten)).drawing.marks).toHaveLength(10);
  });
});

describe("the best", () => {
  test("have their intervals, and the title counts who cannot be told from the first", async () => {
    const expected = rangesOf(field);
    for (const top of ["20", "50"]) {
      const { rows, drawing } = await answer(standingsFigure, EVERYTHING, { top });
      expect(rows.map((r) => pick(r, RANGE))).toEqual(expected.slice(0, Number(top)));
      rows.forEach((row, i) => {
        const { average, stderr } = field[i]!;
        expect(row.low).toBeCloseTo(average - 1.959963984540054 * stderr, 9);
        expect(row.high).toBeCloseTo(average + 1.959963984540054 * stderr, 9);
      });
      const others = expected.filter((r) => r.tie_group === 1).length - 1;
      expect(drawing.title).toBe(
        `${others} others of ${(field.length - 1).toLocaleString("en")} cannot be told from the best, ${field[0]!.model}.`,
      );
      expect(drawing.marks.map((m) => m.model)).toEqual(
        field.slice(0, Number(top)).map((m) => m.model),
      );
    }
  });

  test("are 10 others than the best, since GPQA's questions are asked more than once", async () => {
    const { drawing } = await answer(standingsFigure, EVERYTHING);
    expect(drawing.title).toMatch(/^10 others of /);
  });

  test("say what average is to be expected of the first, and what of its lead", async () => {
    const { rows, drawing } = await answer(standingsFigure, EVERYTHING);
    const expected = shrunken(field.map((m) => ({ value: m.average, stderr: m.stderr })));
    rows.forEach((row, i) => {
      expect(row.expected).toBeCloseTo(expected[i]!, 9);
    });
    const [first, second] = field as [Model, Model];
    const [left, lead] = [expected[0]! - expected[1]!, first.average - second.average];
    expect(left).toBeGreaterThan(0.005);
    expect(drawing.note).toBe(
      `Expect ${first.model} to average ${expected[0]!.toFixed(2)} on new questions, not ` +
        `${first.average.toFixed(2)}, and to lead ${second.model} by ${left.toFixed(2)}, not ` +
        `${lead.toFixed(2)}: the best of many is best partly by luck.`,
    );
    expect(expected[0]).toBeLessThan(first.average);
    const nine = `${REAL} WHERE flagged IS NOT TRUE ORDER BY average DESC LIMIT 9`;
    const few = await answer(standingsFigure, EVERYTHING, {}, nine);
    expect(few.drawing.note).toBeUndefined();
    expect(few.rows[0]!.expected).toBeNull();
  });

  test("follow the filters", async () => {
    const models = chats();
    const tied = rangesOf(models).filter((r) => r.tie_group === 1).length;
    const { drawing } = await answer(standingsFigure, CHAT);
    expect(drawing.title).toContain(`${tied - 1} other`);
    expect(drawing.title).toContain(models[0]!.model);
    expect(drawing.count).toBe(`20 of ${models.length.toLocaleString("en")} evaluations`);
  });

  test("of one, two or none say so", async () => {
    const only = (where: string) => `${REAL} WHERE eval_id IN (${where})`;
    const ids = field.map((m) => `'${m.eval_id}'`);
    const titles = async (where: string) =>
      (await answer(standingsFigure, EVERYTHING, {}, only(where))).drawing.title;
    expect(await titles(ids[0]!)).toContain("is alone");
    expect(await titles(`${ids[0]}, ${ids[1]}`)).toContain("1 other of 1 cannot be told");
    expect(await titles(`${ids[0]}, ${ids[3000]}`)).toContain("told apart from all the others");
    expect(await titles("''")).toContain("No evaluation left");
  });
});

describe("neighbours", () => {
  test("are told apart as often as a count by pairs says", async () => {
    for (const apart of ["1", "10", "100", "500"]) {
      const { rows, drawing } = await answer(neighboursFigure, EVERYTHING, { apart });
      const k = Number(apart);
      const z = field
        .slice(0, -k)
        .map(
          (m, i) =>
            (m.average - field[i + k]!.average) / Math.hypot(m.stderr, field[i + k]!.stderr),
        );
      expect(rows).toHaveLength(z.length);
      for (const [i, row] of rows.entries()) expect(row.z).toBeCloseTo(z[i]!, 8);
      const told = z.filter((v) => v > 1.959963984540054).length;
      expect(drawing.title).toMatch(
        new RegExp(`^${told.toLocaleString("en")} of ${z.length.toLocaleString("en")} pairs `),
      );
      // Every pair is in one bar, and bars beyond the border hold those told apart.
      const counts = drawing.marks.map((m) => ({
        n: Number(/^([\d,]+) pair/.exec(m.title)![1]!.replace(",", "")),
        from: Number(/, ([\d.]+) to/.exec(m.title)![1]),
      }));
      const sum = (list: { n: number }[]) => list.reduce((total, c) => total + c.n, 0);
      expect(sum(counts)).toBe(z.length);
      expect(sum(counts.filter((c) => c.from >= 1.96))).toBe(told);
    }
  });

  test("by hand: a difference of 1.97 standard errors, and of 1.95", async () => {
    const keys = site.boards[0]!.suite.benchmarks.map((b) => b.key);
    // Six standard errors of √6 make one of 1 for the average; differences have √2.
    const stderrs = keys.map((k) => `sqrt(6) AS ${k}_stderr`).join(", ");
    const gaps = [1.97, 1.95, ...Array.from({ length: 9 }, () => 1)];
    let average = 90;
    const rows = [average, ...gaps.map((g) => (average -= g * Math.SQRT2))]
      .map((a, i) => `(${a}, 'o/m${i}', 'e${i}')`)
      .join(", ");
    const table = `SELECT *, false AS flagged, true AS on_hub, ${stderrs} FROM (VALUES ${rows}) AS t(average, model, eval_id)`;
    const { drawing } = await answer(neighboursFigure, EVERYTHING, {}, table);
    expect(drawing.title).toBe("1 of 11 pairs of neighbours in rank can be told apart at 5 %.");
    expect(drawing.marks.at(-1)?.lines[0]?.[1]).toContain("1.97");
  });

  test("of fewer than ten pairs say nothing", async () => {
    const ten = `${REAL} WHERE flagged IS NOT TRUE ORDER BY average DESC LIMIT 10`;
    expect((await answer(neighboursFigure, EVERYTHING, {}, ten)).drawing.title).toContain(
      "Too few",
    );
  });
});

/** The density's integral by Simpson's rule. */
function below(z: number): number {
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const [n, end] = [2000, Math.min(Math.abs(z), 9)];
  let sum = density(0) + density(end);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * density((i * end) / n);
  const half = (sum * end) / n / 3;
  return z < 0 ? 0.5 - half : 0.5 + half;
}

describe("two models", () => {
  const A = "01-ai/Yi-1.5-34B-32K";
  const B = "01-ai/Yi-1.5-9B-32K";
  const bestOf = (model: string) => field.find((m) => m.model === model)!;

  test("without names are the best and the next best of another name", async () => {
    const { rows } = await makeFigure(site, betterFigure);
    expect(rows[0]).toMatchObject({
      id_a: field[0]!.eval_id,
      id_b: field.find((m) => m.model !== field[0]!.model)!.eval_id,
    });
  });

  test("are compared by average and by each benchmark", async () => {
    const { rows, drawing } = await answer(betterFigure, EVERYTHING, {
      a: A,
      b: ` ${B.toUpperCase()} `,
    });
    const [a, b] = [bestOf(A), bestOf(B)];
    const { columns } = site.boards[0]!.table;
    const keys = site.boards[0]!.suite.benchmarks.map((x) => x.key);
    const expected = [
      { d: a.average - b.average, s: Math.hypot(a.stderr, b.stderr) },
      ...keys.map((k) => {
        const of = (name: string, m: Model) => Number(columns[name]![m.index]);
        return {
          d: of(k, a) - of(k, b),
          s: Math.hypot(of(`${k}_stderr`, a), of(`${k}_stderr`, b)),
        };
      }),
    ];
    expect(rows).toHaveLength(expected.length);
    rows.forEach((row, i) => {
      const { d, s } = expected[i]!;
      expect(row.difference).toBeCloseTo(d, 9);
      expect(row.stderr).toBeCloseTo(s, 9);
      expect(row.chance).toBeCloseTo(below(d / s), 8);
    });
    const [{ d, s }] = expected as [{ d: number; s: number }];
    const [better, other] = d > 0 ? [A, B] : [B, A];
    expect(drawing.title).toContain(`${better} is better than ${other}`);
    expect(drawing.title).toContain(
      `by ${Math.abs(d).toFixed(2)} ± ${(1.96 * s).toFixed(2)} points`,
    );
    expect(drawing.marks).toHaveLength(7);
  });

  test("turned around have the opposite chance and the same sentence", async () => {
    const one = await answer(betterFigure, EVERYTHING, { a: A, b: B });
    const two = await answer(betterFigure, EVERYTHING, { a: B, b: A });
    expect(two.rows[0]!.chance).toBeCloseTo(1 - Number(one.rows[0]!.chance), 12);
    expect(two.drawing.title).toBe(one.drawing.title);
  });

  test("one of them named leaves the other to the best of another name", async () => {
    const best = field[0]!;
    expect((await answer(betterFigure, EVERYTHING, { b: best.model })).rows[0]).toMatchObject({
      id_a: field.find((m) => m.model !== best.model)!.eval_id,
      id_b: best.eval_id,
    });
    expect((await answer(betterFigure, EVERYTHING, { a: A })).rows[0]).toMatchObject({
      id_a: bestOf(A).eval_id,
      id_b: best.eval_id,
    });
  });

  test("an evaluation can be named by itself", async () => {
    const { eval_id } = field[321]!;
    expect((await answer(betterFigure, EVERYTHING, { a: eval_id })).rows[0]!.id_a).toBe(eval_id);
  });

  test("that are unknown, filtered out, the same, or none at all are said", async () => {
    const title = async (given: Record<string, string>, view = EVERYTHING) => {
      const { drawing } = await answer(betterFigure, view, given);
      expect(drawing.marks).toEqual([]);
      return drawing.title;
    };
    expect(await title({ a: "no/such" })).toBe(
      "There is no evaluation of “no/such” among those filtered for.",
    );
    expect(await title({ b: "'; DROP TABLE models; --" })).toContain("“'; DROP TABLE models; --”");
    expect(await title({ b: A }, CHAT)).toContain(A);
    expect(await title({ a: A, b: A })).toContain("the same evaluation");
    expect(await title({}, { ...EVERYTHING, search: "no such model" })).toContain("no two models");
    expect((await answer(betterFigure, EVERYTHING, { a: "x".repeat(201) })).settings.a).toBe("");
  });
});

test("pictures stay small, and hostile names stay text", async () => {
  for (const figure of FIGURES) {
    const { drawing } = await makeFigure(site, figure);
    expect(toMarkup(drawing.picture).length, figure.name).toBeLessThan(60_000);
    expect(drawing.marks.length).toBeGreaterThan(0);
    const bad = `${REAL.replace("*", "* REPLACE ('</text><script>x</script>' || model AS model)")} LIMIT 300`;
    const { drawing: hostile } = await answer(figure, EVERYTHING, {}, bad);
    expect(toMarkup(hostile.picture)).not.toContain("<script");
  }
  const all = await answer(neighboursFigure, EVERYTHING, { apart: "500" });
  expect(toMarkup(all.drawing.picture).length).toBeLessThan(60_000);
  const fifty = await answer(standingsFigure, EVERYTHING, { top: "50" });
  expect(toMarkup(fifty.drawing.picture).length).toBeLessThan(60_000);
});

// Tuned models against their bases, compared with a plain reference over the same rows.
import { beforeAll, describe, expect, test } from "vitest";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import type { Row } from "../../../src/core/figures/figure.ts";
import { settingsOf } from "../../../src/core/figures/option.ts";
import { tuningChangesFigure } from "../../../src/core/figures/tuning-changes.ts";
import { tuningExtremesFigure } from "../../../src/core/figures/tuning-extremes.ts";
import { medianOf } from "../../../src/core/suite/median.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { contextOf, makeFigure } from "../../../src/site/build/figures.ts";
import { EVERYTHING } from "./everything.ts";

let site: Site;
let all: Row[];
let best: Map<string, Row>;
beforeAll(async () => {
  site = await loadSite();
  const { columns } = site.boards[0]!.table;
  all = columns.model!.map((_, i) =>
    Object.fromEntries(Object.keys(columns).map((c) => [c, columns[c]![i]])),
  ) as Row[];
  best = new Map();
  for (const row of all) {
    const other = best.get(String(row.model));
    if (!other || Number(row.average) > Number(other.average)) best.set(String(row.model), row);
  }
});

const KEYS = ["average", "ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"];
const REAL = "SELECT * FROM 'public/data/latest/models.parquet'";

/** By hand: change of every score, by evaluation. */
function changes(types: string[], keep: (row: Row) => boolean = () => true) {
  const tuned = all.filter((r) => types.includes(String(r.model_type)) && keep(r));
  const joined = tuned.flatMap((row) => {
    const base = best.get(String(row.base_model));
    if (!base || base.model === row.model) return [];
    return [{ row, base, of: (key: string) => Number(row[key]) - Number(base[key]) }];
  });
  const unknown = tuned.filter((r) => r.base_model === null).length;
  const absent = tuned.filter((r) => r.base_model !== null && !best.has(String(r.base_model)));
  return { joined, unknown, absent: absent.length };
}

async function ask(sql: string, models = REAL): Promise<Row[]> {
  return withDuckDB(async (db) => {
    await db.run(`CREATE VIEW models AS ${models}`);
    return readQuery(db, sql);
  });
}

describe("changes by tuning", () => {
  test("are tuned less base, for every score and evaluation", async () => {
    const { rows, drawing } = await makeFigure(site, tuningChangesFigure);
    const { joined, unknown, absent } = changes(["chat", "fine_tuned"]);
    expect(rows).toHaveLength(joined.length);
    const byId = new Map(joined.map((j) => [j.row.eval_id, j]));
    for (const row of rows) {
      for (const key of KEYS) expect(row[key]).toBeCloseTo(byId.get(row.eval_id!)!.of(key), 10);
    }
    expect(rows[0]).toMatchObject({ no_base: unknown, not_here: absent });
    expect(drawing.count).toContain(`${joined.length} tuned evaluations`);
    expect(drawing.count).toContain(unknown.toLocaleString("en"));
    expect(drawing.marks).toHaveLength(joined.length * KEYS.length);
  });

  test("the title names the medians furthest apart", async () => {
    const { drawing } = await makeFigure(site, tuningChangesFigure);
    const { joined } = changes(["chat", "fine_tuned"]);
    const medians = KEYS.slice(1).map((key) => {
      const sorted = joined.map((j) => j.of(key)).sort((a, b) => a - b);
      const n = sorted.length;
      return n % 2 ? sorted[(n - 1) / 2]! : (sorted[n / 2]! + sorted[n / 2 - 1]!) / 2;
    });
    expect(drawing.title).toContain(`most (median +${Math.max(...medians).toFixed(2)} points)`);
    expect(drawing.title).toContain(`least (−${Math.abs(Math.min(...medians)).toFixed(2)}).`);
    const text = toMarkup(drawing.picture);
    for (const m of medians)
      expect(text).toContain(`>${m < 0 ? "−" : "+"}${Math.abs(m).toFixed(2)}<`);
    for (const key of KEYS) {
      const fell = joined.filter((j) => j.of(key) < 0).length / joined.length;
      expect(text).toContain(`>${Math.round(fell * 100)} % fell<`);
    }
  });

  test("follow the kind asked for and the filters, on the tuned side only", async () => {
    const view = {
      ...EVERYTHING,
      ranges: { params_b: { min: null, max: 10 } },
      chat: "only" as const,
    };
    const sql = tuningChangesFigure.sql(contextOf(site), view, { tuned: "chat" });
    const rows = await ask(sql);
    const { joined } = changes(
      ["chat"],
      (r) => r.params_b !== null && Number(r.params_b) <= 10 && r.chat_template === true,
    );
    expect(rows.map((r) => r.eval_id).sort()).toEqual(joined.map((j) => j.row.eval_id).sort());
    expect(rows.length).toBeGreaterThan(10);
  });

  test("tiny table by hand: the base's best counts, a model is no base of itself", async () => {
    const table = `SELECT r.* REPLACE (v.model AS model, v.id AS eval_id, v.type AS model_type,
        v.base AS base_model, v.average AS average, v.average / 2 AS gpqa)
      FROM (VALUES ('b','1','pretrained',NULL,20.0), ('b','2','pretrained',NULL,10.0),
        ('t','3','chat','b',26.0), ('u','4','fine_tuned','b',15.0), ('v','5','chat',NULL,9.0),
        ('w','6','chat','gone',9.0), ('x','7','chat','x',9.0), ('y','8','merge','b',50.0))
        AS v(model, id, type, base, average), (${REAL} LIMIT 1) AS r`;
    const rows = await ask(
      tuningChangesFigure.sql(contextOf(site), EVERYTHING, { tuned: "both" }),
      table,
    );
    expect(rows.map((r) => [r.model, r.average, r.gpqa, r.no_base, r.not_here])).toEqual([
      ["t", 6, 3, 1, 1],
      ["u", -5, -2.5, 1, 1],
    ]);
    const { title, picture } = tuningChangesFigure.draw(contextOf(site), rows, { tuned: "both" });
    expect(title).toContain("Too few");
    expect(toMarkup(picture)).toContain("too few");
  });

  test("median of an odd and an even number", () => {
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([4, 1, 3, 2])).toBe(2.5);
  });
});

describe("largest changes", () => {
  const base = { first: "falls", drawn: "10", tuned: "both" };

  test.each(["gpqa", "math", "average"])("%s: those that fell and rose furthest", async (score) => {
    const context = contextOf(site);
    const settings = { ...base, score };
    const rows = await ask(tuningExtremesFigure.sql(context, EVERYTHING, settings));
    const { joined } = changes(["chat", "fine_tuned"]);
    const sorted = joined.map((j) => j.of(score)).sort((a, b) => a - b);
    expect(rows).toHaveLength(joined.length);
    for (const [i, row] of rows.entries()) expect(row.change).toBeCloseTo(sorted[i]!, 10);
    const { marks, title } = tuningExtremesFigure.draw(context, rows, settings);
    expect(marks).toHaveLength(20);
    const text = marks.map((m) => m.lines[0]![1]);
    const said = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
    const wanted = [...sorted.slice(0, 10), ...sorted.slice(-10).reverse()];
    for (const [i, change] of wanted.entries()) expect(text[i]).toContain(`(${said(change)})`);
    expect(title).toContain(`${sorted.filter((c) => c < 0).length} of ${joined.length}`);
  });

  test("Llama-3-70B's GPQA is there to find, and its MATH", async () => {
    const context = contextOf(site);
    const model = "meta-llama/Meta-Llama-3-70B-Instruct";
    const gpqa = await ask(
      tuningExtremesFigure.sql(context, EVERYTHING, { ...base, score: "gpqa" }),
    );
    const row = gpqa.find((r) => r.model === model)!;
    expect(Number(row.base_score)).toBeCloseTo(19.69, 2);
    expect(Number(row.tuned_score)).toBeCloseTo(4.92, 2);
    const settings = { ...base, score: "gpqa" };
    const { marks } = tuningExtremesFigure.draw(context, gpqa, settings);
    expect(marks.map((m) => m.model)).toContain(model);
    const math = await ask(
      tuningExtremesFigure.sql(context, EVERYTHING, { ...base, score: "math" }),
    );
    expect(Number(math.find((r) => r.model === model)!.change)).toBeCloseTo(24.4713 - 18.58006, 4);
  });

  test("rises first when asked; as many as asked", async () => {
    const context = contextOf(site);
    const settings = { ...base, score: "math", first: "rises", drawn: "3" };
    const rows = await ask(tuningExtremesFigure.sql(context, EVERYTHING, settings));
    const top = Math.max(...changes(["chat", "fine_tuned"]).joined.map((j) => j.of("math")));
    expect(rows[0]!.change).toBeCloseTo(top, 10);
    expect(tuningExtremesFigure.draw(context, rows, settings).marks).toHaveLength(6);
  });
});

test("pictures stay small; hostile names stay text; nothing is drawn wrong without rows", async () => {
  for (const figure of [tuningChangesFigure, tuningExtremesFigure]) {
    const context = contextOf(site);
    const { drawing, rows, settings } = await makeFigure(site, figure);
    expect(toMarkup(drawing.picture).length).toBeLessThan(60_000);
    const bad = rows.map((r) => ({ ...r, model: "<script>x</script>", base_model: "<img>" }));
    expect(toMarkup(figure.draw(context, bad, settings).picture)).not.toMatch(/<script|<img/);
    const initial = settingsOf(figure.options(context), () => null);
    const { title, picture } = figure.draw(context, [], initial);
    expect(title).toMatch(/^(Too few|No tuned)/);
    expect(toMarkup(picture)).not.toMatch(/NaN|Infinity|undefined/);
  }
});

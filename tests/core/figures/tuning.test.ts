// Tuned models against their bases, compared with a plain reference over the same rows.
import { beforeAll, describe, expect, test } from "vitest";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import type { Row } from "../../../src/core/figures/figure.ts";
import { type Settings, settingsOf } from "../../../src/core/figures/option.ts";
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

interface Change {
  row: Row;
  base: Row;
  of(key: string): number;
}

/** By hand: change of every score, by evaluation, and what is left out. */
function changes(types: string[], keep: (row: Row) => boolean = () => true) {
  const tuned = all.filter((r) => types.includes(String(r.model_type)) && keep(r));
  const joined = tuned.flatMap((row): Change[] => {
    const base = best.get(String(row.base_model));
    if (!base || base.model === row.model) return [];
    return [{ row, base, of: (key: string) => Number(row[key]) - Number(base[key]) }];
  });
  const unknown = tuned.filter((r) => r.base_model === null).length;
  const absent = tuned.filter((r) => r.base_model !== null && !best.has(String(r.base_model)));
  const starts = joined.filter(
    (c) => c.base.model_type === "pretrained" && c.base.base_model === null,
  );
  return { joined, starts, unknown, absent: absent.length };
}

const BOTH = ["chat", "fine_tuned"];

function plainMedian(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  return n % 2 ? sorted[(n - 1) / 2]! : (sorted[n / 2]! + sorted[n / 2 - 1]!) / 2;
}

/** By hand: each base model's median change. */
function votes(list: Change[], key: string): Map<string, number> {
  const byBase = new Map<string, number[]>();
  for (const change of list) {
    const name = String(change.base.model);
    byBase.set(name, [...(byBase.get(name) ?? []), change.of(key)]);
  }
  return new Map([...byBase].map(([name, values]) => [name, plainMedian(values)]));
}

async function ask(sql: string, models = REAL): Promise<Row[]> {
  return withDuckDB(async (db) => {
    await db.run(`CREATE VIEW models AS ${models}`);
    return readQuery(db, sql);
  });
}

/** The figure over all evaluations, with some settings changed. */
async function made(change: Settings = {}, view = EVERYTHING) {
  const context = contextOf(site);
  const settings = settingsOf(tuningChangesFigure.options(context), (name) => change[name] ?? null);
  const found = await ask(tuningChangesFigure.sql(context, view, settings));
  const rows = tuningChangesFigure.derive!(context, found, settings);
  return { rows, drawing: tuningChangesFigure.draw(context, rows, settings) };
}

const said = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

describe("what was said before, and why it was not so", () => {
  test("+9.05 on IFEval: 524 rows, 109 of one base, 136 whose base is no pretrained model", () => {
    const { joined } = changes(BOTH);
    expect(joined).toHaveLength(524);
    expect(plainMedian(joined.map((c) => c.of("ifeval")))).toBeCloseTo(9.05, 2);
    const sizes = new Map<unknown, number>();
    for (const { base } of joined) sizes.set(base.model, (sizes.get(base.model) ?? 0) + 1);
    expect(Math.max(...sizes.values())).toBe(109);
    expect(sizes.get("Qwen/Qwen2.5-0.5B")).toBe(109);
    expect(joined.filter((c) => c.base.model_type !== "pretrained")).toHaveLength(136);
  });

  test("can still be asked for, with an interval that knows of bases", async () => {
    const { rows, drawing } = await made({ vote: "evaluation", bases: "all" });
    expect(rows).toHaveLength(524);
    expect(drawing.title).toMatch(
      /^From base to tuned, the median change is largest on IFEval: \+9\.05 points \(/,
    );
    expect(drawing.count).toContain("524 tuned evaluations of 87 base models");
    expect(drawing.count).not.toContain("itself tuned");
  });
});

describe("changes by tuning", () => {
  test("are tuned less base, for every score and evaluation", async () => {
    const { rows, drawing } = await made({ vote: "evaluation" });
    const { starts, joined, unknown, absent } = changes(BOTH);
    expect(rows).toHaveLength(starts.length);
    const byId = new Map(starts.map((j) => [j.row.eval_id, j]));
    for (const row of rows) {
      for (const key of KEYS) expect(row[key]).toBeCloseTo(byId.get(row.eval_id!)!.of(key), 10);
    }
    const tuned = joined.length - starts.length;
    expect(rows[0]).toMatchObject({ no_base: unknown, not_here: absent, tuned_base: tuned });
    expect(drawing.count).toContain(`${starts.length} tuned evaluations of 45 base models`);
    expect(drawing.count).toContain(unknown.toLocaleString("en"));
    expect(drawing.count).toContain(`${tuned} whose base model is itself tuned`);
    expect(drawing.marks).toHaveLength(starts.length * KEYS.length);
  });

  test("a base model has one vote, the median of its versions", async () => {
    const { rows, drawing } = await made();
    const { starts } = changes(BOTH);
    for (const key of KEYS) {
      const wanted = votes(starts, key);
      expect(rows).toHaveLength(wanted.size);
      for (const row of rows) expect(row[key]).toBeCloseTo(wanted.get(String(row.base_model))!, 10);
    }
    expect(rows[0]).toMatchObject({ base_model: "Qwen/Qwen2.5-0.5B", versions: 109 });
    expect(drawing.marks).toHaveLength(rows.length * KEYS.length);
    expect(drawing.marks[0]!.lines).toContainEqual(["Tuned", "median of 109 evaluations"]);
  });

  test("the title names the medians furthest apart, with the interval that numpy found", async () => {
    const { drawing } = await made();
    const { starts } = changes(BOTH);
    const medians = KEYS.slice(1).map((key) => plainMedian([...votes(starts, key).values()]));
    const { groups } = drawing.title.match(
      /^From pretrained to tuned, the median change over 45 base models is largest on IFEval: (?<most>\S+) points \(95 % interval (?<low>\S+) to (?<high>\S+)\), and lowest on MMLU-Pro: (?<least>\S+) points \((?<from>\S+) to (?<to>\S+)\)\.$/,
    )!;
    expect(groups!.most).toBe(said(Math.max(...medians)));
    expect(groups!.least).toBe(said(Math.min(...medians)));
    // numpy, 99,999 resamples of the 45 medians; next to an end the medians are up to 2 points apart.
    const number = (text: string | undefined) => Number(text!.replace("−", "-"));
    expect(Math.abs(number(groups!.low) - 4.46)).toBeLessThan(2);
    expect(Math.abs(number(groups!.high) - 26.3)).toBeLessThan(2);
    expect(Math.abs(number(groups!.from) - -2.03)).toBeLessThan(0.3);
    expect(Math.abs(number(groups!.to) - -0.32)).toBeLessThan(0.3);
    const text = toMarkup(drawing.picture);
    for (const m of medians) expect(text).toContain(`>${said(m)}<`);
    for (const key of KEYS) {
      const each = [...votes(starts, key).values()];
      const fell = each.filter((c) => c < 0).length / each.length;
      expect(text).toContain(`>${Math.round(fell * 100)} % fell<`);
    }
  });

  test("what cannot be told from 0 is said to be so", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({
      base_model: `b/${i}`,
      versions: 1,
      ...Object.fromEntries(KEYS.map((key, k) => [key, (i % 2 ? 1 : -1) * (i + k)])),
    }));
    const context = contextOf(site);
    const { title } = tuningChangesFigure.draw(context, rows, { bases: "pretrained" });
    expect(title.match(/; cannot be told from 0\)/g)).toHaveLength(2);
  });

  test("follow the kind asked for and the filters, on the tuned side only", async () => {
    const view = {
      ...EVERYTHING,
      ranges: { params_b: { min: null, max: 10 } },
      chat: "only" as const,
    };
    const { rows } = await made({ tuned: "chat", vote: "evaluation" }, view);
    const { starts } = changes(
      ["chat"],
      (r) => r.params_b !== null && Number(r.params_b) <= 10 && r.chat_template === true,
    );
    expect(rows.map((r) => r.eval_id).sort()).toEqual(starts.map((j) => j.row.eval_id).sort());
    expect(rows.length).toBeGreaterThan(10);
  });

  test("tiny table by hand: the base's best counts, a model is no base of itself", async () => {
    const table = `SELECT r.* REPLACE (v.model AS model, v.id AS eval_id, v.type AS model_type,
        v.base AS base_model, v.average AS average, v.average / 2 AS gpqa, FALSE AS flagged)
      FROM (VALUES ('b','1','pretrained',NULL,20.0), ('b','2','pretrained',NULL,10.0),
        ('t','3','chat','b',26.0), ('u','4','fine_tuned','b',15.0), ('v','5','chat',NULL,9.0),
        ('w','6','chat','gone',9.0), ('x','7','chat','x',9.0), ('y','8','merge','b',50.0),
        ('z','9','chat','t',30.0), ('c','10','continuously_pretrained','b',7.0),
        ('d','11','chat','c',9.0), ('p','12','pretrained','b',1.0), ('q','13','chat','p',9.0))
        AS v(model, id, type, base, average), (${REAL} LIMIT 1) AS r`;
    const context = contextOf(site);
    const rows = await ask(
      tuningChangesFigure.sql(context, EVERYTHING, { tuned: "both", bases: "pretrained" }),
      table,
    );
    expect(
      rows.map((r) => [r.model, r.average, r.gpqa, r.no_base, r.not_here, r.tuned_base]),
    ).toEqual([
      ["t", 6, 3, 1, 1, 3],
      ["u", -5, -2.5, 1, 1, 3],
    ]);
    const more = await ask(
      tuningChangesFigure.sql(context, EVERYTHING, { tuned: "both", bases: "all" }),
      table,
    );
    expect(more.map((r) => r.model)).toEqual(["q", "t", "z", "d", "u"]);
    const settings = { tuned: "both", bases: "pretrained", vote: "base" };
    const derived = tuningChangesFigure.derive!(context, rows, settings);
    expect(derived).toMatchObject([{ base_model: "b", versions: 2, average: 0.5, gpqa: 0.25 }]);
    const { title, picture } = tuningChangesFigure.draw(context, derived, settings);
    expect(title).toContain("Too few base models");
    expect(toMarkup(picture)).toContain("too few");
  });

  test("median of an odd and an even number", () => {
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([4, 1, 3, 2])).toBe(2.5);
  });
});

describe("largest changes", () => {
  const base = { first: "falls", drawn: "10", tuned: "both", bases: "pretrained" };

  test.each(["gpqa", "math", "average"])("%s: those that fell and rose furthest", async (score) => {
    const context = contextOf(site);
    const settings = { ...base, score };
    const rows = await ask(tuningExtremesFigure.sql(context, EVERYTHING, settings));
    const { starts: joined } = changes(BOTH);
    const sorted = joined.map((j) => j.of(score)).sort((a, b) => a - b);
    expect(rows).toHaveLength(joined.length);
    for (const [i, row] of rows.entries()) expect(row.change).toBeCloseTo(sorted[i]!, 10);
    const { marks, title } = tuningExtremesFigure.draw(context, rows, settings);
    expect(marks).toHaveLength(20);
    const text = marks.map((m) => m.lines[0]![1]);
    const wanted = [...sorted.slice(0, 10), ...sorted.slice(-10).reverse()];
    for (const [i, change] of wanted.entries()) expect(text[i]).toContain(`(${said(change)})`);
    expect(title).toContain(`${sorted.filter((c) => c < 0).length} of ${joined.length}`);
    // Each base model counts once: the share of its versions that fell.
    const byBase = new Map<string, number[]>();
    for (const change of joined) {
      const name = String(change.base.model);
      byBase.set(name, [...(byBase.get(name) ?? []), change.of(score) < 0 ? 1 : 0]);
    }
    const shares = [...byBase.values()].map((f) => f.reduce((a, b) => a + b) / f.length);
    const share = shares.reduce((a, b) => a + b) / shares.length;
    const se = Math.sqrt(shares.reduce((s, x) => s + (x - share) ** 2, 0)) / shares.length;
    const interval = title.match(
      /\((\d+) % with one vote for each of 45 base models, 95 % interval (\d+) to (\d+) %\)/,
    )!;
    expect(Number(interval[1])).toBe(Math.round(share * 100));
    expect(Math.abs(Number(interval[2]) - 100 * (share - 1.96 * se))).toBeLessThan(3);
    expect(Math.abs(Number(interval[3]) - 100 * (share + 1.96 * se))).toBeLessThan(3);
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
    const top = Math.max(...changes(BOTH).starts.map((j) => j.of("math")));
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

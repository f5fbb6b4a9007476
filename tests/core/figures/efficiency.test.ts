// Efficiency, what fits, and context length: the queries against plain loops over the same table.
import { beforeAll, describe, expect, test } from "vitest";
import { type Shape, toMarkup } from "../../../src/core/charts/svg.ts";
import { contextBySizeFigure } from "../../../src/core/figures/context-by-size.ts";
import { contextPartial, sizedRows } from "../../../src/core/figures/context-field.ts";
import { contextFigure } from "../../../src/core/figures/context-length.ts";
import { efficiencyFigure } from "../../../src/core/figures/efficiency.ts";
import type { Context, Figure, Row } from "../../../src/core/figures/figure.ts";
import { fitsFigure } from "../../../src/core/figures/fits.ts";
import { isValid, type Settings, settingsOf } from "../../../src/core/figures/option.ts";
import type { Value } from "../../../src/core/table/grid.ts";
import { SIZES } from "../../../src/core/view/sizes.ts";
import type { View } from "../../../src/core/view/view.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { contextOf, makeFigure } from "../../../src/site/build/figures.ts";
import { EVERYTHING } from "./everything.ts";

let site: Site;
let context: Context;
let models: Row[];
beforeAll(async () => {
  site = await loadSite();
  context = contextOf(site);
  const { columns, length } = site.boards[0]!.table;
  models = Array.from({ length }, (_, i) =>
    Object.fromEntries(Object.keys(columns).map((name) => [name, columns[name]![i] ?? null])),
  );
});

const REAL = "SELECT * FROM 'public/data/latest/models.parquet'";

async function ask(
  figure: Figure,
  change: Settings = {},
  from = REAL,
  view: View = EVERYTHING,
): Promise<{ rows: Row[]; settings: Settings }> {
  const settings = settingsOf(figure.options(context), (name) => change[name] ?? null);
  expect(settings).toMatchObject(change);
  const rows = await withDuckDB(async (db) => {
    await db.run(`CREATE VIEW models AS ${from}`);
    return readQuery(db, figure.sql(context, view, settings));
  });
  return { rows, settings };
}

/** A table with these evaluations; what a row leaves out is null. */
function table(rows: Row[]): string {
  const names = [
    ...["eval_id", "model", "precision", "on_hub", "flagged", "average", "co2_kg", "params_b"],
    ...[
      "context_length",
      "base_model",
      "architecture",
      "params_doubt",
      "twin_of",
      ...context.main.benchmarks.flatMap((b) => [b.key, `${b.key}_raw`]),
    ],
  ];
  const literal = (v: Value | undefined) =>
    v === null || v === undefined ? "NULL" : typeof v === "string" ? `'${v}'` : String(v);
  const types: Record<string, string> = {
    ...{ eval_id: "VARCHAR", model: "VARCHAR", precision: "VARCHAR", on_hub: "BOOLEAN" },
    ...{ flagged: "BOOLEAN", context_length: "INTEGER" },
    ...{ base_model: "VARCHAR", architecture: "VARCHAR" },
    ...{ params_doubt: "VARCHAR", twin_of: "VARCHAR" },
  };
  const line = (row: Row, i: number) =>
    names.map(
      (n) =>
        `CAST(${literal(n === "eval_id" ? `e${i}` : row[n])} AS ${types[n] ?? "DOUBLE"}) AS ${n}`,
    );
  return rows.map((row, i) => `SELECT ${line(row, i).join(", ")}`).join(" UNION ALL ");
}

const num = (row: Row, name: string) => Number(row[name]);

/** Known, from the least on, and not doubted: `size-doubt.test.ts` holds what is doubted. */
function soundSize(row: Row, least = 0.1): boolean {
  return typeof row.params_b === "number" && row.params_b >= least && row.params_doubt === null;
}

/** Those that no unflagged one of the same cost or less equals, by comparing each with all. */
function frontier(rows: Row[], cost: string, score: string): Set<Value> {
  const beats = (a: Row, b: Row) =>
    num(a, score) > num(b, score) ||
    (num(a, score) === num(b, score) &&
      (num(a, cost) < num(b, cost) || String(a.eval_id) < String(b.eval_id)));
  const sound = rows.filter((r) => r.flagged !== true);
  const best = sound.filter(
    (r) => !sound.some((s) => s !== r && num(s, cost) <= num(r, cost) && beats(s, r)),
  );
  return new Set(best.map((r) => r.eval_id ?? null));
}

const bestOf = (rows: Row[]) => rows.filter((r) => r.best === true);

/** All words of a picture. */
function wordsOf(shape: Shape): string {
  return typeof shape.content === "string" ? shape.content : shape.content.map(wordsOf).join("\n");
}

describe("efficiency", () => {
  test.each([
    ["co2_kg", "average"],
    ["co2_kg", "gpqa"],
    ["params_b", "average"],
    ["params_b", "ifeval"],
  ])("by %s: the frontier of %s is that of comparing each with all", async (cost, score) => {
    const { rows } = await ask(efficiencyFigure, { cost, score });
    const known = models.filter((r) => (cost === "co2_kg" ? num(r, cost) > 0 : soundSize(r)));
    expect(rows).toHaveLength(models.length);
    expect(rows.filter((r) => r.cost !== null)).toHaveLength(known.length);
    expect(new Set(bestOf(rows).map((r) => r.eval_id))).toEqual(frontier(known, cost, score));
    const costs = bestOf(rows).map((r) => num(r, "cost"));
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
    expect(rows.slice(0, costs.length)).toEqual(bestOf(rows));
  });

  test("points per kilogram and per billion are quotients of the same row", async () => {
    const { rows } = await ask(efficiencyFigure);
    const byId = new Map(models.map((r) => [r.eval_id, r]));
    for (const row of rows) {
      const of = byId.get(row.eval_id ?? "")!;
      expect(row.per_kg).toBeCloseTo(num(of, "average") / num(of, "co2_kg"), 9);
      if (of.params_b === null || of.params_doubt !== null) expect(row.per_b).toBeNull();
      else expect(row.per_b).toBeCloseTo(num(of, "average") / num(of, "params_b"), 9);
    }
  });

  test("the title says what nine tenths of the best score cost", async () => {
    const { rows, settings } = await ask(efficiencyFigure);
    const drawing = efficiencyFigure.draw(context, rows, settings);
    const top = models.reduce((a, b) => (num(b, "average") > num(a, "average") ? b : a));
    const near = Math.min(
      ...models
        .filter((r) => num(r, "average") >= 0.9 * num(top, "average"))
        .map((r) => num(r, "co2_kg")),
    );
    expect(drawing.title).toContain(`${num(top, "average").toFixed(1)}`);
    expect(drawing.title).toContain(`no more than ${Number(near.toPrecision(2))} kg`);
  });

  test("by hand: unknown costs are counted and flagged scores beat nobody", async () => {
    const of = (average: number, co2_kg: number | null, change: Row = {}): Row => ({
      model: `a/m${average}`,
      average,
      co2_kg,
      params_b: 1,
      flagged: false,
      ...change,
    });
    const few = [
      of(10, 1),
      of(9, 2),
      of(20, 2),
      of(90, 0.5, { flagged: true }),
      of(30, null),
      of(20, 4),
      of(40, 8),
      of(5, 0),
    ];
    const { rows, settings } = await ask(efficiencyFigure, {}, table(few));
    expect(bestOf(rows).map((r) => [r.model, r.cost, r.per_kg])).toEqual([
      ["a/m10", 1, 10],
      ["a/m20", 2, 10],
      ["a/m40", 8, 5],
    ]);
    expect(rows.filter((r) => r.cost === null).map((r) => [r.model, r.per_kg])).toEqual([
      ["a/m30", null],
      ["a/m5", null],
    ]);
    const drawing = efficiencyFigure.draw(context, rows, settings);
    expect(drawing.title).toContain("Too few");
    expect(drawing.count).toBe("6 evaluations; left out: 2 of unknown CO₂");
    expect(drawing.marks).toHaveLength(6);
    expect(toMarkup(drawing.picture)).not.toContain("NaN");
  });

  test("an unknown size is no size of 0", async () => {
    const rows = [1, 2, 3].map((average) => ({ model: "a/b", average, params_b: null }));
    const { rows: got, settings } = await ask(efficiencyFigure, { cost: "params_b" }, table(rows));
    const drawing = efficiencyFigure.draw(context, got, settings);
    expect(got.map((r) => [r.cost, r.per_b, r.best])).toEqual(Array(3).fill([null, null, false]));
    expect(drawing.count).toContain("0 evaluations; left out: 3");
    expect(toMarkup(drawing.picture)).not.toMatch(/NaN|Infinity/);
  });
});

describe("what fits", () => {
  const BYTES: Record<string, number> = { bfloat16: 2, float16: 2, "4bit": 0.5 };

  /** Best score of each model among its evaluations that fit. */
  function reference(room: number, bytes: (row: Row) => number, overhead: number) {
    const best = new Map<string, Row & { gb: number }>();
    for (const row of models) {
      if (!soundSize(row) || row.flagged === true) continue;
      const gb = num(row, "params_b") * bytes(row) * (1 + overhead / 100);
      const known = best.get(String(row.model));
      if (gb <= room && !(known && num(known, "average") >= num(row, "average")))
        best.set(String(row.model), { ...row, gb });
    }
    return [...best.values()].sort(
      (a, b) =>
        num(b, "average") - num(a, "average") || (String(a.eval_id) < String(b.eval_id) ? -1 : 1),
    );
  }

  test.each<[Settings, number, (row: Row) => number, number]>([
    [{}, 24, (r) => BYTES[String(r.precision)]!, 20],
    [{ card: "8", load: "4bit" }, 8, () => 0.5, 20],
    [{ card: "12", load: "8bit", overhead: "0" }, 12, () => 1, 0],
    [{ card: "80", cards: "2", overhead: "50" }, 160, (r) => BYTES[String(r.precision)]!, 50],
  ])("%o is the plain loop over the table", async (change, room, bytes, overhead) => {
    const { rows } = await ask(fitsFigure, change);
    const expected = reference(room, bytes, overhead);
    expect(rows.map((r) => r.model)).toEqual(expected.map((r) => r.model));
    rows.forEach((row, i) => {
      expect(row.gb).toBeCloseTo(expected[i]!.gb, 9);
      expect(row.score).toBe(expected[i]!.average);
    });
    expect(rows[0]!.unknown).toBe(models.filter((r) => !soundSize(r)).length);
  });

  test("the title names the best, the picture the first twenty", async () => {
    const { drawing, rows } = await makeFigure(site, fitsFigure);
    const [first] = reference(24, (r) => BYTES[String(r.precision)]!, 20);
    expect(drawing.title).toContain(`${rows.length.toLocaleString("en")} models fit`);
    expect(drawing.title).toContain(
      `${first!.model} (average ${num(first!, "average").toFixed(1)}, about ${first!.gb.toFixed(1)} GB)`,
    );
    expect(drawing.marks.map((m) => m.model)).toEqual(rows.slice(0, 20).map((r) => r.model));
  });

  const of = (model: string, params_b: number | null, precision: string | null, average: number) =>
    ({ model, params_b, precision, average, on_hub: true }) as Row;
  const SMALL = [
    of("a/seven", 7, "bfloat16", 30),
    of("a/seven", 7, "float32", 31),
    of("a/ten", 10, "float16", 40),
    of("a/twenty", 20, "8bit", 45),
    of("a/forty", 40, "4bit", 45),
    of("a/odd", 3, "GPTQ", 99),
    of("a/unknown", null, "float16", 98),
    of("a/none", 3, null, 97),
    { ...of("a/flagged", 1, "float16", 96), flagged: true },
  ];

  test("by hand: bytes per weight, and unknown ones counted", async () => {
    const { rows, settings } = await ask(fitsFigure, { overhead: "20" }, table(SMALL));
    expect(rows.map((r) => [r.model, r.score, Number(num(r, "gb").toFixed(6))])).toEqual([
      ["a/twenty", 45, 24],
      ["a/forty", 45, 24],
      ["a/ten", 40, 24],
      ["a/seven", 30, 16.8],
    ]);
    expect(rows[0]!.unknown).toBe(3);
    const { count, picture } = fitsFigure.draw(context, rows, settings);
    expect(count).toBe("4 models that fit; 3 evaluations of unknown memory left out");
    // Equal scores share a rank.
    expect(wordsOf(picture)).toMatch(/1\na\/twenty\n24.0 GB\n45.00\n1\na\/forty/);
  });

  test("by hand: loaded in 4 bit, whatever they were evaluated in", async () => {
    const { rows } = await ask(fitsFigure, { load: "4bit", overhead: "0" }, table(SMALL));
    expect(rows.map((r) => [r.model, r.gb])).toEqual([
      ["a/odd", 1.5],
      ["a/none", 1.5],
      ["a/twenty", 10],
      ["a/forty", 20],
      ["a/ten", 5],
      ["a/seven", 3.5],
    ]);
  });

  test("nothing fits, and it says so", async () => {
    const { rows, settings } = await ask(
      fitsFigure,
      { card: "8", overhead: "300" },
      table(SMALL.slice(0, 3)),
    );
    const drawing = fitsFigure.draw(context, rows, settings);
    expect(drawing.title).toBe("No model of known size fits a card of 8 GB.");
    expect(drawing.marks).toEqual([]);
    expect(toMarkup(drawing.picture)).not.toMatch(/NaN|Infinity/);
  });

  test("a wrong number in the address is not taken", () => {
    const options = fitsFigure.options(context);
    for (const [name, value] of Object.entries({
      cards: "0",
      overhead: "x",
      load: "2bit",
      card: "9",
    })) {
      expect(isValid(options.find((o) => o.name === name)!, value)).toBe(false);
    }
  });
});

describe("context length", () => {
  /** 2k, 4k … 128k tokens, twice; the score goes up by 10 with each doubling. */
  const KNOWN = Array.from({ length: 14 }, (_, i) => ({
    model: `a/m${i}`,
    context_length: 2048 * 2 ** (i % 7),
    musr: 10 + 10 * (i % 7),
    musr_raw: (1 + (i % 7)) / 10,
    params_b: i < 7 ? 1 : 2,
    average: 1,
  }));

  test("is said to be unknown where it is", async () => {
    const unknown = table(KNOWN.map((row) => ({ ...row, context_length: null })));
    const { rows, settings } = await ask(contextFigure, {}, unknown);
    const drawing = contextFigure.draw(context, rows, settings);
    const name = context.main.benchmarks.find((b) => b.context)!.name;
    expect(name).toBe("MuSR");
    expect(rows).toHaveLength(14);
    expect(drawing.title).toBe(
      "Context length is unknown for all 14 evaluations: MuSR cannot be set against it.",
    );
    expect(drawing.count).toBe("0 evaluations of 0 families; context length unknown for 14");
    expect(drawing.marks).toEqual([]);
    expect(wordsOf(drawing.picture)).toContain("unknown for all 14 evaluations");
    expect(toMarkup(drawing.picture)).not.toContain("dots");
  });

  test("is drawn where it is known: one step per doubling", async () => {
    const { rows, settings } = await ask(
      contextFigure,
      {},
      table([...KNOWN, { model: "a/x", musr: 50, average: 1 }]),
    );
    const drawing = contextFigure.draw(context, rows, settings);
    // Size says nothing of either: what goes with it takes nothing away.
    expect(drawing.title).toBe(
      "MuSR and context length, with size held equal: rank correlation 1.00, 95 % interval 1.00 to 1.00 (1.00 as they are).",
    );
    expect(drawing.count).toBe("14 evaluations of 14 families; context length unknown for 1");
    expect(drawing.marks).toHaveLength(14);
    const xs = [...new Set(drawing.marks.map((m) => m.x))].sort((a, b) => a - b);
    expect(xs).toHaveLength(7);
    for (let i = 2; i < 7; i++) {
      expect(Math.abs(xs[i]! - 2 * xs[i - 1]! + xs[i - 2]!)).toBeLessThan(0.3);
    }
    expect(wordsOf(drawing.picture)).toMatch(/2k\n(.*\n)*128k/);
    expect(drawing.marks[0]).toMatchObject({
      model: "a/m13",
      lines: [
        ["MuSR", "70.00"],
        ["Context", "131,072 tokens"],
        ["Size", "2B"],
      ],
    });
  });

  /** Ranks with ties at their mean, by counting. */
  const ranks = (values: number[]) =>
    values.map(
      (v) => values.filter((o) => o < v).length + (values.filter((o) => o === v).length + 1) / 2,
    );

  /** Correlation of two columns by the textbook. */
  const pearson = (x: number[], y: number[]) => {
    const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
    const [mx, my] = [mean(x), mean(y)];
    const sum = (f: (i: number) => number) => x.reduce((s, _, i) => s + f(i), 0);
    return (
      sum((i) => (x[i]! - mx) * (y[i]! - my)) /
      Math.sqrt(sum((i) => (x[i]! - mx) ** 2) * sum((i) => (y[i]! - my) ** 2))
    );
  };

  /** What a straight line through `z` leaves of `x`. */
  const residuals = (x: number[], z: number[]) => {
    const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
    const [mx, mz] = [mean(x), mean(z)];
    const slope =
      x.reduce((s, v, i) => s + (v - mx) * (z[i]! - mz), 0) /
      z.reduce((s, v) => s + (v - mz) ** 2, 0);
    return x.map((v, i) => v - mx - slope * (z[i]! - mz));
  };

  const partial = (rows: Row[]) => {
    const [c, m, p] = ["context_length", "musr_raw", "params_b"].map((name) =>
      ranks(rows.map((r) => num(r, name))),
    );
    return pearson(residuals(c!, p!), residuals(m!, p!));
  };

  test("with size held equal is the correlation of what size leaves of the ranks: 0.08", async () => {
    const { rows, settings } = await ask(contextFigure, { doubtful: "in" });
    const known = models.filter((r) => r.context_length !== null);
    expect(known).toHaveLength(418);
    const sized = known.filter((r) => r.params_b !== null);
    // Two of the 418 have no size.
    expect(sized).toHaveLength(416);
    const expected = partial(sized);
    // The reference calculation that the leaderboard's own figures were checked with.
    expect(expected).toBeCloseTo(0.08, 2);
    expect(contextPartial(sizedRows(rows))!.partial.rho).toBeCloseTo(expected, 9);
    const { title, count } = contextFigure.draw(context, rows, settings);
    expect(title).toMatch(
      /rank correlation 0\.08, 95 % interval −0\.\d\d to 0\.\d\d, which cannot be told from 0 \(0\.21 as they are\)\.$/,
    );
    expect(count).toMatch(/^418 evaluations of \d+ families; context length unknown for 4,158$/);
  });

  test("by class of size, each by itself, doubted sizes left out", async () => {
    const { rows, settings } = await ask(contextBySizeFigure);
    const table = contextBySizeFigure.derive!(context, rows, settings);
    const sized = models.filter(
      (r) => r.context_length !== null && r.params_b !== null && r.params_doubt === null,
    );
    expect(table[1]).toMatchObject({ which: "All sizes", held: true, n: sized.length });
    expect(table[1]!.rho).toBeCloseTo(partial(sized), 9);
    SIZES.forEach(({ from, below }, i) => {
      const own = sized.filter((r) => num(r, "params_b") >= from && num(r, "params_b") < below);
      expect(table[2 + i]).toMatchObject({ held: true, n: own.length });
      if (own.length >= 10) expect(table[2 + i]!.rho).toBeCloseTo(partial(own), 9);
    });
    const { title, marks } = contextBySizeFigure.draw(context, table, settings);
    const told = table.slice(2).filter((r) => num(r, "low") > 0 || num(r, "high") < 0);
    for (const row of told) expect(title).toContain(String(row.which));
    expect(marks).toHaveLength(2 + SIZES.length);
  });

  test("gives no correlation below ten", async () => {
    const { rows, settings } = await ask(contextFigure, {}, table(KNOWN.slice(0, 9)));
    expect(contextFigure.draw(context, rows, settings).title).toContain("too few");
  });
});

test("pictures stay small, and names stay text", async () => {
  for (const figure of [efficiencyFigure, fitsFigure, contextFigure]) {
    const { drawing } = await makeFigure(site, figure);
    expect(toMarkup(drawing.picture).length, figure.name).toBeLessThan(60_000);
    const hostile = `${REAL.replace("*", "* REPLACE ('</text><script>x</script>' AS model)")} LIMIT 20`;
    const { rows, settings } = await ask(figure, {}, hostile);
    expect(toMarkup(figure.draw(context, rows, settings).picture)).not.toContain("<script");
  }
});

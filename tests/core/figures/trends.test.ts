// Records, sizes, thresholds and the board as of a day, against plain loops over the same tables.
import { beforeAll, describe, expect, test } from "vitest";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import { asOfFigure } from "../../../src/core/figures/as-of.ts";
import type { Row } from "../../../src/core/figures/figure.ts";
import { recordsFigure } from "../../../src/core/figures/records.ts";
import { sizesFigure } from "../../../src/core/figures/sizes.ts";
import { smallestFigure } from "../../../src/core/figures/smallest.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { contextOf, makeFigure } from "../../../src/site/build/figures.ts";
import { askFigure, rowsOfMain } from "./run.ts";

let site: Site;
let models: Row[];
beforeAll(async () => {
  site = await loadSite();
  models = (await rowsOfMain()).filter((m) => m.flagged !== true);
});

const id = (row: Row) => String(row.eval_id);
/** Ascending by a few keys, numbers or text. */
const by =
  (...keys: ((row: Row) => number | string)[]) =>
  (a: Row, b: Row) => {
    for (const key of keys) {
      const [x, y] = [key(a), key(b)];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };

/** Walks through days; keeps each row that is better than all before. */
function records(
  rows: Row[],
  day: string,
  better: (a: Row, best: Row) => boolean,
  value: (r: Row) => number,
) {
  const kept: Row[] = [];
  const known = rows.filter((r) => r[day] !== null);
  for (const row of known.sort(
    by(
      (r) => String(r[day]),
      value,
      (r) => -Number(r.average),
      id,
    ),
  )) {
    const best = kept.at(-1);
    if (!best || better(row, best)) kept.push(row);
  }
  return kept.map(id);
}

describe("records", () => {
  for (const [setting, day] of [
    ["submitted", "submitted_at"],
    ["uploaded", "uploaded_at"],
  ] as const) {
    test(`of all and of each class, by day ${setting}`, async () => {
      const { rows } = await askFigure(recordsFigure, { by: setting, doubtful: "in" });
      const classes: Record<string, (size: number) => boolean> = {
        all: () => true,
        edge: (s) => s > 0 && s < 5,
        consumer: (s) => s >= 5 && s < 12,
        prosumer: (s) => s >= 12 && s < 18,
        workstation: (s) => s >= 18 && s < 65,
        large: (s) => s >= 65,
      };
      for (const [name, within] of Object.entries(classes)) {
        const own = models.filter(
          (m) => name === "all" || (m.params_b !== null && within(Number(m.params_b))),
        );
        const expected = records(
          own,
          day,
          (a, b) => Number(a.average) > Number(b.average),
          (r) => -Number(r.average),
        );
        expect(rows.filter((r) => r.class === name).map(id), name).toEqual(expected);
      }
    });
  }

  test("say how many have a day where these are too few, not that there are few at all", async () => {
    const { rows } = await askFigure(recordsFigure);
    const titleOf = (n: number, by: string) => {
      const known = n === 0 ? [] : [{ ...rows[0]!, class: "all", n }];
      return recordsFigure.draw(contextOf(site), known, { by }).title;
    };
    expect(titleOf(5, "submitted")).toBe(
      "Only 5 evaluations with a known day of submission: too few for a record (fewer than 10).",
    );
    expect(titleOf(0, "uploaded")).toBe(
      "No evaluation has a known day of upload to the Hub, so there are no records.",
    );
    expect(titleOf(10, "submitted")).toContain("has stood since");
    const none = smallestFigure.draw(contextOf(site), [], { g1: "20", g2: "30", g3: "40" }).title;
    expect(none).toBe(
      "No evaluation with a known size and day of submission reaches an average of 20.",
    );
  });

  test("doubtful sizes are left out of the classes at first, never of all", async () => {
    const out = (await askFigure(recordsFigure)).rows.filter((r) => r.class === "all");
    const all = (await askFigure(recordsFigure, { doubtful: "in" })).rows.filter(
      (r) => r.class === "all",
    );
    expect(out).toEqual(all);
  });
});

test("size against score: nothing as small is better than those on the line", async () => {
  const { rows } = await askFigure(sizesFigure, { score: "math", doubtful: "in" });
  const sized = models.filter((m) => m.params_b !== null && Number(m.params_b) >= 0.1);
  expect(rows).toHaveLength(sized.length);
  for (const row of rows) {
    const beaten = sized.some(
      (m) =>
        (Number(m.params_b) < Number(row.params_b) && Number(m.math) >= Number(row.score)) ||
        (m.params_b === row.params_b && Number(m.math) > Number(row.score)),
    );
    // Of exact equals the first stands for all.
    if (row.best) expect(beaten, id(row)).toBe(false);
    else if (!beaten) {
      const twin = rows.some((r) => r.best && r.params_b === row.params_b && r.score === row.score);
      expect(twin, id(row)).toBe(true);
    }
  }
});

test("the smallest that reach an average, day by day", async () => {
  const { rows } = await askFigure(smallestFigure, {
    g1: "15",
    g2: "25",
    g3: "35",
    doubtful: "in",
  });
  for (const goal of [15, 25, 35]) {
    const reach = models.filter(
      (m) => Number(m.average) >= goal && m.params_b !== null && Number(m.params_b) >= 0.1,
    );
    const expected = records(
      reach,
      "submitted_at",
      (a, b) => Number(a.params_b) < Number(b.params_b),
      (r) => Number(r.params_b),
    );
    const own = rows.filter((r) => r.goal === goal);
    expect(own.map(id)).toEqual(expected);
    expect(own[0]!.n).toBe(reach.filter((m) => m.submitted_at !== null).length);
  }
});

describe("the board as of a day", () => {
  test("is today's on the snapshot's own day", async () => {
    const { rows } = await askFigure(asOfFigure);
    const best = [...models].sort(by((r) => -Number(r.average), id)).slice(0, 20);
    expect(rows.map(id)).toEqual(best.map(id));
  });

  test("is the dated table's on its day and the week after, and says so", async () => {
    const h = site.history.columns;
    const then = h.as_of!.flatMap((day, i) =>
      day === "2024-10-09" && h.rank![i] !== null
        ? [{ eval_id: h.eval_id![i]!, average: h.average![i]! } as Row]
        : [],
    );
    const best = then.sort(by((r) => -Number(r.average), id)).slice(0, 20);
    for (const day of ["2024-10-09", "2024-10-16"]) {
      const { rows, settings } = await askFigure(asOfFigure, { day });
      expect(settings.day).toBe(day);
      expect(rows.map((r) => [r.eval_id, r.average])).toEqual(
        best.map((r) => [r.eval_id, r.average]),
      );
      expect(rows.every((r) => r.source === "dated" && r.table_day === "2024-10-09")).toBe(true);
    }
  });

  test("is what had been submitted where no dated table speaks for the day", async () => {
    const { rows } = await askFigure(asOfFigure, { day: "2024-11-20" });
    const then = models.filter(
      (m) => m.submitted_at !== null && String(m.submitted_at) <= "2024-11-20",
    );
    const best = then.sort(by((r) => -Number(r.average), id)).slice(0, 20);
    expect(rows.map(id)).toEqual(best.map(id));
    expect(rows.every((r) => r.source === "submitted" && r.table_day === null)).toBe(true);
    expect(rows[0]!.n).toBe(then.length);
  });
});

test("pictures stay small", async () => {
  for (const figure of [recordsFigure, sizesFigure, smallestFigure, asOfFigure]) {
    const { drawing } = await makeFigure(site, figure);
    expect(toMarkup(drawing.picture).length, figure.name).toBeLessThan(60_000);
  }
});

// Distributions and rank moves against plain loops over the same table, and the calculator.
import { beforeAll, expect, test } from "vitest";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import { distributionsFigure } from "../../../src/core/figures/distributions.ts";
import type { Row } from "../../../src/core/figures/figure.ts";
import { binsOf, movesFigure } from "../../../src/core/figures/moves.ts";
import { ANNOUNCED, scored } from "../../../src/site/analysis/calculation.ts";
import { loadSite } from "../../../src/site/build/board.ts";
import { makeFigure } from "../../../src/site/build/figures.ts";
import { EVERYTHING } from "./everything.ts";
import { askFigure, rowsOfMain } from "./run.ts";

const KEYS = ["ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"];
let models: Row[];
beforeAll(async () => {
  models = await rowsOfMain();
});

const median = (values: number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2
    ? sorted[Math.floor(middle)]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

test("every bar of every benchmark counts what lies in it", async () => {
  const { rows } = await askFigure(distributionsFigure);
  for (const key of KEYS) {
    for (const form of ["raw", "normalized"]) {
      const points = models.map((m) =>
        form === "raw" ? Number(m[`${key}_raw`]) * 100 : Number(m[key]),
      );
      const bars = rows.filter((r) => r.benchmark === key && r.form === form);
      expect(bars.reduce((sum, r) => sum + Number(r.n), 0)).toBe(models.length);
      for (const { low, n } of bars) {
        const last = Number(low) === 98;
        const inside = points.filter((p) => p >= Number(low) && (last || p < Number(low) + 2));
        expect(n, `${key} ${form} ${low}`).toBe(inside.length);
      }
      expect(bars[0]!.median).toBeCloseTo(median(points), 9);
      expect(bars[0]!.zeros).toBe(points.filter((p) => p === 0).length);
    }
  }
});

/** Places by counting: one more than there are better ones. */
function places(values: number[]): number[] {
  const sorted = [...values].sort((a, b) => b - a);
  return values.map((v) => sorted.indexOf(v) + 1);
}

test("ranks move as two separate rankings say, over all and over a filter", async () => {
  const views = [EVERYTHING, { ...EVERYTHING, types: ["pretrained" as const] }];
  for (const view of views) {
    const { rows } = await askFigure(movesFigure, {}, view);
    const kept = models.filter(
      (m) => m.flagged !== true && (view.types.length === 0 || m.model_type === "pretrained"),
    );
    expect(rows).toHaveLength(kept.length);
    const settle = (v: number) => Math.round(v * 1e11) / 1e11;
    const raw = places(
      kept.map((m) => settle((KEYS.reduce((sum, k) => sum + Number(m[`${k}_raw`]), 0) / 6) * 100)),
    );
    const normalized = places(kept.map((m) => Number(m.average)));
    const expected = new Map(kept.map((m, i) => [m.eval_id, raw[i]! - normalized[i]!]));
    for (const row of rows) expect(row.moved, String(row.eval_id)).toBe(expected.get(row.eval_id!));
    const sizes = rows.map((r) => Math.abs(Number(r.moved)));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  }
});

test("bars of moves hold every move once, and none falls on an edge", () => {
  const moves = [-400, -3, -1, 0, 0, 1, 2, 399];
  const bins = binsOf(moves);
  expect(bins.reduce((sum, b) => sum + b.n, 0)).toBe(moves.length);
  for (const { low, high, n } of bins) {
    expect(moves.filter((m) => m > low && m < high)).toHaveLength(n);
  }
});

test("the announcement's example: raw averages 26 and 25, normalised 2 and 5", () => {
  const a = scored(ANNOUNCED.a, ANNOUNCED.choices);
  const b = scored(ANNOUNCED.b, ANNOUNCED.choices);
  expect([a.rawAverage, b.rawAverage]).toEqual([26, 25]);
  expect(a.average).toBeCloseTo(2, 12);
  expect(b.average).toBeCloseTo(5, 12);
});

test("pictures stay small", async () => {
  for (const figure of [distributionsFigure, movesFigure]) {
    const { drawing } = await makeFigure(await loadSite(), figure);
    expect(toMarkup(drawing.picture).length).toBeLessThan(60_000);
  }
});

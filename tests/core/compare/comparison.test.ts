import { describe, expect, it } from "vitest";
import {
  averageAt,
  evaluationLabels,
  factRows,
  labelsOf,
  scoreAt,
  scoreRows,
} from "../../../src/core/compare/comparison.ts";
import { columnsOf } from "../../../src/core/table/columns.ts";
import { grid, suite } from "./fixtures.ts";

describe("scoreRows", () => {
  const [average, alpha, beta] = scoreRows(suite, grid, [0, 3, 5]);

  it("has the average first, then the benchmarks in the suite's order", () => {
    expect([average!.label, alpha!.label, beta!.label]).toEqual(["Average", "Alpha", "Beta"]);
    expect(alpha!.area).toBe("One");
  });

  it("compares with the first", () => {
    // 40 − 60 = −20; √(6² + 8²) = 10: exactly two standard errors is not more than two.
    expect(alpha!.cells[1]!.difference).toEqual({ value: -20, stderr: 10, verdict: "one" });
    expect(alpha!.cells[0]!.difference).toBeNull();
  });

  it("gives the average the standard error of a mean of independent scores", () => {
    // √(6² + 2.5²) / 2 = 3.25
    expect(averageAt(suite, grid, 0)).toEqual({ value: 55, stderr: 3.25, raw: null });
    // √(8² + 2.5²) / 2 = 4.19076…; √(3.25² + 4.19076²) = 5.30330…
    const cell = average!.cells[1]!;
    expect(cell.stderr).toBeCloseTo(4.190763653560053, 12);
    expect(cell.difference!.value).toBe(-10);
    expect(cell.difference!.stderr).toBeCloseTo(5.303300858899107, 12);
    expect(cell.difference!.verdict).toBe("one");
  });

  it("never compares an unknown, nor calls it best", () => {
    expect(alpha!.cells[2]).toMatchObject({ value: null, best: false, difference: null });
    expect(average!.cells[2]).toMatchObject({ value: null, stderr: null, difference: null });
    const turned = scoreRows(suite, grid, [5, 0])[1]!;
    expect(turned.cells.map((c) => c.best)).toEqual([false, false]);
    expect(turned.cells[1]!.difference).toBeNull();
  });

  it("marks the highest, and all of several equals", () => {
    expect(alpha!.cells.map((c) => c.best)).toEqual([true, false, false]);
    expect(beta!.cells.map((c) => c.best)).toEqual([true, true, true]);
    expect(scoreRows(suite, grid, [0])[1]!.cells[0]!.best).toBe(false);
  });

  it("works out a standard error that the table leaves out, for percentages", () => {
    const percent = { ...suite, normalized: false };
    const own = { length: 1, columns: { alpha: [64], beta: [null] } };
    // √(0.64 × 0.36 / 100) × 100 = 4.8
    const { value, stderr, raw } = scoreAt(percent, own, "alpha", 0);
    expect([value, raw]).toEqual([64, 0.64]);
    expect(stderr).toBeCloseTo(4.8, 12);
    expect(scoreAt(percent, own, "beta", 0)).toEqual({ value: null, stderr: null, raw: null });
  });
});

describe("factRows", () => {
  const present = columnsOf(suite, (name) => Object.hasOwn(grid.columns, name));
  const facts = Object.fromEntries(
    factRows(present, grid, [0, 4, 5]).map(({ label, values }) => [label, values]),
  );

  it("says what is known, with units, and – for the rest", () => {
    expect(facts.Rank).toEqual(["1", "Flagged: not ranked", "–"]);
    expect(facts.Params).toEqual(["70B", "7B", "–"]);
    expect(facts["CO₂"]).toEqual(["2.00 kg", "–", "–"]);
    expect(facts["Chat template"]).toEqual(["Yes", "No", "No"]);
  });

  it("leaves out columns that the table does not have", () => {
    expect(facts).not.toHaveProperty("Licence");
  });
});

describe("labels", () => {
  it("are as short as they can be and still differ", () => {
    expect(labelsOf(grid, [0, 3])).toEqual(["big", "small"]);
    expect(labelsOf(grid, [0, 6])).toEqual(["own/big", "other/big"]);
    expect(labelsOf(grid, [0, 1])).toEqual(["big (bf16 · chat template)", "big (bf16)"]);
  });

  it("of one model's evaluations say the revision where the setting does not tell them apart", () => {
    const twin = {
      length: 2,
      columns: { precision: ["bf16", "bf16"], revision: ["aaaaaaaa1", null] },
    };
    expect(evaluationLabels(twin, [0, 1])).toEqual(["bf16 · aaaaaaaa", "bf16 · –"]);
    expect(evaluationLabels(grid, [0, 1])).toEqual(["bf16 · chat template", "bf16"]);
  });
});

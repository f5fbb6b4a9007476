import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalDraws } from "../../../src/core/suite/draws.ts";
import { normalBelow } from "../../../src/core/suite/normal.ts";
import { DRAWS, SEED, stepdown } from "../../../src/core/suite/stepdown.ts";
import { fieldZ, rankRanges } from "../../../src/core/suite/uncertainty.ts";
import { randomFrom } from "../view/fixtures.ts";

const random = randomFrom(20240301);
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const scoresOf = (values: number[], errors: number[]) => ({
  values: Float64Array.from(values),
  variances: Float64Array.from(errors, (s) => s * s),
});
const criticals = (values: number[], errors: number[]) =>
  [...stepdown(scoresOf(values, errors))].map(Math.sqrt);

test("draws are standard normal, and the same for the same seed", () => {
  const draws = new Float64Array(100_001);
  normalDraws(7)(draws);
  const moment = (k: number) => draws.reduce((sum, x) => sum + x ** k, 0) / draws.length;
  // Within four standard errors of 0, 1, 0 and 3.
  expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / 1e5));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / 1e5));
  expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / 1e5));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / 1e5));
  for (const z of [-1.96, -0.5, 1, 2.5]) {
    const share = draws.filter((x) => x < z).length / draws.length;
    expect(Math.abs(share - normalBelow(z))).toBeLessThan(4 * Math.sqrt(0.25 / 1e5));
  }
  const again = new Float64Array(5);
  normalDraws(7)(again);
  expect([...again]).toEqual([...draws.subarray(0, 5)]);
});

/**
 * Chance that the largest of a model's |differences| stays below z standard errors: over its own
 * error, a product of what the others' errors may be. Simpson's rule.
 */
function chanceBelow(z: number, errors: number[], j: number): number {
  const own = errors[j]!;
  const given = (x: number) =>
    errors.reduce(
      (product, s, k) => {
        if (k === j) return product;
        const reach = z * Math.hypot(own, s);
        return product * (normalBelow((own * x + reach) / s) - normalBelow((own * x - reach) / s));
      },
      Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI),
    );
  const [n, end] = [200, 8];
  let sum = given(-end) + given(end);
  for (let i = 1; i < n; i++) sum += (i % 2 ? 4 : 2) * given(-end + (2 * end * i) / n);
  return (sum * 2 * end) / n / 3;
}

describe("the bootstrap with stepdown", () => {
  test("asks at first for what the integral over all errors asks for", () => {
    // All are equal, so nothing is decided and the first value stands.
    const errors = Array.from({ length: 40 }, (_, i) => 0.5 + 0.02 * i);
    const found = criticals(new Array<number>(40).fill(50), errors);
    for (const j of [0, 10, 39]) {
      // 1,000 draws put the chance within 3.5 of its standard errors, 0.0069.
      expect(Math.abs(chanceBelow(found[j]!, errors, j) - 0.95)).toBeLessThan(0.024);
      expect(found[j]!).toBeLessThanOrEqual(fieldZ(40));
    }
  });

  test("asks for what the steps of the definition ask for, hypothesis by hypothesis", () => {
    const errors = Array.from({ length: 30 }, (_, i) => 0.7 + 0.01 * ((i * 7) % 13));
    const values = errors.map((_, i) => 60 - 0.7 * i);
    const found = criticals(values, errors);
    for (const j of [0, 4, 15, 29]) {
      const { z, first } = byDefinition(values, errors, j, 20_000);
      expect(Math.abs(found[j]! - z), `model ${j}`).toBeLessThan(0.2);
      expect(z).toBeLessThan(first - 0.1);
    }
  });

  test("is, with the same draws, what a plain count gives", () => {
    const value = fc.integer({ min: 0, max: 20 });
    const error = fc.constantFrom(0, 0.5, 1, 1, 1.2, 3);
    fc.assert(
      fc.property(fc.array(fc.tuple(value, error), { maxLength: 12 }), (rows) => {
        rows.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
        const [values, errors] = [rows.map((r) => r[0]), rows.map((r) => r[1])];
        const found = stepdown(scoresOf(values, errors));
        const expected = slowly(values, errors);
        expect(found).toHaveLength(expected.length);
        found.forEach((square, j) => {
          expect(square).toBeCloseTo(expected[j]!, 9);
        });
      }),
      { numRuns: 12 },
    );
  });

  test("never makes a range wider than Bonferroni's, and is the same each time", () => {
    const values = Array.from({ length: 80 }, (_, i) => 50 - 0.15 * i + 0.4 * gauss());
    const errors = values.map(() => 0.6 + 0.3 * random());
    const wide = rankRanges(values, errors);
    const narrow = rankRanges(values, errors, stepdown);
    narrow.forEach((range, i) => {
      expect(range!.low).toBeGreaterThanOrEqual(wide[i]!.low);
      expect(range!.high).toBeLessThanOrEqual(wide[i]!.high);
    });
    const spans = (ranges: typeof wide) => ranges.reduce((sum, r) => sum + r!.high - r!.low, 0);
    expect(spans(narrow)).toBeLessThan(spans(wide));
    expect(rankRanges(values, errors, stepdown)).toEqual(narrow);
    // Another order of the same rows is the same field.
    const turned = rankRanges(values.toReversed(), errors.toReversed(), stepdown);
    expect(turned.toReversed()).toEqual(narrow);
  });

  test("of one, or none, has nothing to tell", () => {
    expect(rankRanges([], [], stepdown)).toEqual([]);
    expect(rankRanges([3], [1], stepdown)).toEqual([{ low: 1, high: 1, group: 1 }]);
    expect(rankRanges([3, null, 1], [1, 1, null], stepdown)).toEqual([
      { low: 1, high: 2, group: 1 },
      null,
      null,
    ]);
  });
});

describe("over imagined tables", () => {
  test("each range holds the true rank with the stated confidence", () => {
    const even = (size: number, gap: number) =>
      Array.from({ length: size }, (_, i) => 50 - i * gap);
    for (const truth of [even(20, 0), even(20, 0.15), even(20, 1)]) {
      const runs = 200;
      const held = truth.map(() => 0);
      let best = 0;
      for (let run = 0; run < runs; run++) {
        const errors = truth.map((_, i) => 0.6 + 0.01 * i);
        const seen = truth.map((t, i) => t + errors[i]! * gauss());
        const ranges = rankRanges(seen, errors, stepdown);
        truth.forEach((t, i) => {
          const low = 1 + truth.filter((u) => u > t).length;
          const high = truth.length - truth.filter((u) => u < t).length;
          if (ranges[i]!.low <= low && ranges[i]!.high >= high) held[i]!++;
        });
        if (ranges[0]!.group === 1) best++;
      }
      const all = held.reduce((sum, n) => sum + n, 0) / held.length / runs;
      // Of all models together, 95 % less what 1,000 draws leave open; of each, three standard errors below.
      expect(all).toBeGreaterThan(0.94);
      expect(Math.min(...held) / runs).toBeGreaterThan(
        0.95 - 3 * Math.sqrt((0.95 * 0.05) / runs) - 0.005,
      );
      expect(best / runs).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / runs));
    }
  });
});

/**
 * Mogstad, Romano, Shaikh and Wilhelm's steps for one model, with draws of its own: two one-sided
 * hypotheses for each other model; those beyond the critical value leave, until none does.
 */
function byDefinition(values: number[], errors: number[], j: number, draws: number) {
  const tables = Array.from({ length: draws }, () => errors.map((s) => s * gauss()));
  const z = (x: number[], k: number) => (x[k]! - x[j]!) / Math.hypot(errors[k]!, errors[j]!);
  let left = values.flatMap((_, k) =>
    k === j
      ? []
      : [
          { k, sign: 1 },
          { k, sign: -1 },
        ],
  );
  let first = 0;
  for (;;) {
    const most = tables
      .map((x) => Math.max(...left.map(({ k, sign }) => sign * z(x, k))))
      .sort((a, b) => a - b);
    const critical = most[Math.ceil(0.95 * draws) - 1]!;
    first ||= critical;
    const rest = left.filter(({ k, sign }) => sign * z(values, k) <= critical);
    if (rest.length === left.length || rest.length === 0) return { z: critical, first };
    left = rest;
  }
}

/** The rule of the code, model by model and pair by pair: hypotheses leave from the ends of the order. */
function slowly(values: number[], errors: number[]): number[] {
  const draw = normalDraws(SEED);
  const tables = Array.from({ length: DRAWS }, () => {
    const table = new Float64Array(values.length);
    draw(table);
    return [...table].map((x, i) => x * errors[i]!);
  });
  const square = (x: number[], from: number, to: number) => {
    const above = x[from]! - x[to]!;
    return above > 0 ? above ** 2 / (errors[from]! ** 2 + errors[to]! ** 2) : 0;
  };
  return values.map((_, j) => {
    let [first, last] = [0, values.length - 1];
    for (;;) {
      const most = tables
        .map((x) => {
          let top = 0;
          for (let k = first; k < x.length; k++) top = Math.max(top, square(x, k, j));
          for (let k = 0; k <= last; k++) top = Math.max(top, square(x, j, k));
          return top;
        })
        .sort((a, b) => a - b);
      // The 951st of 1,000.
      const critical = most[Math.ceil(0.95 * (DRAWS + 1)) - 1]!;
      const before = values.length - 1 - first + last;
      const told = (k: number) =>
        (values[k]! - values[j]!) ** 2 > critical * (errors[j]! ** 2 + errors[k]! ** 2);
      let rejected = 0;
      for (; first < j && told(first); first++) rejected++;
      for (; last > j && told(last); last--) rejected++;
      if (before === 0 || rejected / before <= 0.01) {
        return Math.min(critical, fieldZ(values.length) ** 2);
      }
    }
  });
}

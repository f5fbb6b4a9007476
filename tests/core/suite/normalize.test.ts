import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baselineOf, normalize, rawOf } from "../../../src/core/suite/normalize.ts";

const proportion = fc.double({ min: 0, max: 1, noNaN: true });
const baseline = fc.double({ min: 0, max: 0.95, noNaN: true });

describe("normalize", () => {
  // The documentation's own examples: huggingface.co/docs/leaderboards/open_llm_leaderboard/normalization
  test.each([
    { raw: 0.6, baseline: 1 / 4, points: 46.67 },
    { raw: 0.7, baseline: 1 / 2, points: 40 },
    { raw: 0.4, baseline: 1 / 5, points: 25 },
    { raw: 0.6, baseline: 0.333, points: 40.03 },
  ])("$raw of a baseline $baseline is $points points", ({ raw, baseline, points }) => {
    expect(normalize(raw, baseline)).toBeCloseTo(points, 2);
  });

  test("0.26 with four choices is hardly better than guessing", () => {
    // (0.26 − 0.25) / 0.75 = 1/75
    expect(normalize(0.26, 1 / 4)).toBeCloseTo(100 / 75, 12);
  });

  test("guessing is 0, worse than guessing is 0, perfection is 100", () => {
    expect(normalize(0.25, 0.25)).toBe(0);
    expect(normalize(0.1, 0.25)).toBe(0);
    expect(normalize(1, 0.25)).toBe(100);
    expect(normalize(0, 0)).toBe(0);
  });

  test("stays within 0 and 100, and never falls when the raw score rises", () => {
    fc.assert(
      fc.property(proportion, proportion, baseline, (a, b, base) => {
        const [low, high] = [normalize(Math.min(a, b), base), normalize(Math.max(a, b), base)];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(100);
        expect(high).toBeGreaterThanOrEqual(low);
      }),
    );
  });
});

test("rawOf gives back the raw score of every score above 0", () => {
  fc.assert(
    fc.property(proportion, baseline, (raw, base) => {
      fc.pre(raw > base);
      expect(rawOf(normalize(raw, base), base)).toBeCloseTo(raw, 12);
    }),
  );
});

test("the baseline is the stated one, else one in the choices, else 0", () => {
  expect(baselineOf({ choices: 5, baseline: 0.3 })).toBe(0.3);
  expect(baselineOf({ choices: 5, baseline: 0 })).toBe(0);
  expect(baselineOf({ choices: 5 })).toBe(0.2);
  expect(baselineOf({})).toBe(0);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalize } from "../../../src/core/suite/normalize.ts";
import {
  assumedStderr,
  binomialStderr,
  meanOfCorrelated,
  meanOfIndependent,
  scaleStderr,
} from "../../../src/core/suite/stderr.ts";
import { pythia } from "../../pipeline/sources/harness.ts";
import { benchmarkOf, V1, V2 } from "./suites.ts";

const proportion = fc.double({ min: 0, max: 1, noNaN: true });

/** Chances of 0 … n right answers, each right with chance p: Pascal's triangle, row by row. */
function outcomes(n: number, p: number): number[] {
  let chances = [1];
  for (let i = 0; i < n; i++) {
    chances = [...chances, 0].map((c, k) => c * (1 - p) + (chances[k - 1] ?? 0) * p);
  }
  return chances;
}

/** Standard deviation of a value over independent binomial draws, summed over every outcome. */
function exact(draws: { n: number; p: number }[], value: (shares: number[]) => number): number {
  let cases = [{ chance: 1, shares: [] as number[] }];
  for (const { n, p } of draws) {
    cases = cases.flatMap(({ chance, shares }) =>
      outcomes(n, p).map((c, k) => ({ chance: chance * c, shares: [...shares, k / n] })),
    );
  }
  const mean = cases.reduce((sum, c) => sum + c.chance * value(c.shares), 0);
  return Math.sqrt(cases.reduce((sum, c) => sum + c.chance * (value(c.shares) - mean) ** 2, 0));
}

describe("binomialStderr", () => {
  test("is the spread of the share of right answers over all outcomes", () => {
    for (const p of [0, 0.1, 0.5, 0.93, 1]) {
      expect(binomialStderr(p, 12)).toBeCloseTo(
        exact([{ n: 12, p }], ([share]) => share!),
        12,
      );
    }
  });

  test("agrees with the harness, which divides by n − 1, on every published subtask", async () => {
    let compared = 0;
    for (const { task, value, stderr } of await pythia()) {
      const n = V2.benchmarks.flatMap((b) => b.subtasks).find((s) => s.task === task)?.n;
      if (!n || stderr === null) continue;
      expect(binomialStderr(value, n) * Math.sqrt(n / (n - 1))).toBeCloseTo(stderr, 10);
      compared++;
    }
    expect(compared).toBe(24 + 7 + 3 + 3);
  });

  test("is between 0 and half a root of n, and 0 at both ends", () => {
    fc.assert(
      fc.property(proportion, fc.integer({ min: 1, max: 20_000 }), (p, n) => {
        const stderr = binomialStderr(p, n);
        expect(stderr).toBeGreaterThanOrEqual(0);
        expect(stderr).toBeLessThanOrEqual(0.5 / Math.sqrt(n) + 1e-12);
      }),
    );
    expect(binomialStderr(0, 9)).toBe(0);
    expect(binomialStderr(1, 9)).toBe(0);
  });
});

test("scaleStderr stretches an error as normalize stretches a difference", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.9, noNaN: true }), (baseline) => {
      const difference = normalize(0.97, baseline) - normalize(0.95, baseline);
      expect(scaleStderr(0.02, baseline)).toBeCloseTo(difference, 9);
    }),
  );
});

test("meanOfIndependent is the spread of the mean over all outcomes", () => {
  const draws = [
    { n: 3, p: 0.5 },
    { n: 4, p: 0.2 },
    { n: 5, p: 0.9 },
  ];
  const spread = exact(draws, (shares) => shares.reduce((a, b) => a + b) / shares.length);
  expect(meanOfIndependent(draws.map(({ n, p }) => binomialStderr(p, n)))).toBeCloseTo(spread, 12);
});

test("meanOfCorrelated is the spread at full correlation, and never less than at any other", () => {
  const error = fc.double({ min: 0, max: 5, noNaN: true });
  const correlation = fc.double({ min: -1, max: 1, noNaN: true });
  const spread = (a: number, b: number, r: number) =>
    Math.sqrt(Math.max(0, a * a + b * b + 2 * r * a * b)) / 2;
  fc.assert(
    fc.property(error, error, correlation, (a, b, r) => {
      expect(meanOfCorrelated([a, b])).toBeCloseTo(spread(a, b, 1), 9);
      expect(meanOfCorrelated([a, b])).toBeGreaterThanOrEqual(spread(a, b, r) - 1e-9);
    }),
  );
});

describe("assumedStderr", () => {
  test("of a task: binomial, stretched by its baseline", () => {
    // MMLU-Pro: 12,032 questions of ten choices.
    const expected = (Math.sqrt((0.3 * 0.7) / 12_032) / 0.9) * 100;
    expect(assumedStderr(benchmarkOf(V2, "mmlu_pro"), 0.3)).toBeCloseTo(expected, 12);
  });

  test("of a task that asks questions more than once: from those that would tell as much", () => {
    // GPQA: of four choices; 198 questions three times, 250 twice, 98 once.
    const effective = (198 * 3 + 250 * 2 + 98) ** 2 / (198 * 9 + 250 * 4 + 98);
    const expected = (Math.sqrt((0.3 * 0.7) / effective) / 0.75) * 100;
    expect(assumedStderr(benchmarkOf(V2, "gpqa"), 0.3)).toBeCloseTo(expected, 12);
  });

  test("of a mean of subtasks: every subtask with the benchmark's raw score", () => {
    // MuSR: 250 stories of two choices, 256 of five, 250 of three.
    const parts = [
      [250, 1 / 2],
      [256, 1 / 5],
      [250, 1 / 3],
    ].map(([n, baseline]) => (Math.sqrt(0.24 / n!) / (1 - baseline!)) * 100);
    const expected = Math.hypot(...parts) / 3;
    expect(assumedStderr(benchmarkOf(V2, "musr"), 0.4)).toBeCloseTo(expected, 12);
  });

  test("of the mean of two metrics on the same prompts: the mean of both", () => {
    const expected = ((Math.sqrt(0.25 / 541) + Math.sqrt(0.25 / 834)) / 2) * 100;
    expect(assumedStderr(benchmarkOf(V2, "ifeval"), 0.5)).toBeCloseTo(expected, 12);
  });

  test("is unknown where the number of questions is", () => {
    expect(assumedStderr(benchmarkOf(V1, "truthfulqa"), 0.5)).toBeNull();
    const musr = benchmarkOf(V2, "musr");
    const [first, ...others] = musr.subtasks;
    const gap = { ...musr, subtasks: [{ ...first!, n: undefined }, ...others] };
    expect(assumedStderr(gap, 0.5)).toBeNull();
  });
});

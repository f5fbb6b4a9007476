import { describe, expect, test } from "vitest";
import { shrunken } from "../../../src/core/suite/shrunken.ts";
import type { Estimate } from "../../../src/core/suite/uncertainty.ts";
import { query } from "../../pipeline/snapshot/snapshot.ts";
import { randomFrom } from "../view/fixtures.ts";

const random = randomFrom(19551975);
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Efron and Morris (1975): true scores as a normal distribution, its mean and spread fitted by moments. */
function normalRule(field: readonly Estimate[]): number[] {
  let spread = 100;
  let mean = 0;
  for (let i = 0; i < 10; i++) {
    const weights = field.map((f) => 1 / (spread + f.stderr ** 2));
    const total = weights.reduce((a, b) => a + b, 0);
    mean = field.reduce((sum, f, k) => sum + weights[k]! * f.value, 0) / total;
    const excess = field.reduce(
      (sum, f, k) => sum + weights[k]! * ((f.value - mean) ** 2 - f.stderr ** 2),
      0,
    );
    spread = Math.max(0, excess / total);
  }
  return field.map((f) => mean + (spread / (spread + f.stderr ** 2)) * (f.value - mean));
}

/**
 * Mean error of the first's score and of its lead over the second, over imagined tables of these true
 * scores: as they are seen, shrunken, and by the normal rule.
 */
function bias(truth: () => Estimate[], runs: number) {
  const sums = new Array<number>(6).fill(0);
  let squares = 0;
  for (let run = 0; run < runs; run++) {
    const real = truth();
    const seen = real.map(({ value, stderr }) => ({ value: value + stderr * gauss(), stderr }));
    const order = [...seen.keys()].sort((a, b) => seen[b]!.value - seen[a]!.value);
    const [first, second] = [order[0]!, order[1]!];
    const guesses = [seen.map((s) => s.value), shrunken(seen), normalRule(seen)];
    guesses.forEach((guess, i) => {
      const error = (k: number) => guess[k]! - real[k]!.value;
      sums[2 * i]! += error(first);
      sums[2 * i + 1]! += error(first) - error(second);
      if (i === 0) squares += error(first) ** 2;
    });
  }
  const [raw, rawLead, own, ownLead, normal] = sums.map((s) => s / runs) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { raw, rawLead, own, ownLead, normal, noise: Math.sqrt(squares) / runs };
}

const field = (values: number[], stderr = 0.78): Estimate[] =>
  values.map((value) => ({ value, stderr }));

describe("expected scores, over imagined tables", () => {
  test("of the published board take the luck of the best away, where the normal rule leaves most", async () => {
    const rows = await query(
      "SELECT average FROM 'data/snapshot/open-llm-v2.parquet' ORDER BY average DESC",
    );
    const board = field(rows.map((r) => Number(r.average)));
    const { raw, rawLead, own, ownLead, normal } = bias(() => board, 60);
    expect(raw).toBeGreaterThan(0.4);
    expect(rawLead).toBeGreaterThan(0.2);
    expect(Math.abs(own)).toBeLessThan(raw / 3);
    expect(Math.abs(ownLead)).toBeLessThan(rawLead);
    expect(normal).toBeGreaterThan(raw / 2);
  });

  test("where true scores are normal are as good as the rule made for that", () => {
    const truth = () => field(Array.from({ length: 80 }, () => 50 + gauss()));
    const { raw, own, normal, noise } = bias(truth, 300);
    expect(raw).toBeGreaterThan(0.8);
    expect(Math.abs(normal)).toBeLessThan(3 * noise);
    expect(Math.abs(own)).toBeLessThan(raw / 5);
  });

  test("where none is better than another take most of a lead away", () => {
    const { rawLead, ownLead, raw, own } = bias(() => field(new Array<number>(50).fill(50)), 200);
    expect(ownLead).toBeLessThan(rawLead / 2);
    expect(own).toBeLessThan(raw / 3);
  });

  test("far apart stay close to what was seen", () => {
    const far = field(Array.from({ length: 12 }, (_, i) => 80 - 5 * i));
    shrunken(far).forEach((expected, i) => {
      expect(Math.abs(expected - far[i]!.value)).toBeLessThan(0.3);
    });
  });
});

describe("an expected score", () => {
  test("is the mean of the truth given the score, where the spread of truths is plain", () => {
    // Half at 40, half at 60, errors of 2: a score of 41 is one of the former.
    const seen = Array.from({ length: 400 }, (_, i) => ({
      value: (i % 2 ? 40 : 60) + 2 * gauss(),
      stderr: 2,
    }));
    const found = shrunken([{ value: 41.5, stderr: 2 }, { value: 50, stderr: 8 }, ...seen]);
    expect(found[0]).toBeCloseTo(40, 0);
    // One that could be either is between.
    expect(found[1]).toBeGreaterThan(46);
    expect(found[1]).toBeLessThan(54);
  });

  test("keeps the order of scores that are equally sure, and lies within theirs", () => {
    const seen = field(Array.from({ length: 60 }, () => 50 + 3 * gauss())).sort(
      (a, b) => b.value - a.value,
    );
    const found = shrunken(seen);
    expect(found).toEqual([...found].sort((a, b) => b - a));
    expect(found[0]).toBeLessThanOrEqual(seen[0]!.value);
    expect(found.at(-1)).toBeGreaterThanOrEqual(seen.at(-1)!.value);
  });

  test("is the score where nothing is left to chance, and of none there is none", () => {
    expect(shrunken(field([3, 2, 1], 0))).toEqual([3, 2, 1]);
    expect(shrunken([])).toEqual([]);
    expect(shrunken(field([7]))[0]).toBeCloseTo(7, 12);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { average, weightedAverage } from "../../../src/core/suite/average.ts";

const score = fc.double({ min: 0, max: 100, noNaN: true });
const scores = fc.array(score, { minLength: 1, maxLength: 12 });

describe("average", () => {
  test("of the published scores of EleutherAI/pythia-2.8b is the published average", () => {
    const published = [
      21.7322260491053, 5.07778616190546, 1.3595166163142, 0, 3.63828125, 1.52186761229314,
    ];
    expect(average(published)).toBeCloseTo(5.55494628160301, 10);
  });

  test("is unknown when a score is missing, and when there is none", () => {
    expect(average([10, null, 20])).toBeNull();
    expect(average([])).toBeNull();
    expect(average([0, 0])).toBe(0);
  });

  test("does not depend on the order of the scores", () => {
    fc.assert(
      fc.property(scores, (list) => {
        expect(average(list.toReversed())).toBeCloseTo(average(list)!, 10);
        expect(average(list.toSorted((a, b) => a - b))).toBeCloseTo(average(list)!, 10);
      }),
    );
  });

  test("is the same for the same scores of other benchmarks: the two share a rank", () => {
    expect(average([0.1, 0.2, 0.3])).toBe(average([0.3, 0.2, 0.1]));
    expect(average([33.3, 66.6, 0.1, 99.9])).toBe(average([99.9, 0.1, 66.6, 33.3]));
  });

  test("lies between the lowest and the highest score", () => {
    fc.assert(
      fc.property(scores, (list) => {
        const mean = average(list)!;
        expect(mean).toBeGreaterThanOrEqual(Math.min(...list) - 1e-10);
        expect(mean).toBeLessThanOrEqual(Math.max(...list) + 1e-10);
      }),
    );
  });
});

describe("weightedAverage", () => {
  test("counts a score as often as its weight says", () => {
    // (3 · 10 + 1 · 50) / 4
    expect(weightedAverage([10, 50], [3, 1])).toBe(20);
    expect(weightedAverage([10, 50], [0.5, 0.5])).toBe(30);
  });

  test("may miss a score of weight 0, but no other", () => {
    expect(weightedAverage([10, null, 30], [1, 0, 1])).toBe(20);
    expect(weightedAverage([10, null, 30], [1, 0.1, 1])).toBeNull();
  });

  test("is unknown when all weights are 0", () => {
    expect(weightedAverage([10, 20], [0, 0])).toBeNull();
    expect(weightedAverage([], [])).toBeNull();
  });

  test("with whole weights is the plain average of the repeated scores", () => {
    const pairs = fc.array(fc.tuple(score, fc.integer({ min: 1, max: 5 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(pairs, (list) => {
        const repeated = list.flatMap(([value, times]) => new Array<number>(times).fill(value));
        const weighted = weightedAverage(
          list.map(([value]) => value),
          list.map(([, times]) => times),
        );
        expect(weighted).toBeCloseTo(average(repeated)!, 9);
      }),
    );
  });
});

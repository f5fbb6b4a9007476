import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldFractions, unfoldFractions } from "../../../src/core/table/fractions.ts";
import type { Value } from "../../../src/core/table/grid.ts";

/** As published tables print them: 15 digits. */
const printed = (value: number) => Number(value.toPrecision(15));

function again(values: readonly Value[]): readonly Value[] | undefined {
  return unfoldFractions(foldFractions({ score: values })).score;
}

describe("scores as fractions", () => {
  test("numerators of the number of questions are sent", () => {
    const scores = [1, 2, 5, 700, 1192].map((right) => printed(right / 1192));
    expect(foldFractions({ gpqa_raw: scores })).toEqual({
      "gpqa_raw/1192": [1, 2, 5, 700, 1192],
    });
  });

  test("means of two shares have the product's denominator", () => {
    const scores = [300, 301, 302, 333].map((k) => printed((k / 541 + (k + 90) / 834) / 2));
    const [name] = Object.keys(foldFractions({ ifeval_raw: scores }));
    expect(name).toBe(`ifeval_raw/${541 * 834 * 2}`);
    expect(again(scores)).toEqual(scores);
  });

  test("what is no such fraction stays as it is", () => {
    const scores = [0.5, 0.25, 0.75, Math.PI / 4, null];
    expect(foldFractions({ score: scores })).toEqual({
      "score/4": [2, 1, 3, null, null],
      score: [null, null, null, Math.PI / 4, null],
    });
    expect(again(scores)).toEqual(scores);
    const other = [Math.SQRT1_2, Math.LN2, Math.E];
    expect(foldFractions({ score: other })).toEqual({ score: other });
  });

  test("texts, truth values, whole numbers and unknown ones are left alone", () => {
    const columns = { text: ["a/2", null], truth: [true, null], whole: [3, 7], none: [null, null] };
    expect(foldFractions(columns)).toEqual(columns);
    expect(unfoldFractions(columns)).toEqual(columns);
  });

  test("any numbers come back bit by bit", () => {
    const share = fc
      .tuple(fc.nat(5000), fc.constantFrom(250, 541, 1192, 12032))
      .map(([k, n]) => k / n);
    const number = fc.oneof(
      share,
      share.map(printed),
      fc.double({ noNaN: true }),
      fc.constantFrom(0, -0, 1e-300, 5e-324, 1e300, -0.25),
    );
    const column = fc.array(fc.option(number), { maxLength: 60 });
    fc.assert(
      fc.property(column, (values) => {
        const unfolded = again(values)!;
        expect(unfolded).toHaveLength(values.length);
        for (const [row, value] of values.entries()) expect(unfolded[row]).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });
});

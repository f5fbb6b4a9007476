import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rank } from "../../../src/core/suite/rank.ts";

/** Few different values, so that ties are common. */
const values = fc.array(fc.option(fc.integer({ min: 0, max: 9 })), { maxLength: 40 });

describe("rank", () => {
  test("1 is the highest, equal values share the better rank, the next one is skipped", () => {
    expect(rank([70, 90, 80, 80])).toEqual([4, 1, 2, 2]);
    expect(rank([5, 5, 5])).toEqual([1, 1, 1]);
  });

  test("an unknown value has no rank and takes none away", () => {
    expect(rank([null, 10, null, 20])).toEqual([null, 2, null, 1]);
    expect(rank([null])).toEqual([null]);
    expect(rank([])).toEqual([]);
  });

  test("is one more than the number of higher values", () => {
    fc.assert(
      fc.property(values, (list) => {
        const counted = list.map((value) =>
          value === null ? null : 1 + list.filter((v) => v !== null && v > value).length,
        );
        expect(rank(list)).toEqual(counted);
      }),
    );
  });

  test("does not depend on the order of the rows", () => {
    fc.assert(
      fc.property(values, (list) => {
        expect(rank(list.toReversed()).toReversed()).toEqual(rank(list));
      }),
    );
  });
});

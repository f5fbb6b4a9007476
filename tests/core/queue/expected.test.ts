import { expect, test } from "vitest";
import { expectedStarts } from "../../../src/core/queue/expected.ts";

test("one runner: each begins when all before it are done", () => {
  expect(expectedStarts([3, 4, 1], [2])).toEqual([2, 5, 9]);
});

test("two runners: whoever is free first takes the next", () => {
  // Free after 1 and 5 hours: the first at 1 (done at 11), the second at 5 (done at 7), the third at 7.
  expect(expectedStarts([10, 2, 1], [5, 1])).toEqual([1, 5, 7]);
});

test("what overran its estimate is taken to end now", () => {
  expect(expectedStarts([1], [-2])).toEqual([0]);
});

test("nothing is expected where nobody runs anything, or something before is not known", () => {
  expect(expectedStarts([1, 1], [])).toEqual([null, null]);
  expect(expectedStarts([1, 1], [2, null])).toEqual([null, null]);
  expect(expectedStarts([1, null, 1], [2])).toEqual([2, 3, null]);
});

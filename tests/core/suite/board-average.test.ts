import { expect, test } from "vitest";
import { averageWords, boardAverage, boardStderr } from "../../../src/core/suite/board-average.ts";

const plain = [
  { key: "a", name: "A" },
  { key: "b", name: "B" },
  { key: "c", name: "C" },
];
const weighed = [{ ...plain[0]!, weight: 2 }, plain[1]!, { ...plain[2]!, weight: 0 }];

test("without weights it is the plain mean, and none where a score is missing", () => {
  expect(boardAverage(plain, [10, 20, 60])).toBe(30);
  expect(boardAverage(plain, [10, null, 60])).toBeNull();
  expect(boardStderr(plain, [3, 4, 12])).toBeCloseTo(13 / 3, 12);
  expect(averageWords(plain)).toBe("Plain mean of the benchmark scores");
});

test("weights are shares, and one of 0 may be missing", () => {
  expect(boardAverage(weighed, [10, 40, null])).toBe(20);
  expect(boardAverage(weighed, [10, null, 5])).toBeNull();
  // √((2·3)² + 4²) / 3
  expect(boardStderr(weighed, [3, 4, null])).toBeCloseTo(Math.hypot(6, 4) / 3, 12);
  expect(boardStderr(weighed, [null, 4, 1])).toBeNull();
  expect(averageWords(weighed)).toContain("A 2, B 1, C 0");
});

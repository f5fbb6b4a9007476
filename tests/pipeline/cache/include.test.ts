import { expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { isIncluded } from "../../../src/pipeline/cache/include.ts";

test.each([
  // As Python's fnmatch answers, which the Hub's own tools use.
  ["a/b/results_1.json", "*.json", true],
  ["a/b/results_1.json", "a/*", true],
  ["a/b/results_1.json", "b/*", false],
  ["a/b/results_1.json", "a/", true],
  ["a/b/results_1.json", "*/results_?.json", true],
  ["a/b/results_12.json", "*/results_?.json", false],
  ["a/b/results_1.json", "*results_[0-3].json", true],
  ["a/b/results_1.json", "*results_[!0-3].json", false],
  ["a+b(c).json", "a+b(c).json", true],
  ["aab.json", "a+b.json", false],
  ["a[b", "a[b", true],
  ["a\nb", "a*b", true],
])("%j fits %j: %s", (path, pattern, expected) => {
  expect(isIncluded(path, [pattern])).toBe(expected);
});

test("any of several patterns is enough, and none at all asks for everything", () => {
  expect(isIncluded("x.csv", ["*.json", "*.csv"])).toBe(true);
  expect(isIncluded("x.csv", [])).toBe(true);
  expect(isIncluded("x.csv", undefined)).toBe(true);
});

test("a set that is none is said in a sentence", () => {
  expect(() => isIncluded("x", ["[z-a]"])).toThrow(UserError);
});

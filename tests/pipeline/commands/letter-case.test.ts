// Models whose names differ in case only, on a disk that does not tell.
import { expect, test } from "vitest";
import { caseWarning, isBlindToCase } from "../../../src/pipeline/commands/letter-case.ts";
import { contentOf, tmpFolder } from "../cache/folder.ts";

test("such pairs are named, and counted", () => {
  const pair = (i: number) => [`o/Model-${i}`, `O/model-${i}`];
  expect(caseWarning(["a/b", "a/c", "A"], "dist")).toBe(null);
  const one = caseWarning(["a/b", ...pair(1)], "dist");
  expect(one).toMatch(/^The disk of dist .*\(o\/Model-1 and O\/model-1\): /);
  const many = [1, 2, 3, 4, 5].flatMap(pair);
  expect(caseWarning(many, "dist")).toMatch(/o\/Model-3 and O\/model-3, and 2 more\)/);
});

test("a disk says by itself whether it tells, and nothing is left of the question", async () => {
  const folder = await tmpFolder();
  // Of Linux, where the tests run; elsewhere the answer may be the other.
  if (process.platform === "linux") expect(await isBlindToCase(folder)).toBe(false);
  else expect(typeof (await isBlindToCase(folder))).toBe("boolean");
  expect(await contentOf(folder)).toEqual({});
});

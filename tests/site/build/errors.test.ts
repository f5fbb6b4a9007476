import { describe, expect, test } from "vitest";
import { errorSentences } from "../../../src/site/build/errors.ts";
import type { SubtaskRow } from "../../../src/site/build/model.ts";
import { KITCHEN, V2 } from "../../core/suite/suites.ts";

const subtask = (stderr_source: string): SubtaskRow => ({
  benchmark: "recipes",
  subtask: "kitchen_recipes_baking",
  raw: 0.5,
  normalized: 0,
  stderr: 1,
  stderr_source,
  n: 100,
});
const sources = (...list: string[]) =>
  new Map(KITCHEN.benchmarks.map((b, i) => [b.key, list[i] ?? list[0]!]));

describe("where standard errors are from, in sentences", () => {
  test("is one where all are alike", () => {
    expect(errorSentences(KITCHEN, sources("binomial"), [])).toEqual([
      "Standard errors (±) are binomial, from score and number of questions.",
    ]);
    expect(errorSentences(KITCHEN, sources("file"), [])).toEqual([
      "Standard errors (±) are from the result file.",
    ]);
  });

  test("names benchmarks where they differ, and what was replaced", () => {
    const found = errorSentences(
      KITCHEN,
      sources("file", "binomial_replaced", "file", "binomial"),
      [subtask("binomial_replaced"), subtask("file")],
    );
    expect(found).toEqual([
      "Standard errors (±): Riddles and Units from the result file; Proverbs binomial, from score and number of questions; " +
        "Recipes binomial, since the result file’s cannot belong to the score.",
      "Of 1 of the subtasks, too, the file’s cannot belong to the score.",
    ]);
  });

  test("leaves out what has none, and says nothing where no table tells", () => {
    expect(errorSentences(KITCHEN, new Map([["units", "binomial"]]), [])).toEqual([
      "Standard errors (±): Units binomial, from score and number of questions.",
    ]);
    expect(errorSentences(KITCHEN, new Map(), [subtask("file")])).toEqual([]);
  });

  test("says which are widened for questions that are asked more than once", () => {
    const all = new Map(V2.benchmarks.map((b) => [b.key, "file"]));
    expect(errorSentences(V2, all, []).at(-1)).toBe(
      "GPQA is widened, since it asks questions more than once.",
    );
  });
});

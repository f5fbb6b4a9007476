import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Evaluation, Measure } from "../../../src/core/records/evaluation.ts";
import { mergeEvaluations, withDetail } from "../../../src/pipeline/sources/merge.ts";
import { KITCHEN } from "../../core/suite/suites.ts";

const measure = (raw: number, subtask: string | null = null): Measure => ({
  benchmark: "riddles",
  subtask,
  metric: "acc",
  raw,
  normalized: raw * 100,
  stderr: null,
  stderr_source: null,
  n: null,
});

const evaluation = (change: Partial<Evaluation>): Evaluation => ({
  suite: "kitchen-sense",
  model: "a/b",
  revision: "main",
  precision: "float16",
  weight_type: "Original",
  architecture: null,
  model_type: null,
  params_b: null,
  license: null,
  likes: null,
  base_model: null,
  generation: null,
  chat_template: false,
  settings: null,
  merged: null,
  moe: null,
  flagged: false,
  availability: null,
  maintainers_choice: false,
  submitted_at: null,
  uploaded_at: null,
  co2_kg: null,
  context_length: null,
  context_source: null,
  runs: [],
  extras: {},
  measures: [measure(0.5)],
  at: "2024-01-01T00:00:00Z",
  source: "old",
  ...change,
});

const OLD = evaluation({ at: "2024-01-01T00:00:00Z", source: "old", license: "mit", likes: 5 });
const MIDDLE = evaluation({ at: "2024-02-01T00:00:00Z", source: "middle", likes: 7, moe: false });
const NEW = evaluation({ at: "2024-03-01T00:00:00Z", source: "new", measures: [measure(0.6)] });

describe("mergeEvaluations", () => {
  test("the newest stands, in whatever order they are read", () => {
    const orders = fc.shuffledSubarray([OLD, MIDDLE, NEW], { minLength: 3 });
    fc.assert(
      fc.property(orders, (list) => {
        const { evaluations, superseded } = mergeEvaluations(list, [KITCHEN]);
        expect(evaluations).toHaveLength(1);
        // Facts it does not know come from the newest that does.
        expect(evaluations[0]).toMatchObject({
          source: "new",
          measures: [measure(0.6)],
          license: "mit",
          likes: 7,
          moe: false,
        });
        expect(superseded.map((s) => [s.kept, s.dropped])).toEqual([
          ["new", "middle"],
          ["new", "old"],
        ]);
      }),
    );
  });

  test("at the same time the source's name decides, in whatever order they are read", () => {
    const pair = [evaluation({ source: "run-a" }), evaluation({ source: "run-b" })];
    for (const list of [pair, pair.toReversed()]) {
      expect(mergeEvaluations(list, [KITCHEN]).evaluations[0]?.source).toBe("run-b");
    }
  });

  test.each([
    { revision: "dev" },
    { precision: "bfloat16" },
    { weight_type: "Adapter" as const },
    { chat_template: true },
    { settings: "thinking=on" },
    { model: "a/c" },
    { suite: "other" },
  ])("%o makes another evaluation", (change) => {
    const { evaluations, superseded } = mergeEvaluations([OLD, evaluation(change)], [KITCHEN]);
    expect(evaluations).toHaveLength(2);
    expect(superseded).toEqual([]);
  });

  test("a flag or a star stays although the newer does not have it", () => {
    const marked = evaluation({ flagged: true, maintainers_choice: true });
    expect(mergeEvaluations([marked, NEW], [KITCHEN]).evaluations[0]).toMatchObject({
      source: "new",
      flagged: true,
      maintainers_choice: true,
    });
  });
});

describe("withDetail", () => {
  const detail = [{ ...measure(0.5), stderr: 2.5 }, measure(0.4, "one"), measure(0.6, "two")];

  test("adds the subtasks of a benchmark with the same score, and its standard error", () => {
    expect(withDetail([measure(0.5)], detail)).toEqual(detail);
  });

  test("adds none where the score has changed since", () => {
    expect(withDetail([measure(0.55)], detail)).toEqual([measure(0.55)]);
  });

  test("leaves subtasks alone that are there", () => {
    const own = [measure(0.5), measure(0.45, "one")];
    expect(withDetail(own, detail)).toEqual(own);
  });
});

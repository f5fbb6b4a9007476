import { describe, expect, test } from "vitest";
import { isPossible } from "../../../src/core/suite/possible.ts";
import { pythia, t1, yi } from "../../pipeline/sources/harness.ts";
import { V2 } from "./suites.ts";

describe("a stated standard error can be that of its proportion", () => {
  test("with n or n − 1 below the root, and rounded to three digits", () => {
    // 83 of 1,324.
    const p = 83 / 1324;
    expect(isPossible(Math.sqrt((p * (1 - p)) / 1324), p, 1324)).toBe(true);
    expect(isPossible(Math.sqrt((p * (1 - p)) / 1323), p, 1324)).toBe(true);
    expect(isPossible(0.00666, p, 1324)).toBe(true);
    expect(isPossible(0.0055, p, 1324)).toBe(false);
    expect(isPossible(0.0068, p, 1324)).toBe(false);
    expect(isPossible(0, 0, 50)).toBe(true);
    expect(isPossible(0.01, 1, 50)).toBe(false);
  });

  test("pooled from a group's subtasks: between theirs and that of questions alike", () => {
    // All of 40 right, none of 60: no luck within the subtasks, 0.049 for questions alike.
    const parts = [
      { value: 1, n: 40 },
      { value: 0, n: 60 },
    ];
    expect(isPossible(0, 0.4, 100, parts)).toBe(true);
    expect(isPossible(0.049, 0.4, 100, parts)).toBe(true);
    expect(isPossible(0.051, 0.4, 100, parts)).toBe(false);
    // Half right in both: √(40/4 + 60/4) / 100 = 0.05, and nothing below.
    const alike = parts.map(({ n }) => ({ value: 0.5, n }));
    expect(isPossible(0.05, 0.5, 100, alike)).toBe(true);
    expect(isPossible(0.045, 0.5, 100, alike)).toBe(false);
    expect(isPossible(0.045, 0.5, 100, [alike[0]!, null])).toBe(true);
    expect(isPossible(0.02, 0.5, 100, [alike[0]!, null])).toBe(false);
    expect(isPossible(0, 0.5, 100, [null, null])).toBe(true);
  });

  test("in the real files, but for what was left over from before a re-scoring", async () => {
    const left: string[] = [];
    let compared = 0;
    for (const [run, figures] of Object.entries({
      pythia: await pythia(),
      t1: await t1(),
      yi: await yi(),
    })) {
      for (const { benchmark, task, n, parts } of stated()) {
        const of = (name: string) =>
          figures.find((f) => f.task === name && f.metric === benchmark.metrics[0]!.name);
        const figure = of(task);
        if (!figure || figure.stderr === null) continue;
        compared++;
        const known = parts?.map((part) => ({ value: of(part.task)!.value, n: part.n! }));
        if (!isPossible(figure.stderr, figure.value, n, known)) left.push(`${run} ${task}`);
      }
    }
    expect(compared).toBe(3 * (24 + 7 + 3 + 3 + 4));
    expect(left).toEqual(
      [
        "algebra_hard",
        "counting_and_prob_hard",
        "geometry_hard",
        "num_theory_hard",
        "prealgebra_hard",
        "precalculus_hard",
        "hard",
      ].map((task) => `yi leaderboard_math_${task}`),
    );
  });
});

/** Every subtask of the suite, and every group or task whose own value counts, with its number of questions. */
function stated() {
  return V2.benchmarks.flatMap((benchmark) => {
    const { task, subtasks, metrics, score } = benchmark;
    const each = subtasks.map((s) => ({ benchmark, task: s.task, n: s.n!, parts: undefined }));
    if (score !== "task") return each;
    const parts = subtasks.length > 0 ? subtasks : undefined;
    return [...each, { benchmark, task, n: metrics[0]!.n!, parts }];
  });
}

import { describe, expect, test } from "vitest";
import type { Benchmark } from "../../../src/core/records/suite.ts";
import { correlations, questionsOf, widening } from "../../../src/core/suite/overlap.ts";
import { assumedStderr, meanOfParts } from "../../../src/core/suite/stderr.ts";
import { benchmarkOf, V2 } from "./suites.ts";

type Sizes = [task: string, n: number, within?: string][];

const subtasksOf = (sizes: Sizes): Benchmark["subtasks"] =>
  sizes.map(([task, n, within]) => ({ task, name: task, n, contained_in: within }));

/** The questions one by one: how often each is asked, where each subtask asks the first of its container's. */
function timesAsked(sizes: Sizes): number[] {
  const around = new Map(sizes.map(([task, , within]) => [task, within]));
  const top = (task: string): string => {
    const within = around.get(task);
    return within === undefined ? task : top(within);
  };
  const times = new Map<string, number>();
  for (const [task, n] of sizes) {
    for (let i = 0; i < n; i++) {
      const question = `${top(task)} ${i}`;
      times.set(question, (times.get(question) ?? 0) + 1);
    }
  }
  return [...times.values()];
}

const GPQA: Sizes = [
  ["diamond", 198, "main"],
  ["extended", 546],
  ["main", 448, "extended"],
];

describe("questions that are asked more than once", () => {
  test("GPQA's 1,192 are 546, and tell as much as 493", () => {
    const times = timesAsked(GPQA);
    const asked = times.reduce((sum, w) => sum + w, 0);
    const squares = times.reduce((sum, w) => sum + w * w, 0);
    expect([asked, times.length, squares]).toEqual([1192, 546, 2880]);
    expect([3, 2, 1].map((w) => times.filter((t) => t === w).length)).toEqual([198, 250, 98]);
    expect(questionsOf(benchmarkOf(V2, "gpqa"))).toEqual({
      asked,
      different: times.length,
      effective: expect.closeTo(asked ** 2 / squares, 9),
    });
    expect(asked ** 2 / squares).toBeCloseTo(493.356, 3);
    expect(widening(benchmarkOf(V2, "gpqa"))).toBeCloseTo(1.5544, 4);
  });

  test.each<[string, Sizes]>([
    ["a chain", GPQA],
    [
      "two beside each other in a third, as if they shared what they can",
      [
        ["a", 3, "c"],
        ["b", 5, "c"],
        ["c", 9],
      ],
    ],
    [
      "two pairs",
      [
        ["a", 3, "b"],
        ["b", 4],
        ["c", 5, "d"],
        ["d", 5],
      ],
    ],
    [
      "a pair and one apart",
      [
        ["a", 7, "b"],
        ["b", 20],
        ["c", 30],
      ],
    ],
  ])("of %s are counted out", (_, sizes) => {
    const times = timesAsked(sizes);
    const asked = times.reduce((sum, w) => sum + w, 0);
    const squares = times.reduce((sum, w) => sum + w * w, 0);
    const questions = questionsOf({ subtasks: subtasksOf(sizes) });
    expect(questions).toEqual({
      asked,
      different: times.length,
      effective: expect.closeTo(asked ** 2 / squares, 9),
    });
    expect(widening({ subtasks: subtasksOf(sizes) })).toBeCloseTo(Math.sqrt(squares / asked), 12);
  });

  test("are none where no subtask lies in another", () => {
    expect(questionsOf(benchmarkOf(V2, "math"))).toBeNull();
    expect(widening(benchmarkOf(V2, "math"))).toBe(1);
  });
});

/** Standard deviation of a value of the answers to `n` questions, over all ways to answer them. */
function spread(n: number, p: number, value: (answers: number[]) => number): number {
  let [mean, square] = [0, 0];
  for (let way = 0; way < 2 ** n; way++) {
    const answers = Array.from({ length: n }, (_, i) => (way >> i) & 1);
    const right = answers.reduce((sum, a) => sum + a, 0);
    const chance = p ** right * (1 - p) ** (n - right);
    mean += chance * value(answers);
    square += chance * value(answers) ** 2;
  }
  return Math.sqrt(square - mean * mean);
}

const meanOf = (answers: number[], n: number) =>
  answers.slice(0, n).reduce((sum, a) => sum + a, 0) / n;

describe("standard errors, if copies are answered alike", () => {
  const p = 0.3;
  const sizes: Sizes = [
    ["a", 3, "b"],
    ["b", 5, "c"],
    ["c", 10],
  ];
  const errors = sizes.map(([, n]) => Math.sqrt((p * (1 - p)) / n));
  const subtasks = subtasksOf(sizes);

  test("of a group are what all ways to answer come to", () => {
    const group = { ...benchmarkOf(V2, "gpqa"), subtasks, metrics: [{ name: "acc", n: 18 }] };
    const exact = spread(10, p, (answers) =>
      sizes.reduce((sum, [, n]) => sum + (meanOf(answers, n) * n) / 18, 0),
    );
    expect(assumedStderr(group, p)).toBeCloseTo((exact / 0.75) * 100, 10);
  });

  test("of a mean of subtasks, too", () => {
    const exact = spread(10, p, (answers) =>
      sizes.reduce((sum, [, n]) => sum + meanOf(answers, n) / 3, 0),
    );
    const benchmark = { ...benchmarkOf(V2, "musr"), subtasks };
    expect(meanOfParts(benchmark, errors)).toBeCloseTo(exact, 12);
    const independent = subtasks.map((s) => ({ ...s, contained_in: undefined }));
    expect(meanOfParts({ ...benchmark, subtasks: independent }, errors)).toBeLessThan(exact);
  });

  test("come of how two subtasks move together", () => {
    const related = correlations(subtasks);
    const [a, c] = [3, 10].map((n) => spread(10, p, (answers) => meanOf(answers, n)));
    const both = spread(10, p, (answers) => meanOf(answers, 3) + meanOf(answers, 10));
    expect(related(0, 2)).toBeCloseTo((both ** 2 - a! ** 2 - c! ** 2) / (2 * a! * c!), 10);
    expect(related(1, 1)).toBe(1);
  });
});

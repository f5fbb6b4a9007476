import { expect, test } from "vitest";
import { suiteSchema } from "../../../src/core/records/suite.ts";
import {
  isLowerBetter,
  proportionError,
  proportionOf,
  scaleOf,
} from "../../../src/core/suite/scale.ts";
import { scoreBenchmark } from "../../../src/core/suite/score.ts";

const scale = (worst: number, best: number, beyond: "refuse" | "cut" = "refuse") => ({
  worst,
  best,
  beyond,
});

test("a value is the way from the worst to the best", () => {
  expect(proportionOf(0.3, scale(0, 1))).toBe(0.3);
  expect(proportionOf(31.5, scale(0, 100))).toBe(0.315);
  expect(proportionOf(0.25, scale(1, 0))).toBe(0.75);
  expect(proportionOf(0.5, scale(-1, 1))).toBe(0.75);
  expect(proportionOf(20, scale(100, 0))).toBe(0.8);
  expect(isLowerBetter(scale(1, 0))).toBe(true);
  expect(isLowerBetter(scale(-1, 1))).toBe(false);
  expect(proportionError(2, scale(0, 100))).toBe(0.02);
  expect(proportionError(0.1, scale(1, 0))).toBe(0.1);
});

test("beyond its ends it is an error, or the end", () => {
  expect(proportionOf(1.2, scale(1, 0))).toBeNull();
  expect(proportionOf(1.2, scale(1, 0, "cut"))).toBe(0);
  expect(proportionOf(-5, scale(1, 0, "cut"))).toBe(1);
  expect(proportionOf(Number.NaN, scale(0, 1, "cut"))).toBeNull();
});

/** As BasqueGLUE: subtasks of F1 and of accuracy, one of them in per cent, one that counts twice. */
const suite = suiteSchema.parse({
  id: "case",
  version: "1.0.0",
  name: "Case",
  table: "models",
  normalized: true,
  benchmarks: [
    {
      key: "glue",
      name: "Glue",
      area: "a",
      description: "x",
      task: "glue",
      shots: 5,
      metrics: [{ name: "acc,none" }],
      score: "mean_of_subtasks",
      subtasks: [
        { task: "glue_a", name: "a", n: 100, choices: 2 },
        { task: "glue_b", name: "b", metric: "f1,none", scale: { worst: 0, best: 100 }, weight: 2 },
      ],
    },
  ],
});

test("subtasks have their own metric, scale and weight", () => {
  const [glue] = suite.benchmarks;
  expect(scaleOf(glue!, "glue_a", "acc,none")).toMatchObject({ worst: 0, best: 1 });
  expect(scaleOf(glue!, "glue_b", "f1,none")).toMatchObject({ worst: 0, best: 100 });
  const values: Record<string, number> = { "glue_a acc,none": 0.75, "glue_b f1,none": 0.6 };
  const [whole, ...parts] = scoreBenchmark(suite, glue!, (task, metric) => {
    const value = values[`${task} ${metric}`];
    return value === undefined ? undefined : { value, stderr: 0.03, n: null };
  });
  // 0.75 of two choices is 50 points; 0.6 of no choice is 60, and counts twice.
  expect(parts.map((p) => p.normalized)).toEqual([50, 60]);
  expect(whole!.normalized).toBeCloseTo((50 + 2 * 60) / 3, 12);
  expect(whole!.raw).toBeCloseTo((0.75 + 2 * 0.6) / 3, 12);
  // 0.03 cannot be of 75 right in 100: √(0.75 · 0.25 / 100) stands for it. Shares are 1/3 and 2/3.
  const first = 200 * Math.sqrt((0.75 * 0.25) / 100);
  expect(whole!.stderr).toBeCloseTo(Math.hypot(first / 3, (2 * 3) / 3), 12);
});

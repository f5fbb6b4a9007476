import { expect, test } from "vitest";
import { memoryOf, requestsOf, SPEED, secondsOf } from "../../../src/core/queue/size.ts";
import { KITCHEN, V2 } from "../suite/suites.ts";

const GIB = 2 ** 30;

test("memory is weights, keys and values, and the program: 7 billion by hand", () => {
  // 7e9 × bytes × 1.2 + 4,096 × 0.5 MiB × bytes ÷ 2 + 1.5 GiB
  expect(memoryOf(7e9, "bfloat16")).toBeCloseTo(16.8e9 + 2 * GIB + 1.5 * GIB, 0);
  expect(memoryOf(7e9, "float32")).toBeCloseTo(33.6e9 + 4 * GIB + 1.5 * GIB, 0);
  expect(memoryOf(7e9, "4bit")).toBeCloseTo(4.2e9 + 0.5 * GIB + 1.5 * GIB, 0);
  expect(memoryOf(56e9, "float16")).toBeCloseTo(134.4e9 + 8 * GIB + 1.5 * GIB, 0);
});

test("a precision that is not known is taken for 16 bits", () => {
  expect(memoryOf(7e9, null)).toBe(memoryOf(7e9, "float16"));
  expect(memoryOf(7e9, "AWQ")).toBe(memoryOf(7e9, "float16"));
});

test("seconds are operations by speed, after starting and loading", () => {
  // 30 s, 14 GB at 200 MB/s, and 2 × 7e9 × 1,000 × 100,000 operations at 100 TFLOP/s.
  expect(secondsOf(7e9, "bfloat16", 100_000, SPEED.gpu)).toBeCloseTo(30 + 70 + 14_000, 6);
  expect(secondsOf(7e9, "bfloat16", 100_000, 2 * SPEED.gpu)).toBeCloseTo(30 + 70 + 7000, 6);
});

test("continuations are choices of all questions, where the suite says how many", () => {
  // IFEval 541, BBH as below, MATH 1,324, GPQA 1,192 × 4, MuSR 250 × 2 + 256 × 5 + 250 × 3, MMLU-Pro 12,032 × 10
  const bbh = V2.benchmarks.find((b) => b.key === "bbh")!.subtasks;
  const choices = bbh.reduce((sum, s) => sum + s.n! * s.choices!, 0);
  const others = 541 + 1324 + 1192 * 4 + 500 + 1280 + 750 + 120_320;
  expect(requestsOf(V2)).toBe(others + choices);
  const unknown = KITCHEN.benchmarks.map((b) => ({
    ...b,
    subtasks: [],
    metrics: [{ name: "acc" }],
  }));
  expect(requestsOf({ ...KITCHEN, benchmarks: unknown })).toBeNull();
});

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Evaluation, evaluationSchema } from "../../../src/core/records/evaluation.ts";
import type { Benchmark } from "../../../src/core/records/suite.ts";
import { readRun } from "../../../src/pipeline/sources/results.ts";
import { KITCHEN, V2 } from "../../core/suite/suites.ts";
import { pythia, resultsFile } from "./harness.ts";

let valid: string;
let paths: string[][];
beforeAll(async () => {
  const samples = { leaderboard_gpqa: 1192, leaderboard_ifeval: 541 };
  const file = resultsFile({ figures: await pythia(), chatTemplate: "{{ x }}", samples });
  const config = {
    model_args: { pretrained: "a/b", peft: "a/c", dtype: "auto", revision: "main" },
    model_sha: "abc",
    model_dtype: "torch.float16",
    model_num_parameters: 1e9,
    limit: null,
  };
  valid = JSON.stringify({ ...file, config, date: 1.7e9 });
  paths = pathsOf(JSON.parse(valid));
});

/** Paths of all values in a JSON value. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, v]) => pathsOf(v, [...path, key]));
  return [path, ...inner];
}

type Change = { at: number; to: "gone" } | { at: number; to: "value"; value: unknown };

/** A copy of the valid file with some values replaced or removed. */
function mutated(changes: Change[]): unknown {
  let root = JSON.parse(valid);
  for (const change of changes) {
    const path = paths[change.at % paths.length]!;
    const key = path.at(-1);
    let parent = root;
    for (const step of path.slice(0, -1)) parent = parent?.[step];
    if (key === undefined) root = change.to === "gone" ? undefined : structuredClone(change.value);
    else if (typeof parent !== "object" || parent === null) continue;
    else if (change.to === "gone") delete parent[key];
    else parent[key] = structuredClone(change.value);
  }
  return root;
}

type Results = Record<string, Record<string, unknown>>;

/**
 * A benchmark's raw and normalised score by plain arithmetic from the file; null where a figure of
 * its own is missing, so that the parser may have found another way to it.
 */
function plainly(results: Results, benchmark: Benchmark): { raw: number; score: number } | null {
  const figure = (task: string, metric: string) => {
    // What is no task is passed over.
    const own = (Object.hasOwn(results, task) ? results[task] : null) ?? {};
    return Object.hasOwn(own, metric) ? Number(own[metric]) : Number.NaN;
  };
  const baseline = (t: { choices?: number | undefined; baseline?: number | undefined }) =>
    t.baseline ?? (t.choices ? 1 / t.choices : 0);
  const scored = (raw: number, b: number) => (raw <= b ? 0 : (100 * (raw - b)) / (1 - b));
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const { metrics, subtasks, task } = benchmark;
  if (benchmark.score === "task") {
    const raw = mean(metrics.map((m) => figure(task, m.name)));
    return Number.isNaN(raw) ? null : { raw, score: scored(raw, baseline(benchmark)) };
  }
  const parts = subtasks.map((t) => figure(t.task, metrics[0]!.name));
  const raw = mean(parts);
  if (Number.isNaN(raw)) return null;
  return { raw, score: mean(parts.map((part, i) => scored(part, baseline(subtasks[i]!)))) };
}

/** How many scores were checked against plain arithmetic. */
let checked = 0;

/** Scores in range, and those that plain arithmetic finds in the same file. */
function checkScores(text: string, evaluation: Evaluation): void {
  const suite = [V2, KITCHEN].find((s) => s.id === evaluation.suite)!;
  const { results } = JSON.parse(text) as { results: Results };
  for (const m of evaluation.measures) {
    const isRight =
      m.raw >= 0 &&
      m.raw <= 1 &&
      (m.normalized === null || (m.normalized >= 0 && m.normalized <= 100));
    expect(isRight).toBe(true);
    if (m.subtask !== null) continue;
    const plain = plainly(results, suite.benchmarks.find((b) => b.key === m.benchmark)!);
    if (plain === null) continue;
    checked++;
    const isSame =
      Math.abs(m.raw - plain.raw) < 1e-9 &&
      (m.normalized === null || Math.abs(m.normalized - plain.score) < 1e-9);
    expect(
      isSame,
      `${m.benchmark}: ${m.raw}, ${m.normalized} for ${plain.raw}, ${plain.score}`,
    ).toBe(true);
  }
}

/** Evaluations that check, or an error that says something: never a crash. */
function survives(text: string): "parsed" | "refused" | "in part" {
  let evaluations: Evaluation[];
  let asides: string[];
  try {
    const run = readRun(text, "a/b/results_2024-01-01T00-00-00.json", [V2, KITCHEN]);
    ({ evaluations, asides } = run);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    const { name, message } = error as Error;
    expect(name, (error as Error).stack).toBe("Error");
    expect(message).not.toBe("");
    expect(message.length).toBeLessThan(500);
    return "refused";
  }
  expect(evaluations.length).toBeGreaterThan(0);
  for (const e of evaluations) {
    expect(evaluationSchema.safeParse(e).error).toBeUndefined();
    checkScores(text, e);
  }
  for (const aside of asides) expect(aside).toMatch(/^[a-z_]+(?:, [a-z_]+)*: ./);
  return asides.length > 0 ? "in part" : "parsed";
}

test("values replaced or removed anywhere", () => {
  const seen = { parsed: 0, refused: 0, "in part": 0 };
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(
      -1,
      2,
      Number.MAX_VALUE,
      "N/A",
      "",
      null,
      [],
      {},
      { toString: 1, valueOf: 1 },
      "../x",
    ),
    fc.constant(JSON.parse('{"__proto__": {"value": 1}, "length": 3}')),
  );
  const change = fc.oneof(
    fc.record({ at: fc.nat(), to: fc.constant("gone" as const) }),
    fc.record({ at: fc.nat(), to: fc.constant("value" as const), value }),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      seen[survives(JSON.stringify(mutated(changes)) ?? "")]++;
    }),
    { numRuns: 3600, seed: 5 },
  );
  // Both ways out were really taken.
  expect(seen.parsed).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(50);
  expect(checked).toBeGreaterThan(1000);
});

test("keys renamed to names that objects have anyway", () => {
  const name = fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "length");
  fc.assert(
    fc.property(fc.nat(), name, (at, to) => {
      const key = paths[at % paths.length]?.at(-1) ?? "results";
      survives(valid.replace(`${JSON.stringify(key)}:`, `${JSON.stringify(to)}:`));
    }),
    { numRuns: 700, seed: 5 },
  );
});

test("text cut off, cut out or broken anywhere", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 200 }), fc.string({ maxLength: 3 }), (from, gap, put) => {
      const start = from % valid.length;
      survives(valid.slice(0, start));
      survives(valid.slice(0, start) + put + valid.slice(start + gap));
    }),
    { numRuns: 700, seed: 5 },
  );
});

test("figures replaced by others, in and out of range", () => {
  const seen = { parsed: 0, refused: 0, "in part": 0 };
  const value = fc.oneof(
    { weight: 20, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, -0.01, 1.01, 1e300, "0.5", null, true) },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), value), { minLength: 1, maxLength: 30 }), (changes) => {
      const file = JSON.parse(valid);
      const tasks = Object.keys(file.results);
      for (const [at, to] of changes) {
        const figures = file.results[tasks[at % tasks.length]!];
        const metrics = Object.keys(figures).filter((m) =>
          /^(?!alias)[^_]+(?:_(?!stderr)\w+)*,none$/.test(m),
        );
        if (metrics.length > 0) figures[metrics[at % metrics.length]!] = to;
      }
      seen[survives(JSON.stringify(file))]++;
    }),
    { numRuns: 900, seed: 5 },
  );
  // A figure out of range costs its own benchmark.
  expect(seen.parsed).toBeGreaterThan(100);
  expect(seen["in part"]).toBeGreaterThan(80);
});

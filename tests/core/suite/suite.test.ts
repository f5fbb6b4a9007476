import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explain } from "../../../src/core/records/explain.ts";
import { leaderboardSchema } from "../../../src/core/records/leaderboard.ts";
import { type SuiteInput, suiteSchema } from "../../../src/core/records/suite.ts";
import { baselineOf } from "../../../src/core/suite/normalize.ts";
import kitchen from "../../fixtures/tiny-suite.json" with { type: "json" };
import { benchmarkOf, KITCHEN, V1, V2 } from "./suites.ts";

/** Choices of the subtasks, from the leaderboard's documentation. */
const BBH = {
  boolean_expressions: 2,
  causal_judgement: 2,
  date_understanding: 6,
  disambiguation_qa: 3,
  formal_fallacies: 2,
  geometric_shapes: 11,
  hyperbaton: 2,
  logical_deduction_three_objects: 3,
  logical_deduction_five_objects: 5,
  logical_deduction_seven_objects: 7,
  movie_recommendation: 6,
  navigate: 2,
  object_counting: 19,
  penguins_in_a_table: 5,
  reasoning_about_colored_objects: 18,
  ruin_names: 6,
  salient_translation_error_detection: 6,
  snarks: 2,
  sports_understanding: 2,
  temporal_sequences: 4,
  tracking_shuffled_objects_three_objects: 3,
  tracking_shuffled_objects_five_objects: 5,
  tracking_shuffled_objects_seven_objects: 7,
  web_of_lies: 2,
};

describe("open-llm-v2", () => {
  const baselines = (key: string) =>
    Object.fromEntries(benchmarkOf(V2, key).subtasks.map((s) => [s.task, baselineOf(s)]));

  test("BBH has its 24 subtasks with their baselines", () => {
    const expected = Object.entries(BBH).map(([name, n]) => [`leaderboard_bbh_${name}`, 1 / n]);
    expect(baselines("bbh")).toEqual(Object.fromEntries(expected));
  });

  test("MuSR has its three subtasks with their baselines", () => {
    expect(baselines("musr")).toEqual({
      leaderboard_musr_murder_mysteries: 1 / 2,
      leaderboard_musr_object_placements: 1 / 5,
      leaderboard_musr_team_allocation: 1 / 3,
    });
  });

  test("shots, baselines and numbers of questions are the published ones", () => {
    const facts = V2.benchmarks.map((b) => [
      b.key,
      b.shots,
      baselineOf(b),
      b.metrics[0]?.n ?? null,
    ]);
    expect(facts).toEqual([
      ["ifeval", 0, 0, 541],
      ["bbh", 3, 0, null],
      ["math", 4, 0, 1324],
      ["gpqa", 0, 0.25, 1192],
      ["musr", 0, 0, null],
      ["mmlu_pro", 5, 0.1, 12032],
    ]);
    for (const key of ["math", "gpqa"]) {
      const { subtasks, metrics } = benchmarkOf(V2, key);
      expect(subtasks.reduce((sum, s) => sum + s.n!, 0)).toBe(metrics[0]?.n);
    }
  });
});

test("open-llm-v1 has its six benchmarks, not normalised", () => {
  expect(V1.benchmarks.map((b) => b.key)).toEqual([
    "arc",
    "hellaswag",
    "mmlu",
    "truthfulqa",
    "winogrande",
    "gsm8k",
  ]);
  expect(V1.normalized).toBe(false);
});

describe("suiteSchema refuses", () => {
  const [riddles, recipes] = kitchen.benchmarks as [
    SuiteInput["benchmarks"][number],
    SuiteInput["benchmarks"][number],
  ];
  const withBenchmark = (change: object) => ({
    ...kitchen,
    benchmarks: [{ ...riddles, ...change }, recipes],
  });

  test.each([
    ["a key used twice", withBenchmark({ key: "recipes" }), "benchmarks.1.key"],
    ["a key that is a column", withBenchmark({ key: "average" }), "benchmarks.0.key"],
    ["a key that ends like a column", withBenchmark({ key: "x_raw" }), "benchmarks.0.key"],
    ["a key in capitals", withBenchmark({ key: "Riddles" }), "benchmarks.0.key"],
    ["a key that is SQL", withBenchmark({ key: "a; drop" }), "benchmarks.0.key"],
    ["a baseline of 1", withBenchmark({ baseline: 1 }), "benchmarks.0.baseline"],
    ["one choice", withBenchmark({ choices: 1 }), "benchmarks.0.choices"],
    ["a link that is no https", withBenchmark({ link: "javascript:1" }), "benchmarks.0.link"],
    ["no subtask", withBenchmark({ score: "mean_of_subtasks" }), "benchmarks.0.subtasks"],
    ["a misspelt field", withBenchmark({ choises: 4 }), "choises"],
    ["no benchmark", { ...kitchen, benchmarks: [] }, "benchmarks"],
    [
      "seeds without values",
      { ...kitchen, reproduce: { ...kitchen.reproduce, command: "run --seed {seeds}" } },
      "reproduce.seeds",
    ],
    [
      "a setup whose commit is not said",
      { ...kitchen, epochs: [{ id: "old", what: "Old.", setup: ["get x@{commit}"] }] },
      "epochs.0.commit",
    ],
    [
      "a version that is more than one",
      { ...kitchen, epochs: [{ id: "old", what: "Old.", transformers: "4.1; id" }] },
      "epochs.0.transformers",
    ],
    ["a folder as its table", { ...kitchen, table: "../models" }, "table"],
  ])("%s, and names the field", (_, suite, field) => {
    const checked = suiteSchema.safeParse(suite);
    expect(checked.success).toBe(false);
    expect(explain(checked.error!)).toContain(field);
  });

  /** Subtasks a, b, … with so many questions, and what each lies in. */
  const nested = (...rows: [n: number | undefined, within?: string][]) =>
    withBenchmark({
      subtasks: rows.map(([n, contained_in], i) => {
        const task = String.fromCharCode(97 + i);
        return { task, name: task, n, ...(contained_in && { contained_in }) };
      }),
    });

  test.each([
    [
      "a subtask within what is none",
      nested([3, "z"], [5]),
      'benchmarks.0.subtasks.0.contained_in: "z" is no subtask of this benchmark',
    ],
    [
      "a subtask within a smaller one",
      nested([9, "b"], [5]),
      'benchmarks.0.subtasks.0.contained_in: "a" has 9 questions and cannot lie in "b", which has 5',
    ],
    [
      "a subtask within itself",
      nested([3, "a"], [5]),
      'benchmarks.0.subtasks.0.contained_in: "a" would lie in itself',
    ],
    [
      "subtasks within each other",
      nested([5, "b"], [5, "c"], [5, "a"], [4, "a"]),
      'benchmarks.0.subtasks.0.contained_in: "a" would lie in itself',
    ],
    [
      "copies of questions without their number",
      nested([3, "b"], [undefined]),
      "benchmarks.0.subtasks.1.n: is needed where one subtask's questions lie in another's",
    ],
  ])("%s, and says what is wrong", (_, suite, message) => {
    const checked = suiteSchema.safeParse(suite);
    expect(checked.success).toBe(false);
    expect(explain(checked.error!)).toContain(message);
  });

  test("no subtasks that lie in one another as they can", () => {
    for (const suite of [nested([3, "b"], [3, "c"], [8]), nested([3, "b"], [5], [4, "b"])]) {
      expect(suiteSchema.safeParse(suite).error).toBeUndefined();
    }
  });
});

describe("leaderboardSchema", () => {
  const board = (...suites: unknown[]) =>
    leaderboardSchema.safeParse({ title: "T", tagline: "", snapshot: "s", curated: "c", suites });
  const other = { ...kitchen, id: "other", table: "others" };

  test("takes one suite or two", () => {
    expect(board(kitchen).success).toBe(true);
    expect(board(kitchen, other).success).toBe(true);
  });

  test.each([
    ["two suites of one id", [kitchen, { ...other, id: KITCHEN.id }], "suites.1.id"],
    ["two suites of one table", [kitchen, { ...other, table: "models" }], "suites.1.table"],
    ["a table that every snapshot has", [{ ...kitchen, table: "scores" }], "suites.0.table"],
    ["no suite", [], "suites"],
  ])("refuses %s", (_, suites, field) => {
    const checked = board(...suites);
    expect(checked.success).toBe(false);
    expect(explain(checked.error!)).toContain(field);
  });
});

test("no benchmark is named in the code, only in suites and docs", async () => {
  const names = (await readdir("src", { recursive: true })).filter(
    (n) => /\.(ts|astro|css)$/.test(n) && !/(^|\/)docs\//.test(n),
  );
  expect(names.length).toBeGreaterThan(40);
  const named: string[] = [];
  for (const name of names) {
    const code = (await readFile(join("src", name), "utf8"))
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/(^|\s)\/\/.*$/gm, "");
    const found = /ifeval|bbh|gpqa|musr|mmlu|gsm8k|hellaswag|winogrande|truthfulqa/i.exec(code);
    if (found) named.push(`${name}: ${found[0]}`);
  }
  expect(named).toEqual([]);
});

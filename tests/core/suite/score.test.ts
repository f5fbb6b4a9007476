import { beforeAll, describe, expect, test } from "vitest";
import type { Suite } from "../../../src/core/records/suite.ts";
import {
  type Figures,
  points,
  scoreBenchmark,
  scoreFromTable,
} from "../../../src/core/suite/score.ts";
import { query } from "../../pipeline/snapshot/snapshot.ts";
import { type Figure, pythia, t1, yi } from "../../pipeline/sources/harness.ts";
import { benchmarkOf, KITCHEN, V1, V2 } from "./suites.ts";

/** Figures of a run by task and metric, with the numbers of questions that the file tells. */
function lookup(list: Figure[], sizes: Record<string, number> = {}): Figures {
  return (task, metric) => {
    const found = list.find((f) => f.task === task && f.metric === metric);
    return found && { value: found.value, stderr: found.stderr, n: sizes[task] ?? null };
  };
}

const score = (suite: Suite, key: string, figures: Figures) =>
  scoreBenchmark(suite, benchmarkOf(suite, key), figures);

let figures: Figure[];
let published: Record<string, number>;
beforeAll(async () => {
  figures = await pythia();
  const rows = await query(
    `SELECT * FROM 'data/snapshot/open-llm-v2.parquet' WHERE model = 'EleutherAI/pythia-2.8b'`,
  );
  published = rows[0] as Record<string, number>;
});

describe("the published run of EleutherAI/pythia-2.8b", () => {
  test.each(["ifeval", "bbh", "gpqa", "musr", "mmlu_pro"])("%s is as published", (key) => {
    const [whole] = score(V2, key, lookup(figures));
    expect(whole?.raw).toBeCloseTo(published[`${key}_raw`]!, 10);
    expect(whole?.normalized).toBeCloseTo(published[key]!, 10);
  });

  test("the contract's worked figures", () => {
    const whole = (key: string) => score(V2, key, lookup(figures))[0];
    expect(whole("bbh")?.raw).toBeCloseTo(0.322408593627609, 12);
    expect(whole("bbh")?.normalized).toBeCloseTo(5.07778616190546, 12);
    expect(whole("musr")?.normalized).toBeCloseTo(3.63828125, 12);
    expect(whole("ifeval")?.normalized).toBeCloseTo(21.7322260491053, 12);
    expect(whole("mmlu_pro")?.normalized).toBeCloseTo(1.52186762, 6);
    expect(whole("gpqa")?.normalized).toBe(0);
  });

  test("MATH is what this file says: 9 of 1,324, before the re-scoring", () => {
    expect(score(V2, "math", lookup(figures))[0]?.normalized).toBeCloseTo(900 / 1324, 10);
  });

  test("every benchmark comes with its subtasks", () => {
    const counts = V2.benchmarks.map((b) => scoreBenchmark(V2, b, lookup(figures)).length - 1);
    expect(counts).toEqual([0, 24, 7, 3, 3, 0]);
  });
});

describe("a task with subtasks", () => {
  const alone = (task: string) => figures.filter((f) => f.task !== task);

  test("takes the group's own value when there is one", () => {
    const other = figures.map((f) => (f.task === "leaderboard_gpqa" ? { ...f, value: 0.4 } : f));
    // (0.4 − 0.25) / 0.75
    expect(score(V2, "gpqa", lookup(other))[0]?.normalized).toBeCloseTo(20, 10);
  });

  test("is weighted by size when the group has none, as in the harness of 2024-07 to 2025-04", () => {
    // 48 of 198, 142 of 546, 108 of 448
    const [gpqa] = score(V2, "gpqa", lookup(alone("leaderboard_gpqa")));
    expect(gpqa?.raw).toBeCloseTo(298 / 1192, 12);
    expect(gpqa?.n).toBe(1192);
    // 1,192 questions asked, which tell as much as 1192²/2880.
    const expected = (Math.sqrt((0.25 * 0.75 * 2880) / 1192 ** 2) / 0.75) * 100;
    expect(gpqa?.stderr).toBeCloseTo(expected, 10);
    expect(gpqa?.stderr_source).toBe("binomial");
    const [math] = score(V2, "math", lookup(alone("leaderboard_math_hard")));
    expect(math?.raw).toBeCloseTo(9 / 1324, 12);
  });

  test("is not scored when a subtask is missing as well", () => {
    const part = figures.filter(
      (f) => f.task !== "leaderboard_gpqa" && f.task !== "leaderboard_gpqa_main",
    );
    expect(score(V2, "gpqa", lookup(part))).toEqual([]);
  });
});

describe("a mean of subtasks", () => {
  /** As the harness has it of 60 % of 100. */
  const stated = Math.sqrt((0.6 * 0.4) / 99);
  /** 60 % of baking, worse than guessing at frying, 70 % of stewing. */
  const run: Figure[] = [
    { task: "kitchen_recipes_baking", metric: "acc_norm,none", value: 0.6, stderr: stated },
    { task: "kitchen_recipes_frying", metric: "acc_norm,none", value: 0.1, stderr: null },
    { task: "kitchen_recipes_stewing", metric: "acc_norm,none", value: 0.7, stderr: null },
  ];

  test("floors each subtask at 0 before the mean, and weighs all alike", () => {
    const [whole, baking, frying, stewing] = score(KITCHEN, "recipes", lookup(run));
    expect(baking?.normalized).toBeCloseTo(20, 10);
    expect(frying?.normalized).toBe(0);
    expect(stewing?.normalized).toBeCloseTo(50, 10);
    expect(whole?.normalized).toBeCloseTo(70 / 3, 10);
    expect(whole?.raw).toBeCloseTo(1.4 / 3, 12);
    expect(whole?.n).toBe(230);
  });

  test("takes the file's standard errors where it has them, else binomial ones", () => {
    const [whole, baking, frying, stewing] = score(KITCHEN, "recipes", lookup(run));
    expect(baking?.stderr).toBeCloseTo((stated / 0.5) * 100, 10);
    expect(frying?.stderr).toBeCloseTo((Math.sqrt((0.1 * 0.9) / 50) / 0.8) * 100, 10);
    const errors = [baking?.stderr, frying?.stderr, stewing?.stderr] as number[];
    expect(whole?.stderr).toBeCloseTo(Math.hypot(...errors) / 3, 10);
    expect([whole, baking, frying, stewing].map((m) => m?.stderr_source)).toEqual([
      "binomial",
      "file",
      "binomial",
      "binomial",
    ]);
  });

  test("takes no standard error that cannot belong to 60 of 100, and says so", () => {
    const wrong = run.map((f) => (f.stderr === null ? f : { ...f, stderr: 0.03 }));
    const [whole, baking, frying] = score(KITCHEN, "recipes", lookup(wrong));
    expect(baking?.stderr).toBeCloseTo((Math.sqrt((0.6 * 0.4) / 100) / 0.5) * 100, 10);
    expect([whole, baking, frying].map((m) => m?.stderr_source)).toEqual([
      "binomial_replaced",
      "binomial_replaced",
      "binomial",
    ]);
    // A run of 192 questions, as its file says, has 0.0354: the file's number counts as well.
    const own = Math.sqrt((0.6 * 0.4) / 191);
    const larger = run.map((f) => (f.stderr === null ? f : { ...f, stderr: own }));
    const sizes = { kitchen_recipes_baking: 192 };
    expect(score(KITCHEN, "recipes", lookup(larger, sizes))[1]?.stderr_source).toBe("file");
  });

  test("is not scored when a subtask is missing", () => {
    expect(score(KITCHEN, "recipes", lookup(run.slice(1)))).toEqual([]);
  });
});

describe("several metrics", () => {
  const stated = Math.sqrt((0.2 * 0.8) / 540);
  const run: Figure[] = [
    {
      task: "leaderboard_ifeval",
      metric: "prompt_level_strict_acc,none",
      value: 0.2,
      stderr: stated,
    },
    { task: "leaderboard_ifeval", metric: "inst_level_strict_acc,none", value: 0.4, stderr: null },
  ];

  test("are averaged; missing one, the benchmark is not scored", () => {
    expect(score(V2, "ifeval", lookup(run))[0]?.normalized).toBeCloseTo(30, 10);
    expect(score(V2, "ifeval", lookup(run.slice(0, 1)))).toEqual([]);
  });

  test("have their own numbers of items: the file's 541 are prompts, not the 834 instructions", () => {
    const [whole] = score(V2, "ifeval", lookup(run, { leaderboard_ifeval: 541 }));
    const expected = ((stated + Math.sqrt((0.4 * 0.6) / 834)) / 2) * 100;
    expect(whole?.stderr).toBeCloseTo(expected, 10);
    expect(whole?.n).toBe(541);
  });
});

describe("standard errors of the three real files", () => {
  const of = (run: Figure[], key: string) => score(V2, key, lookup(run))[0]!;
  const sources = (run: Figure[]) => V2.benchmarks.map((b) => of(run, b.key).stderr_source);

  test("stand as they are stated, but for IFEval's instructions, of which there is none", async () => {
    for (const run of [await pythia(), await t1()]) {
      expect(sources(run)).toEqual(["binomial", "file", "file", "file", "file", "file"]);
      const stated = run.find((f) => f.task === "leaderboard_mmlu_pro")!.stderr!;
      expect(of(run, "mmlu_pro").stderr).toBeCloseTo((stated / 0.9) * 100, 12);
    }
  });

  test("of Amu/t1-3B come with the published scores", async () => {
    const run = await t1();
    // Of the published table; the average is 11.16089517158.
    const average = V2.benchmarks.reduce((sum, b) => sum + of(run, b.key).normalized!, 0) / 6;
    expect(average).toBeCloseTo(11.16089517158, 10);
  });

  test("of 01-ai/Yi-34B-Chat's MATH is 0.666, not the 0.550 that was left over", async () => {
    const run = await yi();
    expect(sources(run)).toEqual(["binomial", "file", "binomial_replaced", "file", "file", "file"]);
    const math = of(run, "math");
    expect(math.normalized).toBeCloseTo(6.26888217522659, 10);
    expect(math.stderr).toBeCloseTo(0.666, 3);
    expect(math.stderr).toBeCloseTo(100 * Math.sqrt((83 * (1324 - 83)) / 1324 ** 3), 10);
    const subtasks = score(V2, "math", lookup(run)).slice(1);
    expect(subtasks.map((m) => m.stderr_source)).toEqual([
      "binomial_replaced",
      "binomial_replaced",
      "binomial_replaced",
      // 3 of 280, as before.
      "file",
      "binomial_replaced",
      "binomial_replaced",
      "binomial_replaced",
    ]);
    const average = V2.benchmarks.reduce((sum, b) => sum + of(run, b.key).normalized!, 0) / 6;
    expect(average).toBeCloseTo(24.2266626528034, 10);
  });

  test("are widened where questions are copies, those of the copies' subtasks not", async () => {
    const run = await pythia();
    const [whole, diamond] = score(V2, "gpqa", lookup(run));
    // √(2880 / 1192) of the stated 0.012554809228367316, over 3/4.
    expect(whole?.stderr).toBeCloseTo(
      ((Math.sqrt(2880 / 1192) * 0.012554809228367316) / 0.75) * 100,
      10,
    );
    expect(whole?.n).toBe(1192);
    expect(diamond?.stderr).toBeCloseTo((0.030532892233932026 / 0.75) * 100, 10);
  });
});

describe("scoreFromTable", () => {
  test("forms the score from raw, whatever was published", () => {
    const measure = scoreFromTable(V2, benchmarkOf(V2, "gpqa"), 0.4, 99);
    expect(measure.normalized).toBeCloseTo(20, 10);
  });

  test("takes the published score of a mean of subtasks", () => {
    expect(scoreFromTable(V2, benchmarkOf(V2, "bbh"), 0.4, 12.5).normalized).toBe(12.5);
    expect(scoreFromTable(V2, benchmarkOf(V2, "bbh"), 0.4, null).normalized).toBeNull();
  });

  test("percentages are not normalised, and their errors not stretched", () => {
    const measure = scoreFromTable(V1, benchmarkOf(V1, "arc"), 0.785, 78.5);
    expect(measure.normalized).toBeNull();
    expect(points(V1, measure)).toBe(78.5);
    expect(measure.stderr).toBeCloseTo(Math.sqrt((0.785 * 0.215) / 1172) * 100, 10);
    const percent = { ...KITCHEN, normalized: false };
    const recipes = scoreFromTable(percent, benchmarkOf(percent, "recipes"), 0.5, 50);
    const errors = [100, 50, 80].map((n) => Math.sqrt(0.25 / n) * 100);
    expect(recipes.stderr).toBeCloseTo(Math.hypot(...errors) / 3, 10);
  });
});

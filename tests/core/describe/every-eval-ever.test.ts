import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type EeeRecord,
  type Evaluated,
  type Row,
  recordOf,
} from "../../../src/core/describe/every-eval-ever.ts";
import { KITCHEN, V2 } from "../suite/suites.ts";

const PUBLISHER = {
  title: "Kitchen Leaderboard",
  organization: "Cooks",
  homepage: "https://kitchen.example/",
  as_of: "2025-03-09",
};
const ID = "cook/Pot@01234567:bfloat16:Original:chat";

const score = (benchmark: string, changes: Row = {}): Row => ({
  eval_id: ID,
  suite: KITCHEN.id,
  benchmark,
  subtask: null,
  metric: "acc,none",
  raw: 0.55,
  normalized: 40.00000000000001,
  stderr: 4.690415759823429,
  stderr_source: "binomial",
  n: 200,
  ...changes,
});
const run = (benchmark: string, changes: Row = {}): Row => ({
  eval_id: ID,
  benchmark,
  source: "results/cook/Pot/results_1.json",
  day: "2025-02-03",
  git_hash: null,
  harness_version: "0.4.5",
  transformers_version: "4.49.0",
  answers_since: null,
  score_since: null,
  rescoring: null,
  fewshot_seed: 1234,
  n_shot: 5,
  ...changes,
});

const WHOLE: Evaluated = {
  suite: KITCHEN,
  model: {
    eval_id: ID,
    model: "cook/Pot",
    revision: "0123456789abcdef0123456789abcdef01234567",
    precision: "bfloat16",
    weight_type: "Original",
    params_b: 1.024,
    chat_template: true,
    flagged: false,
    on_hub: true,
    average: 40.12345678901234,
    rank: 3,
    submitted_at: null,
  },
  scores: [score("riddles")],
  runs: [run("riddles")],
  source: "cook/results/Pot/results_1.json",
  commit: "89abcdef0123456789abcdef0123456789abcdef",
};
const BARE: Evaluated = {
  suite: KITCHEN,
  model: { eval_id: "Pan@-:-:-:-", model: "Pan", average: null },
  scores: [score("proverbs", { stderr: null, stderr_source: null, n: null, normalized: null })],
  runs: [],
  source: null,
  commit: null,
};

let complaints: (value: unknown) => unknown;
beforeAll(async () => {
  const schema = await readFile("tests/fixtures/every-eval-ever/eval.schema.json", "utf8");
  const check = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(schema));
  complaints = (value) => (check(JSON.parse(JSON.stringify(value))) ? [] : check.errors);
});

const named = (record: EeeRecord, id: string) =>
  record.evaluation_results.find((r) => r.evaluation_result_id === id);

test("is valid by the project's own schema, which complains of what is not", () => {
  for (const evaluated of [WHOLE, BARE]) {
    expect(complaints(recordOf(evaluated, PUBLISHER))).toEqual([]);
  }
  const record = recordOf(WHOLE, PUBLISHER);
  expect(complaints({ ...record, eval_library: {} })).not.toEqual([]);
  expect(complaints({ ...record, model_info: { name: "x", id: "x" } })).not.toEqual([]);
});

test("says which evaluation, from where, by whom and with what", () => {
  const { evaluation_results: _, ...head } = recordOf(WHOLE, PUBLISHER);
  expect(head).toStrictEqual({
    schema_version: "0.3.0",
    evaluation_id: "kitchen-sense/cook_Pot/01234567:bfloat16:Original:chat",
    evaluation_timestamp: "2025-02-03",
    retrieved_timestamp: "1741478400",
    source_metadata: {
      source_name: "Kitchen Leaderboard",
      source_type: "documentation",
      source_organization_name: "Cooks",
      source_organization_url: "https://kitchen.example/",
      evaluator_relationship: "third_party",
      additional_details: {
        suite: "kitchen-sense",
        suite_version: "0.1.0",
        as_of: "2025-03-09",
        source: "cook/results/Pot/results_1.json",
        source_commit: "89abcdef0123456789abcdef0123456789abcdef",
      },
    },
    eval_library: {
      name: "lm-evaluation-harness",
      version: "0.4.5",
      additional_details: { transformers_version: "4.49.0" },
    },
    model_info: {
      name: "Pot",
      id: "cook/Pot",
      developer: "cook",
      additional_details: {
        deployment_type: "unknown",
        model_availability: "open_weights",
        revision: "0123456789abcdef0123456789abcdef01234567",
        precision: "bfloat16",
        weight_type: "Original",
        params_billions: "1.024",
        chat_template: "true",
      },
    },
  });
});

describe("figures", () => {
  test("the raw value, with the standard error that belongs to it", () => {
    // 0.55 of 200 with a baseline of 1/4: √(0.55 · 0.45 / 200).
    expect(named(recordOf(WHOLE, PUBLISHER), "kitchen-sense.riddles:acc,none")).toMatchObject({
      evaluation_name: "kitchen-sense.riddles",
      evaluation_timestamp: "2025-02-03",
      metric_config: { metric_id: "acc,none", min_score: 0, max_score: 1, lower_is_better: false },
      score_details: {
        score: 0.55,
        details: {
          task: "kitchen_riddles",
          baseline: "0.25",
          questions: "200",
          result_file: "results/cook/Pot/results_1.json",
        },
        uncertainty: {
          standard_error: {
            value: expect.closeTo(Math.sqrt((0.55 * 0.45) / 200), 12),
            method: "binomial, from raw score and number of questions",
          },
          num_samples: 200,
        },
      },
      generation_config: {
        additional_details: { num_fewshot: "5", chat_template: "true", fewshot_seed: "1234" },
      },
    });
  });

  test("the score and the average, in all digits of the tables", () => {
    const record = recordOf(WHOLE, PUBLISHER);
    const id = "kitchen-sense.riddles:kitchen-sense.normalized";
    expect(named(record, id)).toMatchObject({
      metric_config: {
        metric_unit: "points",
        max_score: 100,
        metric_parameters: { baseline: 0.25 },
      },
      score_details: {
        score: 40.00000000000001,
        uncertainty: { standard_error: { value: 4.690415759823429 } },
      },
    });
    expect(named(record, "kitchen-sense.average")).toMatchObject({
      source_data: { source_type: "url", url: ["https://kitchen.example/"] },
      score_details: { score: 40.12345678901234, details: { rank: "3" } },
    });
  });

  test("a mean of subtasks has no standard error of its raw value, its subtasks have", () => {
    const scores = [
      score("recipes", { metric: "acc_norm,none" }),
      score("recipes", { subtask: "kitchen_recipes_baking", metric: "acc_norm,none" }),
    ];
    const record = recordOf({ ...WHOLE, scores }, PUBLISHER);
    const whole = named(record, "kitchen-sense.recipes:acc_norm,none")!.score_details;
    expect(whole.uncertainty).toStrictEqual({ num_samples: 200 });
    expect(whole.details).toMatchObject({ baseline: "of each subtask" });
    const part = named(record, "kitchen-sense.recipes.kitchen_recipes_baking:acc_norm,none")!;
    expect(part.source_data).toMatchObject({ dataset_name: "Recipes: baking" });
    expect(part.score_details.uncertainty?.standard_error?.value).toBe(
      (4.690415759823429 * 0.5) / 100,
    );
  });

  test("nothing is said that the tables do not say", () => {
    const record = recordOf(BARE, PUBLISHER);
    expect(record).not.toHaveProperty("evaluation_timestamp");
    expect(record.eval_library).toStrictEqual({ name: "unknown", version: "unknown" });
    expect(record.model_info).toStrictEqual({
      name: "Pan",
      id: "Pan",
      additional_details: { deployment_type: "unknown", model_availability: "unknown" },
    });
    expect(record.evaluation_results).toHaveLength(1);
    expect(record.evaluation_results[0]!.score_details).not.toHaveProperty("uncertainty");
    // The suite's, as no file says another.
    expect(record.evaluation_results[0]!.generation_config).toEqual({
      additional_details: { num_fewshot: "0" },
    });
  });
});

test("the harness's commit, from the file or from the suite's epoch, and how it is known", () => {
  const epoch = V2.epochs.find((e) => e.commit)!;
  const evaluated = (changes: Row): Evaluated => ({
    ...WHOLE,
    suite: V2,
    scores: [score(V2.benchmarks[0]!.key)],
    runs: [run(V2.benchmarks[0]!.key, { harness_version: null, ...changes })],
  });
  const { eval_library, evaluation_results } = recordOf(
    evaluated({ git_hash: epoch.commit!.slice(0, 8) }),
    PUBLISHER,
  );
  const known = {
    harness_epoch: epoch.id,
    harness_commit: epoch.commit,
    harness_known_by: "commit",
  };
  expect(eval_library).toMatchObject({
    name: "lm-evaluation-harness",
    version: "unknown",
    additional_details: known,
  });
  expect(evaluation_results[0]!.score_details.details).toMatchObject(known);
});

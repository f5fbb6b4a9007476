// What is read of each document, by hand.
import { describe, expect, test } from "vitest";
import { runsIn } from "../../../src/pipeline/formats/detect.ts";
import { type Document, more, shown } from "./documents.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";

function read(d: Document): unknown {
  return runsIn(d.json, d.path, d.sibling).runs[0];
}

/** Why a document is refused that differs in some fields. */
function refused({ json, path }: Document, changes: object): string {
  try {
    runsIn({ ...(json as object), ...changes }, path);
  } catch (error) {
    return (error as Error).message;
  }
  return "is read";
}

test("the harness's own since 0.4 is what it was", () => {
  const d = shown("lm-eval.json");
  expect(read(d)).toBe(d.json);
});

test("the harness up to 0.3: one number of examples for all tasks", () => {
  const d = shown("lm-eval-0.3.json");
  expect(read(d)).toEqual({ ...(d.json as object), "n-shot": { truthfulqa_mc: 0 } });
  expect(refused(d, { config: { num_fewshot: "five" } })).toBe(
    'field config.num_fewshot: must be a whole number from 0 on, is "five"',
  );
});

test("the Hub's leaderboard template: the model's name comes to where the harness has it", () => {
  const d = shown("leaderboard-template.json");
  expect(read(d)).toEqual({ ...(d.json as object), model_name: "quay/Clipper-1B" });
});

describe("lighteval", () => {
  test("since 0.11", () => {
    expect(read(shown("lighteval.json"))).toStrictEqual({
      results: { "gsm8k|5": { extractive_match: 0.25, extractive_match_stderr: 0.012 } },
      "n-shot": { "gsm8k|5": 5 },
      "n-samples": { "gsm8k|5": { original: 1319, effective: 1319 } },
      versions: { "gsm8k|5": 0 },
      higher_is_better: { "gsm8k|5": { extractive_match: true } },
      model_name: "quay/Clipper-1B",
      config: {
        model_revision: "main",
        model_dtype: "bfloat16",
        gen_kwargs: { temperature: 0 },
        batch_size: 16,
      },
      max_length: 4096,
      git_hash: "203045a8431bc9b77245c9998e05fc54509ea07f",
      total_evaluation_time_seconds: "24.752787875011563",
    });
  });

  test("before: suite in the name, and an average without the mean of standard errors", () => {
    expect(read(more("lighteval/before-0.11.json"))).toStrictEqual({
      results: {
        "leaderboard|knots:reef|5": { acc: 0.5, acc_stderr: 0.1 },
        "leaderboard|knots:bowline|5": { acc: 0.75, acc_stderr: 0.05 },
        "leaderboard|knots:_average|5": { acc: 0.625 },
      },
      "n-shot": {
        "leaderboard|knots:reef|5": 5,
        "leaderboard|knots:bowline|5": 5,
        "leaderboard|knots:_average|5": 5,
      },
      "n-samples": { "leaderboard|knots:reef|5": { original: 26, effective: 26 } },
      versions: { "leaderboard|knots:reef|5": 0, "leaderboard|knots:bowline|5": 0 },
      higher_is_better: { "leaderboard|knots:reef|5": { acc: true } },
      model_name: "quay/Sloop",
      config: {
        model_sha: "607a30d783dfa663caf39e06633721c8d4cfcd7e",
        model_dtype: "torch.float16",
        batch_size: 4,
      },
      total_evaluation_time_seconds: "100.25",
    });
  });

  test("a trial run stays one, and a limit that is none is refused", () => {
    const d = shown("lighteval.json");
    const general = (d.json as { config_general: object }).config_general;
    const limited = { ...(d.json as object), config_general: { ...general, max_samples: 10 } };
    expect(read({ ...d, json: limited })).toMatchObject({ config: { limit: 10 } });
    expect(refused(d, { config_general: { ...general, max_samples: "ten" } })).toBe(
      'field config_general.max_samples: must be a number, or null for a whole run, is "ten"',
    );
  });
});

describe("Every Eval Ever", () => {
  test("0.3", () => {
    expect(read(shown("every-eval-ever.json"))).toStrictEqual({
      results: { hellaswag: { acc_norm: 0.52, acc_norm_stderr: 0.005 } },
      "n-shot": { hellaswag: 10 },
      "n-samples": { hellaswag: { original: 10042, effective: 10042 } },
      higher_is_better: { hellaswag: { acc_norm: true } },
      score_ranges: { hellaswag: { acc_norm: [0, 1] } },
      model_name: "quay/Clipper-1B",
      config: {
        model_sha: SHA,
        model_dtype: "torch.bfloat16",
        model_num_parameters: 1024000000,
        gen_kwargs: { temperature: 0 },
      },
      date: 1769000000,
      lm_eval_version: "0.4.13",
    });
  });

  test("0.2: no names of metrics, and no time of the evaluation", () => {
    expect(read(more("every-eval-ever/0.2.json"))).toStrictEqual({
      results: { IFEval: { score: 0.4486 }, BBH: { score: 0.4224 } },
      higher_is_better: { IFEval: { score: true }, BBH: { score: true } },
      score_ranges: { IFEval: { score: [0, 1] }, BBH: { score: [0, 1] } },
      model_name: "TencentARC/LLaMA-Pro-8B-Instruct",
      config: { model_dtype: "bfloat16", model_num_parameters: 8357000000 },
    });
  });

  test("two results of one name, and one without score", () => {
    const d = shown("every-eval-ever.json");
    const [entry] = (d.json as { evaluation_results: object[] }).evaluation_results;
    expect(refused(d, { evaluation_results: [entry, entry] })).toBe(
      "field evaluation_results.1: must be the only result of its name and metric_id, " +
        'is "hellaswag acc_norm"',
    );
    expect(refused(d, { evaluation_results: [{ ...entry, score_details: {} }] })).toBe(
      "field evaluation_results.0.score_details.score: must be a number, is absent",
    );
  });
});

describe("Inspect", () => {
  test("one scorer", () => {
    const task = "inspect_evals/arc_easy";
    expect(read(shown("inspect.json"))).toStrictEqual({
      results: { [task]: { "accuracy,choice": 0.75, "accuracy_stderr,choice": 0.0088835 } },
      "n-samples": { [task]: { original: 2376, effective: 2376 } },
      versions: { [task]: 0 },
      model_name: "quay/Clipper-1B",
      config: { gen_kwargs: { temperature: 0 } },
      git_hash: "36190055",
      date: Date.UTC(2025, 9, 20, 23, 12, 16) / 1000,
      total_evaluation_time_seconds: 12,
    });
  });

  test("several scorers, reducers and epochs; part of the samples is a trial", () => {
    expect(read(more("inspect/scorers.json"))).toStrictEqual({
      results: {
        "quay/knots": {
          "accuracy,match/mean": 0.5,
          "accuracy_stderr,match/mean": 0.1,
          "std,match/mean": 0.5,
          "accuracy,match/max": 0.75,
          "mean,judge": 3.5,
        },
      },
      "n-samples": { "quay/knots": { original: 100, effective: 40 } },
      versions: { "quay/knots": "2-A" },
      model_name: "openai/azure/gpt-4o-mini",
      config: {
        model_args: { device: "cuda" },
        limit: 20,
        gen_kwargs: { system_message: "You sail." },
      },
      system_instruction: "You sail.",
      date: Date.UTC(2025, 6, 3, 14, 44, 30) / 1000,
    });
  });

  test("a run that did not end well", () => {
    const d = shown("inspect.json");
    expect(refused(d, { status: "error" })).toBe(
      'field status: must be "success": finish the run with inspect eval-retry, is "error"',
    );
    expect(refused(d, { invalidated: true })).toContain("field invalidated: must not be set");
    expect(refused(d, { results: null })).toBe(
      "field results.scores: must have a score: score the log with inspect score, is absent",
    );
  });
});

describe("HELM", () => {
  test("stats.json with run_spec.json beside it", () => {
    const task = "mmlu:subject=philosophy,method=multiple_choice_joint";
    expect(read(shown("helm/stats.json"))).toStrictEqual({
      results: { [task]: { "exact_match,test": 0.1111111111111111, "num_instances,test": 9 } },
      "n-shot": { [task]: 5 },
      "n-samples": { [task]: { effective: 9 } },
      model_name: "openai/gpt2",
      config: {
        gen_kwargs: { temperature: 0, max_tokens: 1, stop_sequences: ["\n"], num_outputs: 5 },
      },
    });
  });

  test("both in one document; with two splits the number of questions is of neither", () => {
    expect(read(more("helm/both.json"))).toStrictEqual({
      results: {
        narrative_qa: {
          "f1_score,test": 0.17424242424242425,
          "f1_score,valid": 0,
          "num_instances,test": 2,
          "num_instances,valid": 1,
          perplexity: 1.5,
        },
      },
      "n-shot": { narrative_qa: 0 },
      model_name: "openai/gpt2",
      config: { gen_kwargs: { temperature: 0 } },
    });
  });

  test("alone it has no model", () => {
    const { json, path } = shown("helm/stats.json");
    expect(() => runsIn(json, path)).toThrow(
      "does not name its model: put the run_spec.json that HELM wrote beside it",
    );
  });
});

/** The cases that others have laid ready: which models, and where they stand. */
test("files that were read as of one model before", () => {
  const board = { config: { model_dtype: "torch.float16", model_name: "quay/Sloop" }, results: {} };
  expect(runsIn(board, "board/results/results_x.json").runs).toMatchObject([
    { model_name: "quay/Sloop" },
  ]);
  const v1 = {
    config_general: { model_name: "quay/Clipper", model_sha: SHA, model_dtype: "torch.bfloat16" },
    results: { "community|knots|0": { acc_norm: 0.5, acc_norm_stderr: 0.01 } },
  };
  expect(runsIn(v1, "results_x.json").runs).toStrictEqual([
    {
      results: v1.results,
      "n-shot": { "community|knots|0": 0 },
      model_name: "quay/Clipper",
      config: { model_sha: SHA, model_dtype: "torch.bfloat16" },
    },
  ]);
});

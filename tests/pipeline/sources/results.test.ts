import { beforeAll, describe, expect, test } from "vitest";
import type { Evaluation } from "../../../src/core/records/evaluation.ts";
import { HUB_NAMES } from "../../../src/pipeline/sources/model-of.ts";
import { parseFolder } from "../../../src/pipeline/sources/parse-files.ts";
import { isResultFile, parseResults, readRun } from "../../../src/pipeline/sources/results.ts";
import { KITCHEN, V2 } from "../../core/suite/suites.ts";
import { folders } from "../snapshot/snapshot.ts";
import { type Figure, pythia, resultsFile, writeRun } from "./harness.ts";

const fresh = folders();
let figures: Figure[];
beforeAll(async () => {
  figures = await pythia();
});

/** What becomes of the pythia file when some of its fields are different. */
function parsed(changes: object, config: object = {}, path = "a/b/results_x.json"): Evaluation {
  const file = resultsFile({ figures });
  const text = JSON.stringify({
    ...file,
    ...changes,
    config: { ...(file.config as object), ...config },
  });
  const [evaluation] = parseResults(text, path, [V2]);
  return evaluation!;
}

test("a written run comes back with its head", async () => {
  const folder = await fresh();
  await writeRun(folder, {
    figures,
    model: "synthetic/Harness-1B",
    revision: "main",
    dtype: "bfloat16",
    timestamp: "2025-05-06T07-08-09.123456",
    chatTemplate: "{{ messages }}",
  });
  const { outcomes, closed } = await parseFolder(folder, { suites: [V2], naming: HUB_NAMES });
  expect(closed).toEqual([]);
  expect(outcomes).toHaveLength(1);
  expect(outcomes[0]?.evaluations[0]).toMatchObject({
    suite: "open-llm-v2",
    model: "synthetic/Harness-1B",
    revision: "main",
    precision: "bfloat16",
    weight_type: "Original",
    chat_template: true,
    flagged: false,
    base_model: null,
    at: "2025-05-06T07:08:09.123Z",
  });
});

describe("model", () => {
  const args = (model_args: unknown) => ({ model_args });

  test("as the file names it, else as its arguments do, else as its folder", () => {
    expect(parsed({ model_name: "x/named" }).model).toBe("x/named");
    expect(parsed({ model_name: null }, args("pretrained=x/asked,dtype=auto")).model).toBe(
      "x/asked",
    );
    const place = "/data/x/placed/results_2024-01-01T00-00-00.json";
    expect(parsed({ model_name: null }, args(""), place).model).toBe("x/placed");
  });

  test("of an adapter is the adapter; what it was put on is its base", () => {
    const adapter = parsed({ model_name: null }, args("pretrained=x/base,peft=x/lora"));
    expect(adapter).toMatchObject({
      model: "x/lora",
      base_model: "x/base",
      weight_type: "Adapter",
    });
    const delta = parsed({ model_name: null }, args("pretrained=x/base,delta=x/difference"));
    expect(delta).toMatchObject({ model: "x/difference", weight_type: "Delta" });
  });

  test("arguments that are None or null say nothing", () => {
    const whole = { weight_type: "Original", revision: null, base_model: null };
    expect(parsed({}, args("pretrained=x/y,peft=None,revision=None"))).toMatchObject(whole);
    expect(parsed({}, args({ pretrained: "x/y", peft: null, revision: null }))).toMatchObject(
      whole,
    );
    expect(parsed({}, args({ peft: "", delta: {}, revision: [1] }))).toMatchObject(whole);
  });
});

describe("revision, precision and size", () => {
  test("the commit counts more than the branch that was asked for", () => {
    const asked = { model_args: "pretrained=x/y,revision=main" };
    expect(parsed({}, { ...asked, model_sha: "abc123" }).revision).toBe("abc123");
    expect(parsed({}, { ...asked, model_sha: "" }).revision).toBe("main");
    expect(parsed({}, { model_args: "", model_revision: "dev" }).revision).toBe("dev");
  });

  test.each([
    ["pretrained=x/y,dtype=bfloat16", null, "bfloat16"],
    ["pretrained=x/y,dtype=torch.float16", null, "float16"],
    ["pretrained=x/y,dtype=auto", "torch.bfloat16", "bfloat16"],
    ["pretrained=x/y", "torch.float32", "float32"],
    ["pretrained=x/y,dtype=auto", null, null],
    ["pretrained=x/y,dtype=float16,load_in_4bit=True", null, "4bit"],
    ["pretrained=x/y,load_in_8bit=true", null, "8bit"],
    ["pretrained=x/y,dtype=float16,load_in_4bit=False", null, "float16"],
  ])("precision of %s, loaded as %s, is %s", (model_args, model_dtype, precision) => {
    expect(parsed({}, { model_args, model_dtype }).precision).toBe(precision);
  });

  test("parameters are billions; 0 and −1 are unknown", () => {
    expect(parsed({}, { model_num_parameters: 2_775_208_960 }).params_b).toBe(2.775);
    expect(parsed({}, { model_num_parameters: 0 }).params_b).toBeNull();
    expect(parsed({}, { model_num_parameters: -1 }).params_b).toBeNull();
    expect(parsed({}).params_b).toBeNull();
  });

  test("an empty chat template is none", () => {
    expect(parsed({ chat_template: "" }).chat_template).toBe(false);
    expect(parsed({ chat_template: null }).chat_template).toBe(false);
    expect(parsed({ chat_template: "<|user|>" }).chat_template).toBe(true);
  });
});

describe("time", () => {
  test.each([
    ["results_2024-06-17T12-07-04.698905.json", 1, "2024-06-17T12:07:04.698Z"],
    ["results_2024-06-17T12-07-04.json", 1, "2024-06-17T12:07:04Z"],
    ["results.json", 1_700_000_000, "2023-11-14T22:13:20.000Z"],
    ["results_2024-13-45T99-99-99.json", 1_700_000_000, "2023-11-14T22:13:20.000Z"],
    ["results.json", 1e15, "1970-01-01T00:00:00Z"],
    ["results.json", -5, "1970-01-01T00:00:00Z"],
    ["results.json", null, "1970-01-01T00:00:00Z"],
  ])("%s with date %s is of %s", (name, date, at) => {
    expect(parsed({ date }, {}, `a/b/${name}`).at).toBe(at);
  });
});

test("a file with tasks of two suites gives an evaluation for each", () => {
  const kitchen: Figure = { task: "kitchen_riddles", metric: "acc,none", value: 0.4, stderr: null };
  const text = JSON.stringify(resultsFile({ figures: [...figures, kitchen] }));
  const evaluations = parseResults(text, "results.json", [V2, KITCHEN]);
  expect(evaluations.map((e) => e.suite)).toEqual(["open-llm-v2", "kitchen-sense"]);
  expect(evaluations[1]?.measures).toHaveLength(1);
});

test("a benchmark that was not run is left out, the others are scored", () => {
  const without = figures.filter((f) => !f.task.startsWith("leaderboard_musr"));
  const text = JSON.stringify(resultsFile({ figures: without }));
  const keys = parseResults(text, "results.json", [V2])[0]!.measures.map((m) => m.benchmark);
  expect([...new Set(keys)]).toEqual(["ifeval", "bbh", "math", "gpqa", "mmlu_pro"]);
});

test("groups without a value, as harness 0.4.3 to 0.4.8 write them, change no score", () => {
  const file = resultsFile({ figures });
  const results = file.results as Record<string, object>;
  for (const group of ["bbh", "gpqa", "math_hard", "musr"]) {
    results[`leaderboard_${group}`] = { " ": " ", alias: `leaderboard_${group}` };
  }
  const [evaluation] = parseResults(JSON.stringify(file), "results.json", [V2]);
  const whole = (e: Evaluation) =>
    e.measures.filter((m) => m.subtask === null).map((m) => m.normalized!.toFixed(9));
  expect(whole(evaluation!)).toEqual(whole(parsed({})));
});

test("a run of some of the questions is a trial, whatever its config says", () => {
  const file = {
    ...resultsFile({ figures, samples: { leaderboard_bbh_navigate: 250 } }),
    "n-samples": { leaderboard_bbh_navigate: { original: 250, effective: 10 } },
  };
  const { asides, evaluations } = readRun(JSON.stringify(file), "results.json", [V2]);
  expect(asides).toEqual([
    "bbh: field n-samples.leaderboard_bbh_navigate: is a trial run, 10 of 250 questions",
  ]);
  expect(evaluations[0]!.measures.some((m) => m.benchmark === "bbh")).toBe(false);
  expect(evaluations[0]!.measures.some((m) => m.benchmark === "musr")).toBe(true);
});

test("more questions than a table's whole number holds are none: the suite's own number counts", () => {
  const task = "leaderboard_mmlu_pro";
  const n = (count: number) =>
    parseResults(
      JSON.stringify(resultsFile({ figures, samples: { [task]: count } })),
      "results.json",
      [V2],
    )[0]!.measures.find((m) => m.benchmark === "mmlu_pro")!.n;
  expect(n(100)).toBe(100);
  expect(n(2_147_483_647)).toBe(2_147_483_647);
  expect(n(5_000_000_000)).toBe(12_032);
});

test("a request for a model called results-… is no result file", () => {
  expect(isResultFile("d/results_2024-06-17T12-07-04.json")).toBe(true);
  expect(isResultFile("d/results-7b_eval_request_False_float16_Original.json")).toBe(false);
});

// What the page on the runner shows; tests/runner/page.test.ts follows its steps with the real harness.
import { expect, test } from "vitest";
import { parse } from "yaml";
import packageJson from "../../../package.json" with { type: "json" };
import { suiteSchema } from "../../../src/core/records/suite.ts";
import { JOBS_OPTIONS, SLURM_OPTIONS } from "../../../src/pipeline/commands/executors.ts";
import { CORE, GIGABYTE, WORLD } from "../../../src/pipeline/runner/energy.ts";
import { isRequestFile, parseRequest } from "../../../src/pipeline/sources/requests.ts";
import {
  CONFIG,
  DRY_RUN,
  ENERGY,
  firstFiles,
  firstRequest,
  INSTALL,
  MODEL,
  ONCE,
  onTheHub,
  RENTED,
  SETTING,
  SLURM,
  TASKS,
  TO_ROW,
  WATCH,
} from "../../../src/site/docs/runner.ts";

const files = new Map(firstFiles("me").map(({ path, text }) => [path, text]));

test("suite, task and questions belong together", () => {
  const suite = suiteSchema.parse(JSON.parse(files.get("first-suite.json")!));
  const task = parse(files.get(`${TASKS}/sailing.yaml`)!);
  expect(suite.benchmarks[0]!.task).toBe(task.task);
  const data = files.get(`${TASKS}/${task.dataset_kwargs.data_files.test}`)!.trim().split("\n");
  const questions = data.map((line) => JSON.parse(line));
  expect(suite.benchmarks[0]!.metrics[0]!.n).toBe(questions.length);
  for (const { choices, answer } of questions) {
    expect(choices).toHaveLength(suite.benchmarks[0]!.choices!);
    expect(choices[answer]).toBeTypeOf("string");
  }
});

test("the request is one, and goes where the configuration looks for it", () => {
  const { path, text } = firstRequest();
  expect(isRequestFile(path)).toBe(true);
  expect(parseRequest(text)).toMatchObject({ model: MODEL, status: "PENDING", params_b: 0.135 });
  expect(files.get(CONFIG)).toContain('requests: "me/requests", results: "me/results"');
  expect(onTheHub("me")).toContain(`hf upload me/requests request.json ${path} `);
  expect(INSTALL).toContain(`export LEADERBOARD_CONFIG=${CONFIG}\n`);
  expect(SETTING).toContain("export HF_TOKEN");
});

test("the commands are there", () => {
  const lines = [INSTALL, DRY_RUN, ONCE, WATCH, SLURM, RENTED, TO_ROW].join("\n");
  const names = [...lines.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]!);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !(name in packageJson.scripts))).toEqual([]);
});

test("the options for a cluster are the runner's", () => {
  const options = [...SLURM.matchAll(/--(slurm-[\w-]+)/g)].map((match) => match[1]!);
  expect(options).toEqual(["slurm-partition", "slurm-gpu-memory"]);
  expect(options.filter((name) => !(name in SLURM_OPTIONS))).toEqual([]);
});

test("the options for rented GPUs are the runner's", () => {
  expect(RENTED.match(/--executor hf-jobs --ceiling \d+/g)).toHaveLength(2);
  expect(Object.keys(JOBS_OPTIONS)).toEqual(["ceiling", "jobs-namespace", "jobs-image"]);
});

test("what an estimate is made of is the runner's", () => {
  expect(ENERGY).toEqual({ core: CORE, gigabyte: GIGABYTE, world: WORLD.grams_per_kwh });
});

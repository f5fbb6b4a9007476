import { expect, test } from "vitest";
import { argumentLists, type How, reproduce } from "../../../src/core/suite/reproduce.ts";
import { KITCHEN, V1, V2 } from "./suites.ts";

const RUN = {
  model: "EleutherAI/pythia-2.8b",
  revision: "2a259cdd96a4beb1cdf467512e3904197345f6a9",
  precision: "float16",
  weight_type: "Original" as const,
  chat_template: false,
  base_model: null,
};

const EPOCH = V2.epochs.at(-1)!;

test("one command with all tasks where the suite runs as a whole", () => {
  expect(reproduce(V2, RUN)?.commands).toEqual([
    "lm_eval --model hf --model_args pretrained=EleutherAI/pythia-2.8b," +
      "revision=2a259cdd96a4beb1cdf467512e3904197345f6a9,dtype=float16 " +
      "--tasks leaderboard_ifeval,leaderboard_bbh,leaderboard_math_hard,leaderboard_gpqa," +
      "leaderboard_musr,leaderboard_mmlu_pro --batch_size auto --seed 0,1234,1234,1234 --output_path results",
  ]);
});

test("one command per benchmark where shots differ", () => {
  const shots = reproduce(V1, RUN)?.commands.map((line) => /--num_fewshot=(\d+)/.exec(line)?.[1]);
  // As announced for the first leaderboard: ARC 25, HellaSwag 10, MMLU 5, TruthfulQA 0, Winogrande 5, GSM8K 5.
  expect(shots).toEqual(["25", "10", "5", "0", "5", "5"]);
});

test("the harness is installed at the commit that is known, with the versions that are known", () => {
  const url = "git+https://github.com/huggingface/lm-evaluation-harness@";
  const line = (how: How) => reproduce(V2, RUN, how)?.setup.join();
  const extras = "lm_eval[ifeval,math,sentencepiece]";
  expect(line({ by: { epoch: EPOCH, commit: null } })).toBe(
    `pip install "${extras} @ ${url}79492751739f92ba3c6503410d32510c55880291" transformers==4.49.0`,
  );
  const other = "b569ab0133331d6c6108ee684855a02812b1eb12";
  expect(line({ by: { epoch: EPOCH, commit: other }, transformers: "4.48.1" })).toBe(
    `pip install "${extras} @ ${url}${other}" transformers==4.48.1`,
  );
});

test("seeds and benchmarks are those of the run, where they are known", () => {
  const command = (how: How) => reproduce(V2, RUN, how)?.commands.join();
  expect(command({ seeds: [1, 2, 3, 4] })).toContain("--seed 1,2,3,4 ");
  expect(command({ seeds: [1, null, 3, 4] })).toContain("--seed 0,1234,1234,1234 ");
  expect(command({ keys: ["math"] })).toContain("--tasks leaderboard_math_hard ");
});

test("a version that a shell would take apart is left out", () => {
  const by = { epoch: EPOCH, commit: null };
  for (const transformers of ["4; rm -rf /", "$(id)", "4.1 && id", '4"']) {
    expect(reproduce(V2, RUN, { by, transformers })?.setup.join()).not.toContain("transformers==");
  }
});

test("chat template, quantised weights and adapters are in the command", () => {
  const command = (change: object) => reproduce(V2, { ...RUN, ...change })?.commands.join();
  expect(command({ chat_template: true })).toMatch(
    / --apply_chat_template --fewshot_as_multiturn$/,
  );
  expect(command({ precision: "4bit" })).toContain("load_in_4bit=True");
  expect(command({ weight_type: "Adapter", base_model: "meta/base" })).toContain(
    "pretrained=meta/base,peft=EleutherAI/pythia-2.8b,",
  );
});

test("a base model that a shell would take apart is left out", () => {
  const adapter = { ...RUN, weight_type: "Adapter" as const, base_model: "a; rm -rf /" };
  expect(reproduce(V2, adapter)?.commands.join()).not.toContain("rm");
});

test("nothing where the suite does not say how", () => {
  expect(reproduce({ ...KITCHEN, reproduce: undefined }, RUN)).toBeNull();
});

test("delta weights are added to their base model", () => {
  const delta = { ...RUN, weight_type: "Delta" as const, base_model: "meta/base" };
  expect(reproduce(V2, delta)?.commands.join()).toContain(
    "pretrained=meta/base,delta=EleutherAI/pythia-2.8b,",
  );
});

test("lists of words are the lines of the page, word by word", () => {
  for (const chat_template of [true, false]) {
    const run = { ...RUN, chat_template };
    expect(argumentLists(V2, run)?.map((words) => words.join(" "))).toEqual(
      reproduce(V2, run)?.commands,
    );
  }
  // The archive's command has quotes, which a shell takes away.
  const [words] = argumentLists(V1, RUN)!;
  expect(words).toContain(
    "--model_args=pretrained=EleutherAI/pythia-2.8b,use_accelerate=True,revision=2a259cdd96a4beb1cdf467512e3904197345f6a9,dtype=float16",
  );
});

test("a name never makes a word of its own, nor the words of a chat template", () => {
  const words = argumentLists(V2, { ...RUN, model: "a --trust_remote_code", revision: "{chat}" })!;
  expect(words[0]).not.toContain("--trust_remote_code");
  expect(words[0]).not.toContain("--apply_chat_template");
  expect(words[0]).toHaveLength(argumentLists(V2, RUN)![0]!.length);
});

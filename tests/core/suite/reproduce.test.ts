import { expect, test } from "vitest";
import { reproduce } from "../../../src/core/suite/reproduce.ts";
import { KITCHEN, V1, V2 } from "./suites.ts";

const RUN = {
  model: "EleutherAI/pythia-2.8b",
  revision: "2a259cdd96a4beb1cdf467512e3904197345f6a9",
  precision: "float16",
  weight_type: "Original" as const,
  chat_template: false,
  base_model: null,
};

test("one command with all tasks where the suite runs as a whole", () => {
  expect(reproduce(V2, RUN).at(-1)).toBe(
    "lm_eval --model hf --model_args pretrained=EleutherAI/pythia-2.8b," +
      "revision=2a259cdd96a4beb1cdf467512e3904197345f6a9,dtype=float16 " +
      "--tasks leaderboard_ifeval,leaderboard_bbh,leaderboard_math_hard,leaderboard_gpqa," +
      "leaderboard_musr,leaderboard_mmlu_pro --batch_size auto --output_path results",
  );
});

test("one command per benchmark where shots differ", () => {
  const shots = reproduce(V1, RUN).map((line) => /--num_fewshot=(\d+)/.exec(line)?.[1]);
  // As announced for the first leaderboard: ARC 25, HellaSwag 10, MMLU 5, TruthfulQA 0, Winogrande 5, GSM8K 5.
  expect(shots.filter(Boolean)).toEqual(["25", "10", "5", "0", "5", "5"]);
});

test("chat template, quantised weights and adapters are in the command", () => {
  expect(reproduce(V2, { ...RUN, chat_template: true }).at(-1)).toContain("--apply_chat_template");
  expect(reproduce(V2, { ...RUN, precision: "4bit" }).at(-1)).toContain("load_in_4bit=True");
  const adapter = { ...RUN, weight_type: "Adapter" as const, base_model: "meta/base" };
  expect(reproduce(V2, adapter).at(-1)).toContain(
    "pretrained=meta/base,peft=EleutherAI/pythia-2.8b,",
  );
});

test("a base model that a shell would take apart is left out", () => {
  const adapter = { ...RUN, weight_type: "Adapter" as const, base_model: "a; rm -rf /" };
  expect(reproduce(V2, adapter).at(-1)).not.toContain("rm");
});

test("nothing where the suite does not say how", () => {
  expect(reproduce({ ...KITCHEN, reproduce: undefined }, RUN)).toEqual([]);
});

import { expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { reproduce } from "../../../src/core/suite/reproduce.ts";
import { evaluationCommands, modelsOf, objectionTo } from "../../../src/pipeline/runner/command.ts";
import { V1, V2 } from "../../core/suite/suites.ts";
import { requestOf } from "./requests.ts";

const commit = "2a259cdd96a4beb1cdf467512e3904197345f6a9";
const CPU = { device: "cpu" as const };

const commandOf = (change: object, choices: object = {}) =>
  evaluationCommands(V2, requestOf(change).row, { ...CPU, ...choices })[0]!;

test("it is the page's command, with results, answers and device", () => {
  const { row } = requestOf({ use_chat_template: true });
  const [words] = evaluationCommands(V2, row, { ...CPU, commit });
  const page = reproduce(V2, { ...row, revision: commit })!.commands[0]!;
  const shown = page.replace("--output_path results", "--output_path {output}").split(" ");
  expect(words).toEqual([...shown.slice(1), "--log_samples", "--device", "cpu"]);
  expect(words).toContain("--apply_chat_template");
  expect(words).toContain(`pretrained=EleutherAI/pythia-2.8b,revision=${commit},dtype=float16`);
});

test("a smaller batch, more task files and several GPUs take the place of what was there", () => {
  const words = commandOf({}, { batchSize: 1, tasks: "/t", device: "cuda", parallel: true });
  expect(words.filter((w) => w === "--batch_size")).toHaveLength(1);
  expect(words[words.indexOf("--batch_size") + 1]).toBe("1");
  expect(words[words.indexOf("--include_path") + 1]).toBe("/t");
  expect(words[words.indexOf("--model_args") + 1]).toMatch(/,parallelize=True$/);
});

test("adapters and delta weights go on top of their base, at the revision that was asked for", () => {
  const adapter = { model: "o/lora", weight_type: "Adapter", base_model: "o/base" };
  const argument = (change: object) =>
    commandOf(change, { commit }).find((w) => w.startsWith("pre"));
  expect(argument(adapter)).toBe("pretrained=o/base,peft=o/lora,revision=main,dtype=float16");
  expect(argument({ ...adapter, weight_type: "Delta" })).toBe(
    "pretrained=o/base,delta=o/lora,revision=main,dtype=float16",
  );
  expect(modelsOf(requestOf(adapter).row)).toEqual(["o/base", "o/lora"]);
  expect(objectionTo(requestOf(adapter).row)).toBeNull();
  for (const base_model of ["", "base, please", "../../etc"]) {
    expect(objectionTo(requestOf({ ...adapter, base_model }).row)).toMatch(
      /base_model has to name/,
    );
  }
});

test("a command that a runner does not run is refused, and code of models never runs", () => {
  const { row } = requestOf();
  expect(() => evaluationCommands(V1, row, CPU)).toThrow(UserError);
  const command = "lm_eval --model hf --trust_remote_code --model_args pretrained={model}";
  const unsafe = { ...V2, reproduce: { ...V2.reproduce!, command } };
  expect(() => evaluationCommands(unsafe, row, CPU)).toThrow(/never runs code of models/);
  expect(() => evaluationCommands({ ...V2, reproduce: undefined }, row, CPU)).toThrow(/reproduce/);
  for (const program of ["lm-eval run", "lm_eval", "python -m lm_eval"]) {
    const suite = { ...V2, reproduce: { ...V2.reproduce!, command: `${program} --model hf` } };
    expect(evaluationCommands(suite, row, CPU)[0]!.slice(0, 2)).toEqual(["--model", "hf"]);
  }
});

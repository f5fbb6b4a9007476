import { describe, expect, test } from "vitest";
import type { ResultsFile } from "../../../src/core/records/results-file.ts";
import {
  HUB_NAMES,
  modelOf,
  packingOf,
  precisionOf,
  revisionOf,
  shownName,
} from "../../../src/pipeline/sources/model-of.ts";

const file = (more: object): ResultsFile => ({ results: {}, ...more });
const hf = (args: string, config: object = {}) =>
  file({ config: { model: "hf", model_args: args, ...config } });
const PLACE = "quay/Clipper/results_2026-01-12T09-00-00.json";
const ANY = { aliases: {}, anyName: true };

describe("the name of a model", () => {
  test.each<[string, ResultsFile, string, string]>([
    ["model_name", file({ model_name: "a/b" }), PLACE, "a/b"],
    ["config.model_name", file({ config: { model_name: "a/b" } }), PLACE, "a/b"],
    ["an adapter before its base", hf("pretrained=a/base,peft=a/adapter"), PLACE, "a/adapter"],
    ["the model that was run", hf("pretrained=a/b"), PLACE, "a/b"],
    ["the model of an API", file({ config: { model_args: "model=a/b" } }), PLACE, "a/b"],
    ["the folder where nothing is said", file({}), PLACE, "quay/Clipper"],
    ["the folder of a path", file({ model_name: "/data/models/X" }), PLACE, "quay/Clipper"],
    [
      "the folder of a path nearby",
      file({ model_name: "./checkpoint-500" }),
      PLACE,
      "quay/Clipper",
    ],
    [
      "the Hub's cache",
      file({ model_name: "/root/.cache/huggingface/hub/models--a--b/snapshots/0123" }),
      PLACE,
      "a/b",
    ],
  ])("is %s", (_, run, place, model) => {
    expect(modelOf(run, place, HUB_NAMES)).toEqual({ model, availability: null });
  });

  test.each([
    ["/data/models/X", "__data__models__X/results_x.json"],
    ["./checkpoint-500", "results_x.json"],
    ["C:\\models\\X", "results_x.json"],
    ["~/models/X", "runs/results_x.json"],
  ])("is refused where there is only the path %s, with the way out", (model_name, place) => {
    expect(() => modelOf(file({ model_name }), place, HUB_NAMES)).toThrow(
      /^field model_name: ".*" is a path on a disk, no model's name: put the file into a folder OWNER\/NAME, or name it in curated\/aliases\.json/,
    );
  });

  test.each([
    ["Claude 3.5 Sonnet", "Claude-3.5-Sonnet"],
    ["qwen3:8b", "qwen3-8b"],
    ["accounts/x/models/y", "accounts-x-models/y"],
    ["Größe/Modell é", "Gro-e/Modell-e"],
    [`o/${"x".repeat(200)}`, `o/${"x".repeat(96)}`],
  ])("%s is refused on a leaderboard of the Hub, and %s where models may be any", (name, slug) => {
    expect(() => modelOf(file({ model_name: name }), PLACE, HUB_NAMES)).toThrow(
      /must be a model name like OWNER\/NAME.* is ".*name it in curated\/aliases\.json, or say models: "any"/,
    );
    const any = modelOf(file({ model_name: name }), PLACE, ANY);
    if (name.startsWith("Gr")) expect(any.model).toMatch(/^Gr[A-Za-z-]+e\/Modell-e$/);
    else expect(any).toEqual({ model: slug, availability: "elsewhere" });
  });

  test("of a service is none of the Hub, where models need not be", () => {
    const asked = file({
      model_name: "openai/gpt-4o",
      config: { model: "openai-chat-completions" },
    });
    expect(modelOf(asked, PLACE, ANY)).toEqual({
      model: "openai/gpt-4o",
      availability: "elsewhere",
    });
    expect(modelOf(asked, PLACE, HUB_NAMES).availability).toBeNull();
    expect(modelOf(hf("pretrained=a/b"), PLACE, ANY).availability).toBeNull();
  });

  test("is no folder that is called after what is in it", () => {
    const run = file({ model_name: "/data/models/X" });
    expect(() => modelOf(run, "board/results/results_x.json", HUB_NAMES)).toThrow(
      /is a path on a disk/,
    );
    expect(() => modelOf(file({}), "board/runs/results_x.json", HUB_NAMES)).toThrow(/field model/);
  });

  test("that has no letter names nothing", () => {
    expect(() => modelOf(file({ model_name: "模型" }), PLACE, ANY)).toThrow(/no letter or digit/);
  });

  test("is the alias of the file, of its name, or of what it states", () => {
    const aliases = {
      "quay/Clipper/results_2026-01-12T09-00-00.json": "a/by-path",
      "results_9.json": "a/by-file",
      "./checkpoint-500": "a/by-name",
    };
    const naming = { aliases, anyName: false };
    const named = (model_name: string, place: string) =>
      modelOf(file({ model_name }), place, naming).model;
    expect(named("x/y", PLACE)).toBe("a/by-path");
    expect(named("x/y", "o/n/results_9.json")).toBe("a/by-file");
    expect(named("./checkpoint-500", "results_1.json")).toBe("a/by-name");
    expect(named("x/y", "results_1.json")).toBe("x/y");
    expect(named("constructor", "results_1.json")).toBe("constructor");
    expect(shownName("./checkpoint-500", naming).model).toBe("a/by-name");
    expect(shownName("not a name", naming).model).toBe("not a name");
    expect(shownName("not a name", ANY)).toEqual({
      model: "not-a-name",
      availability: "elsewhere",
    });
  });
});

describe("revisions", () => {
  test("an adapter's and a delta's are their own, never their base's", () => {
    const shas = { model_sha: "base", peft_sha: "adapter", delta_sha: "delta" };
    expect(revisionOf(hf("pretrained=a/b", shas))).toBe("base");
    expect(revisionOf(hf("pretrained=a/b,peft=a/c", shas))).toBe("adapter");
    expect(revisionOf(hf("pretrained=a/b,delta=a/c", shas))).toBe("delta");
    expect(revisionOf(hf("pretrained=a/b,peft=a/c", { model_sha: "base" }))).toBeNull();
    expect(revisionOf(hf("pretrained=a/b,revision=v2"))).toBe("v2");
  });
});

describe("packed weights", () => {
  test.each([
    ["pretrained=a/b,gptqmodel=True", "a/b", "GPTQ"],
    ["pretrained=a/b,autogptq=True", "a/b", "GPTQ"],
    ["pretrained=a/b,autogptq=False,dtype=float16", "a/b", null],
    ["pretrained=a/b,load_in_4bit=True", "a/b", "4bit"],
    ["pretrained=a/b,load_in_8bit=true", "a/b", "8bit"],
    ["pretrained=a/b,quantization=awq", "a/b", "AWQ"],
    ["pretrained=a/b,gguf_file=x.gguf", "a/b", "GGUF"],
    ["pretrained=a/b", "a/Clipper-70B-GPTQ", "GPTQ"],
    ["pretrained=a/b", "a/Clipper-7B-AWQ", "AWQ"],
    ["pretrained=a/b", "a/clipper-bnb-4bit", "4bit"],
    ["pretrained=a/b", "a/hawk-7b", null],
    ["pretrained=a/b", "awq/clipper", null],
  ])("%s of %s: %s", (args, model, packing) => {
    expect(packingOf(hf(args), model)).toBe(packing);
  });

  test("are the precision; else it is the type that was asked for, or that the weights have", () => {
    const precision = (args: string, config?: object) => precisionOf(hf(args, config), "a/b");
    expect(precision("dtype=bfloat16,gptqmodel=True")).toBe("GPTQ");
    expect(precision("dtype=bfloat16", { model_dtype: "torch.float16" })).toBe("bfloat16");
    expect(precision("dtype=auto", { model_dtype: "torch.float16" })).toBe("float16");
    expect(precision("dtype=auto")).toBeNull();
  });
});

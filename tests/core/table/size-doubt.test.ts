// Doubts about sizes: each rule by hand, and what they say of the real tables, which was read row by row.
import { beforeAll, describe, expect, test } from "vitest";
import { type Sized, sizeDoubts } from "../../../src/core/table/size-doubt.ts";
import { loadSite } from "../../../src/site/build/board.ts";
import { gridOf } from "../../../src/site/build/grid.ts";

let next = 0;
const of = (model: string, params_b: number | null, change: Partial<Sized> = {}): Sized => ({
  model,
  params_b,
  architecture: "ArchForCausalLM",
  base_model: null,
  weight_type: "Original",
  // Unlike all others.
  scores: [next++, next * 0.7, 100 - next * 0.3, next * 1.1, next * 2.3],
  ...change,
});
/** What is said of the first. */
const doubt = (...rows: Sized[]) => sizeDoubts(rows)[0];
/** Several models whose names agree with a count. */
const known = (size: number, change: Partial<Sized> = {}) =>
  Array.from({ length: 4 }, (_, i) => of(`k/m${i}-${Math.round(size)}B`, size, change));

describe("a size is doubted", () => {
  test("where the name states half as much again, or more", () => {
    expect(doubt(of("a/x-14B", 8.4))).toBe("the name states 14B");
    expect(doubt(of("a/x-14B", 9.4))).toBeNull();
    expect(doubt(of("a/x-1B-7B", 6.9))).toBeNull();
    expect(doubt(of("a/x-8x7B", 7))).toBeNull();
    expect(doubt(of("a/x-8x7B", 24))).toBe("the name states 56B");
    const experts = { architecture: "MixtralForCausalLM" };
    expect(doubt(of("a/x-8x7B", 24, experts))).toBe("the name states 56B");
    expect(doubt(of("a/x-8x7B", 7, experts))).toBe("the name states 56B");
    expect(doubt(of("a/x-8x7B", 46.7, experts))).toBeNull();
  });

  test("not where parts were cut out, nor above the name, where layers may have been added", () => {
    expect(doubt(of("a/pruned60-3b", 1.944))).toBeNull();
    expect(doubt(of("a/x-8B", 20.2))).toBeNull();
  });

  test("where weights are packed, unless the count is that of others whose names agree", () => {
    expect(doubt(of("a/phi-bnb-4bit", 8.06))).toContain("packed into few bits");
    expect(doubt(of("a/zephyr-bnb-4bit-dpo", 7.242), ...known(7.242))).toBeNull();
    expect(doubt(of("a/x-8b-bnb", 8.03))).toBeNull();
    // A name that is wrong about a count which is that of others.
    expect(doubt(of("a/x-30B", 7.242), ...known(7.242))).toBeNull();
  });

  test("where an adapter's files hold its base as well", () => {
    const adapter = { weight_type: "Adapter", architecture: null };
    expect(doubt(of("a/x-8B", 16.06, adapter))).toMatch(/^the name states 8B: files of an adapter/);
    const base = of("k/base-7B", 7.6);
    const own = of("a/nameless", 15.2, { ...adapter, base_model: "k/base-7B" });
    expect(doubt(own, base)).toMatch(/^k\/base-7B, which it was made from, has 7\.6B: files/);
    expect(doubt(of("a/nameless", 7.7, { ...adapter, base_model: "k/base-7B" }), base)).toBeNull();
  });

  test("where every name of that count contradicts it", () => {
    const wrong = [of("b/one-8B", 4.015), of("b/two-8B", 4.015)];
    expect(doubt(of("a/test-11", 4.015), ...wrong)).toContain("state 8B");
    expect(doubt(of("a/test-11", 4.015), ...wrong, of("b/three-4B", 4.015))).toBeNull();
  });

  test("where it is exactly half of what others of the architecture have", () => {
    expect(doubt(of("a/nameless", 7.383), ...known(14.766))).toContain("exactly half of 14.8B");
    expect(doubt(of("a/nameless", 7.39), ...known(14.766))).toBeNull();
  });

  test("where a model with the same scores, on all benchmarks but one at most, has another", () => {
    const scores = [1011, 1022, 1033, 1044, 1055];
    const nearly = [1011, 1022, 1033, 1044, 1066];
    const others = Array.from({ length: 40 }, () => of(`o/m${next}`, null));
    const twin = of("b/larger", 7.616, { scores: nearly });
    expect(doubt(of("a/3Bgeneral", 3, { scores }), twin, ...others)).toBe(
      "b/larger has the same scores and 7.6B",
    );
    // Both counted: the names decide, and both may be right where layers that do nothing were added.
    const named = of("b/x-10.7B", 10.732, { scores: nearly });
    expect(doubt(of("a/x-8.99B", 8.987, { scores }), named, ...others)).toBeNull();
    expect(doubt(of("a/x", 8.987, { scores }), named, ...others)).toContain("10.7B");
    // Two of five alike are no twin, and another architecture is another model.
    const apart = of("b/larger", 7.616, { scores: [1011, 1022, 1001, 1002, 1003] });
    expect(doubt(of("a/3Bgeneral", 3, { scores }), apart, ...others)).toBeNull();
    const unlike = of("b/larger", 7.616, { scores: nearly, architecture: "OtherForCausalLM" });
    expect(doubt(of("a/3Bgeneral", 3, { scores }), unlike, ...others)).toBeNull();
  });

  test("where it is a round number that its base or its architecture contradicts", () => {
    const base = of("k/base", 7.616);
    expect(doubt(of("a/x-7B", 7, { base_model: "k/base" }), base)).toBe(
      "k/base, which it was made from, has 7.6B",
    );
    expect(doubt(of("a/x-2b", 2), ...known(2.614))).toContain("is 2.6B");
    expect(doubt(of("a/x-14B", 14), ...known(14.77))).toBeNull();
    // The first of its scale may well be right.
    expect(doubt(of("a/x-40B", 40), ...known(2.614))).toBeNull();
  });

  test("where it is smaller than its base, and no name says so", () => {
    const base = of("k/base-1.5B", 1.777);
    expect(doubt(of("a/x", 1.157, { base_model: "k/base-1.5B" }), base)).toContain("has 1.8B");
    expect(doubt(of("a/x-1.2B", 1.157, { base_model: "k/base-1.5B" }), base)).toBeNull();
    expect(doubt(of("a/x", 2.4, { base_model: "k/base-1.5B" }), base)).toBeNull();
  });

  test("where it is that of bits, or reads `_` wrongly", () => {
    expect(doubt(of("a/phi-mini_merged_16bit", 16))).toContain("16bit");
    expect(doubt(of("internlm/internlm2-1_8b", 8))).toBe("the name states 1.8B");
    expect(doubt(of("internlm/internlm2-1_8b", 1.889))).toBeNull();
  });

  test("below 10 million, unless the name states it", () => {
    expect(doubt(of("a/x", 0.007))).toContain("below 10M");
    expect(doubt(of("a/x-7M", 0.007))).toBeNull();
    expect(doubt(of("a/x", 0.031))).toBeNull();
  });

  test("never where it is unknown", () => {
    expect(doubt(of("a/x-14B-GPTQ", null))).toBeNull();
  });
});

describe("of the real tables", () => {
  let doubts: Map<string, string | null>[];
  beforeAll(async () => {
    const site = await loadSite();
    doubts = site.boards.map((board) => {
      const { columns, length } = gridOf(board).grid;
      return new Map(
        Array.from({ length }, (_, i) => [
          String(columns.eval_id![i]),
          columns.params_doubt![i] as string | null,
        ]),
      );
    });
  });
  const said = (model: string) =>
    [...doubts[0]!].flatMap(([id, doubt]) => (id.startsWith(`${model}@`) ? [doubt] : []));
  const counted = (i: number) => [...doubts[i]!.values()].filter((d) => d !== null).length;

  test("so many are doubted: 119 of 4,576, and 88 of the archive's 7,169", () => {
    expect([counted(0), counted(1)]).toEqual([119, 88]);
  });

  /** Sizes as the models' own configs give them, known from their cards. */
  test.each([
    "brgx53/3Bgeneralv2-ECE-PRYMMAL-Martial",
    "darkc0de/BuddyGlass_v0.3_Xortron7MethedUpSwitchedUp",
    "internlm/internlm2-1_8b",
    "FINGU-AI/Chocolatine-Fusion-14B",
    "unsloth/phi-4-bnb-4bit",
    "Youlln/3PRYMMAL-PHI3-3B-SLERP",
    "FlofloB/10k_continued_pretraining_Phi-3-mini-4k-instruct_Unsloth_merged_16bit",
    "T145/ZEUS-8B-V15",
    "jaspionjader/test-11",
    "abhishek/autotrain-vr4a1-e5mms",
    "Qwen/Qwen2.5-Math-7B-Instruct",
    "Daemontatox/TinySphinx",
  ])("%s is", (model) => {
    expect(said(model)[0]).toEqual(expect.any(String));
  });

  test.each([
    "Qwen/Qwen2.5-3B-Instruct",
    "google/gemma-2-2b-it",
    "google/gemma-2-9b",
    "mistralai/Mixtral-8x7B-v0.1",
    "microsoft/Phi-3.5-MoE-instruct",
    "allenai/OLMoE-1B-7B-0924",
    "EleutherAI/gpt-j-6b",
    "tiiuae/falcon-40b",
    "facebook/opt-1.3b",
    "JackFram/llama-68m",
    "Felladrin/Minueza-32M-UltraChat",
    "oopere/pruned60-llama-3.2-3b",
    "pszemraj/Llama-3-6.3b-v0.1",
    "Pretergeek/OpenChat-3.5-0106_10.7B_48Layers-Appended",
    "Marsouuu/lareneg1_78B-ECE-PRYMMAL-Martial",
    "MaziyarPanahi/calme-3.2-instruct-78b",
  ])("%s is not", (model) => {
    expect(said(model)[0]).toBeNull();
  });
});

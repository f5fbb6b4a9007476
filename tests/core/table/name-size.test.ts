import { describe, expect, test } from "vitest";
import {
  saysBits,
  saysCut,
  saysPacked,
  splitSizes,
  statedSizes,
} from "../../../src/core/table/name-size.ts";

describe("sizes in a name", () => {
  test.each<[string, number[][]]>([
    ["Qwen/Qwen2.5-14B-Instruct-1M", [[14]]],
    ["mistralai/Mixtral-8x7B-v0.1", [[56, 7]]],
    ["HuggingFaceTB/SmolLM2-1.7B-Instruct", [[1.7]]],
    ["allenai/OLMoE-1B-7B-0924", [[1], [7]]],
    ["internlm/internlm2-1_8b", [[1.8], [8]]],
    // A version, then a size.
    ["pankajmathur/orca_mini_v9_2_14B", [[14]]],
    ["Felladrin/Minueza-32M-UltraChat", [[0.032]]],
    // Examples, and a size.
    ["BAAI/Infinity-Instruct-7M-Gen-Llama3_1-8B", [[8]]],
    // No size: part of a word, of another number, of the owner.
    ["brgx53/3Bgeneralv2-ECE-PRYMMAL-Martial", []],
    ["FlofloB/10k_continued_pretraining_Phi-3-mini-4k-instruct_Unsloth_merged_16bit", []],
    ["1b/model", []],
    ["a/0b", []],
    ["gpt2", []],
  ])("%s", (model, sizes) => {
    expect(statedSizes(model)).toEqual(sizes);
  });

  test("with _ for the point", () => {
    expect(splitSizes("stabilityai/stablelm-2-1_6b-chat")).toEqual([1.6]);
    expect(splitSizes("a/v3_7b")).toEqual([]);
  });

  test("packed weights, bits, and parts cut out", () => {
    for (const packed of ["a/x-4bit", "a/X-8-bit", "a/x-GPTQ", "a/phi-4-bnb-4bit", "a/awq-x"]) {
      expect(saysPacked(packed), packed).toBe(true);
    }
    for (const not of ["a/merged_16bit", "a/Awqward2.5-32B", "a/x64bit", "gptq/x"]) {
      expect(saysPacked(not), not).toBe(false);
    }
    expect(saysBits("a/merged_16bit", 16)).toBe(true);
    expect(saysBits("a/merged_16bit", 6)).toBe(false);
    expect(saysCut("oopere/pruned60-llama-3.2-3b")).toBe(true);
  });
});

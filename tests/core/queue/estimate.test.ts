import { expect, test } from "vitest";
import { estimateOf, paramsOf, previewOf } from "../../../src/core/queue/estimate.ts";
import { factsOf, type SubmissionFacts } from "../../../src/core/queue/facts.ts";
import { COMMIT, headOf, LLAMA, type MadeRepo, madeHub, SUBMISSION, withFiles } from "./made.ts";

/** Ten million weights in 16 bits. */
const HEAD = headOf({
  "base_model.model.q.lora_A.weight": {
    dtype: "BF16",
    shape: [16, 625_000],
    data_offsets: [0, 20_000_000],
  },
});
const LORA: MadeRepo = {
  info: { cardData: { license: "mit" } },
  files: {
    "README.md": "An adapter.",
    "adapter_config.json": JSON.stringify({ base_model_name_or_path: "o/llama" }),
    "adapter_model.safetensors": HEAD,
  },
  sizes: { "adapter_model.safetensors": HEAD.length + 20_000_000 },
};

const ADAPTER = {
  ...SUBMISSION,
  model: "o/lora",
  weight_type: "Adapter",
  base_model: "o/llama",
} as const;

const { get } = madeHub({ "o/llama": LLAMA, "o/lora": LORA });

test("the row is what the Hub says of the model, and what was asked for", async () => {
  const asked = { ...SUBMISSION, use_chat_template: true };
  expect(previewOf(asked, await factsOf(get, asked))).toEqual({
    model: "o/llama",
    commit: COMMIT,
    precision: "bfloat16",
    weight_type: "Original",
    base_model: null,
    model_type: "pretrained",
    chat_template: true,
    architecture: "LlamaForCausalLM",
    license: "llama3",
    params_b: 8.03,
    // 8,030,261,248 × 2 × 1.2 + 4,096 × 0.5 MiB × (8.03… ÷ 7)^(2/3) + 1.5 GiB
    memory: expect.closeTo(23_236_577_628, -1),
  });
});

test("an adapter's row has its own licence and commit, its base's architecture, and both's weights", async () => {
  const facts = await factsOf(get, ADAPTER);
  expect(paramsOf(ADAPTER, facts)).toBe(8_040_261_248);
  expect(previewOf(ADAPTER, facts)).toMatchObject({
    model: "o/lora",
    commit: COMMIT,
    base_model: "o/llama",
    architecture: "LlamaForCausalLM",
    license: "mit",
    params_b: 8.04,
  });
});

test("hours are the plain rule's on one GPU, times what runs take here", async () => {
  const facts = await factsOf(get, SUBMISSION);
  // 30 s + 16.06 GB at 200 MB/s + 2 × 8.03e9 × 1,000 × 100,000 operations at 100 TFLOP/s
  const hours = (30 + 80.302612 + 16_060.522496) / 3600;
  expect(estimateOf(SUBMISSION, facts, 100_000, 1)!.hours).toBeCloseTo(hours, 6);
  expect(estimateOf(SUBMISSION, facts, 100_000, 2.5)!.hours).toBeCloseTo(2.5 * hours, 6);
  expect(estimateOf(SUBMISSION, facts, null, 1)).toMatchObject({
    params: 8_030_261_248,
    hours: null,
  });
});

test("of what is not there, nothing is made up", async () => {
  const nothing: SubmissionFacts = { model: { missing: "model" }, base: null };
  expect(estimateOf(SUBMISSION, nothing, 1, 1)).toBeNull();
  expect(previewOf(SUBMISSION, nothing)).toMatchObject({
    model: "o/llama",
    commit: null,
    architecture: null,
    license: null,
    params_b: null,
    memory: null,
  });
  const alone = { ...(await factsOf(get, ADAPTER)), base: { missing: "model" } as const };
  expect(estimateOf(ADAPTER, alone, 1, 1)).toBeNull();
  expect(previewOf(ADAPTER, alone)).toMatchObject({ params_b: null, license: "mit" });
});

test("a repository without its card's file has a row all the same", async () => {
  const hub = madeHub({ "o/llama": withFiles(LLAMA, { "README.md": null }) });
  expect(previewOf(SUBMISSION, await factsOf(hub.get, SUBMISSION)).params_b).toBe(8.03);
});

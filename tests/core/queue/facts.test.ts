import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { factsOf, isThere, type ModelFacts } from "../../../src/core/queue/facts.ts";
import type { Get } from "../../../src/core/queue/get.ts";
import { UserError } from "../../../src/core/records/user-error.ts";
import {
  bytesOf,
  COMMIT,
  headOf,
  LLAMA,
  type MadeRepo,
  madeHub,
  SUBMISSION,
  withFiles,
} from "./made.ts";

async function modelOf(repo: MadeRepo, change: Partial<typeof SUBMISSION> = {}) {
  const { get } = madeHub({ "o/llama": repo });
  return (await factsOf(get, { ...SUBMISSION, ...change })).model;
}

async function there(repo: MadeRepo): Promise<ModelFacts> {
  const facts = await modelOf(repo);
  if (!isThere(facts)) throw new Error(`is missing: ${facts.missing}`);
  return facts;
}

const config = (content: object) => withFiles(LLAMA, { "config.json": JSON.stringify(content) });

describe("a model as most are", () => {
  test("in four requests", async () => {
    const { get, asked } = madeHub({ "o/llama": LLAMA });
    expect(await factsOf(get, SUBMISSION)).toEqual({
      model: {
        name: "o/llama",
        commit: COMMIT,
        private: false,
        gated: false,
        disabled: false,
        readable: true,
        license: "llama3",
        card: 259,
        config: {
          model_type: "llama",
          architectures: "LlamaForCausalLM",
          hasCode: false,
          packing: null,
        },
        tokenizer: { class: "PreTrainedTokenizerFast", hasCode: false, hasTemplate: false },
        hasTokenizer: true,
        template: null,
        adapterOf: null,
        weights: {
          files: Object.entries(LLAMA.sizes!).map(([path, size]) => ({ path, size })),
          missing: [],
          others: false,
        },
        params: 8_030_261_248,
        wrong: [],
      },
      base: null,
    });
    expect(asked.map(({ path }) => path).sort()).toEqual([
      "/api/models/o/llama/revision/main?blobs=true",
      `/o/llama/resolve/${COMMIT}/README.md`,
      `/o/llama/resolve/${COMMIT}/config.json`,
      `/o/llama/resolve/${COMMIT}/tokenizer_config.json`,
    ]);
  });

  test("is what the commit has, not what the branch will have", async () => {
    const { get, asked } = madeHub({ "o/llama": LLAMA });
    await factsOf(get, { ...SUBMISSION, revision: "main" });
    const files = asked.filter(({ path }) => path.includes("/resolve/"));
    expect(files.every(({ path }) => path.includes(COMMIT))).toBe(true);
  });
});

describe("what is not there", () => {
  test("is the model", async () => {
    const { get } = madeHub({});
    expect((await factsOf(get, SUBMISSION)).model).toEqual({ missing: "model" });
  });

  test("is its revision", async () => {
    expect(await modelOf(LLAMA, { revision: "v9" })).toEqual({ missing: "revision" });
    expect(await modelOf(LLAMA, { revision: COMMIT })).toMatchObject({ commit: COMMIT });
  });

  test("is the base of an adapter, or that revision of it", async () => {
    const lora = { ...SUBMISSION, model: "o/lora", weight_type: "Adapter" } as const;
    const { get } = madeHub({ "o/lora": LLAMA });
    const facts = await factsOf(get, { ...lora, base_model: "o/llama" });
    expect(facts.base).toEqual({ missing: "model" });
    expect(isThere(facts.model)).toBe(true);
  });
});

describe("what the Hub says of a model", () => {
  test.each([
    [{ gated: "manual" }, { gated: "manual" }],
    [{ gated: "auto" }, { gated: "auto" }],
    [
      { private: true, disabled: true },
      { private: true, disabled: true },
    ],
    [{ id: "O/Llama" }, { name: "O/Llama" }],
    [{ cardData: { license: "other", license_name: "my-own" } }, { license: "my-own" }],
    [{ cardData: { license_name: "my-own" }, tags: [] }, { license: "my-own" }],
    [{ cardData: { license: "other" } }, { license: null }],
    [{ cardData: { license: "unknown" } }, { license: null }],
    [{ cardData: undefined, tags: ["license:mit"] }, { license: "mit" }],
    [{ cardData: undefined, tags: undefined }, { license: null }],
    [{ cardData: "text", tags: "text" }, { license: null }],
  ])("%j is %j", async (info, expected) => {
    expect(await modelOf({ ...LLAMA, info: { ...LLAMA.info, ...info } })).toMatchObject(expected);
  });

  test("of files that may not be read, nothing is wrong and nothing known", async () => {
    const facts = await there({ ...LLAMA, info: { ...LLAMA.info, gated: "manual" }, status: 403 });
    expect(facts).toMatchObject({ readable: false, gated: "manual", config: null, wrong: [] });
    // The list of files, and the Hub's count, are open.
    expect(facts).toMatchObject({ license: "llama3", params: 8_030_261_248 });
  });
});

describe("configuration, tokenizer, template", () => {
  test("code of the model's own, and how weights are packed", async () => {
    const packing = (quantization_config: object) => ({ model_type: "llama", quantization_config });
    for (const [content, expected] of [
      [
        { model_type: "x", auto_map: { AutoConfig: "c.C" } },
        { model_type: "x", hasCode: true },
      ],
      [packing({ quant_method: "gptq", bits: 3 }), { packing: { method: "gptq", bits: 3 } }],
      [packing({ quant_method: "awq" }), { packing: { method: "awq", bits: 4 } }],
      [
        packing({ quant_method: "bitsandbytes", load_in_8bit: true }),
        { packing: { method: "bitsandbytes", bits: 8 } },
      ],
      [
        packing({
          quant_method: "compressed-tensors",
          config_groups: { group_0: { weights: { num_bits: 4 } } },
        }),
        { packing: { method: "compressed-tensors", bits: 4 } },
      ],
      [packing({ quant_method: "fp8" }), { packing: { method: "fp8", bits: null } }],
      [
        { text_config: { quantization_config: { quant_method: "fp8" } } },
        { model_type: null, packing: { method: "fp8", bits: null } },
      ],
      [{ quantization: { bits: 8 } }, { packing: { method: "mlx", bits: 8 } }],
    ] as const) {
      expect((await there(config(content))).config).toMatchObject(expected);
    }
  });

  test.each<[Record<string, string | null>, ModelFacts["template"]]>([
    [{ "tokenizer_config.json": '{"chat_template": "{{ x }}"}' }, "tokenizer"],
    [
      { "tokenizer_config.json": '{"chat_template": [{"name": "default", "template": "x"}]}' },
      "tokenizer",
    ],
    [{ "tokenizer_config.json": '{"chat_template": ""}' }, null],
    [{ "tokenizer_config.json": '{"chat_template": []}' }, null],
    [{ "tokenizer_config.json": null, "chat_template.jinja": "{{ x }}" }, "tokenizer"],
    [{ "chat_template.jinja": "" }, null],
    // transformers reads it for processors only (processing_utils.py, LEGACY_PROCESSOR_CHAT_TEMPLATE_FILE).
    [{ "chat_template.json": '{"chat_template": "x"}' }, "processor"],
  ])("a template in %j is the %s's", async (files, template) => {
    expect((await there(withFiles(LLAMA, files))).template).toBe(template);
  });

  test("of code, only a tokenizer's counts as its", async () => {
    const code = async (auto_map: unknown) => {
      const files = { "tokenizer_config.json": JSON.stringify({ auto_map }) };
      return (await there(withFiles(LLAMA, files))).tokenizer?.hasCode;
    };
    expect(await code({ AutoTokenizer: ["t.T", null] })).toBe(true);
    expect(await code(["t.T", null])).toBe(true);
    expect(await code({ AutoProcessor: "p.P" })).toBe(false);
    expect(await code(undefined)).toBe(false);
  });

  test("an adapter says what it was made for", async () => {
    const adapter = async (content: object) => {
      const files = { "adapter_config.json": JSON.stringify(content) };
      return (await there(withFiles(LLAMA, files))).adapterOf;
    };
    expect(await adapter({ base_model_name_or_path: "o/base", peft_type: "LORA" })).toBe("o/base");
    expect(await adapter({ base_model_name_or_path: null })).toBe("");
    expect((await there(LLAMA)).adapterOf).toBeNull();
  });

  test.each([
    ["tokenizer.json"],
    ["tokenizer.model"],
    ["qwen.tiktoken"],
    ["vocab.json"],
    ["tekken.json"],
  ])("%s is a tokenizer's", async (file) => {
    const without = withFiles(LLAMA, { "tokenizer.json": null });
    expect((await there(without)).hasTokenizer).toBe(false);
    expect((await there(withFiles(without, { [file]: "x" }))).hasTokenizer).toBe(true);
  });
});

describe("parameters", () => {
  const head = headOf({ a: { dtype: "BF16", shape: [1000, 1000], data_offsets: [0, 2_000_000] } });
  const small: MadeRepo = {
    ...withFiles(LLAMA, { "model.safetensors": head }),
    sizes: { "model.safetensors": head.length + 2_000_000 },
  };
  const counted = (safetensors: unknown) =>
    there({ ...small, info: { ...LLAMA.info, safetensors } });

  test("are the Hub's where the files bear it out", async () => {
    const { get, asked } = madeHub({ "o/llama": small });
    const repo = { ...small, info: { safetensors: { parameters: { BF16: 1_000_001 } } } };
    expect((await there(repo)).params).toBe(1_000_001);
    await factsOf(get, SUBMISSION);
    expect(asked.filter(({ path }) => path.endsWith(".safetensors"))).toHaveLength(1);
  });

  test("are those of the files where the Hub's are others, none, or none at all", async () => {
    for (const answer of [
      { parameters: { BF16: 8_030_261_248 }, total: 8_030_261_248 },
      { parameters: { BF16: -1 } },
      { parameters: { BF16: 1e300 } },
      { parameters: [] },
      { total: 1_000_000 },
      null,
      undefined,
      "text",
    ]) {
      expect(await counted(answer)).toMatchObject({ params: 1_000_000, wrong: [] });
    }
  });

  test("are not what the model's owner claims (huggingface_hub#4221)", async () => {
    const safetensors = { parameters: { BF16: 1_000_000 }, total: 333 };
    expect((await counted(safetensors)).params).toBe(1_000_000);
  });

  test("that are in no file are unknown, with the reason", async () => {
    const empty = { ...small, info: {}, sizes: { "model.safetensors": 5_000_000_000 } };
    expect(await there(empty)).toMatchObject({
      params: null,
      wrong: [{ file: ".safetensors", what: expect.stringContaining("do not fit") }],
    });
  });

  test("are unknown, without blame, where a page may not ask the files' host", async () => {
    const { get } = madeHub({ "o/llama": { ...small, info: {} } });
    const inPage: Get = async (path, limits) => {
      if (path.endsWith(".safetensors")) throw new TypeError("Failed to fetch");
      return get(path, limits);
    };
    const { model } = await factsOf(inPage, SUBMISSION);
    expect(model).toMatchObject({ params: null, wrong: [] });
  });
});

describe("hostile files", () => {
  const wrongOf = async (files: Record<string, string | Uint8Array>) =>
    (await there(withFiles(LLAMA, files))).wrong.map(({ file, what }) => `${file} ${what}`);

  test("a card of 100 MB is read in part, and is long enough", async () => {
    const long = bytesOf(`---\nlicense: mit\n---\n${"word ".repeat(20_000_000)}`);
    const repo = withFiles(LLAMA, { "README.md": long });
    const { get, asked } = madeHub({ "o/llama": repo });
    const { model } = await factsOf(get, SUBMISSION);
    expect(model).toMatchObject({ wrong: [] });
    expect((model as ModelFacts).card).toBeGreaterThan(100_000);
    const { limits } = asked.find(({ path }) => path.endsWith("README.md"))!;
    expect(limits).toMatchObject({ bytes: 1_000_000, range: [0, 999_999] });
  });

  test("a configuration nested a million deep is a sentence", async () => {
    const deep = "[".repeat(900_000) + "]".repeat(900_000);
    expect(await wrongOf({ "config.json": deep })).toEqual([
      "config.json is not as transformers has it: must be an object, is a list",
    ]);
    expect(await wrongOf({ "config.json": `{"model_type": "llama", "x": ${deep}}` })).toEqual([]);
    expect(
      await wrongOf({ "config.json": `{"model_type": "llama", "quantization_config": ${deep}}` }),
    ).toEqual([expect.stringContaining("field quantization_config: must be an object")]);
  });

  test.each<[string, string, string]>([
    ["config.json", "x".repeat(2_000_001), "is larger than 2.0 MB"],
    ["config.json", "", "is not valid JSON"],
    ["config.json", '{"model_type": 7}', "field model_type: must be text, is a number"],
    ["config.json", `{"model_type": "${"x".repeat(501)}"}`, "field model_type: must have at most"],
    ["config.json", '{"architectures": "Llama"}', "field architectures: must be a list"],
    [
      "tokenizer_config.json",
      JSON.stringify({ chat_template: "x".repeat(10_000_000) }),
      "is larger than 5.0 MB",
    ],
    ["tokenizer_config.json", '{"chat_template": 7}', "field chat_template"],
    ["chat_template.jinja", "x".repeat(10_000_000), "is larger than 1.0 MB"],
    ["adapter_config.json", '{"base_model_name_or_path": []}', "must be text, is a list"],
  ])("%s: %.30s…", async (file, content, message) => {
    const wrong = await wrongOf({ [file]: content });
    expect(wrong).toEqual([expect.stringContaining(message)]);
    expect(wrong[0]!.length).toBeLessThan(500);
  });

  test("names of files lead nowhere", async () => {
    const names = ["../../api/whoami-v2", "..%2F..%2Fmodel.safetensors", "<b>.safetensors", ""];
    const repo = withFiles(LLAMA, Object.fromEntries(names.map((name) => [name, "x"])));
    const { get, asked } = madeHub({ "o/llama": repo });
    await factsOf(get, SUBMISSION);
    expect(asked.every(({ path }) => /^\/(?:api\/models\/)?o\/llama\//.test(path))).toBe(true);
    expect(asked.some(({ path }) => path.includes("..") || path.includes("<"))).toBe(false);
  });

  test("that are listed and not given are a sentence, too", async () => {
    const { get } = madeHub({ "o/llama": LLAMA });
    const without: Get = async (path, limits) =>
      path.endsWith("/config.json") ? { status: 404, body: new Uint8Array() } : get(path, limits);
    expect((await factsOf(without, SUBMISSION)).model).toMatchObject({
      wrong: [{ file: "config.json", what: "cannot be read: the Hub answers 404" }],
    });
  });

  test("whatever stands in them, the answer is facts", async () => {
    const anything = fc.oneof(fc.json(), fc.string(), fc.constant("{}"));
    await fc.assert(
      fc.asyncProperty(anything, anything, anything, async (a, b, c) => {
        const files = {
          "config.json": a,
          "tokenizer_config.json": b,
          "README.md": c,
          "adapter_config.json": a,
          "model.safetensors": b,
        };
        const facts = await there({ ...withFiles(LLAMA, files), info: {} });
        expect(facts.wrong.every(({ what }) => what.length < 700)).toBe(true);
      }),
    );
  });
});

describe("a Hub that is none", () => {
  const saying = (status: number, text: string): Get => {
    return async () => ({ status, body: bytesOf(text) });
  };

  test.each<[number, string, RegExp]>([
    [503, "", /^The Hub answers \/api\/models\/o\/llama.* with 503: try again in some minutes\.$/],
    [429, "", /with 429/],
    [200, "<html>", /^What the Hub says of o\/llama cannot be read/],
    [200, "null", /must be an object/],
    [200, `{"id": "../x", "sha": "${COMMIT}"}`, /field id/],
    [302, "", /it answers 302/],
  ])("that says %i %s is no fault of the model's", async (status, text, message) => {
    const asked = factsOf(saying(status, text), SUBMISSION);
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toBeInstanceOf(UserError);
  });

  test.each<[number, string | null, RegExp]>([
    [200, null, /^gives more than 10.0 MB about it$/],
    [200, '{"id": "o/llama"}', /field sha/],
    [200, `{"id": "o/llama", "sha": "${COMMIT}", "siblings": 7}`, /field siblings/],
    [200, `{"id": "o/llama", "sha": "${COMMIT}", "gated": "maybe"}`, /field gated/],
    [400, "", /^answers 400$/],
    [451, "", /^answers 451$/],
  ])("that says %i %s of one model only is a fact of that model", async (status, text, why) => {
    const get: Get = async () => ({ status, body: text === null ? null : bytesOf(text) });
    const { model } = await factsOf(get, SUBMISSION);
    expect(model).toEqual({ missing: "answer", why: expect.stringMatching(why) });
  });

  test("that breaks off at any question ends the whole, and says which", async () => {
    const { get, asked } = madeHub({ "o/llama": LLAMA });
    await factsOf(get, SUBMISSION);
    for (const { path } of [...asked]) {
      const broken: Get = async (p, limits) =>
        p === path ? { status: 502, body: new Uint8Array() } : get(p, limits);
      await expect(factsOf(broken, SUBMISSION)).rejects.toThrow(`${path} with 502`);
    }
  });
});

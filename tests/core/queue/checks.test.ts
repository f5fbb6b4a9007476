import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Known,
  leftToCollector,
  type ObjectionId,
  objectionsTo,
} from "../../../src/core/queue/checks.ts";
import type { ModelFacts, SubmissionFacts } from "../../../src/core/queue/facts.ts";
import { DEFAULT_RULES, type QueueRules } from "../../../src/core/queue/rules.ts";
import type { Submission } from "../../../src/core/queue/submission.ts";
import { TRANSFORMERS_4_49_0 } from "../../../src/core/queue/transformers-4.49.0.ts";
import { TRANSFORMERS_5_24_0 } from "../../../src/core/queue/transformers-5.24.0.ts";
import { COMMIT, SUBMISSION } from "./made.ts";

const GOOD: ModelFacts = {
  name: "o/llama",
  commit: COMMIT,
  private: false,
  gated: false,
  disabled: false,
  readable: true,
  license: "llama3",
  card: 200,
  config: { model_type: "llama", architectures: "LlamaForCausalLM", hasCode: false, packing: null },
  tokenizer: { class: "PreTrainedTokenizerFast", hasCode: false, hasTemplate: true },
  hasTokenizer: true,
  template: "tokenizer",
  adapterOf: null,
  weights: { files: [{ path: "model.safetensors", size: 1 }], missing: [], others: false },
  params: 8_030_261_248,
  wrong: [],
};

const LORA: ModelFacts = {
  ...GOOD,
  name: "o/lora",
  config: null,
  tokenizer: null,
  hasTokenizer: false,
  template: null,
  adapterOf: "o/llama",
  params: 20_000_000,
};

const ADAPTER: Submission = {
  ...SUBMISSION,
  model: "o/lora",
  weight_type: "Adapter",
  base_model: "o/llama",
};

const NOW = Date.parse("2026-11-30T12:00:00Z");
const NOTHING: Known = {
  ...{ evaluated: [], requests: [], recent: [], now: NOW },
  ...{ transformers: TRANSFORMERS_5_24_0, reader: "runner" },
};

interface Case {
  submission?: Partial<Submission>;
  model?: Partial<ModelFacts>;
  known?: Partial<Known>;
  rules?: Partial<QueueRules>;
}

function objections({ submission, model, known, rules }: Case) {
  return objectionsTo(
    { ...SUBMISSION, ...submission },
    { model: { ...GOOD, ...model }, base: null },
    { ...NOTHING, ...known },
    { ...DEFAULT_RULES, ...rules },
  );
}

const ids = (list: { id: ObjectionId }[]) => list.map(({ id }) => id);

/** What there is about an adapter and its base. */
function aboutAdapter(
  change: Partial<SubmissionFacts>,
  submission: Partial<Submission> = {},
  known: Partial<Known> = {},
) {
  return objectionsTo(
    { ...ADAPTER, ...submission },
    { model: LORA, base: GOOD, ...change },
    { ...NOTHING, ...known },
    DEFAULT_RULES,
  );
}

test("nothing stands against a model as it should be, whole or a part", () => {
  expect(objections({})).toEqual([]);
  expect(objections({ submission: { use_chat_template: true } })).toEqual([]);
  expect(aboutAdapter({})).toEqual([]);
});

const packing = (method: string, bits: number | null = 4) => ({
  config: { ...GOOD.config!, packing: { method, bits } },
});
const config = (change: Partial<NonNullable<ModelFacts["config"]>>) => ({
  config: { ...GOOD.config!, ...change },
});
const tokenizer = (change: Partial<NonNullable<ModelFacts["tokenizer"]>>) => ({
  tokenizer: { ...GOOD.tokenizer!, ...change },
});
const weights = (change: Partial<ModelFacts["weights"]>) => ({
  weights: { ...GOOD.weights, ...change },
});
const ALL = { precisions: ["bfloat16", "float16", "8bit", "4bit", "GPTQ"] as const };
const anyPrecision = ALL as unknown as Partial<QueueRules>;
const largest = (memory_gb: number) => ({ largest: { memory_gb } });
const never = (name: string) => ({ never: [{ name, reason: "Its answers are in its training." }] });

/** Memory of 8,030,261,248 weights in 16 bits: × 2 × 1.2, a context's keys and values, and 1.5 GiB. */
const NEEDED =
  (8_030_261_248 * 2.4 + 4096 * 2 ** 19 * (8_030_261_248 / 7e9) ** (2 / 3) + 1.5 * 2 ** 30) / 1e9;

/** When a submission's author had sent in others: hours ago. */
const ago = (...hours: number[]) => ({
  recent: hours.map((h) => new Date(NOW - h * 3_600_000).toISOString()),
});
const WEEK = 7 * 24;
const run = (change: object = {}) => ({
  model: "o/llama",
  revision: COMMIT,
  precision: "bfloat16",
  weight_type: "Original",
  chat_template: false,
  ...change,
});
const request = (status: string, change: object = {}) => ({ ...run(change), status });

/** What is refused, with what would mend it; and beside it, what is nearly so and is not refused. */
const CASES: [string, ObjectionId, Case, RegExp, RegExp, Case][] = [
  [
    "another name on the Hub",
    "renamed",
    { model: { name: "new/llama" } },
    /^o\/llama is called new\/llama on the Hub\.$/,
    /Submit it as new\/llama/,
    { model: { name: "o/llama" } },
  ],
  [
    "private",
    "private",
    { model: { private: true } },
    /^o\/llama is private\.$/,
    /Make it public/,
    {},
  ],
  [
    "disabled",
    "disabled",
    { model: { disabled: true } },
    /was disabled by the Hub/,
    /Its page on the Hub says why/,
    {},
  ],
  [
    "gated, and the runner has no access",
    "gated",
    { model: { gated: "manual", readable: false } },
    /gated, and the leaderboard has no access/,
    /accept the leaderboard's account/,
    { model: { gated: "manual", readable: true } },
  ],
  [
    "a file that is wrong",
    "file",
    { model: { wrong: [{ file: "config.json", what: "is not valid JSON" }], config: null } },
    /^The config.json of o\/llama is not valid JSON\.$/,
    /Mend the file/,
    {},
  ],
  [
    "code of its own",
    "remote-code",
    { model: config({ model_type: "chatglm", hasCode: true }) },
    /needs code of its own to be loaded \(auto_map in its config.json\)/,
    /Once "chatglm" is part of the transformers that is used here/,
    { model: config({ model_type: "qwen2", hasCode: true }) },
  ],
  [
    "a type that transformers does not know",
    "architecture",
    { model: config({ model_type: "llava9" }) },
    /of the type "llava9", which transformers 5\.24\.0, that of this leaderboard's harness, does not load/,
    /Once "llava9"/,
    { model: config({ model_type: "mistral" }) },
  ],
  [
    "no configuration",
    "architecture",
    { model: { config: null } },
    /has no config.json with a model_type/,
    /Upload the config.json/,
    {},
  ],
  [
    "a tokenizer's code",
    "remote-code",
    { model: tokenizer({ class: "YiTokenizer", hasCode: true }) },
    /The tokenizer of o\/llama, "YiTokenizer", is code of its own/,
    /Save it as a PreTrainedTokenizerFast/,
    { model: tokenizer({ class: "GPT2TokenizerFast", hasCode: true }) },
  ],
  [
    "no tokenizer",
    "tokenizer",
    { model: { hasTokenizer: false } },
    /no files of a tokenizer/,
    /Upload tokenizer.json/,
    {},
  ],
  [
    "no safetensors",
    "safetensors",
    { model: weights({ files: [], others: true }) },
    /no weights as .safetensors .* It has weights of another kind, which can carry code\.$/,
    /save_pretrained/,
    { model: weights({ others: true }) },
  ],
  [
    "parts of its weights missing",
    "safetensors",
    { model: weights({ missing: ["model-00002-of-00002.safetensors"] }) },
    /lacks 1 file of its weights, the first of them model-00002-of-00002.safetensors/,
    /submit the commit that has all/,
    {},
  ],
  [
    "an adapter submitted as a model",
    "adapter",
    { model: { ...weights({ files: [] }), adapterOf: "o/base", config: null, params: null } },
    /is an adapter: it has an adapter_config.json/,
    /Choose the weight type Adapter/,
    { model: { adapterOf: "o/base" } },
  ],
  [
    "no licence",
    "license",
    { model: { license: null } },
    /names no licence/,
    /license_name and license_link/,
    { model: { license: "mit" } },
  ],
  [
    "a card of 199 characters",
    "card",
    { model: { card: 199 } },
    /a card of 199 characters, without its head; 200 are needed/,
    /Describe in its README.md/,
    { model: { card: 200 } },
  ],
  ["no card", "card", { model: { card: null } }, /has no card/, /Describe/, {}],
  [
    "a chat template asked for, and none there",
    "chat-template",
    { submission: { use_chat_template: true }, model: { template: null } },
    /its tokenizer has none\.$/,
    /or submit it without/,
    { model: { template: null } },
  ],
  [
    "a chat template for processors",
    "chat-template",
    { submission: { use_chat_template: true }, model: { template: "processor" } },
    /chat_template.json is for processors/,
    /Add a chat_template.jinja/,
    { submission: { use_chat_template: true } },
  ],
  [
    "a precision that is not offered",
    "precision",
    { submission: { precision: "4bit" } },
    /Nothing is evaluated in 4bit here/,
    /Choose bfloat16, float16, float32/,
    { submission: { precision: "float32" } },
  ],
  [
    "packed by GPTQ, in 16 bits",
    "precision",
    { model: packing("gptq"), rules: anyPrecision },
    /are packed \("gptq"\), and cannot be evaluated in bfloat16/,
    /Choose GPTQ/,
    { submission: { precision: "GPTQ" }, model: packing("gptq"), rules: anyPrecision },
  ],
  [
    "packed in four bits, as eight",
    "precision",
    { submission: { precision: "8bit" }, model: packing("bitsandbytes"), rules: anyPrecision },
    /cannot be evaluated in 8bit/,
    /Choose 4bit/,
    { submission: { precision: "4bit" }, model: packing("bitsandbytes"), rules: anyPrecision },
  ],
  [
    "packed in a way that is not loaded",
    "precision",
    { model: packing("awq") },
    /are packed \("awq"\)/,
    /Submit the model that they were packed from/,
    { model: packing("mxfp4") },
  ],
  [
    "GPTQ of weights that are not",
    "precision",
    { submission: { precision: "GPTQ" }, rules: anyPrecision },
    /are not packed by GPTQ/,
    /Choose the precision that they are in/,
    { submission: { precision: "4bit" }, rules: anyPrecision },
  ],
  [
    "more memory than there is, by a byte",
    "size",
    { rules: largest(NEEDED - 1e-9) },
    /needs about 23.2 GB of memory in bfloat16; 23 GB are the most/,
    /a precision that takes less/,
    { rules: largest(NEEDED) },
  ],
  [
    "an unknown number of parameters",
    "size",
    { model: { params: null } },
    /cannot be told from its files/,
    /save_pretrained/,
    { model: { params: null }, known: { reader: "visitor" } },
  ],
  [
    "evaluated at this commit and precision",
    "evaluated",
    { known: { evaluated: [run()] } },
    /^o\/llama in bfloat16 was evaluated at this very commit, 01234567\.$/,
    /another commit or precision/,
    { known: { evaluated: [run({ precision: "float16" })] } },
  ],
  [
    "a request that was finished",
    "evaluated",
    { known: { requests: [request("FINISHED", { model: "O/Llama" })] } },
    /was evaluated at this very commit/,
    /another commit/,
    { known: { requests: [request("FINISHED", { revision: "f".repeat(40) })] } },
  ],
  [
    "a request that waits",
    "queued",
    { known: { requests: [request("PENDING")] } },
    /waits in the queue at this revision already/,
    /vote for it/,
    { known: { requests: [request("FAILED"), request("CANCELLED")] } },
  ],
  [
    "a request of the branch that waits",
    "queued",
    { known: { requests: [request("PENDING", { revision: "main", weight_type: null })] } },
    /at this revision already/,
    /vote for it/,
    { known: { requests: [request("PENDING", { model: "o/llama2" })] } },
  ],
  [
    "a request of another commit that runs",
    "queued",
    { known: { requests: [request("RUNNING", { revision: "f".repeat(40) })] } },
    /is being evaluated at another revision, "f{40}", already/,
    /Wait until that is done/,
    { known: { requests: [request("RUNNING", { precision: "float16" })] } },
  ],
  [
    "a model that is not evaluated",
    "never",
    { rules: never("O/Llama") },
    /^O\/Llama is on the list of what is not evaluated here: Its answers are in its training\.$/,
    /open a discussion/,
    { rules: never("o/lla") },
  ],
  [
    "an owner who is not evaluated",
    "never",
    { rules: never("O") },
    /^O is on the list/,
    /open a discussion/,
    { rules: never("llama") },
  ],
  [
    "a sixth submission within a week",
    "per-author",
    { known: ago(1, 2, 3, 4, WEEK - 1) },
    /submitted 5 models in the last 7 days; 5 are allowed/,
    /again after 2026-11-30 13:00 UTC/,
    { known: ago(1, 2, 3, 4, WEEK) },
  ],
];

describe("refused, with what would mend it; not so what only looks like it", () => {
  test.each(CASES)("%s: %s", (_, id, refused, what, fix, allowed) => {
    const found = objections(refused);
    expect(ids(found)).toEqual([id]);
    expect(found[0]!.what).toMatch(what);
    expect(found[0]!.fix).toMatch(fix);
    expect(objections(allowed)).toEqual([]);
  });
});

test("what is loaded is what the harness's own transformers loads, and that is named", () => {
  const qwen3 = config({ model_type: "qwen3" });
  expect(objections({ model: qwen3 })).toEqual([]);
  const [old, ...more] = objections({
    model: qwen3,
    known: { transformers: TRANSFORMERS_4_49_0 },
  });
  expect(more).toEqual([]);
  expect(old).toMatchObject({ id: "architecture" });
  expect(old!.what).toContain("which transformers 4.49.0, that of");
});

test("a tokenizer that a newer transformers wrote is refused where the harness has an older one", () => {
  const model = {
    tokenizer: { class: "TokenizersBackend", hasCode: false, hasTemplate: true },
  };
  const older = { transformers: TRANSFORMERS_4_49_0 };
  expect(objections({ model })).toEqual([]);
  expect(objections({ known: older })).toEqual([]);
  const found = objections({ model, known: older });
  expect(ids(found)).toEqual(["tokenizer"]);
  expect(found[0]!.what).toContain("a TokenizersBackend, which transformers 4.49.0,");
});

describe("what is not there", () => {
  const missing = (which: "model" | "revision", known: Partial<Known> = {}) =>
    objectionsTo(
      { ...SUBMISSION, revision: "v2" },
      { model: { missing: which }, base: null },
      { ...NOTHING, ...known },
      { ...DEFAULT_RULES, ...never("o") },
    );

  test("is said, and so is all that is known without it", () => {
    expect(ids(missing("model", ago(1, 2, 3, 4, 5)))).toEqual(["never", "missing", "per-author"]);
    expect(missing("model")[1]!.what).toBe("o/llama is not on the Hub, or it is private.");
    const revision = missing("revision")[1]!;
    expect(revision).toEqual({
      id: "revision",
      what: 'o/llama has no branch, tag or commit "v2".',
      fix: "Check the revision: main is the usual one.",
    });
  });

  test("nor what cannot be read, of a model or its base, with the reason", () => {
    const unread = { missing: "answer", why: "answers 451" } as const;
    const facts = { model: unread, base: unread };
    const all = objectionsTo(
      { ...SUBMISSION, weight_type: "Adapter", base_model: "o/base" },
      facts,
      NOTHING,
      DEFAULT_RULES,
    );
    expect(all.map(({ id, what }) => [id, what])).toEqual([
      ["unreadable", "What the Hub says of o/llama cannot be read: it answers 451."],
      ["unreadable", "What the Hub says of o/base cannot be read: it answers 451."],
    ]);
  });
});

test("of many objections each is said", () => {
  const found = objections({
    submission: { use_chat_template: true },
    model: {
      license: null,
      card: 0,
      template: null,
      hasTokenizer: false,
      ...config({ model_type: "x", hasCode: true }),
      ...weights({ files: [] }),
      params: null,
    },
    known: {
      ...ago(1, 1, 1, 1, 1),
      requests: [request("PENDING")],
      evaluated: [run({ chat_template: null })],
    },
  });
  expect(ids(found).sort()).toEqual([
    "card",
    "chat-template",
    "evaluated",
    "license",
    "per-author",
    "queued",
    "remote-code",
    "safetensors",
    "tokenizer",
  ]);
});

test("a run with another chat setting is another evaluation, and one that does not say is the same", () => {
  const evaluated = (chat_template: boolean | null) =>
    ids(objections({ known: { evaluated: [run({ chat_template })] } }));
  expect(evaluated(true)).toEqual([]);
  expect(evaluated(false)).toEqual(["evaluated"]);
  expect(evaluated(null)).toEqual(["evaluated"]);
});

test("a week is counted from now, whatever the times are; what is no time counts for nothing", () => {
  const five = (times: string[]) => ids(objections({ known: { recent: times } }));
  const later = new Date(NOW + 1000).toISOString();
  expect(five([later, later, later, later, later])).toEqual(["per-author"]);
  expect(five(["yesterday", "", "2026-13-45", later, later])).toEqual([]);
  const rules = { per_author: { requests: 1, days: 1 } };
  expect(ids(objections({ known: ago(23.9), rules }))).toEqual(["per-author"]);
  expect(ids(objections({ known: ago(24), rules }))).toEqual([]);
  expect(objections({ known: ago(1), rules })[0]!.what).toMatch(/1 model in the last 1 day; 1 are/);
});

describe("an adapter", () => {
  test("is loaded with its base's configuration, tokenizer and template", () => {
    const plain = { ...GOOD, template: null };
    expect(ids(aboutAdapter({ base: plain }, { use_chat_template: true }))).toEqual([
      "chat-template",
    ]);
    expect(aboutAdapter({ base: plain }, { use_chat_template: true })[0]!.what).toMatch(
      /^o\/llama/,
    );
    const coded = { ...GOOD, ...config({ model_type: "x", hasCode: true }) };
    expect(ids(aboutAdapter({ base: coded }))).toEqual(["remote-code"]);
  });

  test("needs a base that is there, public, whole, at the same revision", () => {
    expect(ids(aboutAdapter({ base: { missing: "model" } }))).toEqual(["missing"]);
    const [revision] = aboutAdapter({ base: { missing: "revision" } }, { revision: "v2" });
    expect(revision).toEqual({
      id: "revision",
      what: 'The base model o/llama has no revision "v2"; the harness loads both with one.',
      fix: "Put what you submit on a branch that its base has too: main.",
    });
    expect(ids(aboutAdapter({ base: { ...GOOD, private: true } }))).toEqual(["private"]);
    const { files, ...rest } = GOOD.weights;
    const without = { ...GOOD, weights: { ...rest, files: [] }, params: null };
    expect(ids(aboutAdapter({ base: without }))).toEqual(["safetensors"]);
    expect(files).toHaveLength(1);
  });

  test("is made for its base, as far as it says so", () => {
    const made = (adapterOf: string | null) =>
      aboutAdapter({ model: { ...LORA, adapterOf } }).map(({ what }) => what);
    expect(made("O/LLAMA")).toEqual([]);
    expect(made("")).toEqual([]);
    expect(made("/home/ann/llama")).toEqual([]);
    expect(made("o/mistral")).toEqual([
      'o/lora was made for "o/mistral", says its adapter_config.json, and not for o/llama.',
    ]);
    expect(made(null)).toEqual(["o/lora has no adapter_config.json, so it is no adapter."]);
  });

  test("of a base whose card is wrong is not refused for that; its own card counts", () => {
    const wrong = [{ file: "README.md", what: "is larger than 1.0 MB" }];
    expect(aboutAdapter({ base: { ...GOOD, wrong, card: null, license: null } })).toEqual([]);
    expect(ids(aboutAdapter({ model: { ...LORA, card: 10 } }))).toEqual(["card"]);
    expect(ids(aboutAdapter({ model: { ...LORA, wrong, card: null } }))).toEqual(["file"]);
  });
});

test("delta weights need a configuration of their own too, and an adapter none", () => {
  const delta = { ...GOOD, name: "o/lora" };
  const asDelta = { weight_type: "Delta" } as const;
  expect(aboutAdapter({ model: delta }, asDelta)).toEqual([]);
  const [objection, ...rest] = aboutAdapter({ model: { ...delta, config: null } }, asDelta);
  expect(rest).toEqual([]);
  expect(objection).toMatchObject({
    id: "architecture",
    what: "o/lora has no config.json with a model_type, by which it would be loaded.",
  });
  expect(aboutAdapter({ model: { ...LORA, config: null } })).toEqual([]);
});

describe("a visitor", () => {
  const model = {
    gated: "auto",
    readable: false,
    config: null,
    tokenizer: null,
    card: null,
  } as const;

  test("who may not read a gated model is not refused, and told what is left", () => {
    expect(objections({ model, known: { reader: "visitor" } })).toEqual([]);
    const left = leftToCollector({ model: { ...GOOD, ...model }, base: null });
    expect(left).toEqual([expect.stringMatching(/^o\/llama is gated, .* when your submission is/)]);
  });

  test("is told of parameters that cannot be counted from a page", () => {
    const facts = { model: { ...GOOD, params: null }, base: GOOD };
    expect(leftToCollector(facts)).toEqual([
      expect.stringMatching(/^How many parameters o\/llama has cannot be told from here/),
    ]);
    expect(leftToCollector({ model: GOOD, base: null })).toEqual([]);
    expect(leftToCollector({ model: { missing: "model" }, base: null })).toEqual([]);
  });
});

test("whatever strangers wrote, what is said is plain text of a bounded length", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 600, size: "max" }),
    fc.constantFrom("\u202Egpj", "a\u0000b\u001B[31m", "\u200B".repeat(600), "x\ud800", "a\nb"),
  );
  fc.assert(
    fc.property(text, text, (a, b) => {
      const said = objections({
        submission: { use_chat_template: true },
        model: {
          ...config({ model_type: a || "x", hasCode: true }),
          ...tokenizer({ class: b, hasCode: true }),
          wrong: [{ file: "README.md", what: a + b }],
          template: null,
          name: `o/${a}`,
        },
        known: { requests: [request("PENDING", { revision: b })] },
        rules: { never: [{ name: "o", reason: a }] },
      });
      for (const { what, fix } of said) {
        expect(Math.max(what.length, fix.length)).toBeLessThanOrEqual(500);
        expect(`${what}${fix}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
    }),
    // Shrinking texts of this length takes minutes.
    { endOnFailure: true, numRuns: 40 },
  );
});

test("what is known of a model stays as it was given", () => {
  const facts = Object.freeze({ model: Object.freeze({ ...GOOD }), base: null });
  const known = Object.freeze({ ...NOTHING, recent: Object.freeze(["2026-11-29T00:00:00Z"]) });
  const asked = () => objectionsTo(SUBMISSION, facts, known, DEFAULT_RULES);
  expect(asked()).toEqual(asked());
});

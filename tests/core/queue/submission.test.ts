import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Accepted,
  PRECISIONS,
  proposedText,
  readSubmission,
  requestPath,
  requestText,
  type Submission,
  submissionSchema,
  WEIGHT_TYPES,
} from "../../../src/core/queue/submission.ts";
import { MODEL_TYPES } from "../../../src/core/records/evaluation.ts";
import { parseRequest } from "../../../src/pipeline/sources/requests.ts";
import { COMMIT, SUBMISSION } from "./made.ts";

const ADAPTER: Submission = {
  ...SUBMISSION,
  model: "o/lora",
  weight_type: "Adapter",
  base_model: "o/llama",
};

const ACCEPTED: Accepted = {
  commit: COMMIT,
  params: 8_030_261_248,
  architectures: "LlamaForCausalLM",
  license: "llama3",
  sender: "ann",
  submitted_time: "2026-11-30T12:00:00Z",
  pull_request: 12,
  earlier: [],
};

const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}$/);
const model = fc.tuple(part, part).map((parts) => parts.join("/"));
const submission = fc
  .record({
    model,
    base: model,
    precision: fc.constantFrom(...PRECISIONS),
    weight_type: fc.constantFrom(...WEIGHT_TYPES),
    model_type: fc.constantFrom(...MODEL_TYPES),
    use_chat_template: fc.boolean(),
    revision: fc.constantFrom("main", "v1.0", "feature/x", COMMIT),
  })
  .filter(({ model: own, base }) => own.toLowerCase() !== base.toLowerCase())
  .map(({ base, ...rest }): Submission => {
    return { ...rest, base_model: rest.weight_type === "Original" ? null : base };
  });

describe("the file", () => {
  test("has the name that the leaderboard's backend gives it", () => {
    expect(requestPath(SUBMISSION)).toBe("o/llama_eval_request_False_bfloat16_Original.json");
  });

  test("is another for each model, precision and weight type, however a model is called", () => {
    const name = fc.constantFrom("a", "a_eval_request_False_float16_Original.json", "a_False");
    const of = fc
      .tuple(name, fc.constantFrom(...PRECISIONS), fc.constantFrom(...WEIGHT_TYPES))
      .map(([n, precision, weight_type]) => [`o/${n}`, precision, weight_type] as const);
    const pathOf = ([m, precision, weight_type]: readonly [string, never, never]) =>
      requestPath({ ...SUBMISSION, model: m, precision, weight_type });
    fc.assert(
      fc.property(of, of, (a, b) => {
        expect(pathOf(a as never) === pathOf(b as never)).toBe(a.join() === b.join());
      }),
    );
  });

  test("that is proposed is read back as it was meant", () => {
    fc.assert(
      fc.property(submission, (s) => {
        expect(readSubmission(proposedText(s))).toEqual(s);
      }),
    );
  });

  test("on main is read as every request is, with the commit in place of the branch", () => {
    fc.assert(
      fc.property(submission, (s) => {
        const isWhole = s.weight_type === "Original";
        const { base_model, use_chat_template, ...rest } = s;
        expect(parseRequest(requestText(s, ACCEPTED))).toMatchObject({
          ...rest,
          base_model,
          chat_template: use_chat_template,
          revision: isWhole ? COMMIT : s.revision,
          branch: isWhole && s.revision !== COMMIT ? s.revision : null,
          architecture: "LlamaForCausalLM",
          params_b: 8.03,
          status: "PENDING",
          submitted_at: "2026-11-30T12:00:00Z",
          started_at: null,
          job_id: null,
          sender: "ann",
          pull_request: 12,
          timeline: null,
        });
      }),
    );
  });

  test("on main says of an adapter which commit it had, as its revision is its base's too", () => {
    expect(JSON.parse(requestText(ADAPTER, ACCEPTED))).toMatchObject({
      revision: "main",
      commit: COMMIT,
      base_model: "o/llama",
    });
  });

  test("on main keeps what earlier requests came to", () => {
    const earlier = [
      {
        revision: "main",
        status: "FAILED",
        submitted_time: "2026-01-01T00:00:00Z",
        ended: "2026-01-02T00:00:00Z",
        why: "o/llama is gone.",
        sender: "kim",
        pull_request: 3,
      },
    ];
    const text = requestText(SUBMISSION, { ...ACCEPTED, earlier });
    expect(JSON.parse(text).earlier).toEqual(earlier);
    expect(parseRequest(text).timeline).toContain("o/llama is gone.");
  });

  test.each([
    [8_030_261_248, 8.03],
    [135_000_000, 0.135],
    [1_234_567, 0.00123],
    [70_553_706_496, 70.554],
  ])("says %i parameters as %d billions, and never as none", (params, billions) => {
    expect(JSON.parse(requestText(SUBMISSION, { ...ACCEPTED, params })).params).toBe(billions);
  });
});

describe("what others wrote", () => {
  /** As the leaderboard's own form wrote it in 2024 (src/submission/submit.py). */
  const OLD = {
    model: "o/llama",
    base_model: "",
    revision: "main",
    precision: "bfloat16",
    params: 8.03,
    architectures: "LlamaForCausalLM",
    weight_type: "Original",
    status: "PENDING",
    submitted_time: "2024-06-26T12:00:00Z",
    model_type: "💬 : 💬 chat models (RLHF, DPO, IFT, ...)",
    job_id: -1,
    job_start_time: null,
    use_chat_template: true,
    sender: "ann",
  };

  test("is read, and what is not the submitter's to say is left alone", () => {
    const text = JSON.stringify({ ...OLD, status: "FINISHED", sender: "bob", pull_request: 1 });
    expect(readSubmission(text)).toEqual({
      ...SUBMISSION,
      model_type: "chat",
      use_chat_template: true,
    });
  });

  test("may leave out what has a usual value, and an original's base is not loaded", () => {
    const { model, precision } = OLD;
    const text = JSON.stringify({ model, precision, model_type: "pretrained", base_model: "o/b" });
    expect(readSubmission(text)).toEqual(SUBMISSION);
  });

  test.each<[object, RegExp]>([
    [{ model: "llama" }, /^The request: field model: must be a model with its owner/],
    [{ precision: "int4" }, /field precision: must be one of "bfloat16", /],
    [{ weight_type: "Merged" }, /field weight_type: must be one of "Original"/],
    [{ weight_type: "Adapter" }, /field base_model: must name the model/],
    [{ weight_type: "delta", base_model: "O/LLAMA" }, /must be another model/],
    [{ model_type: "magic" }, /field model_type: must be one of "pretrained"/],
    [{ model_type: undefined }, /field model_type/],
    [{ use_chat_template: "yes" }, /field use_chat_template: must be true or false/],
    [{ revision: 7 }, /field revision: must be text/],
  ])("is refused with the field: %j", (change, message) => {
    expect(() => readSubmission(JSON.stringify({ ...OLD, ...change }))).toThrow(message);
  });

  test.each([
    ["", /not valid JSON/],
    ["[]", /must be an object/],
    ["null", /must be an object/],
    ["[".repeat(8000) + "]".repeat(8000), /must be an object/],
    [JSON.stringify({ ...OLD, x: "x".repeat(17_000) }), /17\d\d\d characters; 16384 are more/],
  ])("that is none is refused: %.20s", (text, message) => {
    expect(() => readSubmission(text)).toThrow(message);
  });

  test("with a key that would change all objects changes none", () => {
    const text = JSON.stringify(OLD).replace("{", '{"__proto__": {"precision": "GPTQ"},');
    expect(readSubmission(text).precision).toBe("bfloat16");
    expect(({} as { precision?: string }).precision).toBeUndefined();
  });
});

describe("names", () => {
  const refused = (change: Partial<Submission>) =>
    submissionSchema.safeParse({ ...SUBMISSION, ...change }).error?.issues.map((i) => i.message);

  test.each([
    ["о/llama", /U\+043E/],
    ["o/lla\u200Bma", /U\+200B/],
    ["o/llama\u202Egpj", /U\+202E/],
    ["o/ｌlama", /U\+FF4C/],
    ["o/𝐥lama", /U\+1D425/],
    ["o%2fllama", /U\+0025/],
    ["o/..%2F..", /U\+0025/],
    ["o\\llama", /U\+005C/],
    ["o/llama\n", /U\+000A/],
    ["o/llama?x", /U\+003F/],
    ["o/<b>", /U\+003C/],
    ["../llama", /begin nor end with a dot/],
    ["o/..", /begin nor end with a dot/],
    ["o/.git", /begin nor end with a dot/],
    ["a/b/c", /must be a model name like OWNER\/NAME/],
    ["/llama", /must be a model name like OWNER\/NAME/],
    ["o/", /must be a model name like OWNER\/NAME/],
    ["llama", /with its owner/],
    [`o/${"x".repeat(97)}`, /must be a model name like OWNER\/NAME/],
    ["x".repeat(201), /Too big/],
    ["", /Too small/],
  ])("that are none of the Hub's are refused: %j", (name, message) => {
    expect(refused({ model: name })?.join("; ")).toMatch(message);
  });

  test.each(["main", "v1.0", "feature/x_y", "a".repeat(100), COMMIT])("%s is a revision", (rev) => {
    expect(refused({ revision: rev })).toBeUndefined();
  });

  test.each([
    "",
    "..",
    ".",
    "a/../b",
    "a..b",
    "a//b",
    "/a",
    "a/",
    "-a",
    "a.lock",
    "a.lock/b",
    "a/.b",
    "a.",
    "refs/pr/1",
    "a b",
    "a%2e",
    "a?b",
    "a#b",
    "mаin",
    "a".repeat(101),
  ])("%j is none", (rev) => {
    expect(refused({ revision: rev })?.[0]).toMatch(/must be a branch, tag or commit/);
  });

  test("an original has no base, and nothing is its own", () => {
    expect(refused({ base_model: "o/b" })).toEqual([
      "must be empty where the weight type is Original",
    ]);
    expect(refused({ weight_type: "Delta", base_model: "O/Llama" })).toEqual([
      "must be another model than the one submitted",
    ]);
  });
});

import { describe, expect, test } from "vitest";
import {
  isRequestFile,
  parseRequest,
  sortRequests,
} from "../../../src/pipeline/sources/requests.ts";

/** As the leaderboard's own datasets have them. */
const REQUEST = {
  model: "a/x",
  base_model: "",
  revision: "main",
  precision: "bfloat16",
  params: 7.24,
  architectures: "LlamaForCausalLM",
  weight_type: "Original",
  status: "FINISHED",
  submitted_time: "2024-06-30T10:00:00Z",
  model_type: "🟢 : pretrained",
  job_id: "1234",
  job_start_time: "2024-07-01T10:00:00.123456",
  use_chat_template: false,
  sender: "someone",
};
const parse = (change: object = {}) => parseRequest(JSON.stringify({ ...REQUEST, ...change }));

test("files are known by their names", () => {
  expect(isRequestFile("a/x_eval_request_False_bfloat16_Original.json")).toBe(true);
  expect(isRequestFile("x_eval_request_nan_GPTQ_Delta.json")).toBe(true);
  for (const path of ["a/x.json", "a_eval_request_/x.json", "a/x_eval_request_False.jsonl"])
    expect(isRequestFile(path)).toBe(false);
});

test("a request becomes a row", () => {
  expect(parse()).toEqual({
    model: "a/x",
    revision: "main",
    precision: "bfloat16",
    weight_type: "Original",
    model_type: "pretrained",
    base_model: null,
    architecture: "LlamaForCausalLM",
    params_b: 7.24,
    chat_template: false,
    status: "FINISHED",
    submitted_at: "2024-06-30T10:00:00Z",
    started_at: "2024-07-01T10:00:00Z",
    job_id: "1234",
    sender: "someone",
    branch: null,
    pull_request: null,
    tries: null,
    progress: null,
    ended_at: null,
    cause: null,
    why: null,
    timeline: null,
  });
});

/** As a runner and the collector leave it. */
const NOTED = {
  branch: "v2",
  pull_request: 12,
  runner: {
    until: null,
    tries: 2,
    cause: "out-of-memory",
    why: "It did not fit into memory.",
    progress: "evaluation, command 1 of 6",
    ended: "2026-11-30T10:00:00.000Z",
  },
  earlier: [
    {
      revision: "0123456789012345678901234567890123456789",
      status: "FAILED",
      submitted_time: "2026-10-01T00:00:00Z",
      ended: "2026-10-02T00:00:00.123Z",
      why: "Gone.",
      more: 1,
    },
  ],
};

test("what runner and collector noted is in the row", () => {
  const { timeline, ...row } = parse(NOTED);
  expect(row).toMatchObject({
    branch: "v2",
    pull_request: 12,
    tries: 2,
    cause: "out-of-memory",
    why: "It did not fit into memory.",
    progress: "evaluation, command 1 of 6",
    ended_at: "2026-11-30T10:00:00Z",
  });
  expect(JSON.parse(timeline!)).toEqual([
    {
      revision: "0123456789012345678901234567890123456789",
      status: "FAILED",
      submitted_at: "2026-10-01T00:00:00Z",
      ended_at: "2026-10-02T00:00:00Z",
      why: "Gone.",
    },
  ]);
});

test.each<[object, object]>([
  [{ branch: 7 }, { branch: null }],
  [{ pull_request: "12" }, { pull_request: null }],
  [{ pull_request: -1 }, { pull_request: null }],
  [{ runner: "ours" }, { tries: null, why: null }],
  [{ runner: { tries: 1.5, why: ["a"] } }, { tries: null, why: null }],
  [{ runner: { why: "a\u001b[31mb\u202ec" } }, { why: "a [31mb c" }],
  [{ runner: { why: "w".repeat(5000) } }, { why: "w".repeat(2000) }],
  [{ runner: { ended: "soon" } }, { ended_at: null }],
  [{ earlier: { a: 1 } }, { timeline: null }],
  [{ earlier: [] }, { timeline: null }],
])("notes that are others', %j, cost no row", (change, expected) => {
  expect(parse(change)).toEqual({ ...parse(), ...expected });
});

describe("what is not known is null:", () => {
  test.each<[object, object]>([
    [{ revision: "" }, { revision: null }],
    [{ precision: undefined }, { precision: null }],
    [{ params: 0 }, { params_b: null }],
    [{ params: "7.24" }, { params_b: 7.24 }],
    [{ params: "many" }, { params_b: null }],
    [{ weight_type: "Sparse" }, { weight_type: null }],
    [{ model_type: "?" }, { model_type: null }],
    [{ job_id: -1 }, { job_id: null }],
    [{ job_id: "-1" }, { job_id: null }],
    [{ job_id: 77 }, { job_id: "77" }],
    [{ job_start_time: null }, { started_at: null }],
    [{ submitted_time: "yesterday" }, { submitted_at: null }],
    [{ submitted_time: "2024-02-30T10:00:00Z" }, { submitted_at: null }],
    [{ submitted_time: "2024-06-30T10:00:00+02:00" }, { submitted_at: "2024-06-30T08:00:00Z" }],
    [{ use_chat_template: undefined }, { chat_template: null }],
    [{ sender: undefined }, { sender: null }],
    [{ status: "pending" }, { status: "PENDING" }],
    // No status vanishes: what is not of the format stands as its file has it.
    [{ status: "Rerun" }, { status: "RERUN" }],
    [{ status: "a\u202eb\u0007" }, { status: "A B" }],
    [{ something: "new" }, {}],
  ])("%j", (change, expected) => {
    expect(parse(change)).toEqual({ ...parse(), ...expected });
  });
});

test.each<[object, string]>([
  [{ model: "../x" }, "field model: must be a model name"],
  [{ model: undefined }, "field model: "],
  [{ status: "" }, "field status: "],
  [{ status: "x".repeat(41) }, "field status: "],
  [{ status: undefined }, "field status: "],
  [{ revision: "a b" }, "field revision: "],
  [{ precision: "<b>" }, "field precision: "],
  [{ use_chat_template: "yes" }, "field use_chat_template: "],
  [{ sender: { name: "x" } }, "field sender: "],
])("a request with %j is refused, and says where", (change, said) => {
  expect(() => parse(change)).toThrow(said);
});

test("what is cut short is refused", () => {
  expect(() => parseRequest(JSON.stringify(REQUEST).slice(0, 50))).toThrow(/^is not valid JSON/);
});

test("rows stand in the order in which they were submitted, those of unknown time last", () => {
  const at = (model: string, submitted_time: string | null) => parse({ model, submitted_time });
  const rows = [
    at("a/z", null),
    at("a/y", "2024-07-01T00:00:00Z"),
    at("a/w", "2024-06-01T00:00:00Z"),
    at("a/b", "2024-07-01T00:00:00Z"),
  ];
  const sorted = ["a/w", "a/b", "a/y", "a/z"];
  expect(sortRequests(rows).map((r) => r.model)).toEqual(sorted);
  expect(sortRequests(rows.toReversed()).map((r) => r.model)).toEqual(sorted);
});

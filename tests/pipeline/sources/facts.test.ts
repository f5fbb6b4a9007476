import { expect, test } from "vitest";
import type { Evaluation } from "../../../src/core/records/evaluation.ts";
import type { ModelFacts } from "../../../src/core/records/facts.ts";
import { applyFacts, daysChecked } from "../../../src/pipeline/sources/facts.ts";

const evaluation: Evaluation = {
  suite: "s",
  model: "o/a",
  revision: null,
  precision: "bfloat16",
  weight_type: "Original",
  architecture: null,
  model_type: "chat",
  params_b: 7,
  license: "mit",
  likes: 5,
  base_model: "o/base",
  generation: null,
  chat_template: true,
  settings: null,
  merged: null,
  moe: null,
  flagged: false,
  availability: "available",
  maintainers_choice: false,
  submitted_at: null,
  uploaded_at: null,
  co2_kg: null,
  context_length: null,
  context_source: null,
  runs: [],
  extras: {},
  measures: [],
  at: "2025-03-13T00:00:00Z",
  source: "x",
};

const facts: ModelFacts = {
  model: "o/a",
  checked_at: "2026-11-25T08:00:00Z",
  known_at: "2026-11-25T08:00:00Z",
  on_hub: true,
  gone_at: null,
  renamed_to: null,
  sha: "a",
  likes: 9,
  license: "apache-2.0",
  base_models: ["o/other"],
  params: 7_241_732_096,
  context_length: 4096,
};

const blank = { ...evaluation, likes: null, license: null, base_model: null, params_b: null };

function apply(e: Evaluation, f: Partial<ModelFacts>): Evaluation {
  return applyFacts([e], new Map([["o/a", { ...facts, ...f }]]))[0]!;
}

test("newer facts stand in place of what was published; the size stays", () => {
  expect(apply(evaluation, {})).toEqual({
    ...evaluation,
    likes: 9,
    license: "apache-2.0",
    base_model: "o/other",
    context_length: 4096,
    context_source: "config.json of the model on the Hub",
  });
});

test("older facts only fill what is unknown", () => {
  const older = { checked_at: "2025-01-01T00:00:00Z", known_at: "2025-01-01T00:00:00Z" };
  expect(apply(evaluation, { ...older, on_hub: false })).toEqual({
    ...evaluation,
    context_length: 4096,
    context_source: "config.json of the model on the Hub",
  });
  expect(apply({ ...blank, availability: null }, { ...older, on_hub: false })).toMatchObject({
    likes: 9,
    license: "apache-2.0",
    base_model: "o/other",
    availability: "gone",
    params_b: 7.242,
  });
});

test("an unknown fact replaces nothing", () => {
  const nothing = {
    likes: null,
    license: null,
    base_models: [],
    params: null,
    context_length: null,
  };
  expect(apply(evaluation, nothing)).toEqual(evaluation);
});

test("of a model that has gone, what was known before it went is as old as that", () => {
  const gone = { on_hub: false, gone_at: "2026-11-25", known_at: "2024-12-01T00:00:00Z" };
  expect(apply(evaluation, gone)).toEqual({
    ...evaluation,
    availability: "gone",
    context_length: 4096,
    context_source: "config.json of the model on the Hub",
  });
});

test("a model with several bases, or with itself, has no base model", () => {
  expect(apply(blank, { base_models: ["o/b", "o/c"] }).base_model).toBeNull();
  expect(apply(blank, { base_models: ["o/a"] }).base_model).toBeNull();
  expect(apply(blank, { base_models: ["o/a", "o/b"] }).base_model).toBe("o/b");
});

test("small models keep a size, and models without facts everything", () => {
  expect(apply(blank, { params: 14_000 }).params_b).toBe(0.000014);
  expect(apply(blank, { params: 70_553_706_496 }).params_b).toBe(70.554);
  expect(applyFacts([evaluation], new Map())).toEqual([evaluation]);
});

test("the days on which facts were checked", () => {
  expect(daysChecked(new Map())).toBeNull();
  const other = { ...facts, model: "o/b", checked_at: "2026-11-20T08:00:00Z" };
  const both = new Map([facts, other].map((f) => [f.model, f]));
  expect(daysChecked(both)).toEqual(["2026-11-20", "2026-11-25"]);
});

test("the Hub overrules a table: what is there is available, or unlisted without a licence", () => {
  const gone: Evaluation = { ...blank, availability: "gone" };
  expect(apply(gone, {}).availability).toBe("available");
  expect(apply(gone, { license: null }).availability).toBe("unlisted");
});

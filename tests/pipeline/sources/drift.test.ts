import { expect, test } from "vitest";
import { driftOf } from "../../../src/pipeline/sources/drift.ts";
import type { Outcome } from "../../../src/pipeline/sources/pack.ts";

const outcome = (change: Partial<Outcome>): Outcome => ({
  path: "a/x/results.json",
  oid: null,
  evaluations: [],
  reason: null,
  asides: [],
  gone: false,
  unknown: [],
  missing: [],
  ...change,
});
const none = { files: 0, names: {}, more: 0 };

test("where all is as it was known there is nothing to tell", () => {
  const drift = driftOf([outcome({}), outcome({})], [], []);
  expect(drift).toEqual({
    unknown_fields: none,
    missing_fields: none,
    set_aside: none,
    columns: [],
  });
});

test("files are counted once, their fields each; the most frequent come first", () => {
  const drift = driftOf(
    [
      outcome({ unknown: ["b", "a"], missing: ["config"] }),
      outcome({ unknown: ["b"] }),
      outcome({ missing: ["config"] }),
    ],
    [],
    [],
  );
  expect(drift.unknown_fields).toEqual({ files: 2, names: { b: 2, a: 1 }, more: 0 });
  expect(Object.keys(drift.unknown_fields.names)).toEqual(["b", "a"]);
  expect(drift.missing_fields).toEqual({ files: 2, names: { config: 2 }, more: 0 });
});

test("a file that was set aside counts by its reason alone", () => {
  const aside = outcome({ reason: "has none of the benchmarks", unknown: ["x"], missing: ["y"] });
  const drift = driftOf([aside], ["field status: Invalid"], []);
  expect(drift.unknown_fields).toEqual(none);
  expect(drift.missing_fields).toEqual(none);
  expect(drift.set_aside).toEqual({
    files: 2,
    names: { "field status: Invalid": 1, "has none of the benchmarks": 1 },
    more: 0,
  });
});

test("reasons that differ in their values only are one reason", () => {
  const reasons = [
    'must be a number from 0 to 1, is "high"',
    'must be a number from 0 to 1, is "a \\" quote"',
    'must be a number from 0 to 1, is ""',
    "is half-finished: 3 of 24 subtasks",
    "is half-finished: 23 of 24 subtasks",
    "is 1.5e9, is -2",
  ];
  expect(driftOf([], reasons, []).set_aside).toEqual({
    files: 6,
    names: {
      'must be a number from N to N, is "…"': 3,
      "is half-finished: N of N subtasks": 2,
      "is N, is N": 1,
    },
    more: 0,
  });
});

test("twenty names are listed, the rest is counted; a reason is cut", () => {
  const letters = [..."abcdefghijklmnopqrstuvwxy"];
  const { names, more, files } = driftOf([outcome({ unknown: letters })], [], []).unknown_fields;
  expect(Object.keys(names)).toEqual(letters.slice(0, 20));
  expect({ more, files }).toEqual({ more: 5, files: 1 });
  const [reason] = Object.keys(driftOf([], ["x".repeat(5000)], []).set_aside.names);
  expect(reason).toBe("x".repeat(200));
});

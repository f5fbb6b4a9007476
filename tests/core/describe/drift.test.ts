import { expect, test } from "vitest";
import { driftParts } from "../../../src/core/describe/drift.ts";

const none = { files: 0, names: {}, more: 0 };
const NONE = { unknown_fields: none, missing_fields: none, set_aside: none, columns: [] };

test("says nothing where all was as expected, and of embedded tables", () => {
  expect(driftParts(NONE)).toEqual([]);
  expect(driftParts(undefined)).toEqual([]);
});

test("says how much was set aside first, then what was accepted, each with what is behind it", () => {
  const parts = driftParts({
    unknown_fields: { files: 1, names: { gpu: 1 }, more: 0 },
    missing_fields: { files: 2000, names: { "n-samples": 1500, config: 500 }, more: 0 },
    set_aside: { files: 31, names: { "is half-finished": 11 }, more: 20 },
    columns: [],
  });
  expect(parts.map((p) => p.what)).toEqual([
    "31 files and records were set aside",
    "1 result file has fields that are not known here",
    "2,000 result files have less than usual to say about the run",
  ]);
  expect(parts[0]).toMatchObject({ rows: [["is half-finished", "11"]], more: 20 });
  expect(parts[0]?.meaning).toContain("Nothing of them is in the tables");
  expect(parts[2]?.rows).toEqual([
    ["n-samples", "1,500"],
    ["config", "500"],
  ]);
  for (const { meaning } of parts.slice(1)) expect(meaning).toMatch(/no score depends on/i);
});

test("names each column of a table that is not as it was", () => {
  const [part] = driftParts({
    ...NONE,
    columns: [
      { source: "o/c/x.parquet", new: ["Sparkle"], missing: ["moe"], changed: ["♥: 1 of 6"] },
    ],
  });
  expect(part?.what).toContain("o/c/x.parquet");
  expect(part?.rows).toEqual([
    ["♥: 1 of 6", "of another kind"],
    ["moe", "not there"],
    ["Sparkle", "not known here"],
  ]);
});

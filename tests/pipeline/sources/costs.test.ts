// What a runner's record states of a run's CO₂, from the record to the row.
import { createHash } from "node:crypto";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Suite } from "../../../src/core/records/suite.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { load } from "../../../src/pipeline/sources/load.ts";
import { folders, KITCHEN_BOARD } from "../snapshot/snapshot.ts";
import { pullTexts } from "./cached.ts";
import { writeText } from "./harness.ts";
import { kitchenResults } from "./kitchen.ts";

const fresh = folders();

const MODEL = "a/anise";
const [[PATH, TEXT]] = Object.entries(kitchenResults([{ model: MODEL, right: 0.5 }])) as [
  [string, string],
];
const RECORD = `${MODEL}/runner_0123456789abcdef.json`;
const digest = (text: string) => createHash("sha256").update(text).digest("hex");

/** A record of the result file, in its parts that are read, as text. */
const record = (kg: unknown, text = TEXT) =>
  JSON.stringify({
    schema: 1,
    request: "r",
    sha256: { [PATH.split("/").at(-1)!]: digest(text), "samples_x.jsonl": digest("") },
    co2: { kg, grams_per_kwh: 473, source: "test" },
  });

const costIn = async (
  source: string,
  cache = "nowhere",
  suites: Suite[] = KITCHEN_BOARD.suites,
) => {
  const options = { sources: [source], snapshot: undefined, suites, cache };
  const { evaluations, rejections } = await withDuckDB((db) => load(db, options));
  expect(rejections).toEqual([]);
  expect(evaluations).toHaveLength(1);
  return evaluations[0]!.co2_kg;
};

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await fresh();
  for (const [path, text] of Object.entries(files)) await writeText(join(folder, path), text);
  return folder;
}

test("a row has the CO₂ of the record that has its result file's digest", async () => {
  expect(await costIn(await folderOf({ [PATH]: TEXT }))).toBeNull();
  expect(await costIn(await folderOf({ [PATH]: TEXT, [RECORD]: record(0.0125) }))).toBe(0.0125);
});

test("so it is of a dataset that was pulled", async () => {
  const cache = await fresh();
  await pullTexts(cache, "o/results", { [PATH]: TEXT, [RECORD]: record(0.0125) });
  expect(await costIn("hf://datasets/o/results", cache)).toBe(0.0125);
});

test.each([
  ["of another file", record(1, "{}")],
  ["that states none", record(null)],
  ["below 0", record(-1)],
  ["that is a text", record("1")],
  ["of a time before costs were noted", JSON.stringify({ schema: 1, sha256: {} })],
  ["that is none", "[]"],
  ["that is cut off", record(1).slice(0, -9)],
  ["beyond all measure", record(1).replace("{", `{"x": "${"x".repeat(1_000_000)}",`)],
])("a record %s changes nothing, and costs nothing else", async (_, text) => {
  expect(await costIn(await folderOf({ [PATH]: TEXT, [RECORD]: text }))).toBeNull();
});

test("a record that lies elsewhere, or is a link, is none of the file's", async () => {
  const elsewhere = `b/basil/${RECORD.split("/").at(-1)}`;
  expect(await costIn(await folderOf({ [PATH]: TEXT, [elsewhere]: record(1) }))).toBeNull();
  const linked = await folderOf({ [PATH]: TEXT });
  const outside = await folderOf({ "r.json": record(1) });
  await symlink(join(outside, "r.json"), join(linked, RECORD));
  expect(await costIn(linked)).toBeNull();
});

test("a suite that says how its column came about has figures of that kind only", async () => {
  const [first] = KITCHEN_BOARD.suites;
  const suite = { ...first!, co2: { what: "By the hour.", kg_per_hour: 1.5 } };
  const folder = await folderOf({ [PATH]: TEXT, [RECORD]: record(0.0125) });
  expect(await costIn(folder, "nowhere", [suite])).toBeNull();
});

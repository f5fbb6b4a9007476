import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { readCurated } from "../../../src/pipeline/sources/curated.ts";
import { build, folders, OPEN_LLM, query } from "../snapshot/snapshot.ts";
import { pythia, writeRun, writeText } from "./harness.ts";

const fresh = folders();
const FLAG = { model: "a/b", suite: "open-llm-v2", reason: "Trained on the test.", link: null };

async function lists(flagged: unknown, choice: unknown = []): Promise<string> {
  const folder = await fresh();
  await writeText(join(folder, "flagged.json"), JSON.stringify(flagged));
  await writeText(join(folder, "maintainers-choice.json"), JSON.stringify(choice));
  return folder;
}

test("a flagged model keeps its scores and loses its rank; a star is shown", async () => {
  const sources = await fresh();
  const figures = await pythia();
  await writeRun(sources, { figures, model: "a/b" });
  await writeRun(sources, {
    figures,
    model: "a/b",
    dtype: "bfloat16",
    timestamp: "2024-06-18T00-00-00",
  });
  await writeRun(sources, { figures, model: "a/c" });
  const curated = await lists([FLAG, { ...FLAG, model: "a/c", suite: "open-llm-v1" }], ["a/c"]);
  const out = await fresh();
  await build(out, [sources], { ...OPEN_LLM, curated });
  const rows = await query(
    `SELECT model, precision, flagged, maintainers_choice AS star, rank, average > 5 AS scored
     FROM '${out}/models.parquet'`,
  );
  expect(rows).toEqual([
    // Flagged in the other suite only.
    { model: "a/c", precision: "float16", flagged: false, star: true, rank: 1, scored: true },
    { model: "a/b", precision: "bfloat16", flagged: true, star: false, rank: null, scored: true },
    { model: "a/b", precision: "float16", flagged: true, star: false, rank: null, scored: true },
  ]);
});

test("lists that are not there are empty", async () => {
  expect(await readCurated(await fresh())).toEqual({ choice: new Set(), flags: [], aliases: {} });
});

test("the project's own lists check", async () => {
  const { choice, flags } = await readCurated("data/curated");
  expect(choice.has("meta-llama/Meta-Llama-3-70B-Instruct")).toBe(true);
  expect(flags.some((f) => f.suite === "open-llm-v2")).toBe(true);
  const known = new Set(OPEN_LLM.suites.map((s) => s.id));
  expect(flags.filter((f) => !known.has(f.suite))).toEqual([]);
});

describe("a broken list is a sentence that names file and field", () => {
  test.each([
    ["no list", { a: 1 }, [], /flagged\.json: .*must be a list/],
    ["a name that is none", [{ ...FLAG, model: "../x" }], [], /flagged\.json: field 0\.model: /],
    ["no reason", [FLAG, { ...FLAG, reason: "" }], [], /flagged\.json: field 1\.reason: /],
    ["a link that runs", [{ ...FLAG, link: "javascript:alert(1)" }], [], /field 0\.link: /],
    ["a misspelt field", [{ ...FLAG, raeson: "x" }], [], /flagged\.json: field 0: .*raeson/],
    ["a star for no model", [], ["a/b", 3], /maintainers-choice\.json: field 1: /],
  ])("%s", async (_, flagged, choice, message) => {
    const error = await readCurated(await lists(flagged, choice)).catch((e) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(message);
  });

  test("no JSON", async () => {
    const folder = await fresh();
    await writeText(join(folder, "flagged.json"), "[{,}]");
    const error = await readCurated(folder).catch((e) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(/flagged\.json is not valid JSON/);
  });
});

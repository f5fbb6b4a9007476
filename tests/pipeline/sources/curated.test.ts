import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { applyCurated, idleFlags, readCurated } from "../../../src/pipeline/sources/curated.ts";
import type { Row } from "../../../src/pipeline/sources/packed.ts";
import { build, folders, OPEN_LLM, query } from "../snapshot/snapshot.ts";
import { pythia, writeRun, writeText } from "./harness.ts";

const fresh = folders();
const LIFTED = { by: "Ada", at: "2026-11-30", reason: "Shown to be clean." };
const FLAG = { model: "a/b", suite: "open-llm-v2", reason: "Trained on the test.", link: null };

const DISPUTE = { by: "Eve", at: "2026-11-20", text: "Not so." };
const ANSWER = { by: "Ada", at: "2026-11-21", text: "It is.", outcome: "upheld" };
const STAR = { model: "a/b", by: "Ada", at: "2026-01-02", reason: "Official." };

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

test("a lifted flag and a star that has ended no longer hold, of a published table either, and stay in the lists", async () => {
  const curated = await readCurated(
    await lists(
      [
        { ...FLAG, lifted: LIFTED },
        { ...FLAG, model: "a/again", lifted: LIFTED },
        { ...FLAG, model: "a/again" },
      ],
      [
        "a/star",
        { model: "a/was", by: "Ada", at: "2026-01-02", reason: "Official.", ended: LIFTED },
      ],
    ),
  );
  const row = (model: string, flagged: boolean, maintainers_choice: boolean) =>
    ({ suite: "open-llm-v2", model, flagged, maintainers_choice }) as Row;
  const rows = [
    row("a/b", true, false),
    row("a/again", false, false),
    row("a/other", true, true),
    row("a/star", false, false),
    row("a/was", false, true),
  ];
  const told = applyCurated(rows, curated).map((r) => [r.model, r.flagged, r.maintainers_choice]);
  expect(told).toEqual([
    ["a/b", false, false],
    ["a/again", true, false],
    ["a/other", true, true],
    ["a/star", false, true],
    ["a/was", false, false],
  ]);
  expect(curated.flags.map((f) => f.lifted?.by ?? null)).toEqual(["Ada", "Ada", null]);
  expect(curated.stars.map((s) => s.ended?.reason ?? null)).toEqual([null, "Shown to be clean."]);
  // A lifted flag of a model that is in no table is no misspelt name.
  expect(idleFlags([], curated).map((f) => f.model)).toEqual(["a/again"]);
});

test("what steers or turns text does not get in, and what looks like HTML is text", async () => {
  const reason = "a\u202eb\u001b[2J <script>x</script>";
  const { flags } = await readCurated(
    await lists([{ ...FLAG, reason, by: "Ev\u2066e", at: "2026-11-30" }]),
  );
  expect(flags[0]).toMatchObject({ reason: "a b [2J <script>x</script>", by: "Ev e" });
});

test("lists that are not there are empty", async () => {
  expect(await readCurated(await fresh())).toEqual({
    choice: new Set(),
    stars: [],
    flags: [],
    aliases: {},
  });
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
    ["no day", [{ ...FLAG, at: "30.11.2026" }], [], /field 0\.at: must be a day like 2026-11-30/],
    ["evidence that runs", [{ ...FLAG, evidence: ["data:text/html,x"] }], [], /0\.evidence\.0: /],
    [
      "lifted by nobody",
      [{ ...FLAG, lifted: { at: "2026-11-30", reason: "x" } }],
      [],
      /field 0\.lifted\.by: is missing/,
    ],
    [
      "lifted before it was flagged",
      [{ ...FLAG, at: "2026-12-01", lifted: LIFTED }],
      [],
      /field 0\.lifted\.at: 2026-11-30 is before 2026-12-01/,
    ],
    [
      "an answer that lifts a flag which is not lifted",
      [{ ...FLAG, disputes: [{ ...DISPUTE, answer: { ...ANSWER, outcome: "lifted" } }] }],
      [],
      /field 0\.disputes\.0\.answer\.outcome: .* needs the field lifted/,
    ],
    [
      "another outcome",
      [{ ...FLAG, disputes: [{ ...DISPUTE, answer: { ...ANSWER, outcome: "maybe" } }] }],
      [],
      /outcome: must be one of "upheld", "lifted"/,
    ],
    [
      "an answer before the dispute",
      [{ ...FLAG, disputes: [{ ...DISPUTE, answer: { ...ANSWER, at: "2025-01-01" } }] }],
      [],
      /field 0\.disputes\.0\.answer\.at: 2025-01-01 is before 2026-11-20/,
    ],
    [
      "a star without reason",
      [],
      [{ model: "a/b", by: "x", at: null }],
      /field 0\.reason: is missing/,
    ],
    [
      "a star's misspelt field",
      [],
      [{ ...STAR, end: LIFTED }],
      /field 0: has no "end"; its fields are/,
    ],
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

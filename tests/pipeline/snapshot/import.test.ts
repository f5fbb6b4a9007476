import { existsSync } from "node:fs";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { sha256OfFile } from "../../../src/pipeline/cache/sha256.ts";
import { importFigures } from "../../../src/pipeline/snapshot/import.ts";
import type { Provenance } from "../../../src/pipeline/sources/embedded.ts";
import { pythia, writeRun, writeText } from "../sources/harness.ts";
import { csv, FLAT_SCORES, HEADERS, LONG_SCORES, V1_SCORES } from "../sources/headers.ts";
import { build, folders, OPEN_LLM, query, readJson } from "./snapshot.ts";

const fresh = folders();

const long = (model_name: string, change: object = {}) => ({
  ...LONG_SCORES,
  model_name,
  model_sha: "main",
  model_precision: "float16",
  model_weight_type: "Original",
  model_has_chat_template: false,
  metadata_submission_date: "2025-01-02",
  ...change,
});

/** Figures of two suites, one dated table and one run. */
async function figures(): Promise<string> {
  const from = await fresh();
  await writeText(
    join(from, "contents-v2.csv"),
    csv(HEADERS["2025-01-14"], [
      long("a/c"),
      long("a/b", { model_average_score: 24.126, features_is_flagged: true }),
    ]),
  );
  const v1 = {
    ...V1_SCORES,
    fullname: "a/b",
    moe: true,
    merged: true,
    date: "2024-05-05T00:00:00Z",
  };
  await writeText(join(from, "contents-v1.csv"), csv(HEADERS.v1, [v1]));
  await writeText(
    join(from, "contents-history", "2024-07-13.csv"),
    csv(HEADERS["2024-07-13"], [{ ...FLAT_SCORES, fullname: "a/b" }]),
  );
  await writeRun(join(from, "results"), { figures: await pythia() });
  return from;
}

async function importInto(snapshot: string, from: string): Promise<string[]> {
  return importFigures({ ...OPEN_LLM, snapshot }, from);
}

test("figures become the embedded tables, with published scores as they were published", async () => {
  const snapshot = await fresh();
  const lines = await importInto(snapshot, await figures());
  expect(lines).toEqual([
    "contents-v1.csv: 1 evaluations of Open LLM Leaderboard v1, 2024-05-05",
    "contents-v2.csv: 2 evaluations of Open LLM Leaderboard v2, 2025-01-02",
    "history: 1 intervals of 1 days, 1 dated tables",
    "detail: 43 figures of 1 runs",
    "context: lengths of 0 models",
  ]);
  expect(
    await query(`SELECT model, average, bbh_raw, bbh FROM '${snapshot}/open-llm-v2.parquet'`),
  ).toEqual([
    // Not the mean of the six, but what was published.
    { model: "a/b", average: 24.126, bbh_raw: 0.4, bbh: 18.25 },
    { model: "a/c", average: 24.125, bbh_raw: 0.4, bbh: 18.25 },
  ]);
  expect(
    await query(`SELECT model, moe, merged, average FROM '${snapshot}/open-llm-v1.parquet'`),
  ).toEqual([{ model: "a/b", moe: false, merged: false, average: 65 }]);
  expect(
    await query(
      `SELECT eval_id, first_day, last_day, average, flagged FROM '${snapshot}/intervals.parquet'`,
    ),
  ).toEqual([
    {
      eval_id: "a/b@-:-:-:-",
      first_day: "2024-07-13",
      last_day: "2024-07-13",
      average: 42.49,
      flagged: false,
    },
  ]);
  const { as_of, origins } = await readJson<Provenance>(snapshot, "provenance.json");
  expect(as_of).toEqual({ "open-llm-v1": "2024-05-05", "open-llm-v2": "2025-01-02" });
  expect(origins.map((o) => [o.file, o.rows])).toEqual([
    ["contents-v1.csv", 1],
    ["contents-v2.csv", 2],
    ["2024-07-13.csv", 1],
    ["results_2024-06-17T12-07-04.698905.json", 43],
  ]);
});

test("tables are built from what was imported", async () => {
  const snapshot = await fresh();
  await importInto(snapshot, await figures());
  const out = await fresh();
  const { manifest } = await build(out, [], { ...OPEN_LLM, snapshot, curated: undefined });
  expect(manifest.as_of).toBe("2025-01-02");
  // Flags and stars are curated lists, not imported.
  expect(await query(`SELECT model, rank, average, flagged FROM '${out}/models.parquet'`)).toEqual([
    { model: "a/b", rank: 1, average: 24.125, flagged: false },
    { model: "a/c", rank: 1, average: 24.125, flagged: false },
  ]);
});

test("a table without any day, size or history is imported and built", async () => {
  const from = await fresh();
  const { metadata_submission_date: _, ...undated } = long("a/b");
  await writeText(join(from, "contents-v2.csv"), csv(HEADERS["2025-01-14"], [undated]));
  const snapshot = await fresh();
  await importInto(snapshot, from);
  const { summary } = await build(await fresh(), [], { ...OPEN_LLM, snapshot });
  expect(summary.rejections).toEqual([]);
  expect(summary.evaluations.map((e) => e.rows)).toEqual([1, 0]);
});

describe("is a sentence, and leaves the old tables:", () => {
  const complaint = async (change: (from: string) => Promise<unknown>) => {
    const snapshot = await fresh();
    const from = await figures();
    await importInto(snapshot, from);
    const before = await readFile(join(snapshot, "provenance.json"), "utf8");
    await change(from);
    const error = await importInto(snapshot, from).catch((e) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(await readFile(join(snapshot, "provenance.json"), "utf8")).toBe(before);
    return error.message as string;
  };

  test("a header that is none of ours", async () => {
    const message = await complaint((from) => writeText(join(from, "x.csv"), "a,b\n1,2\n"));
    expect(message).toMatch(/x\.csv: its header is no contents table of any suite/);
  });

  test("a row that does not check", async () => {
    const rows = [long("a/b"), long("../c")];
    const text = csv(HEADERS["2025-01-14"], rows);
    const message = await complaint((from) => writeText(join(from, "contents-v2.csv"), text));
    expect(message).toMatch(/contents-v2\.csv#2: field model: /);
  });

  test("a dated table without a date", async () => {
    const text = csv(HEADERS["2025-01-14"], [long("a/b")]);
    const message = await complaint((from) =>
      writeText(join(from, "contents-history", "summer.csv"), text),
    );
    expect(message).toMatch(/summer\.csv: its name must be its date/);
  });

  test("a run that does not check", async () => {
    const message = await complaint((from) =>
      writeText(join(from, "results", "results_x.json"), ""),
    );
    expect(message).toMatch(/results_x\.json: is not valid JSON/);
  });

  test("no folder, or one without tables", async () => {
    const error = (from: string) => importInto("data/snapshot", from).catch((e) => e);
    expect(await error("/nowhere")).toBeInstanceOf(UserError);
    expect((await error(await fresh())).message).toMatch(/has no contents table/);
  });
});

test("data/snapshot is what `npm run import` makes of the published figures, byte by byte", async (context) => {
  const from = "../shared/data";
  if (!existsSync(from)) context.skip(`the published figures are not on this machine (${from})`);
  const snapshot = await fresh();
  await importInto(snapshot, await importedFrom(from));
  const names = (await readdir("data/snapshot")).toSorted();
  expect((await readdir(snapshot)).toSorted()).toEqual(names);
  for (const name of names) {
    const [ours, theirs] = [join("data/snapshot", name), join(snapshot, name)];
    expect((await readFile(theirs)).equals(await readFile(ours)), name).toBe(true);
  }
});

/** A folder with those of the published figures that the embedded snapshot was made of; there are more. */
async function importedFrom(folder: string): Promise<string> {
  const { origins } = JSON.parse(await readFile("data/snapshot/provenance.json", "utf8"));
  const wanted = new Set(origins.map((origin: { sha256: string }) => origin.sha256));
  const to = await fresh();
  for (const path of await readdir(folder, { recursive: true })) {
    if (!/\.(?:csv|csv\.gz|json)$/.test(path)) continue;
    if (wanted.has(await sha256OfFile(join(folder, path))))
      await cp(join(folder, path), join(to, path));
  }
  return to;
}

// A snapshot that lost rows is held back; one with nothing new changes nothing. As people run it.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import type { SnapshotIndex } from "../../../src/core/records/snapshot-index.ts";
import { buildSnapshot } from "../../../src/pipeline/snapshot/build.ts";
import { pullTexts } from "../sources/cached.ts";
import { type Figure, pythia, resultsFile, writeRun } from "../sources/harness.ts";
import { command, folders, OPEN_LLM, query, readJson } from "./snapshot.ts";

const fresh = folders();
let figures: Figure[];
beforeAll(async () => {
  figures = await pythia();
});

/** Result files of models m0 … by path; `change` may alter one. */
function runs(count: number, change: (i: number) => object = () => ({})): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => {
      const file = { ...resultsFile({ figures, model: `a/m${i}` }), ...change(i) };
      return [`a/m${i}/results_2024-06-17T12-07-04.json`, JSON.stringify(file)];
    }),
  );
}

const SOURCE = "hf://datasets/o/results";

test("more than 1 % lost is held back for a person, --allow-loss lets it pass", async () => {
  const root = await fresh();
  const [cache, out] = [join(root, "hub"), join(root, "t")];
  const told = join(root, "github-output");
  const data = (...args: string[]) =>
    command("data", ["--source", SOURCE, "--cache", cache, "--out", out, ...args], {
      env: { GITHUB_OUTPUT: told },
    });
  const manifest = () => readFile(join(out, "manifest.json"), "utf8");

  await pullTexts(cache, "o/results", runs(200));
  expect(data().out).toMatch(/\nThe tables are not those of before: changed=true\n$/);

  // Nothing new: another commit with the same figures. The snapshot stays, byte for byte.
  const first = await manifest();
  await pullTexts(cache, "o/results", { ...runs(200), "README.md": "new" });
  expect(data().out).toMatch(/\nThe tables are those of before: changed=false\n$/);
  expect(await manifest()).toBe(first);

  // 2 of 200 is 1 %, and no more: told, but not held back.
  await pullTexts(cache, "o/results", runs(198));
  expect(data().out).toContain("models.parquet: 2 of 200, the first: a/m198@");
  expect(JSON.parse(await manifest()).files["models.parquet"].rows).toBe(198);

  const before = await manifest();
  await pullTexts(cache, "o/results", runs(190));
  const held = data();
  expect(held.code).toBe(3);
  expect(held.out).toBe("");
  expect(held.err).toMatch(
    /^Held back: .*models\.parquet 8 of 198 \(a\/m190@\S+, a\/m191@\S+, a\/m192@\S+, …\)/,
  );
  expect(held.err).toContain("scores.parquet ");
  expect(held.err.trimEnd()).not.toContain("\n");
  expect(await manifest()).toBe(before);

  expect(data("--allow-loss").out).toMatch(/changed=true\n$/);
  expect(JSON.parse(await manifest()).files["models.parquet"].rows).toBe(190);
  expect(await readFile(told, "utf8")).toBe(
    "changed=true\nchanged=false\nchanged=true\nchanged=true\n",
  );

  // Some benchmarks of every run are gone: rows of scores, not of models.
  const { leaderboard_mmlu_pro: _, ...rest } = resultsFile({ figures }).results as object & {
    leaderboard_mmlu_pro: unknown;
  };
  await pullTexts(
    cache,
    "o/results",
    runs(190, () => ({ results: rest })),
  );
  expect(data().err).toMatch(/^Held back: .*in scores\.parquet 190 of \d+ \(/);
});

test("other kinds of sources replace each other as they like", async () => {
  const root = await fresh();
  const [cache, out, folder] = [join(root, "hub"), join(root, "t"), join(root, "runs")];
  await pullTexts(cache, "o/results", runs(4));
  await pullTexts(cache, "o/other", runs(1));
  await writeRun(folder, { figures });
  const rows = async (...sources: string[]) => {
    await buildSnapshot(OPEN_LLM, { sources, out, cache });
    return (await readJson<Manifest>(out, "manifest.json")).files["models.parquet"]?.rows;
  };
  expect(await rows()).toBe(4576);
  expect(await rows(folder)).toBe(1);
  expect(await rows(SOURCE)).toBe(4);
  expect(await rows("hf://datasets/o/other")).toBe(1);
  expect(await rows(SOURCE)).toBe(4);
  expect(await rows(SOURCE, folder)).toBe(5);
  expect(await rows(folder)).toBe(1);
});

test("what is said of the same tables is news too; the commits of their datasets are not", async () => {
  const root = await fresh();
  const [cache, out] = [join(root, "hub"), join(root, "t")];
  const build = async (fields: object = {}, asOf?: string) =>
    (await buildSnapshot({ ...OPEN_LLM, ...fields }, { sources: [SOURCE], out, cache, asOf }))
      .changed;
  const read = () => readJson<Manifest>(out, "manifest.json");

  const first = await pullTexts(cache, "o/results", runs(3));
  expect(await build()).toBe(true);
  const second = await pullTexts(cache, "o/results", { ...runs(3), "README.md": "new" });
  expect(second).not.toBe(first);
  expect(await build()).toBe(false);
  expect((await read()).sources[0]).toMatchObject({ commit: first });

  // A licence of its own in the config: it stands in the card, and the commit is the newest.
  const license = { id: "CC0-1.0", url: "https://example.org/cc0" };
  expect(await build({ license })).toBe(true);
  expect(await readFile(join(out, "README.md"), "utf8")).toContain("https://example.org/cc0");
  expect((await read()).sources[0]).toMatchObject({ commit: second });
  expect(await build({ license })).toBe(false);
  expect(await build({ license, title: "Another" })).toBe(true);
  expect(await build({ license, title: "Another" }, "2024-06-20")).toBe(true);
  expect(await build({ license, title: "Another" }, "2024-06-20")).toBe(false);

  // A file that is set aside changes no table, but who sent it looks for the reason.
  await pullTexts(cache, "o/results", { ...runs(3), "a/m9/results_2024-06-18.json": "{" });
  expect(await build({ license, title: "Another" }, "2024-06-20")).toBe(true);
});

test("the embedded snapshot may stand beside a dataset: what it holds is not lost, and losses are seen", async () => {
  const root = await fresh();
  const [cache, out] = [join(root, "hub"), join(root, "t")];
  const sources = [SOURCE, OPEN_LLM.snapshot!];
  const build = () => buildSnapshot(OPEN_LLM, { sources, out, cache });
  await pullTexts(cache, "o/results", runs(100));
  await build();
  const { files, sources: origins } = await readJson<Manifest>(out, "manifest.json");
  expect(files["models.parquet"]?.rows).toBe(4576 + 100);
  expect(files["models_v1.parquet"]?.rows).toBe(7169);
  expect(origins[0]).toMatchObject({ source: "hf://datasets/o/results", rows: 100 });
  expect(origins.map((o) => o.source)).toContain("contents-v2.csv");
  expect((await build()).changed).toBe(false);
  await pullTexts(cache, "o/results", runs(40));
  await expect(build()).rejects.toThrow(/^Held back: .*models\.parquet 60 of 4676 /);
});

/** A run of a later day, beside those of `runs`. */
const late = (model: string, day: string) => ({
  [`${model}/results_${day}T12-07-04.json`]: JSON.stringify(resultsFile({ figures, model })),
});

test("a newest result that is withdrawn is an edition of its day, not a loss of the history", async () => {
  const root = await fresh();
  const [cache, out] = [join(root, "hub"), join(root, "latest")];
  const data = (...args: string[]) =>
    command("data", ["--source", SOURCE, "--cache", cache, "--out", out, ...args]);
  const index = () => readJson<SnapshotIndex>(root, "index.json");
  await pullTexts(cache, "o/results", runs(200));
  expect(data().code).toBe(0);
  await pullTexts(cache, "o/results", { ...runs(200), ...late("a/wrong", "2024-06-18") });
  expect(data().code).toBe(0);
  expect((await index()).latest).toBe("2024-06-18");
  await pullTexts(cache, "o/results", runs(200));
  expect(data()).toMatchObject({ code: 0, err: "" });
  expect((await index()).latest).toBe("2024-06-18.2");
  expect((await index()).snapshots[0]!.name).toBe("2024-06-18.2");
  // What was withdrawn does not come back with the history of a later day.
  await pullTexts(cache, "o/results", { ...runs(200), ...late("a/right", "2024-06-19") });
  expect(data().code).toBe(0);
  const history = await query(
    `SELECT as_of, count(*) AS n, count(*) FILTER (eval_id LIKE 'a/wrong@%') AS wrong FROM '${out}/history.parquet' GROUP BY ALL ORDER BY ALL`,
  );
  expect(history).toEqual([
    { as_of: "2024-06-17", n: 200, wrong: 0 },
    { as_of: "2024-06-18", n: 200, wrong: 0 },
  ]);
});

test("a dataset that joins does not hide that another lost rows", async () => {
  const root = await fresh();
  const [cache, out] = [join(root, "hub"), join(root, "t")];
  const build = (...sources: string[]) => buildSnapshot(OPEN_LLM, { sources, out, cache });
  await pullTexts(cache, "o/results", runs(100));
  await pullTexts(cache, "o/votes", {
    "votes_data.jsonl": JSON.stringify({ model: "a/m1", username: "li" }),
  });
  await build(SOURCE);
  await pullTexts(cache, "o/results", runs(50));
  await expect(build(SOURCE, "hf://datasets/o/votes")).rejects.toThrow(/^Held back: .* 50 of 100 /);
  await pullTexts(cache, "o/results", runs(100));
  await build(SOURCE, "hf://datasets/o/votes");
  // Without the votes it is another leaderboard.
  await build(SOURCE);
});

test.each(["{", "[]", '{"schema":1,"as_of":"2024-06-17","suites":[]}'])(
  "a manifest in place that is damaged (%s) does not let a loss pass",
  async (damaged) => {
    const root = await fresh();
    const [cache, out] = [join(root, "hub"), join(root, "t")];
    const build = () => buildSnapshot(OPEN_LLM, { sources: [SOURCE], out, cache });
    await pullTexts(cache, "o/results", runs(3));
    await build();
    await writeFile(join(out, "manifest.json"), damaged);
    await expect(build()).rejects.toThrow(
      /^\S+manifest\.json.*Remove the folder .*, or bring it back with npm run restore\.$/,
    );
  },
);

test("a table in place that is damaged is held back with a sentence", async () => {
  const root = await fresh();
  const [cache, out] = [join(root, "hub"), join(root, "t")];
  const build = () => buildSnapshot(OPEN_LLM, { sources: [SOURCE], out, cache });
  await pullTexts(cache, "o/results", runs(3));
  await build();
  await writeFile(join(out, "models.parquet"), "PAR1 no more");
  await pullTexts(cache, "o/results", runs(4));
  await expect(build()).rejects.toThrow(/^Held back: \S+models\.parquet cannot be compared /);
});

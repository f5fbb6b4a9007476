// A snapshot that lost rows is held back; one with nothing new changes nothing. As people run it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildSnapshot, type Manifest } from "../../src/snapshot/build.ts";
import { pullTexts } from "../sources/cached.ts";
import { type Figure, pythia, resultsFile, writeRun } from "../sources/harness.ts";
import { command, folders, OPEN_LLM, readJson } from "./snapshot.ts";

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
  const sources = [SOURCE, OPEN_LLM.snapshot];
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

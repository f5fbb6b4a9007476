// Facts about models live in a cache that may be lost at any time, and in every snapshot.
import { createHash } from "node:crypto";
import { cp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ModelFacts } from "../../../src/core/records/facts.ts";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import { serve } from "../../../src/pipeline/built/serve.ts";
import { writeFacts } from "../../../src/pipeline/cache/facts.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { buildSnapshot } from "../../../src/pipeline/snapshot/build.ts";
import { readFactsFile, writeFactsFile } from "../../../src/pipeline/snapshot/facts.ts";
import { restoreSnapshots } from "../../../src/pipeline/snapshot/restore.ts";
import { MANIFEST } from "../../core/describe/fixtures.ts";
import { pullTexts } from "../sources/cached.ts";
import { kitchenResults } from "../sources/kitchen.ts";
import { command, folders, KITCHEN_BOARD, query, readJson } from "./snapshot.ts";

const fresh = folders();

const ANISE: ModelFacts = {
  model: "a/anise",
  checked_at: "2026-11-02T08:00:00Z",
  known_at: "2026-10-26T08:00:00Z",
  on_hub: false,
  gone_at: "2026-11-02",
  renamed_to: null,
  sha: "0123456789abcdef0123456789abcdef01234567",
  likes: 2147483647,
  license: 'say "x", o\'Neil',
  base_models: ["b/basil", 'not a "name", [1]'],
  params: 9007199254740991,
  context_length: 32768,
};
const BASIL: ModelFacts = {
  model: "b/basil",
  checked_at: "2026-11-02T08:00:00Z",
  known_at: null,
  on_hub: false,
  gone_at: "2026-11-02",
  renamed_to: "b/oregano",
  sha: null,
  likes: null,
  license: null,
  base_models: [],
  params: null,
  context_length: null,
};

/** A folder with these facts, as far as `readFactsFile` looks at one. */
async function written(facts: ModelFacts[]): Promise<string> {
  const folder = await fresh();
  const entry = await withDuckDB((db) => writeFactsFile(db, folder, facts));
  const bytes = await readFile(join(folder, "facts.parquet"));
  expect(entry).toEqual({
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  });
  await declare(folder, { "facts.parquet": entry });
  return folder;
}

const declare = (folder: string, documents: Manifest["documents"]) =>
  writeFile(join(folder, "manifest.json"), JSON.stringify({ ...MANIFEST, documents }));

describe("the file", () => {
  test("gives back what was written, by the names of the models", async () => {
    expect(await readFactsFile(await written([BASIL, ANISE]))).toEqual([ANISE, BASIL]);
  });

  test("is none where the manifest names none, or it was removed", async () => {
    const folder = await written([ANISE]);
    await rm(join(folder, "facts.parquet"));
    expect(await readFactsFile(folder)).toEqual([]);
    expect(await readFactsFile(await fresh())).toEqual([]);
    const other = await written([ANISE]);
    await declare(other, {});
    expect(await readFactsFile(other)).toEqual([]);
  });

  test("that is damaged is not taken for one without facts", async () => {
    const cut = await written([ANISE]);
    const path = join(cut, "facts.parquet");
    await writeFile(path, (await readFile(path)).subarray(0, 100));
    await expect(readFactsFile(cut)).rejects.toThrow(/facts\.parquet: .*npm run restore/s);
    const wrong = await written([{ ...ANISE, gone_at: null, model: "../x" }]);
    await expect(readFactsFile(wrong)).rejects.toThrow(
      /facts\.parquet: what it says of \.\.\/x cannot be read\. .*or remove the file/,
    );
  });
});

describe("a leaderboard that loses its cache", () => {
  const RUNS = ["a/anise", "b/basil", "c/cumin"].map((model) => ({ model, right: 0.6 }));
  const SOURCE = "hf://datasets/kitchen/results";
  const fact = (model: string, day: string, more: Partial<ModelFacts> = {}): ModelFacts => ({
    ...BASIL,
    model,
    checked_at: `${day}T08:00:00Z`,
    known_at: `${day}T08:00:00Z`,
    on_hub: true,
    gone_at: null,
    renamed_to: null,
    likes: 5,
    license: "mit",
    params: 1_200_000_000,
    context_length: 2048,
    ...more,
  });
  const anise = fact("a/anise", "2026-11-09", {
    known_at: "2026-10-26T08:00:00Z",
    on_hub: false,
    gone_at: "2026-11-02",
  });
  let cache: string;
  let published: string;

  const pulled = async (facts: ModelFacts[]) => {
    const dir = await fresh();
    await pullTexts(dir, "kitchen/results", kitchenResults(RUNS));
    await writeFacts(dir, facts);
    return dir;
  };
  const build = (out: string, dir: string | undefined) =>
    buildSnapshot(KITCHEN_BOARD, { sources: [SOURCE], out, cache: dir });
  const filesOf = async (folder: string) =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(folder))
          .toSorted()
          .map(async (name) => [name, await readFile(join(folder, name), "base64")]),
      ),
    );
  const models = (out: string) =>
    query(`SELECT model, likes, license, params_b, context_length, on_hub
           FROM '${out}/models.parquet' ORDER BY model`);

  beforeAll(async () => {
    cache = await pulled([anise, fact("b/basil", "2026-11-09"), fact("x/other", "2026-11-09")]);
    published = join(await fresh(), "latest");
    await build(published, cache);
  });

  test("has them in its snapshot, for the models in its tables", async () => {
    const { documents, sources } = await readJson<Manifest>(published, "manifest.json");
    const facts = await readFactsFile(published);
    expect(facts).toEqual([anise, fact("b/basil", "2026-11-09")]);
    expect(sources.at(-1)).toEqual({
      source: "facts",
      sha256: documents["facts.parquet"]?.sha256,
      rows: 2,
      note: "model facts from the Hub, checked 2026-11-09 to 2026-11-09",
    });
    const card = await readFile(join(published, "README.md"), "utf8");
    expect(card).toMatch(/## Model facts\n\n.*`facts\.parquet`, 2 rows\./);
  });

  test("publishes nothing new, and loses nothing", async () => {
    const out = join(await fresh(), "latest");
    await cp(published, out, { recursive: true });
    expect((await build(out, await pulled([]))).changed).toBe(false);
    expect(await filesOf(out)).toEqual(await filesOf(published));
    // Also where a run had died with the snapshot moved aside.
    await rename(out, `${out}.old`);
    expect((await build(out, await pulled([]))).changed).toBe(false);
    expect(await filesOf(out)).toEqual(await filesOf(published));
  });

  test("has all of it again from the published site", async () => {
    const site = await fresh();
    const env = { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts" };
    const out = join(site, "data/latest");
    const made = command("data", ["--source", SOURCE, "--cache", cache, "--out", out], { env });
    expect(made).toMatchObject({ code: 0, err: "" });
    const server = await serve(site);
    const here = await fresh();
    await restoreSnapshots([server.url], here);
    await server.close();
    const latest = join(here, "latest");
    expect(await readFactsFile(latest)).toEqual(await readFactsFile(published));
    expect((await build(latest, await pulled([]))).changed).toBe(false);
    expect(await models(latest)).toEqual(await models(published));
  });

  test("learns on, the newest of both: what a new cache never knew of the gone stays", async () => {
    const out = join(await fresh(), "latest");
    await cp(published, out, { recursive: true });
    const never = {
      known_at: null,
      likes: null,
      license: null,
      params: null,
      context_length: null,
    };
    const again = await pulled([
      fact("a/anise", "2026-11-16", { ...never, on_hub: false, gone_at: "2026-11-16" }),
      fact("b/basil", "2026-11-01", { likes: 1 }),
      fact("c/cumin", "2026-11-16", { likes: 7 }),
    ]);
    expect((await build(out, again)).changed).toBe(true);
    const known = { license: "mit", params_b: 1.2, context_length: 2048 };
    expect(await models(out)).toEqual([
      { model: "a/anise", likes: 5, ...known, on_hub: false },
      { model: "b/basil", likes: 5, ...known, on_hub: true },
      { model: "c/cumin", likes: 7, ...known, on_hub: true },
    ]);
    expect((await readFactsFile(out))[0]).toEqual({
      ...anise,
      checked_at: "2026-11-16T08:00:00Z",
    });
    // Over what it has filled already, the same input gives the same bytes.
    const before = await filesOf(out);
    await build(out, again);
    expect(await filesOf(out)).toEqual(before);
  });

  test("without facts has no trace of them", async () => {
    const [without, plain] = [join(await fresh(), "a"), join(await fresh(), "b")];
    await build(without, await pulled([]));
    await build(plain, await pulled([fact("x/other", "2026-11-09")]));
    expect(await filesOf(plain)).toEqual(await filesOf(without));
    expect(Object.keys(await filesOf(plain))).not.toContain("facts.parquet");
    expect(await readFile(join(plain, "README.md"), "utf8")).not.toContain("facts");
  });
});

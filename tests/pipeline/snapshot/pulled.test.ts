// Snapshots of datasets of the Hub, as their pages and feeds see them: made by the command itself.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { remake } from "../../../src/core/describe/snippets.ts";
import { diffTables } from "../../../src/core/diff/diff.ts";
import { newFeed, ownerFeeds, topFeed } from "../../../src/core/feeds/feeds.ts";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import type { SnapshotIndex } from "../../../src/core/records/snapshot-index.ts";
import { writeFacts } from "../../../src/pipeline/cache/facts.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readTable } from "../../../src/pipeline/duckdb/table-file.ts";
import { typed } from "../../../src/pipeline/installed/typed.ts";
import { lastSeenIn } from "../../../src/site/build/snapshots.ts";
import { pullTexts } from "../sources/cached.ts";
import {
  type KitchenRun,
  kitchenRequests,
  kitchenResults,
  kitchenVotes,
} from "../sources/kitchen.ts";
import { command, folders, KITCHEN_BOARD, query, readJson } from "./snapshot.ts";

const fresh = folders();
const SOURCES = ["results", "requests", "votes"].map((n) => `hf://datasets/kitchen/${n}`);
const RUNS: KitchenRun[] = [
  { model: "a/anise", right: 0.6 },
  { model: "b/basil", right: 0.7 },
  { model: "c/cumin", right: 0.8 },
];
/** Names of people, who shall be in no file that is published. */
const PEOPLE = ["kitchen-porter", "sous-chef", "pastry-cook"];

let cache: string;
let root: string;

function data(out: string, args: string[]): string {
  const ended = command("data", [...args, "--out", out], {
    env: { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts", LEADERBOARD_CACHE: cache },
  });
  expect(ended).toMatchObject({ code: 0, err: "" });
  return ended.out;
}

const facts = (model: string, checked: string, on_hub: boolean) => ({
  model,
  checked_at: `${checked}T08:00:00Z`,
  known_at: "2025-06-02T08:00:00Z",
  on_hub,
  gone_at: on_hub ? null : checked,
  renamed_to: null,
  sha: null,
  likes: 5,
  license: "apache-2.0",
  base_models: [],
  params: 1_200_000_000,
  context_length: 2048,
});

const pullRuns = (runs: KitchenRun[]) => pullTexts(cache, "kitchen/results", kitchenResults(runs));

/** The snapshots in a folder as pages have them, newest first. */
async function snapshotsIn(folder: string) {
  const { snapshots } = await readJson<SnapshotIndex>(folder, "index.json");
  return withDuckDB(async (db) => {
    const read = [];
    for (const { name, as_of } of snapshots) {
      const grid = await readTable(db, join(folder, name, "models.parquet"));
      read.push({ name, day: as_of, grid });
    }
    return read;
  });
}

beforeAll(async () => {
  cache = await fresh();
  root = await fresh();
  const latest = join(root, "latest");
  const sources = SOURCES.flatMap((s) => ["--source", s]);
  await pullRuns(RUNS);
  await pullTexts(cache, "kitchen/requests", kitchenRequests([["d/dill", "PENDING"]]));
  await pullTexts(
    cache,
    "kitchen/votes",
    kitchenVotes([
      ["d/dill", PEOPLE[1]!],
      ["d/dill", PEOPLE[2]!],
    ]),
  );
  await writeFacts(cache, [facts("a/anise", "2025-06-02", true)]);
  data(latest, [...sources, "--cache", cache]);
  // One more run, and a model that has gone.
  await pullRuns([...RUNS, { model: "d/dill", right: 0.75, day: "2025-06-10" }]);
  await writeFacts(cache, [facts("a/anise", "2025-06-11", false)]);
  data(latest, [...sources, "--cache", cache]);
});

test("one more run is the one thing that is new, and moves who stands below it", async () => {
  const [to, from] = await snapshotsIn(root);
  expect([from?.name, to?.name]).toEqual(["2025-06-01", "2025-06-10"]);
  const keys = KITCHEN_BOARD.suites[0]!.benchmarks.map((b) => b.key);
  const diff = diffTables(keys, from!, to!);
  expect(diff.counts).toMatchObject({ from: 3, to: 4, both: 3, new: 1, gone: 0, rescored: 0 });
  expect(diff.new).toMatchObject([{ model: "d/dill", rank: 2, other: false }]);
  expect(diff.moved.map(({ model, rank, place }) => ({ model, rank, place }))).toEqual([
    { model: "a/anise", rank: [3, 4], place: [3, 3] },
    { model: "b/basil", rank: [2, 3], place: [2, 2] },
  ]);
  expect(diff.changed).toMatchObject([{ model: "a/anise", facts: { on_hub: [true, false] } }]);
});

test("the feeds tell of it once", async () => {
  const site = "https://board.example/";
  const source = {
    title: "Kitchen",
    tables: await snapshotsIn(root),
    rescorings: [],
    benchmarks: [],
    addresses: {
      site,
      feed: (path: string) => new URL(path, site).href,
      snapshot: (name: string) => `${site}data/${name}/`,
      diff: (from: string, to: string) => `${site}data/diff/?from=${from}&to=${to}`,
      model: (model: string) => `${site}models/${model}/`,
    },
  };
  expect(newFeed(source).entries.map((e) => e.title)).toEqual([
    "2025-06-10: 1 new evaluation",
    "2025-06-01: the first table known, 3 evaluations",
  ]);
  expect(newFeed(source).entries[0]?.content).toMatch(/^1 evaluation is in the table/);
  expect(topFeed(source).entries.map((e) => e.title)).toEqual([
    expect.stringMatching(/^d\/dill is number 2, average \d/),
  ]);
  expect([...ownerFeeds(source).keys()].sort()).toEqual(["a", "b", "c", "d"]);
});

test("a model that has gone keeps its scores and what was known of it, with when it was last there", async () => {
  const rows = await query(
    `SELECT model, rank, on_hub, likes, license FROM '${root}/latest/models.parquet' WHERE on_hub IS NOT NULL`,
  );
  expect(rows).toEqual([
    { model: "a/anise", rank: 4, on_hub: false, likes: 5, license: "apache-2.0" },
  ]);
  const seen = lastSeenIn(await snapshotsIn(root));
  expect([...seen].map(([model, { name }]) => [model, name])).toEqual([["a/anise", "2025-06-01"]]);
});

describe("what is published", () => {
  test("names nobody who asked or voted, and counts them all the same", async () => {
    const folder = join(root, "latest");
    const { files } = await readJson<Manifest>(folder, "manifest.json");
    expect(files["requests.parquet"]?.rows).toBe(1);
    expect(files["votes.parquet"]?.rows).toBe(2);
    for (const name of await readdir(folder)) {
      const text = name.endsWith(".parquet")
        ? JSON.stringify(await query(`SELECT * FROM '${join(folder, name)}'`))
        : await readFile(join(folder, name), "utf8");
      for (const person of PEOPLE) expect(text, name).not.toContain(person);
    }
  });

  test("can be made again with the lines that stand beside it, byte by byte", async () => {
    const out = join(await fresh(), "tables");
    // Facts are asked anew, so that only a snapshot without any can be the same.
    data(out, [...SOURCES.flatMap((s) => ["--source", s]), "--as-of", "2025-06-20"]);
    const manifest = await readJson<Manifest>(out, "manifest.json");
    await pullRuns(RUNS);
    const [pull, make] = remake(manifest, typed, "data/snapshot")!
      .replaceAll("\\\n", "")
      .split("\n");
    expect(pull).toMatch(/^npm run pull -- +(--dataset kitchen\/\w+@[0-9a-f]{40} *){3}$/);
    const args = make!.replace("npm run data -- ", "").trim().split(/ +/);
    const again = join(await fresh(), "tables");
    data(again, args.slice(0, args.indexOf("--out")));
    expect((await readJson<Manifest>(again, "manifest.json")).files).toEqual(manifest.files);
  });
});

// What a leaderboard is told that is misspelt somewhere: as people run it.
import { join } from "node:path";
import { expect, test } from "vitest";
import { leaderboardSchema } from "../../../src/core/records/leaderboard.ts";
import { buildSnapshot } from "../../../src/pipeline/snapshot/build.ts";
import tiny from "../../fixtures/tiny.config.ts";
import kitchen from "../../fixtures/tiny-suite.json" with { type: "json" };
import { pullTexts } from "../sources/cached.ts";
import { writeText } from "../sources/harness.ts";
import { kitchenRequests, kitchenResults } from "../sources/kitchen.ts";
import { command, folders, KITCHEN_BOARD } from "./snapshot.ts";

const fresh = folders();
const KITCHEN = { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts" };

async function results(): Promise<string> {
  const folder = await fresh();
  const runs = ["cook/a", "cook/b"].map((model) => ({ model, right: 0.5 }));
  for (const [path, text] of Object.entries(kitchenResults(runs))) {
    await writeText(join(folder, path), text);
  }
  return folder;
}

/** The small leaderboard with other fields. */
const board = (change: object) => leaderboardSchema.parse({ ...tiny, ...change });

test("a benchmark whose task or metric no result has is named, with what was looked for", async () => {
  const [first, ...others] = kitchen.benchmarks;
  const suites = [{ ...kitchen, benchmarks: [{ ...first, task: "kitchen_ridles" }, ...others] }];
  const sources = [await results()];
  const out = join(await fresh(), "t");
  const { gaps } = await buildSnapshot(board({ suites }), { sources, out });
  expect(gaps).toEqual([
    {
      suite: kitchen.name,
      benchmark: first!.name,
      task: "kitchen_ridles",
      metrics: first!.metrics.map((m) => m.name),
      of: 2,
    },
  ]);
  expect((await buildSnapshot(KITCHEN_BOARD, { sources, out })).gaps).toEqual([]);
});

test("a flag of a model that is in no table is named", async () => {
  const out = join(await fresh(), "t");
  const printed = command("data", ["--source", await results(), "--out", out], { env: KITCHEN });
  // The curated lists are of the embedded models, which a folder of results does not have.
  expect(printed.out).toMatch(
    /\nFlags of models that are in no table: 1\n {2}\S+ in kitchen-sense\n/,
  );
  const own = command("data", ["--out", out], { env: KITCHEN });
  expect(own.out).not.toContain("Flags of models");
});

test("no evaluation at all is an error, with the first reason; a queue alone is a leaderboard", async () => {
  const root = await fresh();
  const out = join(root, "t");
  const folder = await fresh();
  await writeText(join(folder, "picture.png"), "PNG");
  const of = (source: string, cache?: string) =>
    buildSnapshot(KITCHEN_BOARD, { sources: [source], out, cache });
  await expect(of(folder)).rejects.toThrow(
    /^There is no evaluation of Kitchen Sense \(synthetic\) in \S+ \(no file named results\*\.json was found\)\.$/,
  );
  await writeText(join(folder, "a/b/results_2024-06-17.json"), "{");
  await expect(of(folder)).rejects.toThrow(
    /\. Set aside: 1, the first \S+results_2024-06-17\.json: is not valid JSON/,
  );
  const cache = join(root, "hub");
  await pullTexts(cache, "o/queue", kitchenRequests([["cook/a", "PENDING"]]));
  expect((await of("hf://datasets/o/queue", cache)).files["requests.parquet"]?.rows).toBe(1);
});

test("without an embedded snapshot, or with another leaderboard's, it is said what to do", async () => {
  const out = join(await fresh(), "t");
  const build = (change: object) => buildSnapshot(board(change), { sources: [], out });
  await expect(build({ snapshot: undefined })).rejects.toThrow(
    "the configuration names no embedded snapshot. From datasets of the Hub: npm run pull, then npm run data -- --hub.",
  );
  await expect(build({ snapshot: "data/snapshot" })).rejects.toThrow(
    "data/snapshot holds figures of open-llm-v1, open-llm-v2, and none of kitchen-sense: name another folder " +
      "under snapshot in the configuration, or leave it out.",
  );
  await expect(build({ curated: "tests/nowhere" })).rejects.toThrow(
    "field curated: there is no folder tests/nowhere. Make it, or leave the field out.",
  );
  expect(
    (await buildSnapshot(board({ curated: undefined }), { sources: [], out })).idleFlags,
  ).toEqual([]);
});

// What a schedule runs, npm run pull and then npm run data, on a full disk and with a Hub that fails.
import { join } from "node:path";
import { expect, test } from "vitest";
import { leaderboardSchema } from "../../src/core/records/leaderboard.ts";
import { pull } from "../../src/pipeline/hub/pull.ts";
import { buildSnapshot } from "../../src/pipeline/snapshot/build.ts";
import harbour from "../fixtures/harbour.config.ts";
import { tmpFolder } from "../pipeline/cache/folder.ts";
import { DATASETS, sailOn } from "../pipeline/hub/harbour.ts";
import { connectTo, newCache, SHORT_STALL } from "../pipeline/hub/quick.ts";
import type { StandIn } from "../pipeline/hub/stand-in.ts";
import { digestsOf, type Phase, startPlace } from "./place.ts";

test("a full disk ends pull or data with a sentence, and what is published stays; with room again it goes on", async () => {
  const place = await startPlace();
  await place.run();
  const old = await digestsOf(place.published);
  sailOn(place.hub);
  const undisturbed = await place.copy();
  await undisturbed.run();
  const whole = { old, new: await digestsOf(undisturbed.published) };
  /** Blocks of 512 bytes that a file may have, what is the first that has more, and who says so. */
  const limits: [number, Phase, RegExp][] = [
    [0, "pull", /^The cache \S+ cannot be written: .* \(EFBIG\)\. .*\n$/], // anything
    [1, "pull", /^The cache \S+ cannot be written: .* \(EFBIG\)\. .*\n$/], // an object
    [4, "pull", /^The cache \S+ cannot be written: .* \(EFBIG\)\. .*\n$/], // a listing
    [18, "data", /^Something could not be written: .* \(EFBIG\)\. .*\n$/], // tables or their descriptions
  ];
  for (const [blocks, failing, said] of limits) {
    const { phase, ended } = await place.run(undefined, `ulimit -f ${blocks}; exec "$@"`);
    expect({ blocks, phase, ...ended }).toMatchObject({ phase: failing, code: 1 });
    expect(ended.err).toMatch(said);
    expect(await digestsOf(place.published)).toEqual(whole.old);
  }
  expect((await place.run()).ended).toMatchObject({ code: 0, err: "" });
  expect(await digestsOf(place.published)).toEqual(whole.new);
  expect(await digestsOf(place.cache)).toEqual(await digestsOf(undisturbed.cache));
});

test.each([1, 2, 3, 4])(
  "with one answer of five spoiled, every table comes out with the same bytes (seed %i)",
  async (seed) => {
    const board = leaderboardSchema.parse(harbour);
    const make = async (hub: StandIn) => {
      const [cache, out] = [await newCache(), join(await tmpFolder(), "tables")];
      const connection = await connectTo(hub, { stall: SHORT_STALL });
      for (const dataset of DATASETS) {
        await pull(connection, cache, { dataset, rev: "main", include: [] });
      }
      const sources = DATASETS.map((name) => `hf://datasets/${name}`);
      await buildSnapshot(board, { sources, out, cache: cache.dir });
      const tried = Object.values(connection.patience.retries).reduce((sum, n) => sum + n, 0);
      return { tables: await digestsOf(out), cached: await digestsOf(cache.dir), tried };
    };
    const hub = (await startPlace()).hub;
    const expected = await make(hub);
    expect(Object.keys(expected.tables)).toContain("modeller.parquet");
    expect(expected.tried).toBe(0);
    hub.faults.atRandom(seed, 0.2);
    const { tried, ...outcome } = await make(hub);
    expect(outcome).toEqual({ tables: expected.tables, cached: expected.cached });
    expect(tried).toBeGreaterThan(5);
  },
);

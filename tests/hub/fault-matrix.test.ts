import { expect, test } from "vitest";
import { pull } from "../../src/hub/pull.ts";
import { contentOf } from "../cache/folder.ts";
import { FAULTS } from "./faults.ts";
import { connectTo, newCache, SHORT_STALL } from "./quick.ts";
import { type Files, type Operation, type StandIn, standIn } from "./stand-in.ts";

const main = { dataset: "o/n", rev: "main", include: [] };

/** Two pages of listing, small files and one in LFS. */
const FILES: Files = {
  ...Object.fromEntries(
    Array.from({ length: 8 }, (_, i) => [`a/m${i}/results_${i}.json`, JSON.stringify({ i })]),
  ),
  "data/train.parquet": Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251)),
};

async function startHub(): Promise<StandIn> {
  const hub = await standIn();
  hub.pageSize = 7;
  hub.dataset("o/n", FILES);
  return hub;
}

/** What a pull leaves when nothing goes wrong. */
async function expectedContent(): Promise<Record<string, string>> {
  const cache = await newCache();
  await pull(await connectTo(await startHub()), cache, main);
  return contentOf(cache.dir);
}

/** Where a fault strikes: an operation, after so many good ones. */
const PLACES: [string, Operation, number][] = [
  ["the revision", "info", 0],
  ["the first page of the listing", "tree", 0],
  ["a later page of the listing", "tree", 2],
  ["a small file's address", "resolve", 3],
  ["a small file", "resolve-cache", 3],
  ["a file in LFS", "cdn", 0],
];

/** Of a redirect only the head matters, so what is wrong with its body does no harm. */
const IN_BODY = /body|truncated|length|much|garbled/;

/** How a fault is counted, where not under its own name. */
function kindOf(fault: string, operation: Operation): string {
  if (/^\d/.test(fault)) return fault.slice(0, 3);
  if (fault.startsWith("stall")) return "stall";
  if (fault.startsWith("reset") || fault === "length too large") return "reset";
  if (operation === "info" || operation === "tree") return "truncated";
  return fault === "garbled" ? "hash" : "length";
}

test.each(PLACES)("every fault of %s is mended by asking again", async (_, operation, skip) => {
  const expected = await expectedContent();
  const hub = await startHub();
  for (const fault of FAULTS) {
    const cache = await newCache();
    const stall = fault.startsWith("stall") ? SHORT_STALL : undefined;
    const connection = await connectTo(hub, { ...(stall && { stall }) });
    hub.faults.once(operation, [fault], skip);
    const report = await pull(connection, cache, main);
    expect(report.fetched, fault).toBe(9);
    expect(await contentOf(cache.dir), fault).toEqual(expected);
    const harmless = operation === "resolve" && IN_BODY.test(fault);
    const kind = kindOf(fault, operation);
    if (harmless) continue;
    // On a busy machine more than the one that is meant may look like a stall.
    if (kind === "stall") expect(connection.patience.retries.stall, fault).toBeGreaterThan(0);
    else expect(connection.patience.retries, fault).toEqual({ [kind]: 1 });
  }
});

test.each([1, 2, 3])(
  "with one answer of five spoiled, the same bytes come out (seed %i)",
  async (seed) => {
    const expected = await expectedContent();
    const hub = await startHub();
    hub.faults.atRandom(seed, 0.2);
    const cache = await newCache();
    const connection = await connectTo(hub, { stall: SHORT_STALL });
    await pull(connection, cache, main);
    expect(await contentOf(cache.dir)).toEqual(expected);
    expect(Object.keys(connection.patience.retries).length).toBeGreaterThan(0);
  },
);

test.each(FAULTS)(
  "a Hub that never gets over it (%s) is said to be, and nothing half is kept",
  async (fault) => {
    const hub = await startHub();
    hub.faults.once("cdn", Array(3).fill(fault));
    const cache = await newCache();
    const connection = await connectTo(hub, { tries: 3, stall: SHORT_STALL });
    await expect(pull(connection, cache, main)).rejects.toThrow(
      /^The Hub did not give o\/n\/data\/train\.parquet in 3 tries, at last: .*it goes on from there\.$/,
    );
    const kept = Object.keys(await contentOf(cache.dir));
    expect(kept.filter((path) => !path.startsWith("objects/"))).toEqual(["version"]);
    // The small files are there already: only what is missing is asked for next time.
    hub.log.length = 0;
    expect((await pull(connection, cache, main)).fetched).toBeLessThanOrEqual(9);
    expect(hub.log.filter(({ operation }) => operation === "cdn")).toHaveLength(1);
  },
);

import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Cache } from "../../../src/pipeline/cache/open.ts";
import type { Hub } from "../../../src/pipeline/hub/connection.ts";
import { refreshFacts } from "../../../src/pipeline/hub/facts.ts";
import { publish } from "../../../src/pipeline/hub/publish.ts";
import { pull } from "../../../src/pipeline/hub/pull.ts";
import { contentOf, tmpFolder } from "../cache/folder.ts";
import { faultsOf } from "./faults.ts";
import { connectTo, newCache, SHORT_STALL } from "./quick.ts";
import { type Files, type Operation, type StandIn, standIn, type Token } from "./stand-in.ts";

/**
 * What can go wrong with one answer, by what was asked for. Of a pull here; of commits and pull
 * requests in publish.test.ts, of model facts in facts.test.ts, of whoami there and in refusal.test.ts.
 * A full disk: tests/scripts. A listing that changes, a file that goes: pull.test.ts, publish.test.ts.
 */
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
  for (const fault of faultsOf(operation)) {
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

test.each(faultsOf("cdn"))(
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

test("an address whose signature is too old is asked for anew, of the Hub", async () => {
  const hub = await startHub();
  hub.faults.once("cdn", ["403 of the CDN"]);
  await pull(await connectTo(hub, { concurrency: 1 }), await newCache(), main);
  const asked = hub.log.filter(({ path }) => /train\.parquet|Signature/.test(path));
  expect(asked.map(({ operation }) => operation)).toEqual(["resolve", "cdn", "resolve", "cdn"]);
});

test("a host that goes on refusing is named, and nobody is told to be without access", async () => {
  const hub = await startHub();
  hub.faults.once("cdn", Array(2).fill("403 of the CDN"));
  const connection = await connectTo(hub, { tries: 2, token: "hf_w" });
  hub.tokens.set("hf_w", { account: "ann", displayName: "ci", role: "read" });
  await expect(pull(connection, await newCache(), main)).rejects.toThrow(
    `in 2 tries, at last: 403 of ${new URL(hub.cdn).host}, where the Hub has the file.`,
  );
});

test("a mirror may lead to a Hub, which then may refuse for good", async () => {
  const answer = async (status: number, headers: Record<string, string>) => {
    const server = createServer((_, response) => response.writeHead(status, headers).end());
    onTestFinished(() => void server.close());
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const location = await answer(403, { "x-error-code": "GatedRepo" });
  const mirror = await answer(307, { location });
  const connection = await connectTo({ url: mirror } as StandIn);
  await expect(connection.client.fetch(`${mirror}/file`)).rejects.toMatchObject({
    status: 403,
    code: "GatedRepo",
  });
});

/** Something that asks the Hub, with the token of an account that may. */
const ASKING: Record<string, (connection: Hub, cache: Cache) => Promise<unknown>> = {
  pull: (connection, cache) => pull(connection, cache, main),
  publish: async (connection) => {
    const folder = await tmpFolder();
    await writeFile(join(folder, "new.json"), "{}");
    await writeFile(join(folder, "new.parquet"), "PAR1");
    return publish(connection, { dataset: "o/n", folder, title: "t", into: "b", mirror: true });
  },
  facts: (connection, cache) =>
    refreshFacts(connection, cache, { models: ["o/m"], days: 7, limit: 9 }),
};

test.each<[string, Operation, number]>([
  ["pull", "info", 1],
  ["pull", "tree", 1],
  ["pull", "tree", 2],
  ["pull", "resolve", 3],
  ["pull", "resolve-cache", 3],
  ["publish", "info", 1],
  ["publish", "paths-info", 1],
  ["publish", "tree", 1],
  ["publish", "preupload", 1],
  ["publish", "lfs-batch", 1],
  ["publish", "commit", 1],
  ["facts", "whoami", 1],
  ["facts", "info", 1],
])(
  "a token that expires during %s, at %s (the %ith), is said to have",
  async (what, where, nth) => {
    const hub = await startHub();
    const repo = hub.repos.get("datasets/o/n")!;
    repo.members.push("ann");
    hub.model("o/m", { likes: 1 });
    const token: Token = { account: "ann", displayName: "ci", role: "write" };
    hub.tokens.set("hf_w", token);
    let seen = 0;
    hub.onRequest = ({ operation }) => {
      if (operation === where && ++seen === nth) token.expired = true;
    };
    const cache = await newCache();
    // One at a time: else others are refused first.
    const connection = await connectTo(hub, { token: "hf_w", concurrency: 1 });
    await expect(ASKING[what]!(connection, cache)).rejects.toThrow(
      /^The token of HF_TOKEN is expired, revoked or wrong \(the Hub says: .*\): make a new one at /,
    );
    expect(connection.patience.retries).toEqual({});
    // Nothing half is there, and with a new token it goes on.
    expect(repo.commits).toHaveLength(1);
    const kept = Object.keys(await contentOf(cache.dir));
    expect(kept.filter((path) => /^(?:tmp|datasets|facts)\//.test(path))).toEqual([]);
    token.expired = false;
    await ASKING[what]!(connection, cache);
  },
);

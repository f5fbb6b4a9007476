import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { objectPath } from "../../../src/pipeline/cache/layout.ts";
import { prune } from "../../../src/pipeline/cache/prune.ts";
import { pull } from "../../../src/pipeline/hub/pull.ts";
import { contentOf, gitOid, sha256 } from "../cache/folder.ts";
import { connectTo, newCache } from "./quick.ts";
import { commitFiles, type Files, openPullRequest, type StandIn, standIn } from "./stand-in.ts";

const FILES: Files = {
  "README.md": "hello\n",
  "empty.txt": "",
  "a/b/results_1.json": '{"x": 1}',
  "a/b/results #2?.json": '{"x": 2}',
  "a/b/résultats 100%.json": '{"x": 3}',
  "data/train.parquet": "PAR1 and so on".repeat(1000),
};
const main = { dataset: "o/n", rev: "main", include: [] };

/** How often each operation was asked for since the last look. */
function counts(hub: StandIn): Record<string, number> {
  const seen: Record<string, number> = {};
  for (const { operation } of hub.log.splice(0)) seen[operation] = (seen[operation] ?? 0) + 1;
  return seen;
}

test("a dataset comes whole, and is read at the commit it was", async () => {
  const hub = await standIn();
  const repo = hub.dataset("o/n", FILES);
  const cache = await newCache();
  const report = await pull(await connectTo(hub), cache, main);
  expect(report).toMatchObject({ files: 6, wanted: 6, fetched: 6, listed: true, rev: "main" });
  const listing = await cache.listing("o/n");
  expect(listing.commit).toBe(repo.commits[0]!.oid);
  expect(listing.files.find((f) => f.lfs)).toEqual({
    path: "data/train.parquet",
    size: 14_000,
    oid: sha256(FILES["data/train.parquet"]!),
    lfs: true,
  });
  const read = await Promise.all(
    listing.files.map(async (f) => [f.path, (await cache.read(f.oid)).toString()]),
  );
  expect(Object.fromEntries(read)).toEqual(FILES);
});

test("exactly these requests are made: the first time, with nothing new, with one file new", async () => {
  const hub = await standIn();
  hub.pageSize = 4;
  const repo = hub.dataset("o/n", FILES);
  const cache = await newCache();
  const connection = await connectTo(hub);
  await pull(connection, cache, main);
  // 6 files and 3 folders on pages of 4; nothing is fetched for an empty file.
  expect(counts(hub)).toEqual({ info: 1, tree: 3, resolve: 5, "resolve-cache": 4, cdn: 1 });
  expect(await pull(connection, cache, main)).toMatchObject({ fetched: 0, listed: false });
  expect(counts(hub)).toEqual({ info: 1 });
  commitFiles(repo, { ...FILES, "a/b/results_1.json": '{"x": 9}' });
  expect(await pull(connection, cache, main)).toMatchObject({ fetched: 1, bytes: 8 });
  expect(counts(hub)).toEqual({ info: 1, tree: 3, resolve: 1, "resolve-cache": 1 });
  // A commit that changes no file: one pass over the pages.
  commitFiles(repo, { ...FILES, "a/b/results_1.json": '{"x": 9}' }, "again");
  expect(await pull(connection, cache, main)).toMatchObject({ fetched: 0, listed: true });
  expect(counts(hub)).toEqual({ info: 1, tree: 3 });
});

test("two files with the same content are fetched once", async () => {
  const hub = await standIn();
  hub.dataset("o/n", { "a.json": "same", "b.json": "same" });
  const cache = await newCache();
  expect((await pull(await connectTo(hub), cache, main)).fetched).toBe(1);
  expect((await cache.listing("o/n")).files).toHaveLength(2);
});

test("a listing that changes between its pages is read at the commit seen first", async () => {
  const hub = await standIn();
  hub.pageSize = 4;
  const repo = hub.dataset("o/n", FILES);
  const first = repo.commits[0]!.oid;
  hub.onRequest = ({ operation }) => {
    if (operation === "tree") commitFiles(repo, { "other.txt": String(repo.commits.length) });
  };
  const cache = await newCache();
  await pull(await connectTo(hub), cache, main);
  const listing = await cache.listing("o/n");
  expect(listing.commit).toBe(first);
  expect(listing.files.map((f) => f.path).sort()).toEqual(Object.keys(FILES).sort());
});

test("a file deleted meanwhile is there at the commit all the same", async () => {
  const hub = await standIn();
  const repo = hub.dataset("o/n", FILES);
  hub.onRequest = ({ operation }) => {
    if (operation === "resolve" && repo.commits.length === 1) commitFiles(repo, {});
  };
  const cache = await newCache();
  expect((await pull(await connectTo(hub), cache, main)).fetched).toBe(6);
});

test("a file that is gone from the history is named", async () => {
  const hub = await standIn();
  const repo = hub.dataset("o/n", FILES);
  hub.onRequest = ({ operation }) => {
    if (operation === "resolve") repo.commits[0]!.files.delete("data/train.parquet");
  };
  await expect(pull(await connectTo(hub), await newCache(), main)).rejects.toThrow(
    /^The dataset o\/n has no file data\/train\.parquet at [0-9a-f]{40} .*: it may have been taken out of the history\.$/,
  );
});

test("a Hub that lists a file twice is asked again, and then named", async () => {
  const hub = await standIn();
  hub.pageSize = 2;
  const repo = hub.dataset("o/n", FILES);
  const { files } = repo.commits[0]!;
  // A commit whose files change under it: the second page begins one entry too early.
  hub.onRequest = ({ operation, path }) => {
    if (operation !== "tree" || !path.includes("cursor")) return files.delete("A0.txt");
    return files.set("A0.txt", Buffer.from("x"));
  };
  await expect(pull(await connectTo(hub), await newCache(), main)).rejects.toThrow(
    "The Hub lists files of o/n twice at the commit",
  );
});

test("a listing with a path that climbs is refused before anything is fetched", async () => {
  const hub = await standIn();
  hub.dataset("o/n", { "a.json": "{}", "b/../../../api/whoami-v2": "x" });
  await expect(pull(await connectTo(hub), await newCache(), main)).rejects.toThrow(
    'The Hub lists a file "b/../../../api/whoami-v2" of o/n that cannot be read: field path: must be a path like data/file.json.',
  );
  expect(hub.log.every(({ operation }) => operation !== "resolve")).toBe(true);
});

test("any revision may be asked for: a tag, a commit, a pull request", async () => {
  const hub = await standIn();
  const repo = hub.dataset("o/n", { "a.json": "1" });
  const old = repo.commits[0]!.oid;
  repo.branches.set("v1.0/a", old);
  const { commit: pr } = openPullRequest(repo, {
    author: "bob",
    files: { "a.json": null, "b.json": "2" },
  });
  const cache = await newCache();
  const connection = await connectTo(hub);
  for (const rev of ["v1.0/a", pr.oid, "refs/pr/1"]) {
    await pull(connection, cache, { ...main, rev });
  }
  expect((await cache.listing("o/n", "v1.0/a")).files.map((f) => f.path)).toEqual(["a.json"]);
  expect((await cache.listing("o/n", "refs/pr/1")).files.map((f) => f.path)).toEqual(["b.json"]);
  expect((await cache.listing("o/n", pr.oid)).commit).toBe(pr.oid);
});

test("of a dataset only what is asked for comes, and more when more is asked for", async () => {
  const hub = await standIn();
  hub.dataset("o/n", FILES);
  const cache = await newCache();
  const connection = await connectTo(hub);
  const paths = async () => (await cache.listing("o/n")).files.map((f) => f.path);
  const some = await pull(connection, cache, { ...main, include: ["a/*1.json"] });
  expect(some).toMatchObject({ files: 6, wanted: 1, fetched: 1 });
  expect(await paths()).toEqual(["a/b/results_1.json"]);
  counts(hub);
  expect(await pull(connection, cache, { ...main, include: ["*.md"] })).toMatchObject({
    fetched: 1,
  });
  expect(counts(hub)).toEqual({ info: 1, resolve: 1, "resolve-cache": 1 });
  expect(await paths()).toEqual(["README.md", "a/b/results_1.json"]);
  expect(await pull(connection, cache, main)).toMatchObject({ fetched: 4 });
  expect(await paths()).toHaveLength(6);
});

test("an object that has gone from the cache comes again", async () => {
  const hub = await standIn();
  hub.dataset("o/n", FILES);
  const cache = await newCache();
  const connection = await connectTo(hub);
  await pull(connection, cache, main);
  const before = await contentOf(cache.dir);
  await rm(objectPath(cache.dir, gitOid("hello\n")));
  expect(await pull(connection, cache, main)).toMatchObject({ fetched: 1, listed: false });
  expect(await contentOf(cache.dir)).toEqual(before);
  expect(await prune(cache.dir)).toMatchObject({ objects: 0 });
});

test("two pulls to one cache at once end with the same cache as one", async () => {
  const hub = await standIn();
  hub.dataset("o/n", FILES);
  hub.dataset("o/other", { ...FILES, "more.json": "{}" });
  const alone = await newCache();
  const together = await newCache();
  const requests = [main, main, { ...main, dataset: "o/other" }];
  for (const request of requests) await pull(await connectTo(hub), alone, request);
  await Promise.all(requests.map(async (request) => pull(await connectTo(hub), together, request)));
  expect(await contentOf(together.dir)).toEqual(await contentOf(alone.dir));
});

test("the token goes to the Hub with every request, and never to where the bytes are", async () => {
  const hub = await standIn();
  hub.dataset("o/n", FILES, { private: true, members: ["ann"] });
  hub.tokens.set("hf_secret", { account: "ann", displayName: "ci", role: "read" });
  hub.faults.once("cdn", ["reset", "500"]);
  await pull(await connectTo(hub, { token: "hf_secret" }), await newCache(), main);
  const sentTo = (cdn: boolean) =>
    hub.log.filter((r) => (r.operation === "cdn") === cdn).map((r) => r.authorization);
  expect(sentTo(true)).toEqual([undefined, undefined, undefined]);
  expect(new Set(sentTo(false))).toEqual(new Set(["Bearer hf_secret"]));
});

test("a renamed dataset is found under its new name", async () => {
  const hub = await standIn();
  hub.dataset("o/old", {}, { movedTo: "o/n" });
  hub.dataset("o/n", FILES);
  const cache = await newCache();
  await pull(await connectTo(hub), cache, { ...main, dataset: "o/old" });
  expect((await cache.listing("o/old")).files).toHaveLength(6);
});

test("a mirror whose links name the public Hub is asked itself", async () => {
  const hub = await standIn();
  hub.pageSize = 4;
  hub.dataset("o/n", FILES);
  const url = hub.url;
  const connection = await connectTo(hub);
  hub.url = "https://huggingface.co";
  const cache = await newCache();
  await pull(connection, cache, main);
  hub.url = url;
  expect((await cache.listing("o/n")).files).toHaveLength(6);
});

test("a Hub that cannot be reached is said to be", async () => {
  const hub = await standIn();
  const connection = await connectTo(hub, { tries: 2 });
  await hub.close();
  await expect(pull(connection, await newCache(), main)).rejects.toThrow(
    "The Hub did not give /api/datasets/o/n/revision/main in 2 tries, at last: it cannot be reached (ECONNREFUSED).",
  );
});

test("a cache that may not be written is said to be", async () => {
  const hub = await standIn();
  hub.dataset("o/n", FILES);
  const cache = await newCache();
  // A file stands where a folder must be: the kind of error that also root gets.
  await writeFile(join(cache.dir, "objects"), "");
  await chmod(cache.dir, 0o700);
  const error = await pull(await connectTo(hub), cache, main).catch((e) => e);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toContain("something in its path is a file, not a folder");
});

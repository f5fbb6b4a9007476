import { execFileSync } from "node:child_process";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ListedFile } from "../../../src/core/records/listing.ts";
import { readListing, writeListing, writeRef } from "../../../src/pipeline/cache/listings.ts";
import { knownObjects, putObject } from "../../../src/pipeline/cache/objects.ts";
import { openCache, prepareCache } from "../../../src/pipeline/cache/open.ts";
import { prune } from "../../../src/pipeline/cache/prune.ts";
import { whileMarked } from "../../../src/pipeline/cache/tmp.ts";
import { gitOid, tmpFolder } from "./folder.ts";

const A = "a".repeat(40);
const B = "b".repeat(40);
const at = "2026-11-25T08:00:00Z";

function file(path: string, content: string): ListedFile {
  return { path, size: content.length, oid: gitOid(content), lfs: false };
}

async function put(dir: string, ...contents: string[]): Promise<void> {
  for (const text of contents) {
    await putObject(dir, { oid: gitOid(text), size: text.length }, [Buffer.from(text)]);
  }
}

test("a listing is read at the commit that the revision was when it was pulled", async () => {
  const dir = await tmpFolder();
  const cache = await prepareCache(dir);
  await writeListing(dir, "o/n", A, [file("b.json", "1"), file("a.json", "2")]);
  await writeListing(dir, "o/n", B, [file("c.json", "3")]);
  await writeRef(dir, "o/n", "main", { commit: A, at });
  await writeRef(dir, "o/n", "refs/pr/1", { commit: B, at });
  const listing = await cache.listing("o/n");
  expect(listing).toMatchObject({ dataset: "o/n", commit: A, at });
  expect(listing.files.map((f) => f.path)).toEqual(["a.json", "b.json"]);
  expect((await cache.listing("o/n", "refs/pr/1")).commit).toBe(B);
  expect((await cache.listing("o/n", B)).files.map((f) => f.path)).toEqual(["c.json"]);
  expect(await cache.refs("o/n")).toEqual({
    main: { commit: A, at },
    "refs/pr/1": { commit: B, at },
  });
});

test("what was not pulled is said, with the command that pulls it", async () => {
  const cache = await openCache(join(await tmpFolder(), "none"));
  await expect(cache.listing("o/n")).rejects.toThrow(
    /^o\/n is not in the cache .*none: run npm run pull -- --dataset o\/n first\.$/,
  );
  await expect(cache.listing("o/n", "v1")).rejects.toThrow("--dataset o/n@v1 first.");
  await expect(cache.listing("../etc")).rejects.toThrow("must be a dataset like OWNER/NAME");
  await expect(cache.listing("../../etc")).rejects.toThrow("must be a dataset like OWNER/NAME");
});

test("of a pull with patterns only the files asked for are listed", async () => {
  const dir = await tmpFolder();
  const cache = await prepareCache(dir);
  await writeListing(dir, "o/n", A, [file("a.json", "1"), file("b.csv", "2"), file("c.txt", "3")]);
  const paths = async () => (await cache.listing("o/n")).files.map((f) => f.path);
  await writeRef(dir, "o/n", "main", { commit: A, at, include: ["*.json"] });
  expect(await paths()).toEqual(["a.json"]);
  await writeRef(dir, "o/n", "main", { commit: A, at, include: ["*.csv"] });
  expect(await paths()).toEqual(["a.json", "b.csv"]);
  await writeRef(dir, "o/n", "main", { commit: A, at });
  expect(await paths()).toEqual(["a.json", "b.csv", "c.txt"]);
});

test("a cache of another version, or damaged, is said to be", async () => {
  const dir = await tmpFolder();
  await prepareCache(dir);
  await mkdir(join(dir, "datasets/o/n/commits"), { recursive: true });
  await writeFile(join(dir, "datasets/o/n/refs.json"), "{");
  const cache = await openCache(dir);
  await expect(cache.refs("o/n")).rejects.toThrow(/refs\.json is damaged .*pull again\./);
  await writeFile(join(dir, `datasets/o/n/commits/${A}.jsonl`), '{"path":"a"}\n');
  await expect(readListing(dir, "o/n", A)).rejects.toThrow(/is damaged .*pull again\./);
  await writeFile(join(dir, "version"), "2\n");
  await expect(openCache(dir)).rejects.toThrow(/has version "2", this project writes 1/);
});

test("refs noted at the same time by several processes are all kept", async () => {
  const dir = await tmpFolder();
  await prepareCache(dir);
  const revs = Array.from({ length: 20 }, (_, i) => `v${i}`);
  await Promise.all(revs.map((rev) => writeRef(dir, "o/n", rev, { commit: A, at })));
  expect(Object.keys(await (await openCache(dir)).refs("o/n")).sort()).toEqual(revs.sort());
  expect(await readdir(join(dir, "datasets/o/n"))).toEqual(["refs.json"]);
  expect(await readdir(join(dir, "tmp"))).toEqual([]);
});

/** The id of a process that has ended. */
function deadProcess(): number {
  const out = execFileSync(process.execPath, ["-e", "console.log(process.pid)"]);
  return Number(out.toString());
}

test("what a dead process left is cleaned away; of those alive nothing is touched", async () => {
  const dir = await tmpFolder();
  await prepareCache(dir);
  const host = hostname().replace(/[^A-Za-z0-9-]/g, "-");
  const dead = deadProcess();
  const names = {
    dead: `${host}.${dead}.0.part`,
    alive: `${host}.${process.pid}.999.part`,
    elsewhere: `other.${dead}.0.part`,
    old: `other.${dead}.1.part`,
  };
  for (const name of Object.values(names)) await writeFile(join(dir, "tmp", name), "x");
  await utimes(join(dir, "tmp", names.old), 0, 0);
  await prepareCache(dir);
  expect((await readdir(join(dir, "tmp"))).sort()).toEqual([names.alive, names.elsewhere].sort());
});

test("the lock of a dead process is taken over", async () => {
  const dir = await tmpFolder();
  await prepareCache(dir);
  const host = hostname().replace(/[^A-Za-z0-9-]/g, "-");
  await mkdir(join(dir, "datasets/o/n"), { recursive: true });
  const lock = join(dir, "datasets/o/n/refs.json.lock");
  await writeFile(lock, join(dir, "tmp", `${host}.${deadProcess()}.0.lock`));
  const refs = ["x", "y", "z"].map((rev) => writeRef(dir, "o/n", rev, { commit: A, at }));
  await Promise.all(refs);
  expect(Object.keys(await (await openCache(dir)).refs("o/n"))).toEqual(["x", "y", "z"]);
});

test("pruning takes what no kept listing names, and only that", async () => {
  const dir = await tmpFolder();
  await prepareCache(dir);
  await put(dir, "kept", "shared", "old", "orphan");
  await writeListing(dir, "o/n", A, [file("1", "old"), file("2", "shared")]);
  await writeListing(dir, "o/n", B, [file("1", "kept"), file("2", "shared")]);
  await writeRef(dir, "o/n", "main", { commit: A, at });
  await writeRef(dir, "o/n", "main", { commit: B, at });
  expect(await prune(dir)).toEqual({ listings: 1, objects: 2, bytes: "old".length + 6 });
  expect(await knownObjects(dir)).toEqual(new Set([gitOid("kept"), gitOid("shared")]));
  expect(await prune(dir)).toEqual({ listings: 0, objects: 0, bytes: 0 });
});

test("pruning waits for nobody: it refuses beside a pull; a pull waits for it, but not for ever", async () => {
  const dir = await tmpFolder();
  await prepareCache(dir);
  await whileMarked(dir, "pull", async () => {
    await whileMarked(dir, "pull", async () => {});
    await expect(prune(dir)).rejects.toThrow(/^Process \d+ is pulling to the cache/);
  });
  await whileMarked(dir, "prune", async () => {
    const impatient = whileMarked(dir, "pull", async () => {}, 0);
    await expect(impatient).rejects.toThrow(/is pruning the cache .* remove .*\.prune\.$/);
  });
  const order: string[] = [];
  const { pulled } = await whileMarked(dir, "prune", async () => {
    const pulled = whileMarked(dir, "pull", async () => order.push("pull"));
    await setTimeout(200);
    order.push("prune");
    return { pulled };
  });
  await pulled;
  expect(order).toEqual(["prune", "pull"]);
  expect(await prune(dir)).toEqual({ listings: 0, objects: 0, bytes: 0 });
});

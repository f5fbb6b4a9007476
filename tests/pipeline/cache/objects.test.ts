import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import {
  hasObject,
  knownObjects,
  putObject,
  WrongObject,
} from "../../../src/pipeline/cache/objects.ts";
import { openCache, prepareCache } from "../../../src/pipeline/cache/open.ts";
import { gitOid, sha256, tmpFolder } from "./folder.ts";

const bytes = (text: string) => [Buffer.from(text)];

test("an object is found by its git id or its sha256, in the Hub's own numbering", async () => {
  const dir = await tmpFolder();
  const cache = await prepareCache(dir);
  // Published: git's id of "hello\n", and its sha256.
  const git = "ce013625030ba8dba906f756967f9e9ca394464a";
  const lfs = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
  for (const oid of [git, lfs]) {
    await putObject(dir, { oid, size: 6 }, bytes("hello\n"));
    expect((await cache.read(oid)).toString()).toBe("hello\n");
  }
  expect(await knownObjects(dir)).toEqual(new Set([git, lfs]));
  expect(await readFile(join(dir, "objects", "ce", git.slice(2)), "utf8")).toBe("hello\n");
});

test.each([
  ["cut off", "hell", "length"],
  ["too long", "hello\n\n", "length"],
  ["of the right length but other bytes", "Hello\n", "hash"],
])("what comes %s never counts, and leaves nothing behind", async (_, text, kind) => {
  const dir = await tmpFolder();
  await prepareCache(dir);
  const object = { oid: gitOid("hello\n"), size: 6 };
  const error = await putObject(dir, object, bytes(text)).catch((e) => e);
  expect(error).toBeInstanceOf(WrongObject);
  expect(error.kind).toBe(kind);
  expect(await hasObject(dir, object.oid)).toBe(false);
  expect(await readdir(join(dir, "tmp"))).toEqual([]);
});

test("an error on the way leaves nothing behind either", async () => {
  const dir = await tmpFolder();
  await prepareCache(dir);
  async function* broken() {
    yield Buffer.from("hel");
    throw new Error("reset");
  }
  await expect(putObject(dir, { oid: gitOid("hello\n"), size: 6 }, broken())).rejects.toThrow(
    "reset",
  );
  expect(await readdir(join(dir, "tmp"))).toEqual([]);
});

test("two writers of one object both succeed", async () => {
  const dir = await tmpFolder();
  await prepareCache(dir);
  const text = "x".repeat(100_000);
  const object = { oid: sha256(text), size: text.length };
  await Promise.all(Array.from({ length: 8 }, () => putObject(dir, object, bytes(text))));
  expect((await (await openCache(dir)).read(object.oid)).toString()).toBe(text);
  expect(await readdir(join(dir, "tmp"))).toEqual([]);
});

test("a file larger than the system allows is a sentence, and leaves nothing half-written", async () => {
  const dir = await tmpFolder();
  // A limit on the size of files stands for a full disk: both are errors of the write itself.
  const script = `
    import { prepareCache } from "./src/pipeline/cache/open.ts";
    import { putObject } from "./src/pipeline/cache/objects.ts";
    await prepareCache(${JSON.stringify(dir)});
    const content = Buffer.alloc(200_000);
    try {
      await putObject(${JSON.stringify(dir)}, { oid: "${sha256(Buffer.alloc(200_000))}", size: 200_000 }, [content]);
    } catch (error) { console.log(error.name + ": " + error.message); }`;
  const node = [process.execPath, "--input-type=module", "-e", script];
  const out = execFileSync("sh", ["-c", 'ulimit -f 100; exec "$@"', "sh", ...node], {
    encoding: "utf8",
  });
  expect(out).toMatch(/^UserError: The cache .* cannot be written: .* \(EFBIG\)\. .*goes on/);
  expect(await readdir(join(dir, "tmp"))).toEqual([]);
  expect(await knownObjects(dir)).toEqual(new Set());
});

test("a full disk is a sentence", async () => {
  const dir = await tmpFolder();
  await prepareCache(dir);
  const full = Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "write" });
  // biome-ignore lint/correctness/useYield: stands for a write that fails
  async function* disk(): AsyncGenerator<Uint8Array> {
    throw full;
  }
  const error = await putObject(dir, { oid: gitOid("a"), size: 1 }, disk()).catch((e) => e);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toContain("its disk is full (ENOSPC)");
});

test("an object that is missing is said to be", async () => {
  const cache = await openCache(await tmpFolder());
  await expect(cache.read(gitOid("a"))).rejects.toThrow(/is missing in the cache .*: pull again\./);
});

import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCache } from "../../../src/pipeline/pictures/cache.ts";
import { readFonts } from "../../../src/pipeline/pictures/font.ts";
import { openRenderer } from "../../../src/pipeline/pictures/render.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pictures-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const svgs = [1, 2, 3].map(
  (n) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#ffffff"/><text y="15" font-family="Inter">${n}</text></svg>`,
);

test("a second build draws nothing, and after one change exactly one picture", async () => {
  const fonts = await readFonts([]);
  const build = async (pictures: string[]) => {
    const renderer = await openRenderer(fonts, folder);
    const files = await Promise.all(pictures.map((svg) => renderer.png(svg, 2)));
    return { files, drawn: renderer.drawn() };
  };
  const first = await build(svgs);
  expect(first.drawn).toBe(3);
  const second = await build(svgs);
  expect(second.drawn).toBe(0);
  expect(second.files).toEqual(first.files);
  const third = await build([svgs[0]!, svgs[1]!, svgs[2]!.replace("#ffffff", "#eeeeee")]);
  expect(third.drawn).toBe(1);
  expect(third.files[2]).not.toEqual(first.files[2]);
});

test("builds that run at once end with one whole file", async () => {
  const bytes = Buffer.alloc(200_000, 7);
  const files = await Promise.all(
    Array.from({ length: 8 }, () => openCache(folder).file("key", async () => bytes)),
  );
  for (const file of files) expect(file.equals(bytes)).toBe(true);
  expect(await readdir(folder)).toEqual(["key"]);
});

test("an empty file, left by a full disk, is made anew", async () => {
  await writeFile(join(folder, "key"), "");
  const cache = openCache(folder);
  expect(String(await cache.file("key", async () => Buffer.from("whole")))).toBe("whole");
  expect(cache.made()).toBe(1);
});

test("what no build asks for is removed after a month, and what one does is kept", async () => {
  const cache = openCache(folder);
  const old = new Date(Date.now() - 40 * 24 * 3600 * 1000);
  for (const key of ["used", "unused"]) {
    await cache.file(key, async () => Buffer.from(key));
    await utimes(join(folder, key), old, old);
  }
  await cache.file("used", async () => Buffer.from("not asked"));
  await cache.prune();
  expect(await readdir(folder)).toEqual(["used"]);
});

test("a cache that was never written to is empty", async () => {
  await openCache(join(folder, "none")).prune();
  expect(await readdir(folder)).toEqual([]);
});

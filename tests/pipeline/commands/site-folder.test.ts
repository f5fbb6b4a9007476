// Where a built site goes: another disk, a folder of somebody else's, one that cannot be renamed.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  changeInPlace,
  placeSite,
  refuseOthers,
} from "../../../src/pipeline/commands/site-folder.ts";
import { contentOf, tmpFolder } from "../cache/folder.ts";
import { writeText } from "../sources/harness.ts";

async function site(folder: string, files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries({ "_assets/a.css": "a{}", ...files }))
    await writeText(join(folder, path), text);
  return folder;
}

const OLD = { "index.html": "old", "gone/index.html": "old", "data/x.json": "1" };
const NEW = { "index.html": "new", "come/index.html": "new", "data/x.json": "2" };
const WHOLE = { "_assets/a.css": "a{}", ...NEW };

/** Beside the folder nothing is left. */
async function expectNew(place: string): Promise<void> {
  expect(await contentOf(place)).toEqual(WHOLE);
  for (const rest of [".new", ".old"]) expect(existsSync(place + rest)).toBe(false);
}

test("a new site takes the place of the old one, or of none", async () => {
  const folder = await tmpFolder();
  for (const place of [join(folder, "deep/er/dist"), await site(join(folder, "dist"), OLD)]) {
    await placeSite(await site(join(folder, "built"), NEW), place);
    await expectNew(place);
    expect(existsSync(join(folder, "built"))).toBe(false);
  }
});

test("what a killed build left beside it is in nobody's way", async () => {
  const folder = await tmpFolder();
  const place = await site(join(folder, "dist"), OLD);
  for (const rest of [".new", ".old"]) await site(place + rest, { "half/index.html": "half" });
  await placeSite(await site(join(folder, "built"), NEW), place);
  await expectNew(place);
});

const MEMORY = "/dev/shm";
const isOther = async () => {
  const [here, there] = await Promise.all([stat("."), stat(MEMORY).catch(() => null)]);
  return there !== null && here.dev !== there.dev;
};

test.runIf(await isOther())("also on another disk", async () => {
  const other = await mkdtemp(join(MEMORY, "leaderboard-"));
  onTestFinished(() => rm(other, { recursive: true }));
  const place = await site(join(other, "dist"), OLD);
  const folder = await mkdtemp(join(process.cwd(), "node_modules/.cache-site-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await placeSite(await site(join(folder, "built"), NEW), place);
  await expectNew(place);
});

test("a folder that cannot be renamed is changed in place", async () => {
  const folder = await tmpFolder();
  const place = await site(join(folder, "dist"), OLD);
  await changeInPlace(await site(join(folder, "dist.new"), NEW), place);
  await expectNew(place);
});

test("a folder of other files is refused, an empty one and a built site are not", async () => {
  const folder = await tmpFolder();
  await refuseOthers(join(folder, "none"));
  await refuseOthers(folder);
  await refuseOthers(await site(join(folder, "dist"), OLD));
  await expect(refuseOthers(folder)).rejects.toThrow(
    `OUT_DIR ${folder} has files in it and is no built site: it would be replaced whole.`,
  );
  const file = await writeText(join(folder, "file"), "x");
  await expect(refuseOthers(file)).rejects.toThrow("is a file: name a folder.");
  expect(await readFile(file, "utf8")).toBe("x");
});

import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../core/records/user-error.ts";
import { filesBelow } from "../cache/files-below.ts";
import { putBack, swapIn } from "../snapshot/swap.ts";

/** What every built site has: a folder without them is not ours to replace. */
const MARKS = ["_assets", "index.html"];

/**
 * @throws UserError where a folder has files in it that are no built site
 */
export async function refuseOthers(out: string): Promise<void> {
  const names: string[] = await readdir(out).catch((error) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") throw new UserError(`OUT_DIR ${out} is a file: name a folder.`);
    throw error;
  });
  if (names.length === 0 || MARKS.every((mark) => names.includes(mark))) return;
  throw new UserError(
    `OUT_DIR ${out} has files in it and is no built site: it would be replaced whole. Name an empty or a new folder.`,
  );
}

/**
 * Puts a built site where it is to be, on whatever disk that is. Who reads there sees the old site, for an instant none,
 * and then the new one; a build that fails or is killed leaves the old one as it was. A folder that cannot be renamed, as
 * one that a disk is mounted at, is changed in place: what pages need first, then pages, and what is gone at last.
 */
export async function placeSite(built: string, out: string): Promise<void> {
  const place = resolve(out);
  await mkdir(dirname(place), { recursive: true });
  // What a build that was killed here has left beside it would be in the way of every one after it.
  await putBack(place, "index.html");
  for (const rest of [".new", ".old"]) await rm(place + rest, { recursive: true, force: true });
  await rename(built, `${place}.new`).catch(async (error) => {
    if (error.code !== "EXDEV") throw error;
    await cp(built, `${place}.new`, { recursive: true });
    await rm(built, { recursive: true });
  });
  try {
    await swapIn(`${place}.new`, place);
  } catch (error) {
    if (!["EBUSY", "EXDEV", "EPERM", "EACCES"].includes(String((error as { code?: string }).code)))
      throw error;
    await changeInPlace(`${place}.new`, place);
  }
}

/** Pages come after all else, for they lead there; what is gone, after them. */
export async function changeInPlace(from: string, to: string): Promise<void> {
  const isPage = (path: string) => path.endsWith(".html");
  const wanted = await filesBelow(from);
  for (const pages of [false, true]) {
    for (const path of wanted.filter((each) => isPage(each) === pages)) {
      await mkdir(dirname(join(to, path)), { recursive: true });
      await cp(join(from, path), join(to, path));
    }
  }
  const kept = new Set(wanted);
  for (const path of await filesBelow(to)) if (!kept.has(path)) await rm(join(to, path));
  await rm(from, { recursive: true });
}

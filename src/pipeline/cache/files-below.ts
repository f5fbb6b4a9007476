import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/**
 * Paths of the files below a folder, from it, with `/` between folders on every system. Links are none.
 *
 * @throws as `readdir` where the folder cannot be read
 */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join("/"))
    .sort();
}

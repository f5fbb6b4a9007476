import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Files kept between builds, by what they were made from. */
export interface Cache {
  /**
   * The file of that key, made where it is not there yet. Builds that run at once may share a
   * cache: a file is written under another name first, and so is there whole or not at all.
   */
  file(key: string, make: () => Promise<Uint8Array>): Promise<Buffer>;
  /** How many were made, not found. */
  made(): number;
  /** Removes files that no build has asked for in 30 days. */
  prune(now?: number): Promise<void>;
}

const DAY = 24 * 3600 * 1000;
const KEPT = 30 * DAY;

/**
 * A cache in a folder, which is made when first written to. What is in it may be lost at any time.
 *
 * @param folder holds nothing else
 */
export function openCache(folder: string): Cache {
  let made = 0;
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    await mkdir(folder, { recursive: true });
    const draft = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.draft`;
    await writeFile(draft, bytes);
    await rename(draft, path);
  };
  return {
    async file(key, make) {
      const path = join(folder, key);
      const known = await readFile(path).catch(() => null);
      if (known && known.length > 0) {
        await touch(path);
        return known;
      }
      made++;
      const bytes = await make();
      await write(path, bytes);
      return Buffer.from(bytes);
    },
    made: () => made,
    async prune(now = Date.now()) {
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name);
        const used = await stat(path).catch(() => null);
        if (used && now - used.mtimeMs > KEPT) await rm(path, { force: true });
      }
    },
  };
}

/** Marks a file as used today. Another build may have removed it meanwhile. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  const used = await stat(path).catch(() => null);
  if (used && now.getTime() - used.mtimeMs > DAY) await utimes(path, now, now).catch(() => {});
}

import { link, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../../core/records/user-error.ts";
import { asDiskError, isDead, type Owner, ownerOf, tmpPath, writeWhole } from "./tmp.ts";

/** Milliseconds. */
const LOCK_PATIENCE = 10_000;

interface LockOptions {
  /** Milliseconds to wait for another process to let go. Default: it holds a lock for milliseconds. */
  patience?: number;
  /** Told once, with the other process's number, when there is a wait. */
  onWait?: (pid: number) => void;
}

/**
 * Runs work never side by side with another process that asks for the same lock. The lock of a
 * process that died is taken over.
 *
 * @param dir folder with `tmp/`, see `tmp.ts`
 * @param lock path of the lock
 * @throws UserError when the other process does not let go
 */
export async function whileLocked<T>(
  dir: string,
  lock: string,
  work: () => Promise<T>,
  { patience = LOCK_PATIENCE, onWait }: LockOptions = {},
): Promise<T> {
  const mine = tmpPath(dir, "lock");
  await writeWhole(dir, mine, mine);
  await mkdir(dirname(lock), { recursive: true });
  try {
    const start = Date.now();
    let told = false;
    for (;;) {
      const holder = await takeLock(dir, mine, lock);
      if (holder === "mine") break;
      if (holder && !told) onWait?.(holder.pid);
      told ||= holder !== null;
      if (Date.now() - start > patience) {
        throw new UserError(`${lock} is held by another process: remove it if none is running.`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20));
    }
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/**
 * A hard link either makes the lock, with its owner's name in it, or fails: nothing between.
 *
 * @returns who else holds it; null where it is worth another look at once
 */
async function takeLock(dir: string, mine: string, lock: string): Promise<"mine" | Owner | null> {
  try {
    await link(mine, lock);
    return "mine";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw asDiskError(error, dir);
  }
  const holder = await readFile(lock, "utf8").catch(() => null);
  const owner = holder === null ? null : ownerOf(holder.split(/[/\\]/).at(-1)!);
  const info = await stat(lock).catch(() => null);
  if (!holder || !owner || !info) return null;
  if (!isDead(owner, Date.now() - info.mtimeMs)) return owner;
  // Of several that see the dead owner's lock only one can move it away; should it have got hold of
  // a new owner's lock instead, that one is put back.
  const taken = tmpPath(dir, "lock");
  const moved = await rename(lock, taken).then(
    () => true,
    () => false,
  );
  if (moved && (await readFile(taken, "utf8")) !== holder) await link(taken, lock).catch(() => {});
  await rm(taken, { force: true });
  return null;
}

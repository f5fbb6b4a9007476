import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** Milliseconds between two looks at a lock that somebody else holds. */
const PAUSE = 200;

/**
 * Does something while no other process of this machine that asks for the same lock does it. The lock
 * of a process that has died is taken over.
 *
 * @param path the lock's file; its folder is made where it is missing
 * @param onWait told once, with the other process's number, when there is a wait
 */
export async function withLock<T>(
  path: string,
  task: () => Promise<T>,
  onWait: (pid: number) => void = () => {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  while (!(await take(path))) {
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    // A file without number is being written, or was removed just now.
    if (holder && !alive(holder)) await rm(path, { force: true });
    else await wait(PAUSE);
    if (!told && holder && alive(holder)) onWait(holder);
    told ||= holder > 0;
  }
  try {
    return await task();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  return writeFile(path, String(process.pid), { flag: "wx" }).then(
    () => true,
    (error) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../../core/records/user-error.ts";
import { isAlive } from "./process.ts";

/**
 * Everything in a cache is first written under `tmp/` and then renamed, so a file is whole or not
 * there. Names begin with the machine and the process, so that leftovers of dead processes can be
 * told from the work of those alive.
 */
const HOST = hostname().replace(/[^A-Za-z0-9-]/g, "-");
const DAY = 86_400_000;

/** Milliseconds that a pruning may take. */
const PRUNING = 60_000;

let count = 0;

/** A path under `tmp/` that nobody else uses. `kind` is its ending. */
export function tmpPath(dir: string, kind: string): string {
  return join(dir, "tmp", `${HOST}.${process.pid}.${count++}.${kind}`);
}

/** Whose a file under `tmp/` is. */
export interface Owner {
  host: string;
  pid: number;
  kind: string;
}

export function ownerOf(name: string): Owner | null {
  const match = /^([A-Za-z0-9-]+)\.(\d+)\.\d+\.(\w+)$/.exec(name);
  return match ? { host: match[1]!, pid: Number(match[2]), kind: match[3]! } : null;
}

/** Of a process on another machine nothing is known but how old its file is. */
export function isDead(owner: Owner, age: number): boolean {
  return owner.host === HOST ? !isAlive(owner.pid) : age > DAY;
}

/** Removes what dead processes left half-written. @returns how many files */
export async function removeLeftovers(dir: string): Promise<number> {
  let removed = 0;
  for (const { path, dead } of await usersOf(dir)) {
    if (!dead) continue;
    await rm(path, { force: true });
    removed++;
  }
  return removed;
}

async function usersOf(dir: string): Promise<{ path: string; owner: Owner; dead: boolean }[]> {
  const folder = join(dir, "tmp");
  const names = await readdir(folder).catch(() => []);
  const users = await Promise.all(
    names.map(async (name) => {
      const owner = ownerOf(name);
      const info = await stat(join(folder, name)).catch(() => null);
      if (!owner || !info) return [];
      const dead = isDead(owner, Date.now() - info.mtimeMs);
      return [{ path: join(folder, name), owner, dead }];
    }),
  );
  return users.flat();
}

/**
 * Runs work on a cache, marked as of a kind: pulls go side by side, but pruning only alone, for it
 * would take objects away that a pull counts on. Each makes its mark first and looks for the other
 * then, so that two never both pass. A pull waits until a pruning has ended, which is soon.
 *
 * @param patience milliseconds that a pull waits
 * @throws CacheInUse where another process is at it
 */
export async function whileMarked<T>(
  dir: string,
  kind: "pull" | "prune",
  work: () => Promise<T>,
  patience = PRUNING,
): Promise<T> {
  const mark = tmpPath(dir, kind);
  await writeWhole(dir, mark, "");
  try {
    const start = Date.now();
    for (;;) {
      const other = await otherUser(dir, mark, kind);
      if (!other) return await work();
      if (kind === "prune" || Date.now() - start > patience) throw new CacheInUse(dir, other);
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80));
    }
  } finally {
    await rm(mark, { force: true });
  }
}

/** Somebody alive in whose presence work of a kind may not begin. */
async function otherUser(dir: string, mark: string, kind: "pull" | "prune") {
  return (await usersOf(dir)).find(
    ({ path, owner, dead }) =>
      path !== mark &&
      !dead &&
      (owner.kind === "prune" || (owner.kind === "pull" && kind === "prune")),
  );
}

/** Another process pulls or prunes, and what was to be done does not go beside that. */
export class CacheInUse extends UserError {
  constructor(dir: string, { path, owner }: { path: string; owner: Owner }) {
    const doing = owner.kind === "prune" ? "pruning" : "pulling to";
    const who = `Process ${owner.pid}${owner.host === HOST ? "" : ` of ${owner.host}`}`;
    super(
      `${who} is ${doing} the cache ${dir}: wait until it has ended. If it runs no more, remove ${path}.`,
    );
  }
}

/** Writes a file as a whole, by way of `tmp/`. Folders are made as needed. */
export async function writeWhole(
  dir: string,
  path: string,
  content: string | Uint8Array | Iterable<string> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  await writeThrough(dir, path, async (handle) => {
    if (typeof content === "string" || content instanceof Uint8Array)
      await handle.writeFile(content);
    else for await (const part of content) await handle.writeFile(part);
  });
}

/** Writes under `tmp/`, and renames to `path` if `write` did not throw; else nothing remains. */
export async function writeThrough(
  dir: string,
  path: string,
  write: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const tmp = tmpPath(dir, "part");
  try {
    await mkdir(dirname(tmp), { recursive: true });
    const handle = await open(tmp, "wx");
    try {
      await write(handle);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await mkdir(dirname(path), { recursive: true });
    await rename(tmp, path);
  } catch (error) {
    await rm(tmp, { force: true }).catch(() => {});
    throw asDiskError(error, dir);
  }
}

/** Turns what a disk says into a sentence; anything else is handed back as it is. */
export function asDiskError(error: unknown, dir: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const problem = syscall === undefined ? undefined : PROBLEMS[code ?? ""];
  if (!problem) return error;
  return new UserError(
    `The cache ${dir} cannot be written: ${problem} (${code}). What is in it stays whole; ` +
      "mend that and run the same command again, it goes on from there.",
  );
}

/** As the system's own words, which are all that DuckDB hands on, say it. */
const WORDS: Record<string, string> = {
  "No space left on device": "ENOSPC",
  "Disk quota exceeded": "EDQUOT",
  "File too large": "EFBIG",
  "Read-only file system": "EROFS",
  "Input/output error": "EIO",
};

/** What a disk refused, whoever wrote to it, in words; null for an error of another kind. */
export function diskProblem(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code, message } = error as NodeJS.ErrnoException;
  const words = Object.keys(WORDS).find((text) => message.includes(`: ${text}`));
  const known = Object.values(WORDS).find((each) => each === code) ?? WORDS[words ?? ""];
  return known === undefined ? null : `${PROBLEMS[known]} (${known})`;
}

const PROBLEMS: Record<string, string> = {
  ENOSPC: "its disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "a file grew larger than the system allows",
  EROFS: "its disk is read-only",
  EACCES: "there is no permission to write there",
  EPERM: "there is no permission to write there",
  EIO: "its disk reports an error",
  ENOENT: "its folder cannot be made there",
  ENOTDIR: "something in its path is a file, not a folder",
  EMFILE: "too many files are open",
};

import { mkdir, open, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../../core/records/user-error.ts";
import { whileLocked } from "../../cache/lock.ts";
import { dollars } from "../cost.ts";
import { ExecutorFailed } from "../executor.ts";

/** A job and what it may cost, or did. A line of `spending.jsonl`; of several with one `start` the last counts. */
const entrySchema = z.object({
  at: z.iso.datetime(),
  /** Name of the start: also the job's label, as its id is only known after it. */
  start: z.string(),
  request: z.string(),
  model: z.string(),
  kind: z.string(),
  /** The Hub's, once that has said it. */
  job: z.string().nullable(),
  /** `ended` and not yet collected; `spent` is done with. */
  state: z.enum(["reserved", "ended", "spent"]),
  /** Seconds that it was asked to run at most; older entries do not say. */
  seconds: z.number().int().positive().optional(),
  /** Millionths of a dollar: all that it may cost, until it has ended. */
  micro: z.number().int().nonnegative(),
});

export type Entry = z.infer<typeof entrySchema>;

/**
 * Entries by their start, oldest first. A last line without an end was being written when its writer died: what
 * it was to say had not happened yet.
 *
 * @throws UserError for a line that is none: what was spent is then not known
 */
export async function readLedger(work: string): Promise<Map<string, Entry>> {
  const text = await readFile(pathOf(work), "utf8").catch((error) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const entries = new Map<string, Entry>();
  for (const [i, line] of text.split("\n").slice(0, -1).entries()) {
    const entry = asEntry(line);
    if (entry === null) {
      throw new UserError(
        `${pathOf(work)}, line ${i + 1}, is no entry: mend it first, as it says what was spent.`,
      );
    }
    entries.set(entry.start, entry);
  }
  return entries;
}

function asEntry(line: string): Entry | null {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Millionths of a dollar that were spent, and that may yet be. */
export function committed(entries: ReadonlyMap<string, Entry>): number {
  return [...entries.values()].reduce((sum, { micro }) => sum + micro, 0);
}

/**
 * Sets aside all that a job may cost, before it is started.
 *
 * @param ceiling millionths of a dollar
 * @throws ExecutorFailed where that would be above the ceiling
 */
export async function reserve(work: string, entry: Entry, ceiling: number): Promise<void> {
  await locked(work, async () => {
    const before = committed(await readLedger(work));
    if (before + entry.micro > ceiling) {
      const [wanted, left] = [entry.micro, ceiling - before].map((m) =>
        dollars(Math.max(0, m) / 1e6),
      );
      throw new ExecutorFailed(
        `The ceiling: a job for ${entry.model} may cost ${wanted}, and ${left} of ${dollars(ceiling / 1e6)} are left (${pathOf(work)}). Raise --ceiling to spend more.`,
      );
    }
    await append(work, entry);
  });
}

/** Puts a new line for an entry that is there: its job's name, or what it took. */
export async function amend(
  work: string,
  start: string,
  change: Partial<Pick<Entry, "job" | "state" | "micro">>,
): Promise<void> {
  await locked(work, async () => {
    const entry = (await readLedger(work)).get(start);
    if (entry !== undefined) await append(work, { ...entry, ...change });
  });
}

async function locked(work: string, change: () => Promise<void>): Promise<void> {
  await mkdir(join(work, "tmp"), { recursive: true });
  await whileLocked(work, join(work, "spending.lock"), change);
}

/** The line is on the disk before anything is done that it speaks of. */
async function append(work: string, entry: Entry): Promise<void> {
  const path = pathOf(work);
  const text = await readFile(path, "utf8").catch(() => "");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  const file = await open(path, "a");
  try {
    await file.appendFile(`${JSON.stringify(entry)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

function pathOf(work: string): string {
  return join(work, "spending.jsonl");
}

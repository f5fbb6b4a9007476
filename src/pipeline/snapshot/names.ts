import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

/**
 * Dated snapshots stand beside `latest` and are never changed: a folder that is there stays as it
 * is. So a later build of the same day with other figures becomes that day's next edition, `DATE.2`,
 * and `latest` is always a copy of the newest one. Pages, embeds and citations name the folder.
 */
export const LATEST = "latest";

/** A folder's name: a day, and the edition where it is not the day's first. */
const NAME = /^(\d{4}-\d{2}-\d{2})(?:\.(\d+))?$/;

/** The day that a snapshot's name speaks of; null when it is no such name. */
export function dayOf(name: string): string | null {
  return NAME.exec(name)?.[1] ?? null;
}

/** Orders names by day, then by edition, oldest first. */
export function compareNames(a: string, b: string): number {
  const [dayA = "", editionA = "1"] = a.split(".");
  const [dayB = "", editionB = "1"] = b.split(".");
  return dayA < dayB ? -1 : dayA > dayB ? 1 : Number(editionA) - Number(editionB);
}

/** Names of the dated snapshots in a folder, oldest first. */
export async function snapshotNames(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch(() => []);
  const whole = await Promise.all(
    names.map(async (name) => {
      if (!dayOf(name)) return false;
      const files: string[] = await readdir(join(folder, name)).catch(() => []);
      return files.includes("manifest.json");
    }),
  );
  return names.filter((_, i) => whole[i]).sort(compareNames);
}

/** Whether a folder is one that dated snapshots stand beside. */
export function hasDated(out: string): boolean {
  return basename(resolve(out)) === LATEST;
}

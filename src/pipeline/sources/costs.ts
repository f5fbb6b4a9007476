import { readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { z } from "zod";
import type { Suite } from "../../core/records/suite.ts";
import { isLink, leadsOut } from "../cache/links.ts";
import { sha256OfFile } from "../cache/sha256.ts";
import type { Outcome } from "./pack.ts";

/** A file on this disk, and its path in the source. */
export interface Placed {
  disk: string;
  path: string;
}

/** What is read of a runner's record (`src/pipeline/runner/record.ts`). */
const recordSchema = z.object({
  sha256: z.record(z.string(), z.string()),
  co2: z.object({ kg: z.number().nonnegative().nullable() }),
});

/** Bytes of a record: real ones have some five thousand. */
const LARGEST = 1_000_000;

/** Whether a file is named like a runner's record: `OWNER/NAME/runner_KEY.json`. */
export function isRunRecord(path: string): boolean {
  return /(?:^|[/\\])runner_[0-9a-f]{16}\.json$/.test(path);
}

/** The records beside result files of a folder. */
export async function recordsBeside(
  folder: string,
  outcomes: readonly Outcome[],
): Promise<Placed[]> {
  const places = new Set(outcomes.map(({ path }) => dirname(path)));
  const found: Placed[] = [];
  for (const place of places) {
    const names = await readdir(join(folder, place)).catch(() => []);
    for (const name of names.filter(isRunRecord).sort()) {
      const [disk, path] = [join(folder, place, name), join(place, name)];
      if (!leadsOut(disk, folder)) found.push({ disk, path });
    }
  }
  return found;
}

/**
 * Gives evaluations the CO₂ that a runner's record beside their result file states, where the record has
 * the digest of that very file. A request's result files have one figure, that of all of them.
 *
 * A suite that says itself how its column co2_kg came about (`co2`) has figures of that kind and no
 * others: there, what a record states stays in the record.
 *
 * @param results where the result files are
 */
export async function applyCosts(
  outcomes: readonly Outcome[],
  records: readonly Placed[],
  results: readonly Placed[],
  suites: readonly Suite[],
): Promise<void> {
  if (records.length === 0) return;
  const open = new Set(suites.flatMap(({ id, co2 }) => (co2 ? [] : [id])));
  const byPath = new Map(outcomes.map((outcome) => [outcome.path, outcome]));
  const disks = new Map(results.map(({ path, disk }) => [path, disk]));
  for (const record of records) {
    const { kg, sha256 } = readCost(record);
    for (const [name, digest] of kg === null ? [] : Object.entries(sha256)) {
      const path = posix.join(posix.dirname(record.path), posix.basename(name));
      const rows = byPath.get(path)?.evaluations.filter(({ suite }) => open.has(suite)) ?? [];
      const disk = disks.get(path);
      if (rows.length === 0 || disk === undefined || (await sha256OfFile(disk)) !== digest)
        continue;
      for (const row of rows) row.co2_kg = kg;
    }
  }
}

/** What cannot be read states nothing: no score hangs on it. */
function readCost({ disk }: Placed): { kg: number | null; sha256: Record<string, string> } {
  try {
    if (isLink(disk) || statSync(disk).size > LARGEST) return { kg: null, sha256: {} };
    const { co2, sha256 } = recordSchema.parse(JSON.parse(readFileSync(disk, "utf8")));
    return { kg: co2.kg, sha256 };
  } catch {
    return { kg: null, sha256: {} };
  }
}

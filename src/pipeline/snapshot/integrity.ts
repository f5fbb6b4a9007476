import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { parseJson } from "../../core/records/json.ts";
import { manifestSchema, parseManifest } from "../../core/records/manifest.ts";
import { type SnapshotEntry, snapshotIndexSchema } from "../../core/records/snapshot-index.ts";
import { sha256OfFile } from "../cache/sha256.ts";
import { typed } from "../installed/typed.ts";
import { entryOf } from "./dated.ts";
import { LATEST } from "./names.ts";

/**
 * Holds snapshots to what their manifests and their index say.
 *
 * @param folder with `index.json`, `latest` and the dated ones: `dist/data`
 * @returns a sentence for each thing that is wrong; none when all is well
 */
export async function snapshotProblems(folder: string): Promise<string[]> {
  if (!existsSync(join(folder, "index.json"))) {
    return [`data/index.json is missing: run ${typed("data")} before the build.`];
  }
  const index = await readJson(snapshotIndexSchema, join(folder, "index.json"));
  if (typeof index === "string") return [index];
  const problems: string[] = [];
  for (const entry of index.snapshots) {
    const text = await readFile(join(folder, entry.name, "manifest.json"), "utf8").catch(() => "");
    if (JSON.stringify(ownEntry(entry.name, text)) !== JSON.stringify(entry)) {
      problems.push(`${entry.name}/manifest.json is not what index.json says.`);
    }
  }
  const [latest, copied] = await Promise.all(
    [LATEST, index.latest].map((name) =>
      readFile(join(folder, name, "manifest.json"), "utf8").catch(() => null),
    ),
  );
  if (latest === null || latest !== copied) {
    problems.push(`${LATEST} is no copy of ${index.latest}, which index.json says it is.`);
  }
  for (const name of [LATEST, ...index.snapshots.map((s) => s.name)]) {
    problems.push(...(await fileProblems(join(folder, name), name)));
  }
  return problems;
}

/** The entry that a manifest would have in the index; null where it is none. */
function ownEntry(name: string, text: string): SnapshotEntry | null {
  try {
    return entryOf(name, text, parseManifest(text, name));
  } catch {
    return null;
  }
}

/** Every file that a manifest names, by its digest. */
async function fileProblems(folder: string, name: string): Promise<string[]> {
  const manifest = await readJson(manifestSchema, join(folder, "manifest.json"));
  if (typeof manifest === "string") return [manifest];
  const problems: string[] = [];
  for (const [file, entry] of Object.entries({ ...manifest.files, ...manifest.documents })) {
    const sha256 = await sha256OfFile(join(folder, file)).catch(() => null);
    if (sha256 === null) problems.push(`${name}/${file} is missing.`);
    else if (sha256 !== entry.sha256) {
      problems.push(
        `${name}/${file} is not the file that was made: its SHA-256 is ${sha256}, its manifest says ${entry.sha256}.`,
      );
    }
  }
  return problems;
}

/** A file of our own making; a sentence where it cannot be read. */
async function readJson<T>(schema: z.ZodType<T>, path: string): Promise<T | string> {
  try {
    return parseJson(schema, await readFile(path, "utf8"), path);
  } catch (error) {
    return `${path} cannot be read: ${(error as Error).message}`;
  }
}

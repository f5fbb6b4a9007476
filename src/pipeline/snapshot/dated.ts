import { cp, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { jsonText } from "../../core/records/json.ts";
import type { Leaderboard } from "../../core/records/leaderboard.ts";
import { type Manifest, parseManifest, SCHEMA_VERSION } from "../../core/records/manifest.ts";
import type { SnapshotEntry, SnapshotIndex } from "../../core/records/snapshot-index.ts";
import { sha256 } from "../cache/sha256.ts";
import { embeddedDays } from "../sources/embedded.ts";
import { buildSnapshot } from "./build.ts";
import { dayOf, snapshotNames } from "./names.ts";
import { putWhole, removeLeftovers, replaceText } from "./write.ts";

/** The list of all dated snapshots, beside them. */
const INDEX = "index.json";

/**
 * Keeps the snapshot in `latest` under its date, beside it: the folder it is kept in. Nothing is
 * written when the same bytes are kept already. What a run that died left half-copied is removed.
 */
export async function keepDated(latest: string): Promise<string> {
  const folder = dirname(resolve(latest));
  await removeLeftovers(folder, (name) => name === INDEX || dayOf(name) !== null);
  const path = join(latest, "manifest.json");
  const manifest = await readFile(path, "utf8");
  const day = parseManifest(manifest, path).as_of;
  for (let edition = 1; ; edition++) {
    const name = edition === 1 ? day : `${day}.${edition}`;
    const kept = await readFile(join(folder, name, "manifest.json"), "utf8").catch(() => null);
    if (kept === manifest) return name;
    if (kept !== null) continue;
    await putWhole(join(folder, name), (half) => cp(latest, half, { recursive: true }));
    return name;
  }
}

/**
 * Builds the earlier days of the embedded snapshot that are not kept yet, beside `latest`.
 *
 * @returns the days it built
 */
export async function buildPast(leaderboard: Leaderboard, latest: string): Promise<string[]> {
  if (leaderboard.snapshot === undefined) return [];
  const folder = dirname(resolve(latest));
  const kept = new Set(await snapshotNames(folder));
  const days = await embeddedDays(leaderboard.snapshot, leaderboard.suites[0]!);
  const missing = days.filter((day) => !kept.has(day));
  for (const past of missing) {
    await buildSnapshot(leaderboard, { sources: [], out: join(folder, past), past });
  }
  return missing;
}

/**
 * Writes `index.json` for all snapshots beside `latest`, which is a copy of the one named.
 */
export async function writeIndex(
  leaderboard: Leaderboard,
  latest: string,
  name: string,
): Promise<SnapshotIndex> {
  const folder = dirname(resolve(latest));
  const snapshots: SnapshotEntry[] = [];
  for (const each of (await snapshotNames(folder)).reverse()) {
    const path = join(folder, each, "manifest.json");
    const text = await readFile(path, "utf8");
    snapshots.push(entryOf(each, text, parseManifest(text, path)));
  }
  const index = { schema: SCHEMA_VERSION, title: leaderboard.title, latest: name, snapshots };
  await replaceText(join(folder, INDEX), jsonText(index));
  return index;
}

/** The snapshots of an index that are of a suite: those that one site shows side by side. */
export function ofSuite(index: SnapshotIndex, suite: string): SnapshotIndex {
  return { ...index, snapshots: index.snapshots.filter((s) => s.suite === suite) };
}

/**
 * A snapshot as the index lists it.
 *
 * @param text of its `manifest.json`, which is `manifest`
 */
export function entryOf(name: string, text: string, manifest: Manifest): SnapshotEntry {
  const rows = manifest.suites.map(({ table }) => [
    table,
    manifest.files[`${table}.parquet`]?.rows ?? 0,
  ]);
  return {
    name,
    as_of: manifest.as_of,
    suite: manifest.suites[0]!.id,
    manifest_sha256: sha256(text),
    bytes: Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0),
    rows: Object.fromEntries(rows),
  };
}

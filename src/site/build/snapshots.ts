import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Diff, diffTables } from "../../core/diff/diff.ts";
import { type Manifest, parseManifest } from "../../core/records/manifest.ts";
import type { SnapshotEntry } from "../../core/records/snapshot-index.ts";
import type { Grid } from "../../core/table/grid.ts";
import { withDuckDB } from "../../pipeline/duckdb/duckdb.ts";
import { readTable } from "../../pipeline/duckdb/table-file.ts";
import { entryOf } from "../../pipeline/snapshot/dated.ts";
import { snapshotsFolder } from "../../pipeline/snapshot/folder.ts";
import { LATEST } from "../../pipeline/snapshot/names.ts";
import { leaderboard, loadIndex } from "./board.ts";

/** A snapshot as pages about all of them read it: without the tables of scores. */
export interface Snapshot {
  entry: SnapshotEntry;
  manifest: Manifest;
  /** Bytes of `manifest.json` itself. */
  manifestBytes: number;
  /** Its main table. */
  grid: Grid;
}

let loaded: Promise<Snapshot[]> | undefined;

/**
 * All snapshots, newest first; read once per build. Where no dated ones are kept, `latest` is the
 * only one, by that name.
 */
export function loadSnapshots(): Promise<Snapshot[]> {
  loaded ??= readSnapshots();
  return loaded;
}

async function readSnapshots(): Promise<Snapshot[]> {
  const { snapshots } = await loadIndex();
  const names = snapshots.length > 0 ? snapshots.map((s) => s.name) : [LATEST];
  return withDuckDB(async (db) => {
    const all: Snapshot[] = [];
    for (const [i, name] of names.entries()) {
      const folder = join(snapshotsFolder, name);
      const path = join(folder, "manifest.json");
      const text = await readFile(path, "utf8");
      const manifest = parseManifest(text, path);
      all.push({
        entry: snapshots[i] ?? entryOf(name, text, manifest),
        manifest,
        manifestBytes: Buffer.byteLength(text),
        grid: await readTable(db, join(folder, `${leaderboard.suites[0]!.table}.parquet`)),
      });
    }
    return all;
  });
}

let seen: Promise<Map<string, Snapshot>> | undefined;

/**
 * By model, the newest snapshot that had it on the Hub, for those that are gone now. Not among them:
 * models of which no snapshot kept says so.
 */
export function lastSeenOnHub(): Promise<Map<string, Snapshot>> {
  seen ??= loadSnapshots().then(lastSeenIn);
  return seen;
}

/** @param snapshots newest first */
export function lastSeenIn<S extends Pick<Snapshot, "grid">>(
  snapshots: readonly S[],
): Map<string, S> {
  const [newest] = snapshots;
  if (!newest) return new Map();
  const here = onHub(newest.grid);
  const last = new Map<string, S>();
  for (const snapshot of snapshots.slice(1)) {
    for (const model of onHub(snapshot.grid)) {
      if (!here.has(model) && !last.has(model)) last.set(model, snapshot);
    }
  }
  return last;
}

function onHub({ columns }: Grid): Set<string> {
  return new Set(
    (columns.model ?? []).filter((_, row) => columns.on_hub?.[row] === true).map(String),
  );
}

const diffs = new Map<string, Diff>();

/** What differs between two snapshots, formed once per build. */
export function diffOf(from: Snapshot, to: Snapshot): Diff {
  const key = `${from.entry.name} ${to.entry.name}`;
  const keys = leaderboard.suites[0]!.benchmarks.map((b) => b.key);
  const side = ({ entry, grid }: Snapshot) => ({ name: entry.name, grid });
  const diff = diffs.get(key) ?? diffTables(keys, side(from), side(to));
  diffs.set(key, diff);
  return diff;
}

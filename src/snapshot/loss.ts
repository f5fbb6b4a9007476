import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { identifier, literal } from "../sources/duckdb.ts";
import { UserError } from "../sources/errors.ts";
import { readQuery } from "../sources/table-file.ts";
import type { Manifest } from "./build.ts";
import { readManifest } from "./manifest.ts";

/** Share of a table's rows up to which a loss is nothing out of the ordinary. */
const ORDINARY = 0.01;

/** Lost rows that are named. */
const NAMED = 3;

/** Rows of a table that were there before and are not now. */
export interface Loss {
  /** The file: `models.parquet`. */
  table: string;
  lost: number;
  /** Rows there were before. */
  of: number;
  /** The first of them, by their keys. */
  examples: string[];
}

export interface Comparison {
  /** Whether a reader would find anything new: other tables, other words about them. */
  changed: boolean;
  /** Whether the snapshot in place is to stay: nothing new, out of the same datasets. */
  keep: boolean;
  /** Only where the last snapshot came from the same datasets. */
  losses: Loss[];
}

/** A new snapshot, and the one that it would replace. */
export interface Candidate {
  /** Folder of the snapshot in place, and of the new one with its manifest. */
  before: string;
  after: string;
  manifest: Manifest;
  /** What this build writes beside a snapshot of this manifest, by file name. */
  describe: (manifest: Manifest) => Record<string, string>;
}

/**
 * What the rows of a table are counted by; of wide tables and those not named here, the evaluation.
 * An evaluation that has fewer scores than it had has lost rows, whichever they are.
 */
const KEYS: Record<string, string[]> = {
  history: ["as_of", "eval_id"],
  requests: ["model", "revision", "precision", "weight_type"],
  votes: ["model", "revision"],
};

/**
 * Compares a new snapshot with the one that it would replace.
 *
 * Only two snapshots of the same sources, with a dataset of the Hub among them, can be told to have
 * lost rows: those are read by a schedule, nobody looks, and a dataset that is suddenly half as long
 * is more often an accident than meant. Whoever names other sources, or builds the embedded snapshot
 * alone, wants other rows: nothing is lost then. The revision does not count: another one of the
 * same dataset is still the same leaderboard.
 */
export async function compareWith(db: DuckDBConnection, candidate: Candidate): Promise<Comparison> {
  const { before, after, manifest } = candidate;
  const last = await readManifest(before);
  if (!last) return { changed: true, keep: false, losses: [] };
  const changed = tablesOf(last) !== tablesOf(manifest) || !hasSameWords(last, candidate);
  const datasets = datasetsOf(manifest);
  if (datasets === "" || datasets !== datasetsOf(last)) return { changed, keep: false, losses: [] };
  const losses: Loss[] = [];
  for (const [file, { sha256 }] of Object.entries(last.files)) {
    if (!file.endsWith(".parquet") || sha256 === manifest.files[file]?.sha256) continue;
    const loss = await lossOf(db, file, before, after);
    if (loss.lost > 0) losses.push(loss);
  }
  return { changed, keep: !changed, losses };
}

/** A snapshot that a person must look at before it is published. The command ends with 3. */
export class HeldBack extends UserError {
  override readonly exitCode = 3;
}

/**
 * @throws HeldBack where a table lost more than an ordinary share of its rows: the snapshot is held
 *   back for a person
 */
export function refuseLoss(losses: readonly Loss[], out: string): void {
  const much = losses.filter(({ lost, of }) => lost > ORDINARY * of);
  if (much.length === 0) return;
  const each = much.map(({ table, lost, of, examples }) => {
    const more = lost > examples.length ? ", …" : "";
    return `${table} ${lost} of ${of} (${examples.join(", ")}${more})`;
  });
  throw new HeldBack(
    `Held back: against the last snapshot of the same datasets, rows are lost, in ${each.join("; ")}. ` +
      `${out} stays as it is. Look at what happened to the datasets; if it is meant, run the same command with --allow-loss.`,
  );
}

async function lossOf(
  db: DuckDBConnection,
  file: string,
  before: string,
  after: string,
): Promise<Loss> {
  const keys = KEYS[file.replace(".parquet", "")] ?? ["eval_id"];
  const key = keys
    .map((k) => `coalesce(CAST(${identifier(k)} AS VARCHAR), '-')`)
    .join(" || ' ' || ");
  const counts = (folder: string) =>
    `(SELECT ${key} AS name, count(*) AS n FROM read_parquet(${literal(join(folder, file))}) GROUP BY ALL)`;
  const isThere = (await stat(join(after, file)).catch(() => null)) !== null;
  const now = isThere ? counts(after) : "(SELECT '' AS name, 0 AS n)";
  const lost = `greatest(old.n - coalesce(now.n, 0), 0)`;
  const from = `FROM ${counts(before)} old LEFT JOIN ${now} now USING (name)`;
  const [sums] = await readQuery(db, `SELECT sum(old.n) AS total, sum(${lost}) AS lost ${from}`);
  const of = Number(sums?.total ?? 0);
  const count = Number(sums?.lost ?? 0);
  const sql = `SELECT name ${from} WHERE ${lost} > 0 ORDER BY name LIMIT ${NAMED}`;
  const named = count === 0 ? [] : await readQuery(db, sql);
  return { table: file, lost: count, of, examples: named.map((r) => String(r.name)) };
}

/** What a reader of the tables would notice: their bytes, and what the manifest says they mean. */
function tablesOf({ schema, title, as_of, suites, files }: Manifest): string {
  return JSON.stringify([schema, title, as_of, suites, files]);
}

/**
 * Whether the documents beside the tables are those in place, but for which commits the datasets are
 * at: a licence or an author that the config names anew is news, a commit that changed no row is not.
 */
function hasSameWords(last: Manifest, { manifest, describe }: Candidate): boolean {
  const texts = describe({ ...manifest, sources: last.sources, documents: {} });
  const rejected = manifest.documents["rejected.json"]?.sha256;
  return (
    rejected === last.documents["rejected.json"]?.sha256 &&
    Object.entries(texts).every(([name, text]) => digest(text) === last.documents[name]?.sha256)
  );
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The sources of a snapshot, datasets without their commits; none where no dataset is among them. */
function datasetsOf({ sources }: Manifest): string {
  const named = sources.filter((s) => s.source !== "facts");
  if (!named.some((s) => s.commit)) return "";
  return [...new Set(named.map((s) => s.source))].sort().join(" ");
}

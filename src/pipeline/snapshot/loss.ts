import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Manifest } from "../../core/records/manifest.ts";
import { UserError } from "../../core/records/user-error.ts";
import { identifier, literal } from "../../core/view/quote.ts";
import { sha256 } from "../cache/sha256.ts";
import { readQuery } from "../duckdb/table-file.ts";
import { typed } from "../installed/typed.ts";

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
  /** Only where the new snapshot carries on the last one. */
  losses: Loss[];
}

/** A new snapshot, and the one that it would replace. */
export interface Candidate {
  /** Folder of the snapshot in place, and of the new one with its manifest. */
  before: string;
  after: string;
  manifest: Manifest;
  /** Manifest of the snapshot in place; null where there is none. */
  last: Manifest | null;
  /** What this build writes beside a snapshot of this manifest, by file name. */
  describe: (manifest: Manifest) => Record<string, string>;
}

/**
 * What the rows of a table are counted by; of wide tables and those not named here, the evaluation.
 * An evaluation that has fewer scores than it had has lost rows, whichever they are.
 */
const KEYS: Record<string, string[]> = {
  history: ["as_of", "eval_id"],
  days: ["as_of"],
  runs: ["suite", "benchmark", "eval_id"],
  requests: ["model", "revision", "precision", "weight_type"],
  votes: ["model", "revision"],
};

/**
 * Compares a new snapshot with the one that it would replace.
 *
 * @throws HeldBack where a table in place cannot be compared
 */
export async function compareWith(db: DuckDBConnection, candidate: Candidate): Promise<Comparison> {
  const { before, after, manifest, last } = candidate;
  if (!last) return { changed: true, keep: false, losses: [] };
  const changed = tablesOf(last) !== tablesOf(manifest) || !hasSameWords(last, candidate);
  if (!carriesOn(manifest.sources, last)) return { changed, keep: false, losses: [] };
  const losses: Loss[] = [];
  for (const [file, { sha256 }] of Object.entries(last.files)) {
    if (!file.endsWith(".parquet") || sha256 === manifest.files[file]?.sha256) continue;
    const loss = await lossOf(db, file, before, after);
    if (loss.lost > 0) losses.push(loss);
  }
  const isSame = namesOf(last.sources) === namesOf(manifest.sources);
  return { changed, keep: !changed && isSame, losses };
}

/**
 * Whether a snapshot of these sources carries on the last one: that had datasets of the Hub, and all of
 * them are among the sources.
 *
 * Only then can rows be said to be lost: datasets are read by a schedule, nobody looks, and one that is
 * suddenly half as long is more often an accident than meant. Whoever names other datasets, a folder,
 * or builds the embedded snapshot alone, wants other rows. The revision does not count: another one of
 * the same dataset is still the same leaderboard.
 */
export function carriesOn(sources: Manifest["sources"], last: Manifest): boolean {
  const now = new Set(sources.filter((s) => s.commit).map((s) => s.source));
  const then = last.sources.filter((s) => s.commit);
  return then.length > 0 && then.every((s) => now.has(s.source));
}

/** Sources without their commits; what the Hub was asked about models is none. */
function namesOf(sources: Manifest["sources"]): string {
  const names = sources.map((s) => s.source).filter((name) => name !== "facts");
  return [...new Set(names)].sort().join(" ");
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
  const asked = readQuery(db, `SELECT sum(old.n) AS total, sum(${lost}) AS lost ${from}`);
  const [sums] = await asked.catch((error: Error) => {
    throw new HeldBack(
      `Held back: ${join(before, file)} cannot be compared with the new table: ${error.message.split("\n")[0]}. ` +
        `Bring it back with ${typed("restore")}; if it does not matter, remove ${before}.`,
    );
  });
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
    Object.entries(texts).every(([name, text]) => sha256(text) === last.documents[name]?.sha256)
  );
}

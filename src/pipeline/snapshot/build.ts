import type { DuckDBConnection } from "@duckdb/node-api";
import { descriptionsOf } from "../../core/describe/files.ts";
import type { Flag } from "../../core/records/curated.ts";
import type { Leaderboard } from "../../core/records/leaderboard.ts";
import type { Drift } from "../../core/records/manifest.ts";
import { type FileEntry, type Manifest, SCHEMA_VERSION } from "../../core/records/manifest.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import { UserError } from "../../core/records/user-error.ts";
import { FACTS_FILE } from "../../core/table/schema.ts";
import { defaultCache } from "../cache/layout.ts";
import { type Connect, limitMemory, withDuckDB } from "../duckdb/duckdb.ts";
import { during } from "../installed/steps.ts";
import { applyCurated, idleFlags, readCurated } from "../sources/curated.ts";
import { applyFacts } from "../sources/facts.ts";
import { type History, joinHistory, NO_HISTORY } from "../sources/history.ts";
import { type Loaded, load } from "../sources/load.ts";
import { collectGarbage, MANY } from "../sources/memory.ts";
import type { Superseded } from "../sources/merge.ts";
import type { Row } from "../sources/packed.ts";
import { factsFor, factsOrigin, writeFactsFile } from "./facts.ts";
import { type Gap, gapsIn } from "./gaps.ts";
import { type Comparison, carriesOn, compareWith, type Loss, refuseLoss } from "./loss.ts";
import { readManifest } from "./manifest.ts";
import { hasDated } from "./names.ts";
import { publishedHistory } from "./published.ts";
import { requestsTable, voterBy, votesTable } from "./queue-tables.ts";
import { putBack } from "./swap.ts";
import {
  historyTables,
  modelsTable,
  runsTable,
  scoresTable,
  sourcesTable,
  standingsOf,
  type Table,
} from "./tables.ts";
import { type Format, replaceFolder, writeJson, writeTable, writeText } from "./write.ts";

/** Rows up to which a table is written beside others. */
const MOST_AT_ONCE = 1_000_000;

export interface BuildOptions {
  /** Empty: the embedded snapshot. */
  sources: string[];
  out: string;
  /** Day the snapshot stands for; default: the newest day the sources speak of. */
  asOf?: string | undefined;
  /**
   * Builds the embedded snapshot as it stood on one of its earlier days, see `embeddedDays`: with
   * the flags and stars that were published then.
   */
  past?: string | undefined;
  /**
   * Cache of `npm run pull`: for datasets of the Hub, and, where it is named, for the model facts in
   * it and in the snapshot in place. Datasets are read from the default one where none is named.
   */
  cache?: string | undefined;
  /** Lets a snapshot pass that lost rows against the one in its place, see `refuseLoss`. */
  allowLoss?: boolean | undefined;
}

/** What a build did, for the person who ran it. */
export interface Summary {
  asOf: string;
  files: Record<string, FileEntry>;
  evaluations: { suite: string; rows: number; withoutAverage: number }[];
  rejections: Rejection[];
  superseded: Superseded[];
  drift: Drift | null;
  /** Benchmarks that no evaluation has, though their suite has some: most often a misspelt task. */
  gaps: Gap[];
  /** Flags of models that are in no table. */
  idleFlags: Flag[];
  /** Whether the tables differ from those that were in their place. */
  changed: boolean;
  /** Rows that were in the tables before and are not now. */
  losses: Loss[];
}

/**
 * Sources → tables: reads, merges, scores, ranks and writes a whole snapshot, or nothing.
 *
 * @throws UserError for a source or folder that is not what it should be
 */
export async function buildSnapshot(
  leaderboard: Leaderboard,
  options: BuildOptions,
): Promise<Summary> {
  // A run that died may have left the last snapshot beside its place; this one may fail before it comes to that.
  await putBack(options.out, "manifest.json");
  return withDuckDB(async (db, connect) => {
    const { sources, past } = options;
    const { snapshot, suites } = leaderboard;
    const cache = options.cache ?? defaultCache;
    const curated = await readCurated(leaderboard.curated);
    const voter = voterBy(leaderboard.queue, process.env.VOTES_KEY);
    const naming = { aliases: curated.aliases, anyName: leaderboard.models === "any" };
    const loaded = await during(`reading ${sources.join(", ") || "the embedded snapshot"}`, () =>
      load(db, { sources, snapshot, suites, naming, files: leaderboard.files, cache, past }),
    );
    const areMany = loaded.evaluations.length > MANY;
    if (areMany) collectGarbage();
    const facts = await factsFor(options, loaded);
    const isPast = (e: Row) => past !== undefined && e.suite === suites[0]?.id;
    const evaluations = [
      ...loaded.evaluations.filter(isPast),
      ...applyCurated(
        applyFacts(
          loaded.evaluations.filter((e) => !isPast(e)),
          facts,
        ),
        curated,
      ),
    ];
    if (areMany) collectGarbage();
    refuseNothing(leaderboard, loaded);
    const boards = leaderboard.suites.map((suite) => ({
      suite,
      standings: standingsOf(suite, evaluations),
    }));
    const last = await readManifest(options.out);
    const asOf = options.asOf ?? dayFor(loaded, last);
    const history = await historyFor(db, leaderboard, options, { asOf, known: loaded.history });
    const wide = boards.map(({ suite, standings }, i) =>
      modelsTable(suite, standings, i === 0 ? history : NO_HISTORY),
    );
    const tables = [
      ...wide,
      scoresTable(boards),
      ...historyTables(leaderboard.suites[0]!, history),
      sourcesTable(boards),
      runsTable(boards, history),
    ];
    const { requests, votes } = loaded;
    if (requests) tables.push(requestsTable(requests));
    if (votes) tables.push(votesTable(votes, voter));
    if (areMany) {
      collectGarbage();
      await limitMemory(db);
    }
    let files: Record<string, FileEntry> = {};
    let comparison: Comparison = { changed: true, keep: false, losses: [] };
    await replaceFolder(options.out, "manifest.json", async (folder) => {
      files = await writeTables(connect, folder, tables, wide[0]!);
      const document =
        facts.size > 0 ? await writeFactsFile(db, folder, [...facts.values()]) : null;
      if (document) loaded.origins.push(factsOrigin(facts, document));
      const manifest = manifestOf(leaderboard, loaded, asOf, files);
      const { documents } = manifest;
      if (document) documents[FACTS_FILE] = document;
      for (const [name, text] of Object.entries(descriptionsOf(leaderboard, manifest))) {
        documents[name] = await writeText(folder, name, text);
      }
      documents["rejected.json"] = await writeJson(folder, "rejected.json", loaded.rejections);
      await writeJson(folder, "manifest.json", manifest);
      comparison = await compareWith(db, {
        before: options.out,
        after: folder,
        manifest,
        last,
        describe: (other) => descriptionsOf(leaderboard, other),
      });
      if (!options.allowLoss) refuseLoss(comparison.losses, options.out);
      return comparison.keep ? "keep" : "replace";
    });
    return {
      asOf,
      files,
      evaluations: wide.map((t, i) => ({
        suite: leaderboard.suites[i]!.name,
        rows: t.rows,
        withoutAverage: boards[i]!.standings.filter((s) => s.average === null).length,
      })),
      rejections: loaded.rejections,
      superseded: loaded.superseded,
      drift: loaded.drift,
      gaps: past === undefined ? gapsIn(suites, evaluations) : [],
      idleFlags: past === undefined ? idleFlags(evaluations, curated) : [],
      changed: comparison.changed,
      losses: comparison.losses,
    };
  });
}

/**
 * Writes tables side by side, the longest first: while DuckDB writes one, the next is brought over.
 *
 * @param main is written as CSV too
 * @returns entries for the manifest, in the order of the tables
 */
async function writeTables(
  connect: Connect,
  folder: string,
  tables: readonly Table[],
  main: Table,
): Promise<Record<string, FileEntry>> {
  const written = new Map<Table, Promise<Record<string, FileEntry>>>();
  try {
    for (const table of [...tables].sort((a, b) => b.rows - a.rows)) {
      const formats: Format[] = table === main ? ["parquet", "csv"] : ["parquet"];
      const connection = await connect();
      const writing = during(`writing ${table.name}`, () =>
        writeTable(connection, folder, table, formats),
      );
      written.set(table, writing);
      // Should it fail while the next is prepared, it is awaited below all the same.
      writing.catch(() => {});
      // A very long one alone: two at once would take the memory of both.
      if (table.rows > MOST_AT_ONCE) await writing;
    }
  } finally {
    // A statement that still runs when its connection is closed would never end.
    await Promise.allSettled(written.values());
  }
  await Promise.all(written.values());
  const files: Record<string, FileEntry> = {};
  for (const table of tables) Object.assign(files, await written.get(table));
  return files;
}

/** @throws UserError where there is neither an evaluation nor a queue: no leaderboard is meant to be empty */
function refuseNothing({ suites }: Leaderboard, loaded: Loaded): void {
  const { evaluations, requests, votes, origins, rejections } = loaded;
  if (evaluations.length > 0 || requests || votes) return;
  const sources = origins.map(({ source, note }) => (note ? `${source} (${note})` : source));
  const [first] = rejections;
  const aside = first
    ? ` Set aside: ${rejections.length}, the first ${first.path}: ${first.reason}.`
    : "";
  throw new UserError(
    `There is no evaluation of ${suites.map((s) => s.name).join(" or ")} in ${sources.join(", ")}.${aside}`,
  );
}

/**
 * The newest day that the sources speak of, and never one before the last snapshot's where it is
 * carried on: when the newest result is withdrawn, what remains is another edition of the same day.
 */
function dayFor({ day, origins }: Loaded, last: Manifest | null): string {
  const goesOn = last !== null && carriesOn(origins, last);
  // Where nothing says a day it is that of the first build, so that the same sources stay the same.
  const known = day ?? (goesOn ? last.as_of : new Date().toISOString().slice(0, 10));
  return goesOn && last.as_of > known ? last.as_of : known;
}

/** What the sources know of earlier days and, beside dated snapshots, what was published on others. */
async function historyFor(
  db: DuckDBConnection,
  leaderboard: Leaderboard,
  { out, past }: BuildOptions,
  { asOf, known }: { asOf: string; known: History },
): Promise<History> {
  if (past !== undefined || !hasDated(out)) return known;
  const days = new Set(known.days.map(({ day }) => day));
  const published = await publishedHistory(db, out, leaderboard.suites[0]!, asOf, days);
  return joinHistory([known, ...published]);
}

function manifestOf(
  leaderboard: Leaderboard,
  loaded: Loaded,
  asOf: string,
  files: Record<string, FileEntry>,
): Manifest {
  return {
    schema: SCHEMA_VERSION,
    title: leaderboard.title,
    as_of: asOf,
    suites: leaderboard.suites.map(({ id, version, name, table }) => ({
      id,
      version,
      name,
      table,
    })),
    sources: loaded.origins,
    rejected: loaded.rejections.length,
    ...(loaded.drift && { drift: loaded.drift }),
    files,
    documents: {},
  };
}

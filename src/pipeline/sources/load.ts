import { stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Drift, Origin } from "../../core/records/manifest.ts";
import { cleanRejection, type Rejection } from "../../core/records/rejection.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { LINK_OUT, leadsOut } from "../cache/links.ts";
import { typed } from "../installed/typed.ts";
import { type Given, readContentsFile, readTables } from "./boards.ts";
import { HUB, readDataset } from "./dataset.ts";
import { driftOf } from "./drift.ts";
import { isEmbedded, readEmbedded } from "./embedded.ts";
import { type History, joinHistory } from "./history.ts";
import { mergeEvaluations, type Superseded } from "./merge.ts";
import { HUB_NAMES, type Naming } from "./model-of.ts";
import type { Row } from "./packed.ts";
import { parseFolder } from "./parse-files.ts";
import { add, newest, nothing, ofOutcomes, type Part, queueDays, tidy } from "./part.ts";
import { type FiledRequest, sortRequests } from "./requests.ts";
import type { Rules } from "./results.ts";
import { firstVotes, type VoteRow } from "./votes.ts";

/** All that the sources hold, merged to one evaluation per key. */
export interface Loaded {
  evaluations: Row[];
  /** Of the main suite. */
  history: History;
  rejections: Rejection[];
  superseded: Superseded[];
  origins: Origin[];
  /** Submissions and votes; null where no source has any. */
  requests: FiledRequest[] | null;
  votes: VoteRow[] | null;
  /** Null for the embedded snapshot, which does not change. */
  drift: Drift | null;
  /** Newest day, up to today, that any of the tables speaks of. */
  day: string | null;
}

/** Where `load` reads from. */
export interface LoadOptions {
  /**
   * Folders of result files, contents tables (`.csv`, `.parquet`), datasets (`hf://datasets/…`), the
   * folder of an embedded snapshot.
   */
  sources: string[];
  /** Folder of the embedded snapshot, where there is one: read when there is no source. */
  snapshot: string | undefined;
  suites: Suite[];
  /** How models are named. */
  naming?: Naming | undefined;
  /** Pattern of the paths of result files. */
  files?: string | undefined;
  /** Cache that `npm run pull` fills. */
  cache: string;
  /** One of `embeddedDays`, to read the embedded snapshot as the main table stood that day. */
  past?: string | undefined;
}

/**
 * Reads the sources of a leaderboard.
 *
 * @throws UserError for a source that is not there or not understood
 */
export async function load(db: DuckDBConnection, options: LoadOptions): Promise<Loaded> {
  const { snapshot, suites, cache, past, naming = HUB_NAMES, files } = options;
  const rules = { suites, naming, files };
  const sources = [...new Set(options.sources)];
  const tables: Given[] = [];
  const all = nothing();
  if (sources.length === 0) {
    if (snapshot === undefined) {
      throw new UserError(
        "There are no tables yet, and the configuration names no embedded snapshot. From datasets of the " +
          `Hub: ${typed("pull")}, then ${typed("data", "--hub")}. From files: ${typed("data", "--source FOLDER")}.`,
      );
    }
    add(all, await readEmbedded(db, snapshot, suites, past));
  }
  for (const source of sources) {
    const kind = await kindOf(source);
    if (kind === "embedded") add(all, await readEmbedded(db, source, suites));
    else if (kind === "folder") add(all, await readFolder(source, rules));
    else if (kind === "dataset") {
      const { part, contents } = await readHub(db, source, cache, rules);
      add(all, part);
      tables.push(...contents);
    } else tables.push({ contents: await readContentsFile(db, source, suites), file: source });
  }
  for (const suite of suites)
    add(all, await readTables(tables, suite, suite === suites[0], naming));
  const merged = mergeEvaluations(all.evaluations, suites);
  for (const rejection of merged.unfinished) all.rejections.push(rejection);
  // Result files are counted by their outcomes.
  const aside = new Set(all.outcomes.flatMap((o) => (o.reason === null ? [] : [o.path])));
  const reasons = all.rejections.filter((r) => !aside.has(r.path)).map((r) => r.reason);
  return {
    evaluations: merged.evaluations,
    history: joinHistory(all.history),
    rejections: all.rejections.map(cleanRejection),
    superseded: merged.superseded,
    origins: all.origins,
    requests: all.requests && sortRequests(all.requests),
    votes: all.votes && firstVotes(all.votes),
    drift: sources.length === 0 ? null : driftOf(all.outcomes, reasons, all.columns),
    day: newest(all.days),
  };
}

async function kindOf(source: string): Promise<"embedded" | "folder" | "table" | "dataset"> {
  if (source.startsWith(HUB)) return "dataset";
  const info = await stat(source).catch(() => null);
  if (!info) throw new UserError(`--source ${source}: there is no such file or folder.`);
  if (info.isDirectory()) return (await isEmbedded(source)) ? "embedded" : "folder";
  if (/\.(csv|parquet)$/.test(source)) {
    if (!leadsOut(source, dirname(source))) return "table";
    throw new UserError(`--source ${source}: ${LINK_OUT}: name the file itself.`);
  }
  throw new UserError(`--source ${source}: must be a folder, a .csv or a .parquet file.`);
}

async function readFolder(source: string, rules: Rules): Promise<Part> {
  const { outcomes, closed } = await parseFolder(source, rules);
  const part = ofOutcomes(outcomes, tidy(source));
  for (const r of closed) {
    part.rejections.push({ ...r, path: join(tidy(source), relative(source, r.path)) });
  }
  part.rejections.sort((a, b) => (a.path < b.path ? -1 : 1));
  const count = outcomes.length;
  const named = rules.files === undefined ? "named results*.json" : `like ${rules.files}`;
  const note = count === 0 ? `no file ${named} was found` : `${count} result files`;
  const rows = part.evaluations.length;
  part.origins.push({ source: tidy(source), sha256: null, rows, note });
  return part;
}

async function readHub(
  db: DuckDBConnection,
  source: string,
  cache: string,
  rules: Rules,
): Promise<{ part: Part; contents: Given[] }> {
  const dataset = await readDataset(db, source, cache, rules);
  const { name, commit, outcomes, contents, requests, votes, rejections } = dataset;
  const part = ofOutcomes(outcomes, name);
  part.requests = requests;
  part.votes = votes;
  part.rejections.push(...rejections);
  part.days.push(...queueDays(requests ?? [], votes ?? []));
  const counts: [string, number | undefined][] = [
    ["result files", outcomes.length],
    ["rows of contents", contents.reduce((sum, c) => sum + c.table.length, 0)],
    ["requests", requests?.length],
    ["votes", votes?.length],
  ];
  part.origins.push({
    source: `${HUB}datasets/${name}`,
    commit,
    sha256: null,
    rows: counts.reduce((sum, [, count]) => sum + (count ?? 0), 0),
    note: counts.flatMap(([kind, count]) => (count ? [`${count} ${kind}`] : [])).join(", "),
  });
  return { part, contents: contents.map((c) => ({ contents: c, file: null })) };
}

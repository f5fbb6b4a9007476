import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { z } from "zod";
import { parseJson } from "../../core/records/json.ts";
import type { ColumnDrift, Drift, Origin } from "../../core/records/manifest.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { sha256OfFile } from "../cache/sha256.ts";
import { readTable, type TableFile } from "../duckdb/table-file.ts";
import {
  type Contents,
  columnDrift,
  publishedAverages,
  readContents,
  recognise,
} from "./contents.ts";
import { HUB, readDataset } from "./dataset.ts";
import { applyDetail, readDetail } from "./detail.ts";
import { driftOf } from "./drift.ts";
import { asDay } from "./fields.ts";
import { byDay, type HistoryRow, historyOf, readHistory } from "./history.ts";
import { mergeEvaluations, type Superseded } from "./merge.ts";
import type { Outcome } from "./pack.ts";
import type { Row } from "./packed.ts";
import { parseFolder } from "./parse-files.ts";
import { type RequestRow, sortRequests } from "./requests.ts";
import { firstVotes, type VoteRow } from "./votes.ts";

/** All that the sources hold, merged to one evaluation per key. */
export interface Loaded {
  evaluations: Row[];
  history: HistoryRow[];
  rejections: Rejection[];
  superseded: Superseded[];
  origins: Origin[];
  /** Submissions and votes; null where no source has any. */
  requests: RequestRow[] | null;
  votes: VoteRow[] | null;
  /** Null for the embedded snapshot, which does not change. */
  drift: Drift | null;
  /** Newest day, up to today, that any of the tables speaks of. */
  day: string | null;
}

/** What an embedded snapshot says of itself, and is known by. */
export const PROVENANCE = "provenance.json";

/** Contents of that file. */
export const provenanceSchema = z.strictObject({
  /** Day on which the tables stood, by suite id. */
  as_of: z.record(z.string(), z.iso.date()),
  origins: z.array(
    z.strictObject({
      file: z.string(),
      /** Set where the file is a suite's current table. */
      suite: z.string().optional(),
      from: z.string(),
      license: z.string(),
      sha256: z.string(),
      rows: z.number().int(),
    }),
  ),
});
export type Provenance = z.infer<typeof provenanceSchema>;

interface Part {
  evaluations: Row[];
  history: HistoryRow[];
  rejections: Rejection[];
  origins: Origin[];
  days: string[];
  /** Of result files, for the drift. */
  outcomes: Outcome[];
  columns: ColumnDrift[];
  requests: RequestRow[] | null;
  votes: VoteRow[] | null;
}

const nothing = (): Part => ({
  evaluations: [],
  history: [],
  rejections: [],
  origins: [],
  days: [],
  outcomes: [],
  columns: [],
  requests: null,
  votes: null,
});

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
  const { snapshot, suites, cache, past } = options;
  const sources = [...new Set(options.sources)];
  const tables: Given[] = [];
  const all = nothing();
  if (sources.length === 0) {
    if (snapshot === undefined) {
      throw new UserError(
        "There are no tables yet, and the configuration names no embedded snapshot. From datasets of the " +
          "Hub: npm run pull, then npm run data -- --hub. From files: npm run data -- --source FOLDER.",
      );
    }
    add(all, await readEmbedded(db, snapshot, suites, past));
  }
  for (const source of sources) {
    const kind = await kindOf(source);
    if (kind === "embedded") add(all, await readEmbedded(db, source, suites));
    else if (kind === "folder") add(all, await readFolder(source, suites));
    else if (kind === "dataset") {
      const { part, contents } = await readHub(db, source, cache, suites);
      add(all, part);
      tables.push(...contents);
    } else tables.push({ contents: await readContentsFile(db, source, suites), file: source });
  }
  for (const suite of suites) add(all, await readTables(tables, suite, suite === suites[0]));
  const merged = mergeEvaluations(all.evaluations);
  // Result files are counted by their outcomes.
  const aside = new Set(all.outcomes.flatMap((o) => (o.reason === null ? [] : [o.path])));
  const reasons = all.rejections.filter((r) => !aside.has(r.path)).map((r) => r.reason);
  return {
    evaluations: merged.evaluations,
    history: all.history.sort(byDay),
    rejections: all.rejections,
    superseded: merged.superseded,
    origins: all.origins,
    requests: all.requests && sortRequests(all.requests),
    votes: all.votes && firstVotes(all.votes),
    drift: sources.length === 0 ? null : driftOf(all.outcomes, reasons, all.columns),
    day: newest(all.days),
  };
}

/** A contents table, with where it is from: a file, or a dataset that is named among the origins. */
interface Given {
  contents: Contents;
  file: string | null;
}

/** One by one: a hundred thousand are too many for the arguments of a call. */
function add(all: Part, part: Part): void {
  for (const e of part.evaluations) all.evaluations.push(e);
  for (const row of part.history) all.history.push(row);
  for (const r of part.rejections) all.rejections.push(r);
  for (const o of part.outcomes) all.outcomes.push(o);
  all.origins.push(...part.origins);
  all.days.push(...part.days);
  all.columns.push(...part.columns);
  if (part.requests) all.requests = [...(all.requests ?? []), ...part.requests];
  if (part.votes) all.votes = [...(all.votes ?? []), ...part.votes];
}

/** Newest of these days or times; one that lies ahead, as anybody may write into a file, does not count. */
function newest(times: Iterable<string>): string | null {
  const now = new Date().toISOString();
  let last = "";
  for (const time of times) if (time > last && time <= now) last = time;
  return last === "" ? null : last;
}

async function kindOf(source: string): Promise<"embedded" | "folder" | "table" | "dataset"> {
  if (source.startsWith(HUB)) return "dataset";
  const info = await stat(source).catch(() => null);
  if (!info) throw new UserError(`--source ${source}: there is no such file or folder.`);
  if (info.isDirectory()) return (await isEmbedded(source)) ? "embedded" : "folder";
  if (/\.(csv|parquet)$/.test(source)) return "table";
  throw new UserError(`--source ${source}: must be a folder, a .csv or a .parquet file.`);
}

async function readFolder(source: string, suites: Suite[]): Promise<Part> {
  const { outcomes, closed } = await parseFolder(source, suites);
  const part = ofOutcomes(outcomes, tidy(source));
  for (const r of closed) {
    part.rejections.push({ ...r, path: join(tidy(source), relative(source, r.path)) });
  }
  part.rejections.sort((a, b) => (a.path < b.path ? -1 : 1));
  const count = outcomes.length;
  const note = count === 0 ? "no file named results*.json was found" : `${count} result files`;
  const rows = part.evaluations.length;
  part.origins.push({ source: tidy(source), sha256: null, rows, note });
  return part;
}

/** What a run of unknown time counts from. */
const BEGINNING = "1970-01-01T00:00:00Z";

/** Outcomes of result files as a part, their paths below the source's name. */
function ofOutcomes(outcomes: Outcome[], name: string): Part {
  const part = nothing();
  const now = new Date().toISOString();
  for (const outcome of outcomes) {
    const path = `${name}/${outcome.path}`;
    part.outcomes.push({ ...outcome, path, evaluations: [] });
    for (const e of outcome.evaluations) {
      e.source = path;
      // A time that lies ahead is a slip in a name: it must not win against every later run.
      if (e.at > now) e.at = BEGINNING;
      part.evaluations.push(e);
    }
    if (outcome.reason !== null) part.rejections.push({ path, reason: outcome.reason });
  }
  // A file that does not say when its run was counts from the beginning of time.
  const time = newest(part.evaluations.map((e) => e.at));
  if (time !== null && time > "1970-01-02") part.days.push(time.slice(0, 10));
  return part;
}

async function readHub(
  db: DuckDBConnection,
  source: string,
  cache: string,
  suites: Suite[],
): Promise<{ part: Part; contents: Given[] }> {
  const dataset = await readDataset(db, source, cache, suites);
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

/** The days of the newest request and of the newest vote: the queue moves without a result. */
function queueDays(requests: RequestRow[], votes: VoteRow[]): string[] {
  const times = [
    newest(requests.flatMap((r) => r.submitted_at ?? [])),
    newest(votes.flatMap((v) => v.voted_at ?? [])),
  ];
  return times.flatMap((time) => time?.slice(0, 10) ?? []);
}

async function readContentsFile(
  db: DuckDBConnection,
  source: string,
  suites: Suite[],
): Promise<Contents> {
  const table = await readOr(db, source, `--source ${source}`);
  const contents = recognise(table, suites);
  if (contents) return contents;
  const expected = suites.map((s) => `${s.name} (${s.benchmarks.map((b) => b.key).join(", ")})`);
  throw new UserError(
    `--source ${source}: its header is no contents table of ${expected.join(" or of ")}. ` +
      "It needs a model column and a column for each benchmark.",
  );
}

/**
 * A contents table is the whole board on its day, so of several dated ones only the newest is
 * current; each dated one of the main suite is history. Tables without a date all count.
 */
async function readTables(given: Given[], suite: Suite, main: boolean): Promise<Part> {
  const part = nothing();
  const fileOf = new Map(given.map(({ contents, file }) => [contents, file]));
  const own = given.map((t) => t.contents).filter((t) => t.suite.id === suite.id);
  const undated = own.filter((t) => !t.dated);
  const newest = own.filter((t) => t.dated).sort((a, b) => (a.day! < b.day! ? 1 : -1))[0];
  const current = new Set(undated.length > 0 ? undated : newest ? [newest] : []);
  for (const contents of own) {
    const file = fileOf.get(contents) ?? null;
    const named = file === null ? contents : renamed(contents);
    const { evaluations, rejections } = readContents(named);
    const drift = columnDrift(named);
    if (drift) part.columns.push(drift);
    if (current.has(contents)) for (const e of evaluations) part.evaluations.push(e);
    if (contents.dated && main) {
      const averages = publishedAverages(contents);
      const byRow = evaluations.map(
        (e) => averages[Number(e.source.split("#").at(-1)) - 1] ?? null,
      );
      part.history.push(...historyOf(contents.day!, evaluations, byRow));
    }
    for (const r of rejections) part.rejections.push(r);
    if (contents.day) part.days.push(contents.day);
    if (file === null) continue;
    part.origins.push({
      source: tidy(file),
      sha256: await sha256OfFile(file),
      rows: contents.table.length,
      note: current.has(contents) ? null : "history only",
    });
  }
  return part;
}

/** The file of a suite's dated table in the embedded snapshot, without its ending. */
export function embeddedName(suite: Suite, day: string): string {
  return `${suite.id}_${day}`;
}

/** The days before its own on which the embedded snapshot knows the main table whole, oldest first. */
export async function embeddedDays(folder: string, main: Suite): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const start = embeddedName(main, "");
  return names
    .filter((name) => name.startsWith(start))
    .map((name) => name.slice(start.length).replace(/\.(parquet|csv)$/, ""))
    .filter((day) => asDay(day) === day)
    .sort();
}

/** Whether a folder is one that `npm run import` filled. */
export async function isEmbedded(folder: string): Promise<boolean> {
  const info = await stat(join(folder, PROVENANCE)).catch(() => null);
  return info !== null;
}

async function readEmbedded(
  db: DuckDBConnection,
  folder: string,
  suites: Suite[],
  past?: string,
): Promise<Part> {
  const path = join(folder, PROVENANCE);
  const text = await readFile(path, "utf8").catch(() => {
    throw new UserError(
      `There is no embedded snapshot in ${folder}. Name sources with --source, or import one: npm run import.`,
    );
  });
  const provenance = parseJson(provenanceSchema, text, path);
  const part = nothing();
  // Asked for at once: while one is converted, DuckDB reads the next.
  const tableOf = (s: Suite) => (past && s === suites[0] ? embeddedName(s, past) : s.id);
  const names = ["detail", "history", ...suites.map(tableOf)];
  const read = await Promise.all(names.map((name) => readIfThere(db, join(folder, name))));
  const [detail, history, ...tables] = read;
  if (tables.every((table) => table === null)) {
    const known = Object.keys(provenance.as_of).join(", ");
    throw new UserError(
      `${folder} holds figures of ${known || "no suite"}, and none of ${suites.map((s) => s.id).join(" or ")}: ` +
        "name another folder under snapshot in the configuration, or leave it out.",
    );
  }
  for (const [i, suite] of suites.entries()) {
    const table = tables[i];
    if (!table) continue;
    const contents = recognise(table, [suite]);
    if (!contents)
      throw new UserError(`${table.path} is not a table of ${suite.name}: import it again.`);
    const main = past && suite === suites[0];
    const day = main ? past : (provenance.as_of[suite.id] ?? contents.day);
    const path = `${tidy(folder)}/${basename(table.path)}`;
    const { evaluations, rejections } = readContents({
      ...contents,
      table: { ...table, path },
      day,
    });
    part.evaluations.push(...evaluations);
    part.rejections.push(...rejections);
    if (day) part.days.push(day);
  }
  if (detail) part.evaluations = applyDetail(part.evaluations, readDetail(detail));
  if (history) part.history = readHistory(history).filter((row) => !past || row.as_of <= past);
  part.origins = provenance.origins.filter(isKnownBy(past, suites)).map((o) => ({
    source: o.file,
    sha256: o.sha256,
    rows: o.rows,
    note: `${o.from}, ${o.license}`,
  }));
  return part;
}

/** Whether an embedded file was there on a past day: the main table of today was not. */
function isKnownBy(past: string | undefined, suites: Suite[]) {
  return ({ file, suite }: Provenance["origins"][number]): boolean => {
    if (!past) return true;
    const day = /^\d{4}-\d{2}-\d{2}/.exec(file)?.[0];
    return day ? day <= past : suite !== suites[0]?.id;
  };
}

/** A table of the embedded snapshot: `NAME.parquet`, or `NAME.csv` where it was written by hand. */
async function readIfThere(db: DuckDBConnection, path: string): Promise<TableFile | null> {
  for (const file of [`${path}.parquet`, `${path}.csv`]) {
    if (await stat(file).catch(() => null)) return readOr(db, file, file);
  }
  return null;
}

/** @param what how the file is called in the error when it cannot be read */
async function readOr(db: DuckDBConnection, path: string, what: string): Promise<TableFile> {
  return readTable(db, path).catch((error: Error) => {
    throw new UserError(`${what} cannot be read: ${error.message.split("\n")[0]}`);
  });
}

/** A source as manifest and summary name it: nothing of the builder's own folders. */
function tidy(source: string): string {
  return basename(resolve(source));
}

function renamed(contents: Contents): Contents {
  return { ...contents, table: { ...contents.table, path: tidy(contents.table.path) } };
}

import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { z } from "zod";
import type { Evaluation } from "../records/evaluation.ts";
import { parseJson } from "../records/json.ts";
import type { Suite } from "../records/suite.ts";
import { type Contents, publishedAverages, readContents, recognise } from "./contents.ts";
import { applyDetail, readDetail } from "./detail.ts";
import { type Rejection, UserError } from "./errors.ts";
import { asDay } from "./fields.ts";
import { type HistoryRow, historyOf, readHistory } from "./history.ts";
import { mergeEvaluations, type Superseded } from "./merge.ts";
import { readResults } from "./results.ts";
import { readTable, type TableFile } from "./table-file.ts";

/** Where figures came from, for the manifest. */
export interface Origin {
  source: string;
  /** Digest of the file, or of the embedded snapshot's origins; null for a folder. */
  sha256: string | null;
  rows: number;
  note: string | null;
}

/** All that the sources hold, merged to one evaluation per key. */
export interface Loaded {
  evaluations: Evaluation[];
  history: HistoryRow[];
  rejections: Rejection[];
  superseded: Superseded[];
  origins: Origin[];
  /** Newest day any of the tables speaks of. */
  day: string | null;
}

/** `provenance.json` of the embedded snapshot. */
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
  evaluations: Evaluation[];
  history: HistoryRow[];
  rejections: Rejection[];
  origins: Origin[];
  days: string[];
}

const nothing = (): Part => ({
  evaluations: [],
  history: [],
  rejections: [],
  origins: [],
  days: [],
});

/**
 * Reads the sources of a leaderboard.
 *
 * @param sources folders of result files, contents tables (`.csv`, `.parquet`)
 * @param snapshot folder of the embedded snapshot, read when there is no source
 * @param past one of `embeddedDays`, to read the embedded snapshot as the main table stood that day
 * @throws UserError for a source that is not there or not understood
 */
export async function load(
  db: DuckDBConnection,
  sources: string[],
  snapshot: string,
  suites: Suite[],
  past?: string,
): Promise<Loaded> {
  const tables: Contents[] = [];
  const parts: Part[] = [];
  if (sources.length === 0) parts.push(await readEmbedded(db, snapshot, suites, past));
  for (const source of sources) {
    const kind = await kindOf(source);
    if (kind === "folder") parts.push(await readFolder(source, suites));
    else tables.push(await readContentsFile(db, source, suites));
  }
  for (const suite of suites) parts.push(await readTables(tables, suite, suite === suites[0]));
  const all = parts.reduce(join2, nothing());
  const merged = mergeEvaluations(all.evaluations);
  return {
    evaluations: merged.evaluations,
    history: all.history.sort((a, b) => (a.as_of < b.as_of ? -1 : a.as_of > b.as_of ? 1 : 0)),
    rejections: all.rejections,
    superseded: merged.superseded,
    origins: all.origins,
    day: all.days.sort().at(-1) ?? null,
  };
}

function join2(a: Part, b: Part): Part {
  return {
    evaluations: [...a.evaluations, ...b.evaluations],
    history: [...a.history, ...b.history],
    rejections: [...a.rejections, ...b.rejections],
    origins: [...a.origins, ...b.origins],
    days: [...a.days, ...b.days],
  };
}

async function kindOf(source: string): Promise<"folder" | "table"> {
  if (source.startsWith("hf://")) {
    throw new UserError(
      `--source ${source}: reading from the Hub is not built yet; download the dataset and pass its folder.`,
    );
  }
  const info = await stat(source).catch(() => null);
  if (!info) throw new UserError(`--source ${source}: there is no such file or folder.`);
  if (info.isDirectory()) return "folder";
  if (/\.(csv|parquet)$/.test(source)) return "table";
  throw new UserError(`--source ${source}: must be a folder, a .csv or a .parquet file.`);
}

async function readFolder(source: string, suites: Suite[]): Promise<Part> {
  const { evaluations, rejections, files } = await readResults(source, suites);
  const days = evaluations.map((e) => e.at.slice(0, 10)).filter((d) => d > "1970-01-01");
  const note = files === 0 ? "no file named results*.json was found" : `${files} result files`;
  const origins = [{ source: tidy(source), sha256: null, rows: evaluations.length, note }];
  const named = (path: string) => join(tidy(source), relative(source, path));
  return {
    ...nothing(),
    evaluations: evaluations.map((e) => ({ ...e, source: named(e.source) })),
    rejections: rejections.map((r) => ({ ...r, path: named(r.path) })),
    days,
    origins,
  };
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
async function readTables(tables: Contents[], suite: Suite, main: boolean): Promise<Part> {
  const part = nothing();
  const own = tables.filter((t) => t.suite.id === suite.id);
  const undated = own.filter((t) => !t.dated);
  const newest = own.filter((t) => t.dated).sort((a, b) => (a.day! < b.day! ? 1 : -1))[0];
  const current = new Set(undated.length > 0 ? undated : newest ? [newest] : []);
  for (const contents of own) {
    const { path } = contents.table;
    const { evaluations, rejections } = readContents(renamed(contents));
    if (current.has(contents)) part.evaluations.push(...evaluations);
    if (contents.dated && main) {
      const averages = publishedAverages(contents);
      const byRow = evaluations.map(
        (e) => averages[Number(e.source.split("#").at(-1)) - 1] ?? null,
      );
      part.history.push(...historyOf(contents.day!, evaluations, byRow));
    }
    part.rejections.push(...rejections);
    if (contents.day) part.days.push(contents.day);
    part.origins.push({
      source: tidy(path),
      sha256: createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
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

async function readEmbedded(
  db: DuckDBConnection,
  folder: string,
  suites: Suite[],
  past?: string,
): Promise<Part> {
  const text = await readFile(join(folder, "provenance.json"), "utf8").catch(() => {
    throw new UserError(
      `There is no embedded snapshot in ${folder}. Name sources with --source, or import one: npm run import.`,
    );
  });
  const provenance = parseJson(provenanceSchema, text, join(folder, "provenance.json"));
  const part = nothing();
  // Asked for at once: while one is converted, DuckDB reads the next.
  const tableOf = (s: Suite) => (past && s === suites[0] ? embeddedName(s, past) : s.id);
  const names = ["detail", "history", ...suites.map(tableOf)];
  const read = await Promise.all(names.map((name) => readIfThere(db, join(folder, name))));
  const [detail, history, ...tables] = read;
  for (const [i, suite] of suites.entries()) {
    const table = tables[i];
    if (!table) continue;
    const contents = recognise(table, [suite]);
    if (!contents)
      throw new UserError(`${table.path} is not a table of ${suite.name}: import it again.`);
    const main = past && suite === suites[0];
    const day = main ? past : (provenance.as_of[suite.id] ?? contents.day);
    const { evaluations, rejections } = readContents({ ...renamed(contents), day });
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

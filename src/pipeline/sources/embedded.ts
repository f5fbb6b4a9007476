import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { z } from "zod";
import { parseJson } from "../../core/records/json.ts";
import type { Run } from "../../core/records/run.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { refuseLinkOut } from "../cache/links.ts";
import type { TableFile } from "../duckdb/table-file.ts";
import { readContents, recognise } from "./contents.ts";
import { readContexts, withContext } from "./contexts.ts";
import { applyDetail, readDetail } from "./detail.ts";
import { asDay } from "./fields.ts";
import { historyUpTo, readHistory, readStandings } from "./history.ts";
import { nothing, type Part, readOr, tidy } from "./part.ts";
import { applyRuns, readRuns } from "./runs.ts";

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

export async function readEmbedded(
  db: DuckDBConnection,
  folder: string,
  suites: Suite[],
  past?: string,
): Promise<Part> {
  const path = join(folder, PROVENANCE);
  refuseLinkOut(path, folder);
  const text = await readFile(path, "utf8").catch(() => {
    throw new UserError(
      `There is no embedded snapshot in ${folder}. Name sources with --source, or import one: npm run import.`,
    );
  });
  const provenance = parseJson(provenanceSchema, text, path);
  const part = nothing();
  // Asked for at once: while one is converted, DuckDB reads the next.
  const tableOf = (s: Suite) => (past && s === suites[0] ? embeddedName(s, past) : s.id);
  const names = [
    "runs",
    "context",
    "detail",
    "days",
    "intervals",
    "history",
    ...suites.map(tableOf),
  ];
  const read = await Promise.all(names.map((name) => readIfThere(db, folder, name)));
  const [runs, contexts, detail, days, intervals, standings, ...tables] = read;
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
  const knownRuns = runs ? readRuns(runs) : new Map<string, Run[]>();
  // What was written after a past day is not known on it.
  const isLater = (key: string) =>
    past !== undefined && (knownRuns.get(key) ?? []).some((r) => (r.written ?? "") > past);
  const ofThen = <T>(known: ReadonlyMap<string, T>) =>
    new Map([...known].filter(([key]) => !isLater(key)));
  if (detail) part.evaluations = applyDetail(part.evaluations, ofThen(readDetail(detail)));
  part.evaluations = applyRuns(part.evaluations, ofThen(knownRuns));
  if (contexts) {
    const known = readContexts(contexts);
    part.evaluations = part.evaluations.map((e) =>
      past && e.suite === suites[0]?.id ? e : withContext(e, known),
    );
  }
  const history =
    days && intervals
      ? readHistory(suites[0]!, days, intervals)
      : standings && readStandings(standings);
  if (history) part.history = [past ? historyUpTo(history, past) : history];
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
    const day = /(?:^|_)(\d{4}-\d{2}-\d{2})/.exec(file)?.[1];
    return day ? day <= past : suite !== suites[0]?.id;
  };
}

/** A table of the embedded snapshot: `NAME.parquet`, or `NAME.csv` where it was written by hand. */
async function readIfThere(
  db: DuckDBConnection,
  folder: string,
  name: string,
): Promise<TableFile | null> {
  for (const file of [join(folder, `${name}.parquet`), join(folder, `${name}.csv`)]) {
    if (!(await stat(file).catch(() => null))) continue;
    refuseLinkOut(file, folder);
    return readOr(db, file, file);
  }
  return null;
}

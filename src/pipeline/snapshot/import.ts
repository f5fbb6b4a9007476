import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { evalId } from "../../core/records/eval-id.ts";
import type { Evaluation } from "../../core/records/evaluation.ts";
import type { Leaderboard } from "../../core/records/leaderboard.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import type { Value } from "../../core/table/grid.ts";
import {
  CONTEXT_COLUMNS,
  intervalValues,
  modelsColumns,
  RUNS_COLUMNS,
  SCORES_COLUMNS,
} from "../../core/table/schema.ts";
import { withDuckDB } from "../duckdb/duckdb.ts";
import { readTable } from "../duckdb/table-file.ts";
import { dayTable } from "../sources/boards.ts";
import {
  type Contents,
  publishedAverages,
  publishedScores,
  readContents,
  recognise,
} from "../sources/contents.ts";
import { embeddedName, PROVENANCE, type Provenance } from "../sources/embedded.ts";
import { asCount, asText } from "../sources/fields.ts";
import { type DayTable, joinHistory } from "../sources/history.ts";
import { HUB_NAMES } from "../sources/model-of.ts";
import { measuresOf } from "../sources/packed.ts";
import { parseFolder } from "../sources/parse-files.ts";
import { runRows } from "../sources/runs.ts";
import { readIntervals } from "./import-history.ts";
import { MIRROR, originOf } from "./origin.ts";
import { compactHistory, recordsTable, type Table } from "./tables.ts";
import { replaceFolder, writeJson, writeTable } from "./write.ts";

const CARD = "the model's public details card on the Hub";

/** Tables of context lengths stand beside those of scores. */
const CONTEXTS = /^context-length.*\.csv$/;

/** What of `runs.parquet` is in the files themselves; the rest is worked out. */
const DERIVED = new Set(
  "first_seen score_since answers_since rescoring run_epoch epoch".split(" "),
);
const EMBEDDED_RUNS = RUNS_COLUMNS.filter((c) => !DERIVED.has(c.name));

/** What people decide, and a list of ours holds. */
const CURATED = ["flagged", "maintainers_choice"];

/**
 * Makes the embedded snapshot out of published figures: a table per suite with raw, published
 * normalised scores and published average; the dated tables whole, and as history; single runs as
 * detail.
 *
 * Flags and stars are not in the current tables: they are curated lists, see `data/curated`. In the
 * dated tables they are, since a dated snapshot shows what was known on its day. The truth values that were published inverted are put right here (see `pipeline/sources/contents.ts`).
 *
 * @param from folder with contents tables, `contents-history/DATE.csv` and `results/`
 * @returns lines for the person who ran it
 * @throws UserError when a table is not recognised or a row does not check
 */
export async function importFigures(leaderboard: Leaderboard, from: string): Promise<string[]> {
  const { snapshot } = leaderboard;
  if (snapshot === undefined) {
    throw new UserError("The configuration names no folder to import to: name one under snapshot.");
  }
  return withDuckDB(async (db) => {
    const lines: string[] = [];
    await replaceFolder(snapshot, PROVENANCE, async (folder) => {
      const provenance: Provenance = { as_of: {}, origins: [] };
      const past = await readHistories(db, from, leaderboard.suites);
      for (const name of await tablesIn(from)) {
        const contents = await readWhole(db, join(from, name), leaderboard.suites);
        const table = embeddedTable(contents, contents.suite.id, CURATED);
        await writeTable(db, folder, table);
        const origin = await originOf(join(from, name), MIRROR, table.rows);
        // The day of a table is that of where it comes from; its newest submission is older.
        const day = past.digests.get(origin.sha256) ?? contents.day;
        if (day) provenance.as_of[contents.suite.id] = day;
        provenance.origins.push({ ...origin, suite: contents.suite.id });
        lines.push(`${name}: ${table.rows} evaluations of ${contents.suite.name}, ${day}`);
      }
      for (const table of past.tables) await writeTable(db, folder, table);
      provenance.origins.push(...past.origins);
      lines.push(
        `history: ${past.history.intervals.length} intervals of ${past.history.days.length} days, ${past.dated} dated tables`,
      );
      const detail = await readDetails(join(from, "results"), leaderboard.suites);
      await writeTable(db, folder, recordsTable("detail", SCORES_COLUMNS, detail.rows));
      provenance.origins.push(...detail.origins);
      lines.push(`detail: ${detail.rows.length} figures of ${detail.origins.length} runs`);
      await writeTable(db, folder, recordsTable("runs", EMBEDDED_RUNS, detail.runs));
      const contexts = await readContextFiles(db, from);
      await writeTable(db, folder, recordsTable("context", CONTEXT_COLUMNS, contexts.rows));
      provenance.origins.push(...contexts.origins);
      lines.push(`context: lengths of ${contexts.rows.length} models`);
      await writeJson(folder, PROVENANCE, provenance);
    });
    return lines;
  });
}

async function tablesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error) => {
    throw new UserError(`${folder} cannot be read: ${error.message}`);
  });
  const tables = names.filter((n) => n.endsWith(".csv") && !CONTEXTS.test(n)).sort();
  if (tables.length === 0) throw new UserError(`${folder} has no contents table (.csv) in it.`);
  return tables;
}

async function readWhole(db: DuckDBConnection, path: string, suites: Suite[]): Promise<Contents> {
  const table = await readTable(db, path).catch((error: Error) => {
    throw new UserError(`${path} cannot be read: ${error.message.split("\n")[0]}`);
  });
  const contents = recognise(table, suites);
  if (!contents) throw new UserError(`${path}: its header is no contents table of any suite.`);
  return contents;
}

function evaluationsOf(contents: Contents): Evaluation[] {
  const { evaluations, rejections } = readContents(contents);
  const first = rejections[0];
  if (first) throw new UserError(`${first.path}: ${first.reason}`);
  return evaluations;
}

/** @param left columns that are not carried over, beside those we work out ourselves */
function embeddedTable(contents: Contents, name: string, left: string[]): Table {
  const { suite } = contents;
  const averages = publishedAverages(contents);
  const published = publishedScores(contents);
  const names = intervalValues(suite).map((c) => c.name);
  const rows = evaluationsOf(contents).map((e, i): Record<string, Value> => {
    // Scores exactly as they were published, for the checks of our own arithmetic.
    const scores = Object.fromEntries(names.map((name, j) => [name, published[j]?.[i] ?? null]));
    // Raw as exact as the published score is.
    for (const m of e.measures) if (suite.normalized) scores[`${m.benchmark}_raw`] = m.raw;
    return { ...(e as unknown as Record<string, Value>), ...scores, average: averages[i] ?? null };
  });
  const leftOut = new Set(["eval_id", "rank", ...left]);
  const columns = modelsColumns(suite).filter(
    (c) =>
      !leftOut.has(c.name) &&
      !c.name.endsWith("_stderr") &&
      rows.some((r) => (r[c.name] ?? null) !== null),
  );
  return recordsTable(
    name,
    columns,
    rows.sort((a, b) => compareModels(a, b)),
  );
}

/** Same models stand together: that is what makes the file small. */
function compareModels(a: Record<string, Value>, b: Record<string, Value>): number {
  const key = (r: Record<string, Value>) => evalId(r as unknown as Evaluation);
  return key(a) < key(b) ? -1 : 1;
}

/** The table's past: its tables of single days, and intervals in the way of `history/` (see below). */
async function readHistories(db: DuckDBConnection, from: string, suites: Suite[]) {
  const dated = await readDated(db, join(from, "contents-history"), suites);
  const main = suites[0]!;
  const known = await readIntervals(db, join(from, "history"), main, dated.accounts);
  const history = joinHistory([...(known ? [known.history] : []), ...dated.accounts]);
  const tables = [...dated.tables, ...compactHistory(main, history)];
  return {
    history,
    tables,
    origins: [...dated.origins, ...(known?.origins ?? [])],
    digests: known?.digests ?? new Map<string, string>(),
    dated: dated.accounts.length,
  };
}

async function readDated(db: DuckDBConnection, folder: string, suites: Suite[]) {
  const accounts: DayTable[] = [];
  const tables: Table[] = [];
  const origins: Provenance["origins"] = [];
  if (!(await stat(folder).catch(() => null))) return { accounts, tables, origins };
  for (const name of await tablesIn(folder)) {
    const path = join(folder, name);
    const contents = await readWhole(db, path, suites);
    if (!contents.dated) throw new UserError(`${path}: its name must be its date, DATE.csv.`);
    const evaluations = evaluationsOf(contents);
    const origin = await originOf(path, MIRROR, evaluations.length);
    accounts.push({ ...dayTable(contents, evaluations, origin.sha256), source: MIRROR });
    tables.push(embeddedTable(contents, embeddedName(contents.suite, contents.day!), []));
    origins.push(origin);
  }
  return { accounts, tables, origins };
}

/** A row per model, of all files: that two state different lengths for one is an error. */
async function readContextFiles(db: DuckDBConnection, from: string) {
  const rows = new Map<string, Record<string, Value>>();
  const origins: Provenance["origins"] = [];
  for (const name of (await readdir(from)).filter((n) => CONTEXTS.test(n)).sort()) {
    const table = await readTable(db, join(from, name));
    origins.push(
      await originOf(join(from, name), "public sources, named row by row", table.length),
    );
    for (let i = 0; i < table.length; i++) {
      const cell = (column: string) => asText(table.columns[column]?.[i]);
      const model = cell("model") ?? "";
      const context_length = asCount(cell("context_length"));
      if (!context_length) throw new UserError(`${name}, row ${i + 1}: no context_length.`);
      if ((rows.get(model)?.context_length ?? context_length) !== context_length) {
        throw new UserError(`${name}, row ${i + 1}: ${model} has another length in another file.`);
      }
      rows.set(model, {
        model,
        context_length,
        source: cell("source"),
        license: cell("licence"),
        note: cell("note"),
      });
    }
  }
  const sorted = [...rows.values()].sort((a, b) => (String(a.model) < String(b.model) ? -1 : 1));
  return { rows: sorted, origins };
}

/** Runs whose published figures are known down to their subtasks. */
async function readDetails(folder: string, suites: Suite[]) {
  if (!(await stat(folder).catch(() => null))) return { rows: [], runs: [], origins: [] };
  const { outcomes, closed } = await parseFolder(folder, { suites, naming: HUB_NAMES });
  const aside = outcomes.flatMap(({ path, reason }) => (reason === null ? [] : [{ path, reason }]));
  const first = [...closed, ...aside][0];
  if (first) throw new UserError(`${first.path}: ${first.reason}`);
  const evaluations = outcomes.flatMap((o) => o.evaluations);
  const rows = evaluations.flatMap((e) =>
    measuresOf(e).map((m) => ({ eval_id: evalId(e), suite: e.suite, ...m })),
  );
  const origins = await Promise.all(
    evaluations.map((e) => originOf(join(folder, e.source), CARD, measuresOf(e).length)),
  );
  return { rows, runs: evaluations.flatMap(runRows), origins };
}

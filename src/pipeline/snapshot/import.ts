import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { evalId } from "../../core/records/eval-id.ts";
import type { Evaluation } from "../../core/records/evaluation.ts";
import type { Leaderboard } from "../../core/records/leaderboard.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import type { Value } from "../../core/table/grid.ts";
import { HISTORY_COLUMNS, modelsColumns, SCORES_COLUMNS } from "../../core/table/schema.ts";
import { sha256OfFile } from "../cache/sha256.ts";
import { withDuckDB } from "../duckdb/duckdb.ts";
import { readTable } from "../duckdb/table-file.ts";
import { type Contents, publishedAverages, readContents, recognise } from "../sources/contents.ts";
import { embeddedName, PROVENANCE, type Provenance } from "../sources/embedded.ts";
import { type HistoryRow, historyOf } from "../sources/history.ts";
import { measuresOf } from "../sources/packed.ts";
import { parseFolder } from "../sources/parse-files.ts";
import { recordsTable, type Table } from "./tables.ts";
import { replaceFolder, writeJson, writeTable } from "./write.ts";

/** Where the figures of `../shared/data` were published. */
const MIRROR =
  "github.com/fboulnois/llm-leaderboard-csv, a mirror of the open-llm-leaderboard datasets";
const CARD = "the model's public details card on the Hub";

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
      for (const name of await tablesIn(from)) {
        const contents = await readWhole(db, join(from, name), leaderboard.suites);
        const table = embeddedTable(contents, contents.suite.id, CURATED);
        await writeTable(db, folder, table);
        if (contents.day) provenance.as_of[contents.suite.id] = contents.day;
        const origin = await originOf(join(from, name), MIRROR, table.rows);
        provenance.origins.push({ ...origin, suite: contents.suite.id });
        lines.push(`${name}: ${table.rows} evaluations of ${contents.suite.name}, ${contents.day}`);
      }
      const history = await readHistories(db, join(from, "contents-history"), leaderboard.suites);
      for (const table of history.tables) await writeTable(db, folder, table);
      await writeTable(db, folder, recordsTable("history", HISTORY_COLUMNS, history.rows));
      provenance.origins.push(...history.origins);
      lines.push(`history: ${history.rows.length} rows of ${history.origins.length} dated tables`);
      const detail = await readDetails(join(from, "results"), leaderboard.suites);
      await writeTable(db, folder, recordsTable("detail", SCORES_COLUMNS, detail.rows));
      provenance.origins.push(...detail.origins);
      lines.push(`detail: ${detail.rows.length} figures of ${detail.origins.length} runs`);
      await writeJson(folder, PROVENANCE, provenance);
    });
    return lines;
  });
}

async function tablesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error) => {
    throw new UserError(`${folder} cannot be read: ${error.message}`);
  });
  const tables = names.filter((n) => n.endsWith(".csv")).sort();
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
  const rows = evaluationsOf(contents).map((e, i): Record<string, Value> => {
    const scores: Record<string, Value> = {};
    for (const m of e.measures) {
      if (suite.normalized) scores[`${m.benchmark}_raw`] = m.raw;
    }
    Object.assign(scores, publishedScores(contents, i));
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

/** Scores exactly as they were published, for the checks of our own arithmetic. */
function publishedScores({ suite, table }: Contents, row: number): Record<string, Value> {
  return Object.fromEntries(
    suite.benchmarks.map((b) => {
      const names = [b.key, ...b.columns].flatMap((k) => [`evaluations_${k}_normalized_score`, k]);
      const cell = names.map((n) => table.columns[n]).find(Boolean)?.[row] ?? null;
      return [b.key, cell === null ? null : Number(cell)];
    }),
  );
}

/** Same models stand together: that is what makes the file small. */
function compareModels(a: Record<string, Value>, b: Record<string, Value>): number {
  const key = (r: Record<string, Value>) => evalId(r as unknown as Evaluation);
  return key(a) < key(b) ? -1 : 1;
}

async function readHistories(db: DuckDBConnection, folder: string, suites: Suite[]) {
  const rows: HistoryRow[] = [];
  const tables: Table[] = [];
  const origins: Provenance["origins"] = [];
  if (!(await stat(folder).catch(() => null))) return { rows, tables, origins };
  for (const name of await tablesIn(folder)) {
    const path = join(folder, name);
    const contents = await readWhole(db, path, suites);
    if (!contents.dated) throw new UserError(`${path}: its name must be its date, DATE.csv.`);
    const evaluations = evaluationsOf(contents);
    rows.push(...historyOf(contents.day!, evaluations, publishedAverages(contents)));
    tables.push(embeddedTable(contents, embeddedName(contents.suite, contents.day!), []));
    origins.push(await originOf(path, MIRROR, evaluations.length));
  }
  return { rows, tables, origins };
}

/** Runs whose published figures are known down to their subtasks. */
async function readDetails(folder: string, suites: Suite[]) {
  if (!(await stat(folder).catch(() => null))) return { rows: [], origins: [] };
  const { outcomes, closed } = await parseFolder(folder, suites);
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
  return { rows, origins };
}

async function originOf(path: string, from: string, rows: number) {
  return {
    file: basename(path),
    from,
    license: from === MIRROR ? "MPL-2.0" : "see the card",
    sha256: await sha256OfFile(path),
    rows,
  };
}

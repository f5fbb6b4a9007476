import { createHash } from "node:crypto";
import { join } from "node:path";
import { answer, firstQuestion } from "../../core/figures/answer.ts";
import type { Context, Drawing, Figure, Row } from "../../core/figures/figure.ts";
import type { Settings } from "../../core/figures/option.ts";
import { figuresOf } from "../../core/figures/registry.ts";
import { columnsOf } from "../../core/table/columns.ts";
import { DAYS_COLUMNS, intervalsColumns } from "../../core/table/schema.ts";
import { identifier, literal } from "../../core/view/quote.ts";
import { withDuckDB } from "../../pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../pipeline/duckdb/table-file.ts";
import type { AnalysisSetup } from "../analysis/setup.ts";
import { analysesOf } from "./analyses.ts";
import { loadSite, type Site } from "./board.ts";
import { engineSize } from "./engine-size.ts";
import { gridOf } from "./grid.ts";
import { folderHref, href } from "./href.ts";
import { bytesOf, packedAddress } from "./setup.ts";

/** A figure as a page shows it before any script runs. */
export interface MadeFigure {
  figure: Figure;
  settings: Settings;
  sql: string;
  rows: Row[];
  drawing: Drawing;
}

export function contextOf(site: Site): Context {
  const [main, archive] = site.boards;
  return {
    main: main!.suite,
    archive: archive?.suite ?? null,
    columns: gridOf(main!).columns,
    archiveColumns: archive ? gridOf(archive).columns : columnsOf(main!.suite, () => false),
    asOf: site.manifest.as_of,
    since: site.days.find(({ day }) => day < site.manifest.as_of)?.day ?? site.manifest.as_of,
  };
}

/** The figures of a snapshot, by what its tables know. */
export function siteFigures(site: Site): Figure[] {
  const tables = new Map(site.boards.map(({ suite, table }) => [suite.table, table.columns]));
  const known = new Map<string, boolean>();
  return figuresOf(contextOf(site), (table, column) => {
    const key = `${table} ${column}`;
    const is = known.get(key) ?? tables.get(table)?.[column]?.some((v) => v !== null) ?? false;
    known.set(key, is);
    return is;
  });
}

/** Whether the site has the page of an analysis: where it has no figure of it, it makes none. */
export async function hasAnalysis(path: string): Promise<boolean> {
  const site = await loadSite();
  return analysesOf(siteFigures(site), site.leaderboard).some((a) => a.path === path);
}

/**
 * What a page gives that is not to be made: without a body Astro writes no file. Not 404, for which it
 * would write the page that says so.
 */
export function noPage(): Response {
  return new Response(null, { status: 204 });
}

const made = new Map<string, Promise<MadeFigure>>();

/** Runs a figure's query over a snapshot, with nothing filtered, and draws it; once per build. */
export function makeFigure(site: Site, figure: Figure): Promise<MadeFigure> {
  const key = `${site.name} ${figure.name}`;
  const known = made.get(key) ?? run(site, figure);
  made.set(key, known);
  return known;
}

async function run(site: Site, figure: Figure): Promise<MadeFigure> {
  const context = contextOf(site);
  const question = firstQuestion(figure, context);
  const { view, settings } = question;
  const ask = (sql: string) =>
    withDuckDB(async (db) => {
      for (const name of figure.tables(context)) {
        await db.run(`CREATE VIEW ${identifier(name)} AS ${tableSql(site, name)}`);
      }
      return readQuery(db, sql);
    });
  const { rows, drawing } = await answer(figure, context, question, { ask });
  return { figure, settings, sql: figure.sql(context, view, settings), rows, drawing };
}

/** A table that a snapshot of before does not have is empty. */
function tableSql({ folder, manifest, boards }: Site, name: string): string {
  const file = `${name}.parquet`;
  if (manifest.files[file]) {
    return `SELECT * FROM read_parquet(${literal(join(folder, file))})`;
  }
  const columns = name === "intervals" ? intervalsColumns(boards[0]!.suite) : DAYS_COLUMNS;
  const cells = columns.map((c) => `CAST(NULL AS ${c.type}) AS ${identifier(c.name)}`);
  return `SELECT ${cells.join(", ")} WHERE FALSE`;
}

/** What the script of an analysis page needs to know. */
export async function analysisSetup(site: Site): Promise<AnalysisSetup> {
  const context = contextOf(site);
  const figures = siteFigures(site);
  const tables = new Set(figures.flatMap((f) => f.tables(context)));
  return {
    main: context.main,
    archive: context.archive,
    columns: context.columns.map((c) => c.name),
    archiveColumns: context.archiveColumns.map((c) => c.name),
    asOf: context.asOf,
    since: context.since,
    packed: packedAddress(context.main.table, site.manifest),
    tables: Object.fromEntries(
      [...tables].map((t) => [
        t,
        { parquet: href(`/data/latest/${t}.parquet`), bytes: bytesOf(t, site.manifest) },
      ]),
    ),
    rows: Object.fromEntries(
      figures.map((f) => [f.name, href(`/figures/${f.name}.json?v=${digestOf(site)}`)]),
    ),
    models: folderHref("/models/"),
    engine: await engineSize(),
  };
}

/** Changes whenever a table does: no cache pairs old rows with a new page. */
export function digestOf({ manifest }: Site): string {
  return createHash("sha256").update(JSON.stringify(manifest.files)).digest("hex").slice(0, 12);
}

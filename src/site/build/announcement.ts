import { join } from "node:path";
import { dayWords } from "../../core/charts/time.ts";
import type { Finding, Table } from "../../core/claims/finding.ts";
import { judge, ruleOf } from "../../core/claims/judge.ts";
import { byName, countedOnce, type Model, modelsOf, withFacts } from "../../core/claims/models.ts";
import { type Rescored, rescoredBetween } from "../../core/claims/rescored.ts";
import { overTimeSql } from "../../core/figures/archive-over-time.ts";
import { renamed } from "../../core/figures/both.ts";
import { withFamilies } from "../../core/figures/family.ts";
import type { Row } from "../../core/figures/figure.ts";
import { DOUBTFUL } from "../../core/figures/stated-size.ts";
import type { Announcement, Claim } from "../../core/records/announcement.ts";
import type { Column } from "../../core/table/columns.ts";
import { identifier, literal } from "../../core/view/quote.ts";
import { DEFAULT_VIEW } from "../../core/view/view.ts";
import { withDuckDB } from "../../pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../pipeline/duckdb/table-file.ts";
import { snapshotsFolder } from "../../pipeline/snapshot/folder.ts";
import type { Site } from "./board.ts";
import { contextOf } from "./figures.ts";
import { loadSnapshots, type Snapshot } from "./snapshots.ts";

/** What one table says of a claim, and which table that is. */
export interface Side {
  heading: string;
  finding: Finding;
}

export interface JudgedClaim {
  claim: Claim;
  rule: string;
  /** The earlier table first. */
  sides: Side[];
  /** What was scored anew between them. */
  rescored: Rescored[];
}

/** A table that claims are held against, in numbers. */
export interface Held {
  /** Name of its snapshot. */
  name: string;
  day: string;
  evaluations: number;
  models: number;
}

export interface JudgedAnnouncement {
  announcement: Announcement;
  /** The first table known; null where that is the newest too. */
  first: Held | null;
  newest: Held;
  claims: JudgedClaim[];
}

/** Every claim of an announcement against the first table known and the newest. */
export async function judgeAnnouncement(
  site: Site,
  announcement: Announcement,
): Promise<JudgedAnnouncement> {
  const snapshots = await loadSnapshots();
  const [newest, earliest] = [snapshots[0]!, snapshots.at(-1)!];
  const [main, archive] = site.boards;
  const table = main!.suite.table;
  const models = await withFamily(site.folder, table, modelsOf(main!.table));
  const old = archive ? await archiveModels(site) : [];
  const sideOf = (own: readonly Model[]): Table => ({
    suite: main!.suite,
    models: own,
    counted: countedOnce(own),
    archive: archive ? { suite: archive.suite, models: old } : null,
  });
  const before = modelsOf(earliest.grid);
  const today = sideOf(models);
  const told = withFacts(withFacts(before, models), old);
  const first =
    newest === earliest
      ? null
      : sideOf(await withFamily(join(snapshotsFolder, earliest.entry.name), table, told));
  const { archiveRows, mainRows } = await rowsOverTime(site);
  const headings = {
    first: `${dayWords(earliest.entry.as_of)}, the first table known`,
    today: `${dayWords(newest.entry.as_of)}, the newest table`,
    archive: archive?.suite.name ?? "",
  };
  return {
    announcement,
    first: first && heldOf(earliest, before),
    newest: heldOf(newest, models),
    claims: announcement.claims.map((claim) => ({
      claim,
      rule: ruleOf(claim),
      sides: [
        ...(claim.kind === "sizes"
          ? [{ heading: headings.archive, finding: judge(claim, today, archiveRows) }]
          : first
            ? [{ heading: headings.first, finding: judge(claim, first, []) }]
            : []),
        { heading: headings.today, finding: judge(claim, today, mainRows) },
      ],
      rescored: first
        ? rescoredBetween(claim, main!.suite, earliest.entry.as_of, newest.entry.as_of)
        : [],
    })),
  };
}

function heldOf({ entry, grid }: Snapshot, models: readonly Model[]): Held {
  return { name: entry.name, day: entry.as_of, evaluations: grid.length, models: models.length };
}

/** Runs a query over tables of a snapshot's folder. */
function ask(folder: string, tables: readonly string[], sql: string): Promise<Row[]> {
  return withDuckDB(async (db) => {
    for (const name of tables) {
      const path = literal(join(folder, `${name}.parquet`));
      await db.run(`CREATE VIEW ${identifier(name)} AS SELECT * FROM read_parquet(${path})`);
    }
    return readQuery(db, sql);
  });
}

/** The models with the family that each is of, as figures have it; one that is known stays. */
async function withFamily(
  folder: string,
  table: string,
  models: readonly Model[],
): Promise<Model[]> {
  const rows = `SELECT DISTINCT model, base_model FROM ${identifier(table)}`;
  const families = byName(await ask(folder, [table], withFamilies(table, rows)));
  return models.map((m) => ({
    ...m,
    family: m.family ?? families.get(String(m.model))?.family ?? null,
  }));
}

/** The archive's models under the names that they have today. */
async function archiveModels({ boards, folder }: Site): Promise<Model[]> {
  const [main, archive] = boards.map(({ suite }) => suite.table) as [string, string];
  const sql = `SELECT * FROM ${renamed(main, archive)}`;
  const rows = await ask(folder, [main, archive], sql);
  const names = Object.keys(rows[0] ?? {});
  return modelsOf({
    length: rows.length,
    columns: Object.fromEntries(names.map((name) => [name, rows.map((r) => r[name] ?? null)])),
  });
}

/** The evaluations of both boards by time, as the figure of the archive has them. */
async function rowsOverTime(site: Site): Promise<{ archiveRows: Row[]; mainRows: Row[] }> {
  const { main, archive, columns, archiveColumns } = contextOf(site);
  const settings = { [DOUBTFUL.name]: DOUBTFUL.initial };
  const over = (table: string, known: readonly Column[]) =>
    ask(site.folder, [table], overTimeSql(table, known, DEFAULT_VIEW, settings));
  return {
    archiveRows: archive ? await over(archive.table, archiveColumns) : [],
    mainRows: await over(main.table, columns),
  };
}

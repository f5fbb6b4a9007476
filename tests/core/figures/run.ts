import type { Figure, Row } from "../../../src/core/figures/figure.ts";
import { type Settings, settingsOf } from "../../../src/core/figures/option.ts";
import type { View } from "../../../src/core/view/view.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { contextOf } from "../../../src/site/build/figures.ts";
import { EVERYTHING } from "./everything.ts";

/** The main table's rows as records, for the plain calculations of a test. */
export async function rowsOfMain(): Promise<Row[]> {
  const site: Site = await loadSite();
  const { columns, length } = site.boards[0]!.table;
  const names = Object.keys(columns);
  return Array.from({ length }, (_, i) =>
    Object.fromEntries(names.map((name) => [name, columns[name]![i] ?? null])),
  );
}

/** A figure's rows over the real tables, with some settings changed. */
export async function askFigure(
  figure: Figure,
  change: Settings = {},
  view: View = EVERYTHING,
): Promise<{ rows: Row[]; settings: Settings }> {
  const context = contextOf(await loadSite());
  const settings = settingsOf(figure.options(context), (name) => change[name] ?? null);
  const rows = await withDuckDB(async (db) => {
    for (const name of figure.tables(context)) {
      await db.run(`CREATE VIEW ${name} AS SELECT * FROM 'public/data/latest/${name}.parquet'`);
    }
    return readQuery(db, figure.sql(context, view, settings));
  });
  return { rows, settings };
}

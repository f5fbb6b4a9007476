import { startEngine } from "../../browser/engine.ts";
import type { Progress } from "../../core/describe/loading.ts";
import type { Suite } from "../../core/records/suite.ts";
import { columnsOf } from "../../core/table/columns.ts";
import { identifier } from "../../core/view/quote.ts";
import type { EmbedPage, EmbedSetup, Snapshot, SnapshotContext } from "./setup.ts";

/** What figures must know of an old snapshot, from its own tables. */
export async function contextFromTables(
  { root }: EmbedPage,
  { main, archive, engine: size }: EmbedSetup,
  { folder, asOf }: Snapshot,
  tell: (progress: Progress) => void,
): Promise<SnapshotContext> {
  const tables = [main.table, ...(archive ? [archive.table] : []), "history"];
  const engine = await startEngine(
    tables.map((table) => ({ name: table, parquet: `${root}data/${folder}/${table}.parquet` })),
    size,
    tell,
  );
  try {
    const known = async (suite: Suite): Promise<string[]> => {
      const table = identifier(suite.table);
      const there = (await engine.query(`DESCRIBE ${table}`)).rows.map(([column]) => column);
      const names = columnsOf(suite, (column) => there.includes(column)).map((c) => c.name);
      const counts = names.map((column) => `count(${identifier(column)}) > 0`);
      const { rows } = await engine.query(`SELECT ${counts.join(", ")} FROM ${table}`);
      return names.filter((_, i) => rows[0]?.[i] === true);
    };
    const days = await engine.query("SELECT CAST(min(as_of) AS VARCHAR) FROM history");
    const first = String(days.rows[0]?.[0] ?? asOf);
    return {
      columns: await known(main),
      archiveColumns: archive ? await known(archive) : [],
      asOf,
      since: first < asOf ? first : asOf,
    };
  } finally {
    await engine.close();
  }
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { literal } from "../../src/core/view/quote.ts";
import { withDuckDB } from "../../src/pipeline/duckdb/duckdb.ts";
import { costOf } from "./cost.ts";

/** A long table to tables, in numbers. */
export async function benchScale(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { rows: { type: "string", default: "100000" } } });
  const rows = Number(values.rows);
  const folder = await mkdtemp(join(tmpdir(), "leaderboard-scale-"));
  try {
    const table = join(folder, "synthetic.csv");
    await writeManyRows(table, rows);
    const { seconds, megabytes } = await costOf(dataOf(table, join(folder, "tables")));
    console.table({
      [`${rows.toLocaleString("en")} rows to tables`]: {
        seconds: seconds.toFixed(1),
        "peak MB": Math.round(megabytes),
        goal: "at 100,000: ≤ 60 s, ≤ 1,500 MB",
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What `npm run data` is told to make tables of it. */
export function dataOf(table: string, out: string): string[] {
  return ["scripts/data.ts", "--source", table, "--out", out];
}

/** A synthetic table: the rows of the embedded one again and again, under other names. */
export async function writeManyRows(path: string, rows: number): Promise<void> {
  const table = literal("data/snapshot/open-llm-v2.parquet");
  await withDuckDB((db) =>
    db.run(`COPY (
      SELECT t.* REPLACE (model || '-' || i AS model)
      FROM range(${Math.ceil(rows / 4000)}) r(i), read_parquet(${table}) t
      LIMIT ${rows}
    ) TO ${literal(path)} (FORMAT csv, HEADER)`),
  );
}

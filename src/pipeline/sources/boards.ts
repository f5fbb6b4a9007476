import type { DuckDBConnection } from "@duckdb/node-api";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { sha256OfFile } from "../cache/sha256.ts";
import { columnDrift } from "./column-drift.ts";
import { type Contents, publishedAverages, readContents, recognise } from "./contents.ts";
import { historyOf } from "./history.ts";
import { nothing, type Part, readOr, tidy } from "./part.ts";

/** A contents table, with where it is from: a file, or a dataset that is named among the origins. */
export interface Given {
  contents: Contents;
  file: string | null;
}

export async function readContentsFile(
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
export async function readTables(given: Given[], suite: Suite, main: boolean): Promise<Part> {
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

function renamed(contents: Contents): Contents {
  return { ...contents, table: { ...contents.table, path: tidy(contents.table.path) } };
}

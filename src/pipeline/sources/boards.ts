import type { DuckDBConnection } from "@duckdb/node-api";
import { evalId } from "../../core/records/eval-id.ts";
import type { Evaluation } from "../../core/records/evaluation.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { sha256OfFile } from "../cache/sha256.ts";
import { columnDrift } from "./column-drift.ts";
import {
  type Contents,
  isRounded,
  publishedAverages,
  publishedScores,
  readContents,
  recognise,
} from "./contents.ts";
import type { DayTable } from "./history.ts";
import type { Naming } from "./model-of.ts";
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
export async function readTables(
  given: Given[],
  suite: Suite,
  main: boolean,
  naming: Naming,
): Promise<Part> {
  const part = nothing();
  const fileOf = new Map(given.map(({ contents, file }) => [contents, file]));
  const own = given.map((t) => t.contents).filter((t) => t.suite.id === suite.id);
  const undated = own.filter((t) => !t.dated);
  const newest = own.filter((t) => t.dated).sort((a, b) => (a.day! < b.day! ? 1 : -1))[0];
  const current = new Set(undated.length > 0 ? undated : newest ? [newest] : []);
  for (const contents of own) {
    const file = fileOf.get(contents) ?? null;
    const named = file === null ? contents : renamed(contents);
    const { evaluations, rejections } = readContents(named, naming);
    const drift = columnDrift(named);
    if (drift) part.columns.push(drift);
    if (current.has(contents)) for (const e of evaluations) part.evaluations.push(e);
    if (contents.dated && main) {
      const file_sha256 = file === null ? null : await sha256OfFile(file);
      part.history.push(dayTable(named, evaluations, file_sha256));
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

/** A dated table as an account of its day: scores and averages as it publishes them. */
export function dayTable(
  contents: Contents,
  evaluations: readonly Evaluation[],
  sha256: string | null,
): DayTable {
  const averages = publishedAverages(contents);
  const scores = publishedScores(contents);
  return {
    day: contents.day!,
    digits: isRounded(contents) ? 2 : null,
    source: contents.table.path,
    sha256,
    rows: evaluations.map((e) => {
      const row = Number(e.source.split("#").at(-1)) - 1;
      return {
        eval_id: evalId(e),
        flagged: e.flagged,
        average: averages[row] ?? null,
        values: scores.map((cells) => cells[row] ?? null),
      };
    }),
  };
}

function renamed(contents: Contents): Contents {
  return { ...contents, table: { ...contents.table, path: tidy(contents.table.path) } };
}

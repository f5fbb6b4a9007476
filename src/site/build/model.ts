import { type Field, fieldOf } from "../../core/charts/distribution.ts";
import { at, type Value } from "../../core/table/grid.ts";
import type { TableFile } from "../../pipeline/duckdb/table-file.ts";
import type { Board, Site } from "./board.ts";
import { gridOf } from "./grid.ts";

/** A subtask of one evaluation, as `scores.parquet` has it. */
export interface SubtaskRow {
  benchmark: string;
  subtask: string;
  raw: number;
  normalized: number | null;
  stderr: number | null;
  stderr_source: string | null;
  n: number | null;
}

/** A day on which an evaluation is known to have stood in the table. */
export interface Standing {
  day: string;
  average: number | null;
  rank: number | null;
}

/** Scores that stood in the table from one known day to another. */
export interface PastScores {
  /** As it was called then: its model may have been renamed since. */
  eval_id: string;
  first_day: string;
  last_day: string;
  average: number | null;
  /** In the suite's order, in points. */
  scores: (number | null)[];
}

/** What model pages look up, made once for all of them. */
export interface Lookups {
  /** Field of every benchmark, and of the average, by board and column. */
  fields: Map<Board, Map<string, Field>>;
  children: Map<string, string[]>;
  subtasks: Map<string, SubtaskRow[]>;
  /** Where standard errors are from, by benchmark, by suite and evaluation. */
  errors: Map<string, Map<string, string>>;
  /** Where something changed, and on the days before that; under the last name, as `stretches`. */
  history: Map<string, Standing[]>;
  stretches: Map<string, PastScores[]>;
  /** Files, and rows, by suite and evaluation, the newest first. */
  sources: Map<string, string[]>;
  /** Other spellings of a name: the Hub does not tell upper from lower case. */
  spellings: Map<string, string[]>;
  /** Those with the same scores, itself among them, by board and evaluation; not where it is alone. */
  twins: Map<Board, Map<string, Twin[]>>;
  /** All model names, of all boards. */
  models: string[];
}

/** One of several evaluations with the same scores. */
export interface Twin {
  id: string;
  model: string;
  architecture: string | null;
}

let lookups: Lookups | undefined;

export function lookupsOf(site: Site): Lookups {
  lookups ??= makeLookups(site);
  return lookups;
}

function makeLookups(site: Site): Lookups {
  const models = [...new Set(site.boards.flatMap((b) => [...b.byModel.keys()]))].sort();
  return {
    fields: new Map(site.boards.map((b) => [b, fieldsOf(b)])),
    children: childrenOf(site.boards),
    subtasks: subtasksOf(site.scores),
    history: historyOf(site),
    stretches: stretchesOf(site),
    errors: errorsOf(site.scores),
    sources: sourcesOf(site.sources),
    twins: new Map(site.boards.map((b) => [b, twinsOf(b)])),
    spellings: group(
      models,
      (m) => m.toLowerCase(),
      (m) => m,
    ),
    models,
  };
}

function fieldsOf(board: Board): Map<string, Field> {
  const names = [...board.suite.benchmarks.map((b) => b.key), "average"];
  const flagged = board.table.columns.flagged ?? [];
  return new Map(
    names.map((name) => {
      const scores = (board.table.columns[name] ?? []).filter(
        (v, i) => v !== null && flagged[i] !== true,
      );
      return [name, fieldOf(scores as number[])];
    }),
  );
}

function childrenOf(boards: Board[]): Map<string, string[]> {
  const children = new Map<string, Set<string>>();
  for (const { table } of boards) {
    table.columns.base_model?.forEach((base, row) => {
      if (base === null) return;
      const known = children.get(String(base)) ?? new Set();
      children.set(String(base), known.add(String(table.columns.model?.[row])));
    });
  }
  return new Map([...children].map(([base, names]) => [base, [...names]]));
}

function subtasksOf(scores: TableFile): Map<string, SubtaskRow[]> {
  const rows = rowsOf(scores, (cell) =>
    cell("subtask") === null
      ? null
      : {
          key: `${cell("suite")} ${cell("eval_id")}`,
          benchmark: String(cell("benchmark")),
          subtask: String(cell("subtask")),
          raw: Number(cell("raw")),
          normalized: cell("normalized") as number | null,
          stderr: cell("stderr") as number | null,
          stderr_source: cell("stderr_source") as string | null,
          n: cell("n") as number | null,
        },
  );
  return group(
    rows,
    (r) => r.key,
    (r) => r,
  );
}

/** Older tables do not say where a standard error is from. */
function errorsOf(scores: TableFile): Map<string, Map<string, string>> {
  const rows = rowsOf(scores, (cell) =>
    cell("subtask") === null && cell("stderr_source") !== null
      ? {
          key: `${cell("suite")} ${cell("eval_id")}`,
          entry: [String(cell("benchmark")), String(cell("stderr_source"))] as [string, string],
        }
      : null,
  );
  const entries = group(
    rows,
    (r) => r.key,
    (r) => r.entry,
  );
  return new Map([...entries].map(([key, list]) => [key, new Map(list)]));
}

function historyOf({ standings, intervals }: Site): Map<string, Standing[]> {
  const last = new Map(
    (intervals?.columns.eval_id ?? []).map((id, row) => [
      String(id),
      intervals?.columns.renamed_to?.[row] ?? id,
    ]),
  );
  const rows = rowsOf(standings, (cell) => ({
    id: String(cell("eval_id")),
    day: String(cell("as_of")),
    average: cell("average") as number | null,
    rank: cell("rank") as number | null,
  }));
  // An earlier name may stand behind the last one.
  rows.sort((a, b) => (a.day < b.day ? -1 : 1));
  return group(
    rows,
    (r) => String(last.get(r.id) ?? r.id),
    (r) => r,
  );
}

function stretchesOf({ intervals, boards }: Site): Map<string, PastScores[]> {
  if (!intervals) return new Map();
  const keys = boards[0]!.suite.benchmarks.map((b) => b.key);
  const rows = rowsOf(intervals, (cell) => ({
    // Snapshots made before there was the column do not tell renames.
    id: String(cell("renamed_to") ?? cell("eval_id")),
    eval_id: String(cell("eval_id")),
    first_day: String(cell("first_day")),
    last_day: String(cell("last_day")),
    average: cell("average") as number | null,
    scores: keys.map((key) => cell(key) as number | null),
  }));
  rows.sort((a, b) => (a.first_day < b.first_day ? -1 : 1));
  return group(
    rows,
    (r) => r.id,
    ({ id: _, ...r }) => r,
  );
}

function sourcesOf(sources: TableFile | null): Map<string, string[]> {
  if (!sources) return new Map();
  return group(
    rowsOf(
      sources,
      (cell) => [`${cell("suite")} ${cell("eval_id")}`, String(cell("source"))] as const,
    ),
    ([key]) => key,
    ([, source]) => source,
  );
}

function rowsOf<T>(table: TableFile, read: (cell: (name: string) => Value) => T | null): T[] {
  const rows: T[] = [];
  for (let i = 0; i < table.length; i++) {
    const row = read((name) => table.columns[name]?.[i] ?? null);
    if (row !== null) rows.push(row);
  }
  return rows;
}

function group<T, V>(
  items: T[],
  key: (item: T) => string,
  value: (item: T) => V,
): Map<string, V[]> {
  const groups = new Map<string, V[]>();
  for (const item of items) {
    const known = groups.get(key(item));
    if (known) known.push(value(item));
    else groups.set(key(item), [value(item)]);
  }
  return groups;
}

function twinsOf(board: Board): Map<string, Twin[]> {
  const { grid } = gridOf(board);
  const rows = Array.from({ length: grid.length }, (_, row) => row);
  const sets = group(
    rows,
    (row) => String(at(grid, "twin_of", row) ?? at(grid, "eval_id", row)),
    (row): Twin => ({
      id: String(at(grid, "eval_id", row)),
      model: String(at(grid, "model", row)),
      architecture: at(grid, "architecture", row) as string | null,
    }),
  );
  const several = [...sets.values()].filter((set) => set.length > 1);
  return new Map(several.flatMap((set) => set.map((twin): [string, Twin[]] => [twin.id, set])));
}

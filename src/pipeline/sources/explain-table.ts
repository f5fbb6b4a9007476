import type { Rejection } from "../../core/records/rejection.ts";
import type { Benchmark, Suite } from "../../core/records/suite.ts";
import type { TableFile } from "../duckdb/table-file.ts";
import { readContents, recognise } from "./contents.ts";
import type { Naming } from "./model-of.ts";
import { columnsOf, shapeOf, titlesOf } from "./shapes.ts";

/** What is read of a contents table, column by column, and what is not. */
export interface TableExplained {
  rows: number;
  columns: string[];
  /** How the table stands to each suite. */
  suites: SuiteColumns[];
  /** The suite that it is a table of, with its rows; null where it is none of any. */
  read: {
    suite: Suite;
    /** Day that the table stood; null where nothing says it. */
    day: string | null;
    /** Columns that are read, each with the field of an evaluation that it gives. */
    fields: { column: string; field: string }[];
    ignored: string[];
    accepted: number;
    rejections: Rejection[];
  } | null;
}

/** The columns of a suite's benchmarks in a table. */
export interface SuiteColumns {
  suite: Suite;
  /** Names of a column for the model; null where there is one. */
  modelLacking: string[] | null;
  benchmarks: { benchmark: Benchmark; columns: ScoreColumn[] }[];
}

/** A column of a benchmark's scores that a table has or has not. */
export interface ScoreColumn {
  kind: "raw" | "score";
  isNeeded: boolean;
  /** As in the header; null where there is none. */
  column: string | null;
  /** What it may be called. */
  names: string[];
}

/** Explains a contents table; whether its rows are accepted is what `readContents` says. */
export function explainTable(table: TableFile, suites: Suite[], naming: Naming): TableExplained {
  const about = { rows: table.length, columns: table.names };
  const columns = suites.map((suite) => suiteColumns(table, suite));
  const contents = recognise(table, suites);
  if (!contents) return { ...about, suites: columns, read: null };
  const { suite, day } = contents;
  const { evaluations, rejections } = readContents(contents, naming);
  const own = columns.find((c) => c.suite === suite)!;
  const fields = fieldColumns(table);
  const read = new Set([
    ...fields.map((f) => f.column),
    ...own.benchmarks.flatMap((b) => b.columns.map((c) => c.column)),
  ]);
  return {
    ...about,
    suites: columns,
    read: {
      suite,
      day,
      fields,
      ignored: table.names.filter((name) => !read.has(name)),
      accepted: evaluations.length,
      rejections,
    },
  };
}

/** Which columns give which fields of an evaluation: the first name that a shape has for each counts. */
function fieldColumns(table: TableFile): { column: string; field: string }[] {
  const shape = shapeOf(table);
  if (!shape) return [];
  const present = columnsOf(table, shape);
  return Object.entries(shape.columns).flatMap(([field, names]) => {
    const name = names.find((n) => present.has(n));
    return name === undefined ? [] : [{ column: present.get(name)!.name, field }];
  });
}

function suiteColumns(table: TableFile, suite: Suite): SuiteColumns {
  const shape = shapeOf(table);
  if (!shape) return { suite, modelLacking: ["model"], benchmarks: [] };
  const present = columnsOf(table, shape);
  const found = (names: string[]) =>
    names.flatMap((name) => present.get(name)?.name ?? [])[0] ?? null;
  const model = shape.columns.model!;
  return {
    suite,
    modelLacking: found(model) === null ? model : null,
    benchmarks: suite.benchmarks.map((benchmark) => {
      const titles = titlesOf(benchmark, shape);
      const column = (kind: "raw" | "score"): ScoreColumn => {
        const names = titles.map(shape[kind]);
        const isNeeded = (kind === "raw") === suite.normalized;
        return { kind, isNeeded, column: found(names), names };
      };
      const columns = suite.normalized ? [column("raw"), column("score")] : [column("score")];
      return { benchmark, columns };
    }),
  };
}

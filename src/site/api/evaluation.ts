import type { TableColumn } from "../../core/records/manifest.ts";
import type { Suite } from "../../core/records/suite.ts";
import { at, type Grid, type Value } from "../../core/table/grid.ts";
import { stderrAt } from "../../core/table/pack.ts";
import { modelsColumns } from "../../core/table/schema.ts";

/** A benchmark's figures: `raw` only where the suite normalises. */
export interface Score {
  raw?: Value;
  score: Value;
  stderr: Value;
}

/** One evaluation as the API gives it: its columns, and the scores by benchmark. */
export type EvaluationAnswer = Record<string, Value> & { suite: string };

/**
 * The columns that stand in an answer as fields of their own: all but the model, which the answer
 * is about, and those of the benchmarks, which are in `scores`.
 */
export function fieldsOf(suite: Suite): TableColumn[] {
  const scores = new Set(suite.benchmarks.flatMap(({ key: k }) => [k, `${k}_raw`, `${k}_stderr`]));
  return modelsColumns(suite).filter((c) => c.name !== "model" && !scores.has(c.name));
}

/** A row of a suite's table, field by field. Unknown is null. */
export function evaluationAt(suite: Suite, grid: Grid, row: number): EvaluationAnswer {
  const fields = fieldsOf(suite).map(({ name }) => [name, at(grid, name, row)]);
  return { suite: suite.id, ...Object.fromEntries(fields) };
}

export function scoresAt(suite: Suite, grid: Grid, row: number): Record<string, Score> {
  return Object.fromEntries(
    suite.benchmarks.map(({ key }) => [
      key,
      {
        ...(suite.normalized && { raw: at(grid, `${key}_raw`, row) }),
        score: at(grid, key, row),
        stderr: stderrAt(suite, grid, key, row),
      },
    ]),
  );
}

import { evalId } from "../../core/records/eval-id.ts";
import { type Run, runSchema } from "../../core/records/run.ts";
import type { Value } from "../../core/table/grid.ts";
import type { TableFile } from "../duckdb/table-file.ts";
import { addKnown, keyOf } from "./by-evaluation.ts";
import type { Row } from "./packed.ts";

/** The columns of `runs.parquet` that come from a run's file, by the names they have there. */
export function runColumns({ shots: _, ...facts }: Run): Record<string, Value> {
  return facts;
}

/** A row for each benchmark of each run. */
export function runRows(evaluation: Pick<Row, "suite" | "runs"> & Parameters<typeof evalId>[0]) {
  return evaluation.runs.flatMap((run) =>
    Object.entries(run.shots).map(([benchmark, n_shot]) => ({
      eval_id: evalId(evaluation),
      suite: evaluation.suite,
      benchmark,
      ...runColumns(run),
      n_shot,
    })),
  );
}

/** Reads such rows back: the runs by `suite eval_id`. */
export function readRuns(table: TableFile): Map<string, Run[]> {
  const found = new Map<string, Map<string, Run>>();
  for (let i = 0; i < table.length; i++) {
    const cell = (name: string): Value => table.columns[name]?.[i] ?? null;
    const key = keyOf(String(cell("suite")), String(cell("eval_id")));
    const runs = found.get(key) ?? new Map<string, Run>();
    const facts = Object.fromEntries(
      Object.keys(runSchema.shape).flatMap((name) =>
        name === "shots" ? [] : [[name, cell(name)]],
      ),
    );
    const run = runs.get(String(cell("source"))) ?? runSchema.parse({ ...facts, shots: {} });
    run.shots[String(cell("benchmark"))] = cell("n_shot") as number | null;
    found.set(key, runs.set(run.source, run));
  }
  return new Map([...found].map(([key, runs]) => [key, [...runs.values()]]));
}

/** Adds known runs to the evaluations that they are of. */
export function applyRuns(evaluations: readonly Row[], known: ReadonlyMap<string, Run[]>): Row[] {
  return addKnown(evaluations, known, (e, runs) => ({ ...e, runs }));
}

import { type Measure, STDERR_SOURCES } from "../../core/records/evaluation.ts";
import type { TableFile } from "../duckdb/table-file.ts";
import { addKnown, keyOf } from "./by-evaluation.ts";
import { asNumber } from "./fields.ts";
import { withDetail } from "./merge.ts";
import { measuresOf, type Row } from "./packed.ts";

/** Measures by `suite eval_id`: benchmark values and subtasks of single runs. */
export type Detail = Map<string, Measure[]>;

/** Reads a table shaped like `scores.parquet`. */
export function readDetail(table: TableFile): Detail {
  const detail: Detail = new Map();
  const cell = (name: string, i: number) => table.columns[name]?.[i] ?? null;
  for (let i = 0; i < table.length; i++) {
    const key = keyOf(String(cell("suite", i)), String(cell("eval_id", i)));
    const rows = detail.get(key) ?? [];
    rows.push({
      benchmark: String(cell("benchmark", i)),
      subtask: cell("subtask", i) as string | null,
      metric: String(cell("metric", i)),
      raw: Number(cell("raw", i)),
      normalized: asNumber(cell("normalized", i)),
      stderr: asNumber(cell("stderr", i)),
      stderr_source: STDERR_SOURCES.find((s) => s === cell("stderr_source", i)) ?? null,
      n: asNumber(cell("n", i)),
    });
    detail.set(key, rows);
  }
  return detail;
}

/** Adds known subtasks to the evaluations they belong to. */
export function applyDetail(evaluations: readonly Row[], detail: Detail): Row[] {
  return addKnown(evaluations, detail, (e, rows) => {
    return { ...e, measures: withDetail(measuresOf(e), rows) };
  });
}

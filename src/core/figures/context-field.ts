import { clustersOf } from "../suite/cluster.ts";
import { type Partial, partialRank } from "../suite/partial.ts";
import { identifier } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import { withFamilies } from "./family.ts";
import { type Context, FEWEST, type Row } from "./figure.ts";
import { filterOf } from "./filter.ts";
import type { Option, Settings } from "./option.ts";
import { believed, doubtSql } from "./stated-size.ts";

/** Any benchmark, starting with the first that the suite says is of long texts. */
export function taskOption({ main }: Context): Option {
  return {
    name: "task",
    label: "Score",
    kind: "choice",
    initial: (main.benchmarks.find((b) => b.context) ?? main.benchmarks[0]!).key,
    values: main.benchmarks.map((b) => ({ value: b.key, label: b.name })),
  };
}

export function taskName({ main }: Context, { task }: Settings): string {
  return main.benchmarks.find((b) => b.key === task)?.name ?? "";
}

/**
 * One row per evaluation with a score, best first: `size` is null where it is unknown or doubted, `raw`
 * what scores are ranked by, for normalised ones are 0 for all that is below guessing.
 */
export function contextSql(context: Context, view: View, settings: Settings): string {
  const { main, columns } = context;
  const score = identifier(settings.task ?? "");
  const raw = main.normalized ? identifier(`${settings.task}_raw`) : score;
  const length = columns.some((c) => c.name === "context_length")
    ? "context_length"
    : "CAST(NULL AS INTEGER) AS context_length";
  const rows = [
    `  SELECT model, base_model, ${length}, params_b, ${doubtSql(context)},`,
    `    CASE WHEN ${believed(context, settings.doubtful)} THEN params_b END AS size,`,
    `    ${score} AS score, ${raw} AS raw, eval_id`,
    `  FROM ${identifier(main.table)}`,
    `  WHERE ${score} IS NOT NULL AND ${filterOf(view, columns, main.table)}`,
  ].join("\n");
  return [
    "SELECT model, context_length, params_b, params_doubt, size, score, raw, family, eval_id",
    `FROM (\n${withFamilies(main.table, rows)}\n) AS families`,
    "ORDER BY context_length IS NULL, score DESC, eval_id",
  ].join("\n");
}

/** Rows of which context length and size are known. */
export function sizedRows(rows: readonly Row[]): Row[] {
  return rows.filter((r) => r.context_length !== null && r.size !== null && r.raw !== null);
}

/** How score and context length go together, with intervals by families; null of too few rows. */
export function contextPartial(rows: readonly Row[]): Partial | null {
  if (rows.length < FEWEST) return null;
  const [length, raw, size] = ["context_length", "raw", "size"].map((name) =>
    Float64Array.from(rows, (row) => Number(row[name])),
  );
  return partialRank(length!, raw!, size!, clustersOf(rows.map((row) => String(row.family))));
}

import type { Benchmark } from "../records/suite.ts";
import { identifier } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context } from "./figure.ts";
import { filterOf } from "./filter.ts";

/** A model's best-placed evaluation. */
export function best(table: string, where: string): string {
  return (
    `(\n    SELECT * FROM ${identifier(table)}\n    WHERE ${where}\n` +
    "    QUALIFY row_number() OVER (PARTITION BY model ORDER BY average DESC NULLS LAST, eval_id) = 1\n  )"
  );
}

/**
 * FROM clause over the models in both tables: `archived` is a model's evaluation in the archive,
 * `present` the one in the main table. Of several the one with the best average stands for the
 * model. Filters are those of the main table.
 */
export function fromBoth({ main, archive, columns }: Context, view: View): string {
  return (
    `FROM ${best(main.table, filterOf(view, columns, main.table))} AS present\n` +
    `  JOIN ${best(archive!.table, "TRUE")} AS archived USING (model)`
  );
}

/** `archived."key"`: a column of one of the two, as SQL. */
export function columnOf(side: "archived" | "present", key: string): string {
  return `${side}.${identifier(key)}`;
}

/** The benchmarks made to succeed one of the archive. */
export function successorsOf({ main }: Context, key: string): Benchmark[] {
  return main.benchmarks.filter((b) => b.follows === key);
}

/** A score's name and unit, for an axis. */
export function axisLabel(suite: { normalized: boolean }, name: string): string {
  return `${name}, ${suite.normalized ? "points" : "%"}`;
}

/** The part of a model's name after its owner, cut in sight where it is long. */
export function shortName(model: string, letters: number): string {
  const name = model.slice(model.indexOf("/") + 1);
  return name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
}

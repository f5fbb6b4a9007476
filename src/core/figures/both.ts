import type { Benchmark } from "../records/suite.ts";
import { count } from "../table/format.ts";
import { identifier } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context, Row } from "./figure.ts";
import { eachName, filterOf } from "./filter.ts";
import type { Option, Settings } from "./option.ts";

/** A model's best-placed evaluation that is not flagged; where all are, the best-placed of those. */
export function best(source: string, where: string): string {
  return (
    `(\n    SELECT * FROM ${source}\n    WHERE ${where}\n` +
    "    QUALIFY row_number() OVER (\n" +
    "      PARTITION BY model ORDER BY flagged IS TRUE, average DESC NULLS LAST, eval_id\n    ) = 1\n  )"
  );
}

/** Which pairs count; shared by the figures of a page. */
export const COMMIT: Option = {
  name: "commit",
  label: "Evaluated",
  kind: "choice",
  initial: "any",
  values: [
    { value: "any", label: "At any commit" },
    { value: "same", label: "At the same commit only" },
  ],
};

/**
 * FROM clause over the models in both tables: `archived` is a model's evaluation in the archive,
 * `present` the one in the main table. Of several the one with the best average stands for the
 * model. Filters are those of the main table; where they leave out flagged evaluations, flagged ones
 * of the archive are left out too. Names with the same scores each count, for pairs are of names. A
 * model that was renamed in between is one model, under its name of
 * today; `archived.then_model` is the name that the archive has.
 *
 * @param keep "flagged": keeps models whose evaluations in the archive are all flagged, whatever the
 *   filters say
 */
export function fromBoth(
  { main, archive, columns }: Context,
  view: View,
  { commit }: Settings = {},
  keep?: "flagged",
): string {
  const there = view.flagged === "hide" && !keep ? "flagged IS NOT TRUE" : "TRUE";
  return (
    `FROM ${best(identifier(main.table), filterOf(eachName(view), columns, main.table))} AS present\n` +
    `  JOIN ${best(renamed(main.table, archive!.table), there)} AS archived\n` +
    `  USING (${commit === "same" ? "model, revision" : "model"})`
  );
}

/** The archive's rows under the names that their models have in the main table. See `renamedBetween`. */
export function renamed(main: string, archive: string): string {
  const [now, then] = [identifier(main), identifier(archive)];
  return [
    "(",
    `      SELECT a.* REPLACE (coalesce(renames.now_name, a.model) AS model), a.model AS then_model`,
    `      FROM ${then} AS a LEFT JOIN (`,
    "        SELECT o.model AS then_name, min(n.model) AS now_name",
    `        FROM ${then} AS o JOIN ${now} AS n USING (revision)`,
    "        WHERE regexp_full_match(revision, '[0-9a-f]{40}')",
    "          AND o.weight_type = 'Original' AND n.weight_type = 'Original'",
    `          AND o.model NOT IN (SELECT model FROM ${now})`,
    `          AND n.model NOT IN (SELECT model FROM ${then})`,
    "        GROUP BY o.model HAVING count(DISTINCT n.model) = 1",
    "      ) AS renames ON renames.then_name = a.model",
    "    ) AS named",
  ].join("\n");
}

/** How many were evaluated at one commit in both: `, 98 of them at the same commit`. */
export function commitWords(same: number, all: number): string {
  if (all === 0) return "";
  return same === all ? ", all at the same commit" : `, ${count(same)} of them at the same commit`;
}

export function sameCommit(rows: readonly Row[]): number {
  return rows.filter((row) => row.same_commit === true).length;
}

/** What a tooltip says of a model that had another name then. */
export function formerName(row: Row): [string, string][] {
  return typeof row.then_model === "string" ? [["Named then", row.then_model]] : [];
}

/** Whether both were evaluated at one commit, and the name then where it was another, as columns. */
export const THEN =
  "archived.revision = present.revision AS same_commit, nullif(then_model, model) AS then_model";

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

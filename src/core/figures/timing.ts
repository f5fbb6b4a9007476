import type { Suite } from "../records/suite.ts";
import { identifier } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context } from "./figure.ts";
import { filterOf } from "./filter.ts";
import type { Knows } from "./known.ts";
import type { Option } from "./option.ts";

const LABELS = {
  table: "first table with the score",
  submitted: "submission to the board",
  uploaded: "upload to the Hub",
};

/** The columns with the days that today's table has. */
const COLUMNS = { submitted: "submitted_at", uploaded: "uploaded_at" } as const;

type By = keyof typeof LABELS;

/**
 * Which day counts as a score's: shared by the figures of a page, in one setting of the address. Starts
 * with the first that something is known of.
 */
export function byOption(context: Context): Option {
  const isKnown = (name: string) => context.columns.some((c) => c.name === name);
  const days: By[] = [
    ...(hasPast(context) ? (["table"] as const) : []),
    ...(["submitted", "uploaded"] as const).filter((by) => isKnown(COLUMNS[by])),
  ];
  return {
    name: "by",
    label: "Day of",
    kind: "choice",
    initial: days[0] ?? "submitted",
    values: (days.length > 0 ? days : (["submitted"] as const)).map((value) => ({
      value,
      label: LABELS[value],
    })),
  };
}

/** Whether any day is known: of tables of the past, of submissions or of uploads. */
export function knowsDay(
  context: Pick<Context, "since" | "asOf"> & { main: Suite },
  knows: Knows,
): boolean {
  return (
    hasPast(context) || Object.values(COLUMNS).some((column) => knows(context.main.table, column))
  );
}

/** Whether a table of an earlier day is known. */
export function hasPast({ since, asOf }: Pick<Context, "since" | "asOf">): boolean {
  return since < asOf;
}

export function dayLabel(by: string | undefined): string {
  return `day of ${LABELS[by as By] ?? LABELS.submitted}`;
}

/** Tables that `datedSql` reads. */
export function datedTables({ main }: Context): string[] {
  return [main.table, "intervals"];
}

/**
 * Scores with a day, as a relation in brackets: every column of the main table, `day`, and `again`:
 * whether the evaluation had stood in the table with another score before. By the first table that
 * has a score, there is a row for each score that an evaluation has had; the columns of one that is
 * no longer in the table are unknown, but for the model. Else there is a row for each evaluation, with
 * today's score.
 */
export function datedSql(context: Context, view: View, by: string | undefined): string {
  const table = identifier(context.main.table);
  const day = by === "uploaded" ? "uploaded_at" : "submitted_at";
  if (by !== "table") {
    return [
      "(",
      `  SELECT *, ${day} AS day, FALSE AS again`,
      `  FROM ${table}`,
      `  WHERE ${day} IS NOT NULL AND ${filterOf(view, context.columns, context.main.table)}`,
      ")",
    ].join("\n");
  }
  return [
    "(",
    "  SELECT *",
    `  FROM (\n${pastSql(table)}\n  )`,
    `  WHERE ${filterOf(ofPast(view), context.columns, context.main.table)}`,
    ")",
  ].join("\n");
}

function pastSql(table: string): string {
  return [
    "    SELECT past.name AS eval_id, coalesce(now.model, split_part(past.name, '@', 1)) AS model,",
    "      past.average, past.first_day AS day,",
    "      past.first_day > min(past.first_day) OVER (PARTITION BY past.name) AS again,",
    "      (now.flagged IS TRUE OR past.flagged IS TRUE) AS flagged,",
    "      now.* EXCLUDE (eval_id, model, average, flagged)",
    "    FROM (SELECT *, coalesce(renamed_to, eval_id) AS name FROM intervals) AS past",
    `      LEFT JOIN ${table} AS now ON now.eval_id = past.name`,
  ].join("\n");
}

/** What was in a table stood there, also where its model has gone or was flagged since. */
export function ofPast(view: View): View {
  const kept = (choice: View["flagged"]) => (choice === "hide" ? "all" : choice);
  return { ...view, flagged: kept(view.flagged), unavailable: kept(view.unavailable) };
}

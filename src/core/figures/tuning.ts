import { identifier, literal } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import { best } from "./both.ts";
import type { Context, Row } from "./figure.ts";
import { filterOf } from "./filter.ts";
import type { Option, Settings } from "./option.ts";

/** Which tuned models count; shared by the figures of a page. */
export const TUNED: Option = {
  name: "tuned",
  label: "Tuned models",
  kind: "choice",
  initial: "both",
  values: [
    { value: "both", label: "Chat and fine-tuned" },
    { value: "chat", label: "Chat" },
    { value: "fine_tuned", label: "Fine-tuned" },
  ],
};

/** A score that tuning may change: the average or one benchmark's, by column. */
export interface Score {
  key: string;
  name: string;
}

export function scoresOf({ main }: Context): Score[] {
  return [{ key: "average", name: "Average" }, ...main.benchmarks];
}

/**
 * One row per tuned evaluation whose base model is in the table: `model, eval_id, base_model`, the
 * expressions given, where `tuned` is that evaluation and `base` the base model's best one (by
 * average), and how many had to be left out: `no_base`, whose base is unknown, and `not_here`,
 * whose base has no evaluation here. Filters are those of the tuned side.
 */
export function tuningSql(
  { main, columns }: Context,
  view: View,
  { tuned }: Settings,
  list: readonly string[],
  order: string,
): string {
  const types = tuned === "both" ? ["chat", "fine_tuned"] : [tuned ?? ""];
  return [
    "WITH tuned AS (",
    `  SELECT * FROM ${identifier(main.table)}`,
    `  WHERE model_type IN (${types.map(literal).join(", ")})`,
    `    AND ${filterOf(view, columns, main.table)}`,
    "), base AS (",
    `  SELECT * FROM ${best(main.table, "TRUE")} AS best`,
    ")",
    `SELECT tuned.model, tuned.eval_id, tuned.base_model,\n  ${list.join(",\n  ")},`,
    "  (SELECT count(*) FROM tuned WHERE base_model IS NULL) AS no_base,",
    "  (SELECT count(*) FROM tuned WHERE base_model NOT IN (SELECT model FROM base)) AS not_here",
    "FROM tuned JOIN base ON base.model = tuned.base_model AND base.model <> tuned.model",
    `ORDER BY ${order}`,
  ].join("\n");
}

/** The change of a score, as SQL. */
export function changeOf(key: string): string {
  return `tuned.${identifier(key)} - base.${identifier(key)}`;
}

/** What n counts, and how many evaluations a row like that could not be made of. */
export function countWords(rows: readonly Row[]): string {
  const [first] = rows;
  const whole = (value: unknown) => Number(value ?? 0).toLocaleString("en");
  const number = `${whole(rows.length)} tuned evaluations`;
  if (!first) return number;
  return (
    `${number}; left out: ${whole(first.no_base)} whose base model is unknown, ` +
    `${whole(first.not_here)} whose base model is not on the board`
  );
}

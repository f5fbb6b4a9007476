import { count } from "../table/format.ts";
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

/**
 * Which base models count. A change is one by tuning only where it starts from a model that was not
 * tuned: of type `pretrained`, naming no base of its own. Further pretraining is tuning here, for such
 * a base was made from another. Shared by the figures of a page.
 */
export const BASES: Option = {
  name: "bases",
  label: "Base models",
  kind: "choice",
  initial: "pretrained",
  values: [
    { value: "pretrained", label: "Pretrained" },
    { value: "all", label: "All, also tuned ones" },
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
 * One row per tuned evaluation whose base model is in the table and counts: `model, eval_id,
 * base_model`, the expressions given, where `tuned` is that evaluation and `base` the base model's best
 * one (by average), and how many had to be left out: `no_base`, whose base is unknown, `not_here`, whose
 * base has no evaluation here, and `tuned_base`, whose base does not count. Filters are those of the
 * tuned side.
 */
export function tuningSql(
  { main, columns }: Context,
  view: View,
  { tuned, bases }: Settings,
  list: readonly string[],
  order: string,
): string {
  const types = tuned === "both" ? ["chat", "fine_tuned"] : [tuned ?? ""];
  const counts =
    bases === "all"
      ? "TRUE"
      : "model_type IS NOT DISTINCT FROM 'pretrained' AND base_model IS NULL";
  return [
    "WITH tuned AS (",
    `  SELECT * FROM ${identifier(main.table)}`,
    `  WHERE model_type IN (${types.map(literal).join(", ")})`,
    `    AND ${filterOf(view, columns, main.table)}`,
    "), base AS (",
    `  SELECT *, ${counts} AS counts`,
    `  FROM ${best(identifier(main.table), "TRUE")} AS best`,
    "), pairs AS (",
    `  SELECT tuned.model, tuned.eval_id, tuned.base_model, base.counts,\n    ${list.join(",\n    ")}`,
    "  FROM tuned JOIN base ON base.model = tuned.base_model AND base.model <> tuned.model",
    ")",
    "SELECT * EXCLUDE (counts),",
    "  (SELECT count(*) FROM tuned WHERE base_model IS NULL) AS no_base,",
    "  (SELECT count(*) FROM tuned WHERE base_model NOT IN (SELECT model FROM base)) AS not_here,",
    "  (SELECT count(*) FROM pairs AS other WHERE NOT other.counts) AS tuned_base",
    "FROM pairs WHERE counts",
    `ORDER BY ${order}`,
  ].join("\n");
}

/** The change of a score, as SQL. */
export function changeOf(key: string): string {
  return `tuned.${identifier(key)} - base.${identifier(key)}`;
}

/** What n counts, and how many evaluations a row like that could not be made of. */
export function countWords(rows: readonly Row[], evaluations = rows.length): string {
  const [first] = rows;
  const number = `${count(evaluations)} tuned evaluations`;
  if (!first) return number;
  const left = [
    `${count(Number(first.no_base))} whose base model is unknown`,
    `${count(Number(first.not_here))} whose base model is not on the board`,
    ...(Number(first.tuned_base) > 0
      ? [`${count(Number(first.tuned_base))} whose base model is itself tuned`]
      : []),
  ];
  return `${number} of ${baseWords(rows)}; left out: ${left.join(", ")}`;
}

/** `45 base models` */
export function baseWords(rows: readonly Row[]): string {
  const bases = new Set(rows.map((row) => row.base_model)).size;
  return `${count(bases)} base ${bases === 1 ? "model" : "models"}`;
}

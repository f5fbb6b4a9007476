import { numberLiteral } from "../view/quote.ts";
import type { Option } from "./option.ts";

/**
 * Sizes below this are left out of figures about the smallest: a stated size of a few million with
 * the scores of a model a thousand times as large is a mistake in its files.
 */
export const LEAST: Option = {
  name: "least",
  label: "Sizes from, B",
  kind: "number",
  initial: "0.1",
  min: 0.001,
  max: 1000,
  step: 0.001,
};

export const DOUBTFUL: Option = {
  name: "doubtful",
  label: "Doubtful sizes",
  kind: "choice",
  initial: "out",
  values: [
    { value: "out", label: "left out" },
    { value: "in", label: "as stated" },
  ],
};

/** A name may state a size of up to so many times the files' before one of them is doubted. */
const SLACK = 1.5;

/**
 * Whether to believe a row's size. Files whose weights are packed into 4 or 8 bits count their bytes
 * as parameters, which makes a model look half as large. So a size is doubted where the name gives a
 * much larger one (`-14B` at 8.4B), or says that the weights are packed.
 */
export function believed(doubtful: string | undefined): string {
  if (doubtful === "in") return "TRUE";
  const named =
    "TRY_CAST(regexp_extract(lower(model), '(^|[^0-9a-z.])([0-9]+([.][0-9]+)?)b([^0-9a-z]|$)', 2) AS DOUBLE)";
  const packed = "regexp_matches(lower(model), '[48]-?bit|(^|[^a-z])(gptq|awq|bnb)([^a-z]|$)')";
  return `NOT (coalesce(${named} > params_b * ${SLACK}, FALSE) OR ${packed})`;
}

/**
 * Evaluations that can hold a record of size: believed, from the least on, and not flagged.
 *
 * @param from a table, or a query in brackets with a name
 */
export function sizedFrom(
  from: string,
  where: string,
  { least, doubtful }: Record<string, string>,
): string {
  return [
    `  FROM ${from}`,
    `  WHERE flagged IS NOT TRUE AND params_b >= ${numberLiteral(Number(least))}`,
    `    AND ${believed(doubtful)}`,
    `    AND ${where}`,
  ].join("\n");
}

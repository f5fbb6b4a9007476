import type { Column } from "../table/columns.ts";
import { formatParams } from "../table/format.ts";
import { numberLiteral } from "../view/quote.ts";
import type { Context, FigureColumn, Row } from "./figure.ts";
import type { Option, Settings } from "./option.ts";

/** Sizes below this are left out of figures about the smallest: what is known of them is little. */
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

/** Whether to believe a row's size, as SQL: `params_doubt` says why not, see `sizeDoubts`. */
export function believed(
  context: { columns: readonly Column[] },
  doubtful: string | undefined,
): string {
  return doubtful === "in" || !knowsDoubts(context) ? "TRUE" : "params_doubt IS NULL";
}

function knowsDoubts({ columns }: { columns: readonly Column[] }): boolean {
  return columns.some((c) => c.name === "params_doubt");
}

/** The reason as a column of a query, whether the table has it or not. */
export function doubtSql(context: Context): string {
  return knowsDoubts(context) ? "params_doubt" : "CAST(NULL AS VARCHAR) AS params_doubt";
}

/** The same for the table under a figure. */
export function doubtColumns(context: Context): FigureColumn[] {
  return knowsDoubts(context) ? [{ name: "params_doubt", label: "Size doubted" }] : [];
}

/** A row's size in words, and why it is doubted where it is. */
export function sizeLines({ params_b, params_doubt }: Row): [string, string][] {
  const size = formatParams((params_b ?? null) as number | null);
  return typeof params_doubt === "string"
    ? [
        ["Size", `${size}, doubted`],
        ["Because", params_doubt],
      ]
    : [["Size", size]];
}

/**
 * Evaluations that can hold a record of size: believed, from the least on, and not flagged.
 *
 * @param from a table, or a query in brackets with a name
 */
export function sizedFrom(
  context: Context,
  from: string,
  where: string,
  { least, doubtful }: Settings,
): string {
  return [
    `  FROM ${from}`,
    `  WHERE flagged IS NOT TRUE AND params_b >= ${numberLiteral(Number(least))}`,
    `    AND ${believed(context, doubtful)}`,
    `    AND ${where}`,
  ].join("\n");
}

import { clustersOf, holdsZero, type Interval } from "../suite/cluster.ts";
import { type Correlation, correlate } from "../suite/correlation.ts";
import { count } from "../table/format.ts";
import { identifier } from "../view/quote.ts";
import type { Row } from "./figure.ts";

/**
 * Rows of a query with one more column, `family`: models that were probably made from one another, so
 * that their scores are no independent witnesses. Few models name what they were made from, and none of
 * an archive may. Tuned models and merges keep the build of their base, so a family is an architecture
 * and a size, to a tenth of a billion: those of the base where it is named and in the table, else the
 * model's own, else the base's name or the model's. It may join bases that are built alike, which makes
 * an interval wider than need be.
 *
 * @param table that has all models, also those that the query leaves out
 * @param rows a query whose rows have `model` and `base_model`
 */
export function withFamilies(table: string, rows: string): string {
  return [
    "SELECT field.*,",
    "  coalesce(base.build, own.build, field.base_model, field.model) AS family",
    `FROM (\n${rows}\n) AS field`,
    `LEFT JOIN ${buildsOf(table)} AS own ON own.named = field.model`,
    `LEFT JOIN ${buildsOf(table)} AS base ON base.named = field.base_model`,
  ].join("\n");
}

function buildsOf(table: string): string {
  return (
    "(\n  SELECT model AS named, min(architecture || ' ' || round(params_b, 1)) AS build\n" +
    `  FROM ${identifier(table)} GROUP BY model\n)`
  );
}

/** How many families rows are of. */
export function familiesIn(rows: readonly Row[]): number {
  return new Set(rows.map((row) => row.family)).size;
}

/** `4,046 evaluations of 411 families` */
export function ofFamilies(words: string, families: number): string {
  return `${words} of ${count(families)} ${families === 1 ? "family" : "families"}`;
}

/** Pearson's r of two numbers of each row, with its interval by families. */
export function correlationOf(
  rows: readonly Row[],
  x: (row: Row) => number,
  y: (row: Row) => number,
): Correlation {
  const columns = [x, y].map((value) => Float64Array.from(rows, value));
  const clusters = clustersOf(rows.map((row) => String(row.family)));
  return correlate(columns, [[0, 1]], clusters, "pearson").pairs[0]!;
}

/** `0.33, 95 % interval 0.17 to 0.49`; further intervals of a sentence need not say again what they are. */
export function withInterval(
  value: number,
  interval: Interval | null,
  write: (value: number) => string,
  what = "95 % interval ",
): string {
  return interval ? `${write(value)}, ${what}${intervalWords(interval, write)}` : write(value);
}

/** `0.17 to 0.49` */
export function intervalWords({ low, high }: Interval, write: (value: number) => string): string {
  return `${write(low)} to ${write(high)}`;
}

/** Two digits, with a minus that reads as one. */
export function correlationWords(r: number): string {
  return r.toFixed(2).replace("-", "−");
}

/** What is to be said of a value whose interval holds 0. */
export function zeroWords(interval: Interval | null): string {
  return interval && holdsZero(interval) ? ", which cannot be told from 0" : "";
}

import type { Column } from "../table/columns.ts";
import { typeLabel } from "../table/format.ts";
import { CHOICES, LISTS, sortedBy, standIn, weightsOf } from "./match.ts";
import { countingOf } from "./place.ts";
import { identifier, literal, numberLiteral } from "./quote.ts";
import { parseSearch, SEARCHED, type Term } from "./search.ts";
import { SIZES, sizeCondition } from "./sizes.ts";
import { type Choice, DEFAULT_VIEW, type Range, type View } from "./view.ts";

/**
 * The view as a query a person could have written, in SQL that every DuckDB since 0.9 speaks. Its
 * rows, their order and `shown_rank` are those of `createMatcher`: a change here is a change there.
 *
 * @param columns those the table has; no other is named, save `eval_id`
 */
export function viewToSql(
  view: View,
  columns: readonly Column[],
  benchmarkKeys: readonly string[],
  table = "models",
): string {
  const known = new Map(columns.map((c) => [c.name, c]));
  const weights = weightsOf(view, benchmarkKeys);
  const shown = shownColumns(view, columns, benchmarkKeys).map(identifier);
  const place = shownRank(view, sortedBy(view, columns, benchmarkKeys), known);
  const select = ["eval_id", `${place} AS shown_rank`, shown.join(", ")];
  return [
    "SELECT",
    indented(select.filter(Boolean)),
    weights ? fromWeighted(weights, benchmarkKeys, known, table) : `FROM ${identifier(table)}`,
    ...where(conditionsOf(view, known), view.pins),
    `ORDER BY ${orderOf(view, standIn(view.sort.column, view, columns, benchmarkKeys), known)}`,
  ].join("\n");
}

/** Names of the columns a view shows, in order: with raw scores asked for, those instead. */
export function shownColumns(
  view: View,
  columns: readonly Column[],
  benchmarkKeys: readonly string[],
): string[] {
  const names = new Set(columns.map((c) => c.name));
  const chosen = view.columns ?? columns.filter((c) => c.shown).map((c) => c.name);
  const shown = chosen.map((name) => standIn(name, view, columns, benchmarkKeys));
  return [...new Set(shown)].filter((name) => names.has(name));
}

/** One thing that narrows or widens a view, in words, and the way back. */
export interface Filter {
  /** The URL parameter, or the column of a range. */
  key: string;
  label: string;
  /** The view given, without this filter. */
  remove(view: View): View;
}

/** What a reader has set that decides which rows there are: one entry per value of a list. */
export function explainFilters(
  view: View,
  columns: readonly Column[],
  defaults: View = DEFAULT_VIEW,
): Filter[] {
  const list = <K extends "sizes" | "types" | "precisions" | "licenses">(
    key: string,
    field: K,
    label: (value: string) => string,
  ) => view[field].map((value) => ({ key, label: label(value), remove: without(field, value) }));
  return [
    ...explainSearch(view),
    ...list("size", "sizes", (name) => SIZES.find((s) => s.name === name)?.label ?? name),
    ...list("type", "types", typeLabel),
    ...list("precision", "precisions", (name) => name),
    ...list("license", "licenses", (name) => name),
    ...CHOICES.flatMap(({ key }) => explainChoice(key, view[key], defaults[key])),
    ...explainTwins(view, defaults),
    ...Object.entries(view.ranges).map(([name, range]) => explainRange(name, range, columns)),
  ];
}

export type Known = ReadonlyMap<string, Column>;

/** No row: what is asked for is unknown in all of them. */
const NONE = "false";

/** The number before a row, see `place.ts`. */
function shownRank(view: View, column: Column | undefined, known: Known): string {
  if (!column || (column.name === "average" && !hasAverage(view, known))) return "NULL";
  const name = identifier(column.name);
  const { descending, shared } = countingOf(column, view);
  const order = shared
    ? `ORDER BY ${name} ${descending ? "DESC" : "ASC"} NULLS LAST`
    : `ORDER BY ${keysOf(view, column.name, known).join(", ")}`;
  const counted = shared ? "rank()" : "row_number()";
  if (!known.has("flagged") || (view.flagged === "hide" && view.pins.length === 0)) {
    return `CASE WHEN ${name} IS NOT NULL THEN ${counted} OVER (${order}) END`;
  }
  return `CASE WHEN flagged IS NOT TRUE AND ${name} IS NOT NULL
    THEN ${counted} OVER (PARTITION BY flagged IS TRUE ${order}) END`;
}

function hasAverage(view: View, known: Known): boolean {
  return known.has("average") || view.weights !== null;
}

/** The table with the reader's own average in place of the plain one. */
function fromWeighted(
  weights: readonly number[],
  benchmarkKeys: readonly string[],
  known: Known,
  table: string,
): string {
  const own = `${weightedMean(weights, benchmarkKeys, known)} AS average`;
  const all = known.has("average") ? `* REPLACE (${own})` : `*, ${own}`;
  return `FROM (\n  SELECT ${all}\n  FROM ${identifier(table)}\n) AS weighted`;
}

/** `weightedAverage`, operation by operation: doubles do not forgive another order. */
function weightedMean(
  weights: readonly number[],
  benchmarkKeys: readonly string[],
  known: Known,
): string {
  const used = benchmarkKeys
    .map((key, i) => ({ key, weight: weights[i] ?? 0 }))
    .filter(({ weight }) => weight !== 0);
  const total = used.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0 || used.some(({ key }) => !known.has(key))) return "CAST(NULL AS DOUBLE)";
  const terms = used.map(({ key, weight }) =>
    weight === 1 ? identifier(key) : `${numberLiteral(weight)} * ${identifier(key)}`,
  );
  return `round((${terms.join(" + ")}) / ${numberLiteral(total)} * 1e11) / 1e11`;
}

function where(conditions: readonly string[], pins: readonly string[]): string[] {
  if (conditions.length === 0) return [];
  if (pins.length === 0) return [`WHERE ${conditions.join("\n  AND ")}`];
  const pinned = `eval_id IN (${pins.map(literal).join(", ")})`;
  return [`WHERE ${pinned}`, `  OR (${conditions.join("\n    AND ")})`];
}

function orderOf(view: View, name: string, known: Known): string {
  const pins = view.pins.map((id, i) => `\n    WHEN ${literal(id)} THEN ${i + 1}`);
  const keys = keysOf(view, name, known);
  if (pins.length > 0) keys.unshift(`CASE eval_id${pins.join("")}\n  END NULLS LAST`);
  return keys.join(keys.length > 3 ? ",\n  " : ", ");
}

/** What puts the rows in order, but for pins. */
function keysOf(view: View, name: string, known: Known): string[] {
  const column = known.get(name);
  const direction = view.sort.descending ? "DESC" : "ASC";
  const keys: string[] = [];
  if (column && name !== "average") keys.push(`${sortKey(column)} ${direction} NULLS LAST`);
  if (hasAverage(view, known)) {
    keys.push(`average ${name === "average" ? direction : "DESC"} NULLS LAST`);
  }
  return [...keys, "eval_id"];
}

function sortKey({ name, kind }: Column): string {
  return kind === "text" ? `lower(${identifier(name)})` : identifier(name);
}

/** The conditions of a view, one for each thing it filters by; none where all rows pass. */
export function conditionsOf(view: View, known: Known): string[] {
  return [
    ...searchCondition(view.search, known),
    ...sizesCondition(view, known),
    ...LISTS.flatMap(({ key, column }) => listCondition(view[key], column, known)),
    ...CHOICES.flatMap(({ key, column, so }) => choiceCondition(view[key], column, so, known)),
    ...Object.entries(view.ranges).map(([name, range]) =>
      isNumber(name, view, known) ? rangeCondition(identifier(name), range) : NONE,
    ),
  ];
}

function isNumber(name: string, view: View, known: Known): boolean {
  return name === "average" ? hasAverage(view, known) : known.get(name)?.kind === "number";
}

function searchCondition(search: string, known: Known): string[] {
  const alternatives = parseSearch(search).map((terms) =>
    terms.map((term) => termCondition(term, known)).join(" AND "),
  );
  return alternatives.length === 0 ? [] : [anyOf(alternatives)];
}

function termCondition(term: Term, known: Known): string {
  if (term.owner) {
    const owner = "split_part(lower(model), '/', 1)";
    return known.has("model") ? `starts_with(${owner}, ${literal(term.text)})` : NONE;
  }
  const names = SEARCHED.filter((name) => known.has(name));
  const all = names.length === 1 ? names[0] : `concat_ws(' ', ${names.join(", ")})`;
  return names.length === 0 ? NONE : `contains(lower(${all}), ${literal(term.text)})`;
}

function sizesCondition(view: View, known: Known): string[] {
  const sizes = SIZES.filter((size) => view.sizes.includes(size.name));
  if (sizes.length === 0) return [];
  if (!known.has("params_b")) return [NONE];
  return [anyOf(sizes.map(sizeCondition))];
}

function listCondition(list: readonly string[], column: string, known: Known): string[] {
  if (list.length === 0) return [];
  return [known.has(column) ? `${identifier(column)} IN (${list.map(literal).join(", ")})` : NONE];
}

function choiceCondition(choice: Choice, column: string, so: boolean, known: Known): string[] {
  if (choice === "all") return [];
  if (!known.has(column)) return choice === "only" ? [NONE] : [];
  const value = so ? "TRUE" : "FALSE";
  return [`${identifier(column)} ${choice === "only" ? "IS" : "IS NOT"} ${value}`];
}

function rangeCondition(column: string, { min, max }: Range): string {
  if (min !== null && max !== null)
    return `${column} BETWEEN ${numberLiteral(min)} AND ${numberLiteral(max)}`;
  if (min !== null) return `${column} >= ${numberLiteral(min)}`;
  return max === null ? `${column} IS NOT NULL` : `${column} <= ${numberLiteral(max)}`;
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions[0]! : `(${conditions.join(" OR ")})`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join(",\n");
}

function without<K extends "sizes" | "types" | "precisions" | "licenses">(field: K, value: string) {
  return (view: View): View => ({
    ...view,
    [field]: (view[field] as readonly string[]).filter((other) => other !== value),
  });
}

function explainSearch(view: View): Filter[] {
  if (parseSearch(view.search).length === 0) return [];
  const label = `“${view.search.trim()}”`;
  return [{ key: "q", label, remove: (view) => ({ ...view, search: "" }) }];
}

/** What each setting is called. */
const CHOICE_LABELS: Record<(typeof CHOICES)[number]["key"], Record<Choice, string>> = {
  chat: { only: "Chat template", hide: "No chat template", all: "With or without chat template" },
  choice: {
    only: "Maintainers’ choice",
    hide: "Not maintainers’ choice",
    all: "Maintainers’ choice or not",
  },
  merged: { only: "Only merges", hide: "No merges", all: "Merges too" },
  moe: { only: "Only MoE", hide: "No MoE", all: "MoE too" },
  flagged: { only: "Only flagged", hide: "No flagged", all: "Flagged too" },
  unavailable: {
    only: "Only those off the Hub",
    hide: "None off the Hub",
    all: "Those off the Hub too",
  },
};

/** Nothing for the setting that the page opens with. */
function explainChoice(
  key: keyof typeof CHOICE_LABELS,
  choice: Choice,
  standard: Choice,
): Filter[] {
  if (choice === standard) return [];
  return [
    { key, label: CHOICE_LABELS[key][choice], remove: (view) => ({ ...view, [key]: standard }) },
  ];
}

function explainTwins(view: View, { twins }: View): Filter[] {
  if (view.twins === twins) return [];
  const label = view.twins === "each" ? "Same scores counted each" : "Same scores counted once";
  return [{ key: "twins", label, remove: (view) => ({ ...view, twins }) }];
}

function explainRange(name: string, range: Range, columns: readonly Column[]): Filter {
  const label = columns.find((c) => c.name === name)?.label ?? name;
  return {
    key: name,
    label: `${label} ${rangeWords(range)}`,
    remove: (view) => {
      const { [name]: _, ...ranges } = view.ranges;
      return { ...view, ranges };
    },
  };
}

function rangeWords({ min, max }: Range): string {
  if (min !== null && max !== null) return min === max ? `= ${min}` : `${min}–${max}`;
  if (min !== null) return `≥ ${min}`;
  return max === null ? "known" : `≤ ${max}`;
}

import type { ModelType } from "../records/evaluation.ts";
import type { Column } from "../table/columns.ts";
import { TYPE_LABELS } from "../table/format.ts";
import { CHOICES } from "./match.ts";
import { SIZES, type Size } from "./sizes.ts";
import { type Choice, DEFAULT_VIEW, type Range, type View } from "./view.ts";

/** What a query may hold at most; a view that stays within these survives its URL unchanged. */
export const LIMITS = { search: 200, text: 500, list: 50, pins: 20, weight: 10 } as const;

/** At most so many complaints: a page of nonsense is told once, not a thousand times. */
const MAX_PROBLEMS = 20;

/**
 * The query string of a view, without `?`: only what differs from the default, always in the same
 * order. `,:;/@` stay as they are, so that it can be read.
 */
export function viewToQuery(
  view: View,
  columns: readonly Column[],
  defaults: View = DEFAULT_VIEW,
): string {
  const params = new URLSearchParams();
  const list = (name: string, values: readonly string[]) => {
    for (const value of values) params.append(name, value);
  };
  const one = (name: string, value: string, isDefault: boolean) => {
    if (!isDefault) params.append(name, value);
  };
  one("q", view.search, view.search === "");
  one("size", view.sizes.join(","), view.sizes.length === 0);
  one("type", view.types.join(","), view.types.length === 0);
  list("precision", view.precisions);
  list("license", view.licenses);
  for (const { key } of CHOICES) one(key, view[key], view[key] === defaults[key]);
  one("twins", view.twins, view.twins === defaults.twins);
  for (const { name } of columns) {
    const range = Object.hasOwn(view.ranges, name) ? view.ranges[name] : undefined;
    if (range) params.append(rangeParam(name), rangeText(range));
  }
  one("sort", sortText(view.sort), sortText(view.sort) === sortText(DEFAULT_VIEW.sort));
  one("cols", view.columns?.join(",") ?? "", view.columns === null);
  one("scores", "raw", !view.raw);
  one("density", "compact", !view.dense);
  list("pin", view.pins);
  one("weights", weightsText(view.weights ?? {}), view.weights === null);
  return params.toString().replace(/%(2C|3A|3B|2F|40)/g, decodeURIComponent);
}

/**
 * The view that a query string asks for. Whatever is wrong in it is left out and named in
 * `problems`, one plain sentence each. Never throws.
 *
 * @param defaults what holds for parameters that are not given; the same as in `viewToQuery`
 */
export function queryToView(
  query: string | URLSearchParams,
  columns: readonly Column[],
  benchmarkKeys: readonly string[],
  defaults: View = DEFAULT_VIEW,
): { view: View; problems: string[] } {
  const problems = new Set<string>();
  const reading: Reading = {
    view: structuredClone(defaults),
    columns: new Map(columns.map((c) => [c.name, c])),
    benchmarkKeys,
    problem: (text) => problems.size < MAX_PROBLEMS && problems.add(text),
  };
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!seen.has(name) || REPEATED.has(name)) readParam(name, value, reading);
    else if (!TRACKING.test(name)) {
      reading.problem(`${quote(name)} is given more than once; the first counts.`);
    }
    seen.add(name);
  }
  return { view: reading.view, problems: [...problems] };
}

interface Reading {
  view: View;
  columns: ReadonlyMap<string, Column>;
  benchmarkKeys: readonly string[];
  problem(text: string): void;
}

type Reader = (value: string, reading: Reading) => void;

const REPEATED = new Set(["size", "type", "precision", "license", "pin"]);

const TRACKING = /^(utm_.*|fbclid|gclid)$/s;

const READERS = new Map<string, Reader>([
  ["q", readSearch],
  ["size", readSizes],
  ["type", readWords("type", isType, (view) => view.types)],
  ["precision", readTexts("precision", LIMITS.list, (view) => view.precisions)],
  ["license", readTexts("license", LIMITS.list, (view) => view.licenses)],
  ...CHOICES.map(({ key }): [string, Reader] => [key, readChoice(key)]),
  ["twins", readTwins],
  ["sort", readSort],
  ["cols", readColumns],
  ["scores", readSwitch("scores", "raw", (view) => (view.raw = true))],
  ["density", readSwitch("density", "compact", (view) => (view.dense = true))],
  ["pin", readTexts("pin", LIMITS.pins, (view) => view.pins)],
  ["weights", readWeights],
]);

function readParam(name: string, value: string, reading: Reading): void {
  const read = READERS.get(name);
  const column = columnOf(name, reading);
  if (read) read(value, reading);
  else if (column) readRange(name, column, value, reading);
  else if (!TRACKING.test(name)) reading.problem(`${quote(name)} is not a setting of this page.`);
}

function readSearch(value: string, { view, problem }: Reading): void {
  const characters = Array.from(value);
  view.search = characters.slice(0, LIMITS.search).join("");
  if (characters.length > LIMITS.search) {
    problem(`“q” is longer than ${LIMITS.search} characters; the rest is left out.`);
  }
}

/** A list of known words, by commas; words that are empty or there already go without saying. */
function readWords<T extends string>(
  name: string,
  isWord: (text: string) => text is T,
  listOf: (view: View) => T[],
): Reader {
  return (value, { view, problem }) => {
    const list = listOf(view);
    for (const word of value.split(",")) {
      if (!word) continue;
      if (!isWord(word)) problem(`${quote(word)} is not a value of “${name}”.`);
      else if (!list.includes(word)) list.push(word);
    }
  };
}

/** Classes that links of before name: what they say now. `mid` was 7 to 65B. */
const FORMER_SIZES = new Map([["mid", "prosumer,workstation"]]);

function readSizes(value: string, reading: Reading): void {
  const words = value.split(",").map((word) => FORMER_SIZES.get(word) ?? word);
  readWords("size", isSize, (view) => view.sizes)(words.join(","), reading);
}

/** One text of any kind per parameter. */
function readTexts(name: string, limit: number, listOf: (view: View) => string[]): Reader {
  return (value, { view, problem }) => {
    const list = listOf(view);
    if (!value || list.includes(value)) return;
    if (value.length > LIMITS.text) problem(`${quote(value)} is too long for “${name}”.`);
    else if (list.length >= limit) problem(`“${name}” takes at most ${limit} values.`);
    else list.push(value);
  };
}

function readChoice(key: (typeof CHOICES)[number]["key"]): Reader {
  return (value, { view, problem }) => {
    if (isChoice(value)) view[key] = value;
    else problem(`“${key}” must be all, hide or only, not ${quote(value)}.`);
  };
}

function readTwins(value: string, { view, problem }: Reading): void {
  if (value === "once" || value === "each") view.twins = value;
  else problem(`“twins” must be once or each, not ${quote(value)}.`);
}

function readSwitch(name: string, word: string, turnOn: (view: View) => void): Reader {
  return (value, { view, problem }) => {
    if (value === word) turnOn(view);
    else problem(`“${name}” must be ${word}, not ${quote(value)}.`);
  };
}

function readSort(value: string, { view, columns, problem }: Reading): void {
  const descending = value.startsWith("-");
  const column = descending ? value.slice(1) : value;
  if (columns.has(column) || column === DEFAULT_VIEW.sort.column)
    view.sort = { column, descending };
  else problem(`${quote(column)} is not a column to sort by.`);
}

function readColumns(value: string, { view, columns, problem }: Reading): void {
  const names = value.split(",").filter(Boolean);
  const known = names.filter((name) => columns.has(name));
  for (const name of names) {
    if (!columns.has(name)) problem(`${quote(name)} is not a column to show.`);
  }
  if (known.length > 0 || names.length === 0) view.columns = [...new Set(known)];
}

function readWeights(value: string, { view, benchmarkKeys, problem }: Reading): void {
  const entries = value.split(",").filter(Boolean);
  const weights = new Map<string, number>();
  for (const entry of entries) {
    const [key = "", number = "", ...rest] = entry.split(":");
    const weight = rest.length === 0 ? numberOf(number) : null;
    if (!benchmarkKeys.includes(key)) problem(`${quote(key)} is not a benchmark to weigh.`);
    else if (weight === null || weight < 0 || weight > LIMITS.weight) {
      problem(`The weight of “${key}” must be a number from 0 to ${LIMITS.weight}.`);
    } else if (weights.has(key)) problem(`“${key}” is weighed more than once; the first counts.`);
    else weights.set(key, weight);
  }
  if (weights.size > 0 || entries.length === 0) view.weights = Object.fromEntries(weights);
}

function readRange(name: string, column: Column, value: string, { view, problem }: Reading): void {
  const range = column.kind === "number" ? rangeOf(value) : null;
  if (range) view.ranges[column.name] = range;
  else if (column.kind !== "number") problem(`${quote(name)} is not a column of numbers.`);
  else problem(`${quote(name)} must be a range like 20..40, 20.. or ..40, not ${quote(value)}.`);
}

function rangeOf(value: string): Range | null {
  const [from, to] = splitOnce(value, "..");
  if (from === undefined || to === undefined) return null;
  const min = from === "" ? null : numberOf(from);
  const max = to === "" ? null : numberOf(to);
  if ((from !== "" && min === null) || (to !== "" && max === null)) return null;
  return min !== null && max !== null && min > max ? null : { min, max };
}

function splitOnce(text: string, separator: string): [string, string] | [] {
  const at = text.indexOf(separator);
  return at < 0 ? [] : [text.slice(0, at), text.slice(at + separator.length)];
}

function rangeText({ min, max }: Range): string {
  return `${numberText(min)}..${numberText(max)}`;
}

/** A column whose name is that of another parameter gets a prefix that no column can have. */
function rangeParam(column: string): string {
  return READERS.has(column) ? `range.${column}` : column;
}

function columnOf(param: string, { columns }: Reading): Column | undefined {
  const column = columns.get(param.replace(/^range\./, ""));
  return column && rangeParam(column.name) === param ? column : undefined;
}

function sortText({ column, descending }: View["sort"]): string {
  return descending ? `-${column}` : column;
}

function weightsText(weights: Record<string, number>): string {
  const keys = Object.keys(weights).sort();
  return keys.map((key) => `${key}:${numberText(weights[key]!)}`).join(",");
}

/** Exact; without the `+` of `1e+21`, which means a space in a query string. */
function numberText(value: number | null): string {
  return value === null ? "" : String(value).replace("+", "");
}

function numberOf(text: string): number | null {
  if (!/^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value + 0 : null;
}

function isSize(text: string): text is Size {
  return SIZES.some((size) => size.name === text);
}

function isType(text: string): text is ModelType {
  return Object.hasOwn(TYPE_LABELS, text);
}

function isChoice(text: string): text is Choice {
  return text === "all" || text === "hide" || text === "only";
}

function quote(text: string): string {
  const characters = Array.from(text.slice(0, 200));
  return `“${characters.length > 40 ? `${characters.slice(0, 40).join("")}…` : text}”`;
}

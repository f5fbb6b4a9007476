import { weightedAverage } from "../suite/average.ts";
import type { Column } from "../table/columns.ts";
import type { Grid, Value } from "../table/grid.ts";
import { type Condition, countFacets, type Facets } from "./facets.ts";
import { countingOf, countPlaces } from "./place.ts";
import { compareText, fold, parseSearch, SEARCHED, type Term } from "./search.ts";
import { sizeOf } from "./sizes.ts";
import type { Choice, Range, View } from "./view.ts";

/** Answers views of one table, by row index. What it returns may be shared: read only. */
export interface Matcher {
  /** Pins first, then the rows that match, in order. */
  rows(view: View): readonly number[];
  /** The average that counts in this view, of every row: the reader's own where there are weights. */
  average(view: View): readonly (number | null)[];
  /**
   * Places among the rows given by what the view is sorted by (`place.ts`); null for flagged rows and
   * those whose value is unknown.
   */
  places(view: View, rows: readonly number[]): (number | null)[];
  hiddenBy(view: View): Hidden;
  /** What each value of a list would give within the rest of the view. */
  facets(view: View): Facets;
}

/**
 * Rows that match all else in a view but are hidden by its settings `flagged` and `unavailable`.
 * Pins are never hidden. `total` counts a row once that is hidden by both.
 */
export interface Hidden {
  flagged: number;
  unavailable: number;
  total: number;
}

/** Lists of a view, and the column whose value must be in them. */
export const LISTS = [
  { key: "types", column: "model_type" },
  { key: "precisions", column: "precision" },
  { key: "licenses", column: "license" },
] as const;

/** Choices of a view, the column each is about and the value that makes a row so. */
export const CHOICES = [
  { key: "chat", column: "chat_template", so: true },
  { key: "choice", column: "maintainers_choice", so: true },
  { key: "merged", column: "merged", so: true },
  { key: "moe", column: "moe", so: true },
  { key: "flagged", column: "flagged", so: true },
  { key: "unavailable", column: "on_hub", so: false },
] as const;

/**
 * The engine that needs no engine. `viewToSql` asks DuckDB the same question and gets the same
 * answer: a change here is a change there.
 *
 * @param columns those the table knows; any other column is unknown in every row
 */
export function createMatcher(
  grid: Grid,
  columns: readonly Column[],
  benchmarkKeys: readonly string[],
): Matcher {
  const table = tableOf(grid, columns);
  const { average, order } = ordersOf(table, columns, benchmarkKeys);
  const matching = (view: View) => allOf(conditionsOf(view, table, average(view)));
  const pinned = (view: View) => {
    const rows = view.pins.map((id) => table.rowOf().get(id));
    return new Set(rows.filter((row) => row !== undefined));
  };
  return {
    average,
    rows(view) {
      const pins = pinned(view);
      const matches = matching(view);
      return [...pins].concat(order(view).filter((row) => matches(row) && !pins.has(row)));
    },
    places(view, rows) {
      const column = sortedBy(view, columns, benchmarkKeys);
      if (!column) return rows.map(() => null);
      const values = column.name === "average" ? average(view) : table.values(column.name);
      const { descending, shared } = countingOf(column, view);
      const ordered = descending === view.sort.descending ? order(view) : order(view).toReversed();
      return countPlaces(ordered, rows, shared, table.values("flagged"), values);
    },
    hiddenBy(view) {
      return countHidden(view, table, matching(withHidden(view)), pinned(view));
    },
    facets(view) {
      return countFacets(table.length, conditionsOf(view, table, average(view)), {
        sizes: valueIn(table.sizes()),
        types: valueIn(table.values("model_type")),
        precisions: valueIn(table.values("precision")),
        licenses: valueIn(table.values("license")),
      });
    },
  };
}

/** The reader's weights in the order of the keys; null without any. A key left out counts 1. */
export function weightsOf(view: View, benchmarkKeys: readonly string[]): number[] | null {
  const { weights } = view;
  return weights && benchmarkKeys.map((key) => (Object.hasOwn(weights, key) ? weights[key]! : 1));
}

/** The column that stands for this one in a view: the raw score where raw scores are asked for. */
export function standIn(
  name: string,
  view: View,
  columns: readonly Column[],
  benchmarkKeys: readonly string[],
): string {
  const raw = `${name}_raw`;
  const has = view.raw && benchmarkKeys.includes(name) && columns.some((c) => c.name === raw);
  return has ? raw : name;
}

/** The column whose values put the rows in order; undefined where the table knows none such. */
export function sortedBy(
  view: View,
  columns: readonly Column[],
  benchmarkKeys: readonly string[],
): Column | undefined {
  const name = standIn(view.sort.column, view, columns, benchmarkKeys);
  return columns.find((c) => c.name === name) ?? (name === "average" ? AVERAGE : undefined);
}

/** The reader's weights make an average where the table has none. */
const AVERAGE: Column = {
  name: "average",
  label: "Average",
  kind: "number",
  hint: "",
  shown: false,
};

type Table = ReturnType<typeof tableOf>;
type Averages = readonly (number | null)[];
type Test = (row: number) => boolean;

/** The grid with what is derived from it once, when first asked for. */
function tableOf(grid: Grid, columns: readonly Column[]) {
  const kinds = new Map(columns.map((c) => [c.name, c.kind]));
  const unknown: readonly null[] = new Array(grid.length).fill(null);
  const values = (name: string): readonly Value[] =>
    kinds.has(name) && Object.hasOwn(grid.columns, name) ? grid.columns[name]! : unknown;
  const ids = grid.columns.eval_id ?? unknown;
  return {
    length: grid.length,
    kind: (name: string) => kinds.get(name),
    values,
    unknown,
    rowOf: once(() => new Map(ids.map((id, row) => [id, row]))),
    byId: once(() => sorted([...ids.keys()], ids, false)),
    sizes: once(() => values("params_b").map((params) => sizeOf(params)?.name ?? null)),
    owners: once(() => values("model").map(ownerOf)),
    haystacks: once(() => {
      const texts = SEARCHED.map(values);
      return unknown.map((_, row) => fold(texts.map((t) => t[row] ?? "").join(" ")));
    }),
  };
}

/** Averages and orders of the rows. The last few are kept: a keystroke then only filters. */
function ordersOf(table: Table, columns: readonly Column[], benchmarkKeys: readonly string[]) {
  const averages = lastFew<Averages>();
  const orders = lastFew<readonly number[]>();
  const weighted = (weights: number[]) => {
    const scores = benchmarkKeys.map(table.values) as Averages[];
    const scoresOf = (row: number) => scores.map((s) => s[row] ?? null);
    return table.unknown.map((_, row) => weightedAverage(scoresOf(row), weights));
  };
  const average = (view: View): Averages => {
    const weights = weightsOf(view, benchmarkKeys);
    return weights
      ? averages(String(weights), () => weighted(weights))
      : (table.values("average") as Averages);
  };
  const order = (view: View): readonly number[] => {
    const own = average(view);
    const weights = String(weightsOf(view, benchmarkKeys));
    const best = orders(weights, () => sorted(table.byId(), own, true));
    const { descending } = view.sort;
    const name = standIn(view.sort.column, view, columns, benchmarkKeys);
    return orders(`${name} ${descending} ${weights}`, () => {
      const values = name === "average" ? own : table.values(name);
      return sorted(best, table.kind(name) === "text" ? values.map(foldValue) : values, descending);
    });
  };
  return { average, order };
}

/** Rows by value, unknown last in both directions; the order given decides between equals. */
function sorted(
  rows: readonly number[],
  values: readonly Value[],
  descending: boolean,
): readonly number[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const x = values[a] ?? null;
    const y = values[b] ?? null;
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * compare(x, y);
  });
}

function compare(a: string | number | boolean, b: string | number | boolean): number {
  return typeof a === "string" && typeof b === "string" ? compareText(a, b) : Number(a) - Number(b);
}

function foldValue(value: Value): Value {
  return typeof value === "string" ? fold(value) : value;
}

/** The part before the slash, folded; all of it for the few names without owner. */
function ownerOf(model: Value): string | null {
  return typeof model === "string" ? (fold(model).split("/")[0] ?? null) : null;
}

/** What a row must pass; the search, which costs most, at the end. */
function conditionsOf(view: View, table: Table, average: Averages): Condition[] {
  const numbers = (name: string) => {
    if (name === "average") return average;
    return table.kind(name) === "number" ? table.values(name) : table.unknown;
  };
  const of = (facet: Condition["facet"], tests: Test[]) =>
    tests.map((passes) => ({ facet, passes }));
  return [
    ...LISTS.flatMap(({ key, column }) => of(key, listTest(view[key], table.values(column)))),
    ...of("sizes", listTest(view.sizes, table.sizes())),
    ...of(null, [
      ...CHOICES.flatMap(({ key, column, so }) => choiceTest(view[key], so, table.values(column))),
      ...Object.entries(view.ranges).map(([name, range]) => rangeTest(range, numbers(name))),
      ...searchTest(view.search, table),
    ]),
  ];
}

function valueIn(values: readonly Value[]): (row: number) => Value {
  return (row) => values[row] ?? null;
}

function listTest(list: readonly Value[], values: readonly Value[]): Test[] {
  return list.length === 0 ? [] : [(row) => list.includes(values[row] ?? null)];
}

function choiceTest(choice: Choice, so: boolean, values: readonly Value[]): Test[] {
  return choice === "all" ? [] : [(row) => (values[row] === so) === (choice === "only")];
}

function rangeTest(range: Range, values: readonly Value[]): Test {
  const min = range.min ?? Number.NEGATIVE_INFINITY;
  const max = range.max ?? Number.POSITIVE_INFINITY;
  return (row) => {
    const value = values[row] ?? null;
    return typeof value === "number" && value >= min && value <= max;
  };
}

function searchTest(search: string, table: Table): Test[] {
  const alternatives = parseSearch(search);
  if (alternatives.length === 0) return [];
  const haystacks = table.haystacks();
  const owners = table.owners();
  const found = ({ owner, text }: Term): Test =>
    owner
      ? (row) => owners[row]?.startsWith(text) ?? false
      : (row) => haystacks[row]?.includes(text) ?? false;
  const tests = alternatives.map((terms) => allPass(terms.map(found)));
  return tests.length === 1 ? tests : [(row) => tests.some((test) => test(row))];
}

function allOf(conditions: readonly Condition[]): Test {
  return allPass(conditions.map((c) => c.passes));
}

/** A loop, for this runs for every row at every keystroke. */
function allPass(tests: readonly Test[]): Test {
  if (tests.length === 1) return tests[0]!;
  return (row) => {
    for (const test of tests) if (!test(row)) return false;
    return true;
  };
}

/** The view with what it hides by default among the rest. */
function withHidden(view: View): View {
  const show = (choice: Choice) => (choice === "hide" ? "all" : choice);
  return { ...view, flagged: show(view.flagged), unavailable: show(view.unavailable) };
}

function countHidden(view: View, table: Table, matches: Test, pins: ReadonlySet<number>): Hidden {
  const flagged = view.flagged === "hide" ? table.values("flagged") : table.unknown;
  const onHub = view.unavailable === "hide" ? table.values("on_hub") : table.unknown;
  const hidden: Hidden = { flagged: 0, unavailable: 0, total: 0 };
  for (let row = 0; row < table.length; row++) {
    const isFlagged = flagged[row] === true;
    const isUnavailable = onHub[row] === false;
    if (!(isFlagged || isUnavailable) || pins.has(row) || !matches(row)) continue;
    hidden.flagged += Number(isFlagged);
    hidden.unavailable += Number(isUnavailable);
    hidden.total++;
  }
  return hidden;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Remembers the last eight results by key. */
function lastFew<T>(): (key: string, make: () => T) => T {
  const kept = new Map<string, T>();
  return (key, make) => {
    const value = kept.get(key) ?? make();
    kept.delete(key);
    kept.set(key, value);
    const oldest = kept.keys().next();
    if (kept.size > 8 && !oldest.done) kept.delete(oldest.value);
    return value;
  };
}

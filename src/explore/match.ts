import { weightedAverage } from "../suite/average.ts";
import { rank } from "../suite/rank.ts";
import type { Column } from "./columns.ts";
import type { Grid, Value } from "./grid.ts";
import { compareText, fold, parseSearch, SEARCHED } from "./search.ts";
import { type Choice, SIZES, type View } from "./view.ts";

/** Rows that match all else in a view but are hidden for these reasons; `total` counts each once. */
export interface Hidden {
  flagged: number;
  unavailable: number;
  total: number;
}

/** Answers views of one table, by row index. Arrays it returns may be shared: read only. */
export interface Matcher {
  /** Pins first, then the rows that match, in order. */
  rows(view: View): number[];
  /** The average that counts in this view, of every row: the reader's own where there are weights. */
  average(view: View): readonly (number | null)[];
  /** Places by average among the rows given; null for flagged rows and those without average. */
  shownRanks(view: View, rows: readonly number[]): (number | null)[];
  /** What the settings `flagged` and `unavailable` hide; pins are not hidden. */
  hiddenBy(view: View): Hidden;
}

type Test = (row: number) => boolean;

/** Choices of a view, the column each is about and the value that makes a row so. */
export const CHOICES = [
  { key: "chat", column: "chat_template", so: true },
  { key: "choice", column: "maintainers_choice", so: true },
  { key: "merged", column: "merged", so: true },
  { key: "moe", column: "moe", so: true },
  { key: "flagged", column: "flagged", so: true },
  { key: "unavailable", column: "on_hub", so: false },
] as const;

/** Lists of a view and the column whose value must be in them. */
export const LISTS = [
  { key: "types", column: "model_type" },
  { key: "precisions", column: "precision" },
  { key: "licenses", column: "license" },
] as const;

/**
 * The engine that needs no engine. `viewToSql` asks the same question of DuckDB and gets the same
 * answer: what one does, the other must.
 *
 * @param columns those the table knows; any other column is unknown in every row
 */
export function createMatcher(
  grid: Grid,
  columns: readonly Column[],
  benchmarkKeys: readonly string[],
): Matcher {
  const known = new Map(columns.map((c) => [c.name, c]));
  const nothing: readonly null[] = new Array(grid.length).fill(null);
  const values = (name: string): readonly Value[] =>
    (known.has(name) && Object.hasOwn(grid.columns, name) && grid.columns[name]) || nothing;

  const haystacks = once(() => joined(SEARCHED.map(values), grid.length));
  const owners = once(() => values("model").map(ownerOf));
  const ids = once(() => grid.columns["eval_id"] ?? nothing);
  const rowOf = once(() => new Map(ids().map((id, row) => [id, row])));
  const byId = once(() => sorted(nothing.keys(), ids(), false));
  const averages = recent<readonly (number | null)[]>();
  const orders = recent<readonly number[]>();

  const weightKey = (view: View) => JSON.stringify(weightsOf(view, benchmarkKeys));

  const average = (view: View) => {
    const weights = weightsOf(view, benchmarkKeys);
    if (!weights) return values("average") as readonly (number | null)[];
    return averages(weightKey(view), () => {
      const scores = benchmarkKeys.map(values) as (readonly (number | null)[])[];
      return nothing.map((_, row) =>
        weightedAverage(
          scores.map((s) => s[row] ?? null),
          weights,
        ),
      );
    });
  };

  const numbers = (view: View, name: string) => {
    if (name === "average") return average(view);
    return known.get(name)?.kind === "number" ? values(name) : nothing;
  };

  const order = (view: View) => {
    const byAverage = () => sorted(byId(), average(view), true);
    const { column: name, descending } = sortOf(view, columns);
    const ties = orders(`average ${weightKey(view)}`, byAverage);
    if (name === "average" && descending) return ties;
    return orders(`${name} ${descending} ${weightKey(view)}`, () => {
      const keys = name === "average" ? average(view) : values(name);
      return sorted(ties, known.get(name)?.kind === "text" ? keys.map(folded) : keys, descending);
    });
  };

  const matches = (view: View): Test => {
    const tests = [
      ...searchTests(view.search, haystacks, owners),
      ...sizeTests(view, values("params_b")),
      ...LISTS.flatMap(({ key, column }) => listTests(view[key], values(column))),
      ...CHOICES.flatMap(({ key, column, so }) => choiceTests(view[key], so, values(column))),
      ...rangeTests(view, (name) => numbers(view, name)),
    ];
    return (row) => tests.every((test) => test(row));
  };

  const pinned = (view: View) => {
    const found = view.pins.map((id) => rowOf().get(id));
    return new Set(found.filter((row) => row !== undefined));
  };

  return {
    average,
    rows(view) {
      const pins = pinned(view);
      const test = matches(view);
      return [...pins, ...order(view).filter((row) => test(row) && !pins.has(row))];
    },
    shownRanks(view, rows) {
      const flagged = values("flagged");
      const own = average(view);
      return rank(rows.map((row) => (flagged[row] === true ? null : (own[row] ?? null))));
    },
    hiddenBy(view) {
      const pins = pinned(view);
      const test = matches({ ...view, ...CHOICES_SHOWN(view) });
      const flagged = view.flagged === "hide" ? values("flagged") : nothing;
      const onHub = view.unavailable === "hide" ? values("on_hub") : nothing;
      const hidden = { flagged: 0, unavailable: 0, total: 0 };
      for (let row = 0; row < grid.length; row++) {
        const isFlagged = flagged[row] === true;
        const isUnavailable = onHub[row] === false;
        if (!(isFlagged || isUnavailable) || pins.has(row) || !test(row)) continue;
        if (isFlagged) hidden.flagged++;
        if (isUnavailable) hidden.unavailable++;
        hidden.total++;
      }
      return hidden;
    },
  };
}

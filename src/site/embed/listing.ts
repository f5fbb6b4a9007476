import type { Suite } from "../../core/records/suite.ts";
import {
  cellClass,
  cellText,
  doubtIn,
  markedText,
  splitModel,
  topsOf,
  variantOf,
  widthClass,
} from "../../core/table/cells.ts";
import type { Column } from "../../core/table/columns.ts";
import { leaderText } from "../../core/table/finding.ts";
import { count, hiddenText, typeLabel, UNKNOWN } from "../../core/table/format.ts";
import { at, type Grid } from "../../core/table/grid.ts";
import { createMatcher, sortedBy } from "../../core/view/match.ts";
import { isRank, placeWords } from "../../core/view/place.ts";
import { explainFilters, shownColumns } from "../../core/view/sql.ts";
import { DEFAULT_VIEW, type View } from "../../core/view/view.ts";

/** An embedded table as it is shown, in texts: the same for the HTML and for the script. */
export interface Listing {
  /** The finding, in a sentence. */
  title: string;
  /** What narrows the rows, in words; empty for the view that the page opens with. */
  filters: string;
  /** How many of how many, and where they come from. */
  caption: string[];
  dense: boolean;
  /** What the numbers before the rows are. */
  placeHint: string;
  heads: Head[];
  rows: ListedRow[];
}

export interface Head {
  label: string;
  hint: string;
  className: string;
  /** Class of the column's width. */
  width: string;
  sort: "ascending" | "descending" | null;
}

export interface ListedRow {
  place: string;
  model: string;
  owner: string;
  name: string;
  variant: string;
  type: string;
  typeLabel: string;
  choice: boolean;
  flagged: boolean;
  unlisted: boolean;
  gone: boolean;
  pinned: boolean;
  /** Texts and classes of the cells after the model's. */
  cells: { text: string; className: string }[];
}

interface Options {
  suite: Suite;
  grid: Grid;
  /** Columns that the table knows something of. */
  columns: readonly Column[];
  view: View;
  /** How many rows at most. */
  rows: number;
  /** Day of the snapshot. */
  asOf: string;
}

/** The first rows of a view, as an embed shows them. */
export function listingOf({ suite, grid, columns, view, rows, asOf }: Options): Listing {
  const keys = suite.benchmarks.map((b) => b.key);
  const matcher = createMatcher(grid, columns, keys);
  const all = matcher.rows(view);
  const places = matcher.places(view, all);
  const average = matcher.average(view);
  const hidden = matcher.hiddenBy(view);
  const tops = topsOf(grid, columns);
  const pins = new Set(view.pins);
  const shown = all.slice(0, rows);
  const names = shownColumns(view, columns, keys).filter((name) => name !== "model");
  const scores = names.flatMap((name) => columns.find((c) => c.name === name) ?? []);
  const cellOf = (column: Column, row: number) =>
    column.name === "average" ? (average[row] ?? null) : at(grid, column.name, row);
  const labelOf = (column: Column) =>
    column.name === "average" && view.weights ? "Own average" : column.label;
  const isPinned = (row: number) => pins.has(String(at(grid, "eval_id", row)));
  const filters = explainFilters(view, columns).map((f) => f.label);
  // What is pinned stands above the others, also where it does not match: the finding is about those that do.
  const matching = pins.size > 0 ? matcher.rows({ ...view, pins: [] }) : all;
  const first = matching[0];
  const sorted = sortedBy(view, columns, keys);

  return {
    title:
      filters.length === 0 && isBestFirst(view)
        ? leaderText(suite, grid, first)
        : firstText(first, sorted),
    filters: filters.join(" · "),
    caption: [
      shown.length < all.length
        ? `${count(shown.length)} of n = ${count(all.length)} evaluations`
        : `n = ${count(all.length)} evaluations`,
      ...(hidden.total > 0 ? [hiddenText(hidden).replace(/^N/, "n")] : []),
      `source: ${suite.table}.parquet of ${asOf}`,
    ],
    dense: view.dense,
    placeHint: placeWords(sorted, view, sorted && labelOf(sorted)),
    heads: scores.map((column) => ({
      label: labelOf(column),
      hint: column.hint,
      className: column.kind === "number" ? "n" : "t",
      width: widthClass(column),
      sort: column.name !== sorted?.name ? null : view.sort.descending ? "descending" : "ascending",
    })),
    rows: shown.map((row, i) => {
      const type = at(grid, "model_type", row) as string | null;
      const model = String(at(grid, "model", row));
      return {
        place: String(places[i] ?? UNKNOWN),
        model,
        ...splitModel(model),
        variant: variantOf(grid, row),
        type: type ?? "unknown",
        typeLabel: typeLabel(type),
        choice: at(grid, "maintainers_choice", row) === true,
        flagged: at(grid, "flagged", row) === true,
        unlisted: at(grid, "availability", row) === "unlisted",
        gone: at(grid, "on_hub", row) === false,
        pinned: isPinned(row),
        cells: scores.map((column) => ({
          text: markedText(column, cellOf(column, row), doubtIn(column, grid, row)),
          className: cellClass(column, cellOf(column, row), tops),
        })),
      };
    }),
  };

  /** The first row, by what the view sorts by. */
  function firstText(row: number | undefined, column: Column | undefined): string {
    if (row === undefined) return `No evaluation of ${suite.name} matches.`;
    const model = at(grid, "model", row);
    const field = `of ${count(matching.length)} evaluations of ${suite.name}`;
    if (!column) return `${model} is the first ${field}.`;
    const value = cellOf(column, row);
    const order = view.sort.descending ? "highest" : "lowest";
    return column.kind === "number" && value !== null && !isRank(column)
      ? `${model} has the ${order} ${inSentence(column)} (${cellText(column, value)}) ${field}.`
      : `${model} is the first by ${inSentence(column)} ${field}.`;
  }

  /** Names of benchmarks keep their capitals; words of ours do not begin a sentence here. */
  function inSentence(column: Column): string {
    const label = labelOf(column);
    return !column.benchmark && /^[A-Z][a-z]+( [a-z]+)*$/.test(label) ? label.toLowerCase() : label;
  }
}

function isBestFirst(view: View): boolean {
  const { column, descending } = DEFAULT_VIEW.sort;
  return view.sort.column === column && view.sort.descending === descending && !view.weights;
}

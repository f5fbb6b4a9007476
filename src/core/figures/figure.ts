import type { Shape } from "../charts/svg.ts";
import type { Suite } from "../records/suite.ts";
import type { Column } from "../table/columns.ts";
import { UNKNOWN } from "../table/format.ts";
import type { Value } from "../table/grid.ts";
import type { View } from "../view/view.ts";
import type { Knows } from "./known.ts";
import type { Option, Settings } from "./option.ts";

/**
 * A figure is three pure parts: a query, a drawing of its rows, and a table of them. The query runs
 * twice, in DuckDB at build time and in the reader's own once a filter changes; the drawing is made
 * from its rows in both places by the same code. So a page shows its figures without JavaScript,
 * and what SQL says is what is drawn.
 */
export interface Figure {
  /** Its name in addresses and files: lower case and dashes. */
  name: string;
  /**
   * Whether the leaderboard has what the figure is about: columns of which something is known. Where
   * not, it has no such figure. An archive's figures are only asked where there is one.
   */
  known(context: Known, knows: Knows): boolean;
  /** Tables that the query reads, by name in SQL. */
  tables(context: Context): string[];
  /** Settings of this figure alone, kept in the address beside the leaderboard's filters. */
  options(context: Context): Option[];
  /** The query. Filters come in as `where`, see `filterOf`. */
  sql(context: Context, view: View, settings: Settings): string;
  /**
   * The rows to draw and to show, made from the query's: for what SQL would be slow or clumsy at.
   * Without it they are the query's.
   */
  derive?(context: Context, rows: Row[], settings: Settings): Row[];
  /** The rows as a picture, with what it shows said in its title. */
  draw(context: Context, rows: Row[], settings: Settings): Drawing;
  /** Columns of the rows, for the table under the picture. */
  columns(context: Context, settings: Settings): FigureColumn[];
}

/** What of a leaderboard decides which figures it has. */
export type Known = Pick<Context, "main" | "archive" | "since" | "asOf">;

/** Below this many evaluations no figure gives a statistic. */
export const FEWEST = 10;

export type Row = Record<string, Value>;

/** What a figure may know of the leaderboard it is in. */
export interface Context {
  main: Suite;
  archive: Suite | null;
  /** Columns that the main suite's table, and the archive's, know something of. */
  columns: Column[];
  archiveColumns: Column[];
  /** Day of the snapshot. */
  asOf: string;
  /** First day on which the main board's table is known; `asOf` where no earlier one is. */
  since: string;
}

export interface FigureColumn {
  name: string;
  label: string;
  digits?: number;
}

export interface Drawing {
  /** The finding, in a sentence that the numbers make true. */
  title: string;
  /** What else its numbers say, on its page: a sentence under the title. */
  note?: string | undefined;
  /** What n counts and how many there are: `4,576 evaluations`. */
  count: string;
  picture: Shape;
  /** What can be pointed at, in the picture's own coordinates, in reading order. */
  marks: Mark[];
}

/** A thing in a picture that says more on hover and focus. */
export interface Mark {
  x: number;
  y: number;
  /** Half of its width and height, where it is not a dot. */
  reach?: [number, number];
  title: string;
  lines: [string, string][];
  /** The model whose page it leads to. */
  model?: string;
  /** Settings that a click changes, on this page. */
  settings?: Settings;
}

/** A value as the table under a figure says it. */
export function cellText({ digits }: FigureColumn, value: Value): string {
  if (value === null) return UNKNOWN;
  return typeof value === "number" && digits !== undefined ? value.toFixed(digits) : String(value);
}

/** What stands under a picture outside its page: what n is, and where the figures come from. */
export function captionOf(figure: Figure, context: Context, { count }: Drawing): string[] {
  const files = figure.tables(context).map((table) => `${table}.parquet`);
  return [`n = ${count}`, `source: ${files.join(", ")} of ${context.asOf}`];
}

import { barChart } from "../../core/charts/bars.ts";
import { lineChart } from "../../core/charts/lines.ts";
import { scatterChart } from "../../core/charts/scatter.ts";
import type { Shape } from "../../core/charts/svg.ts";
import { count, UNKNOWN } from "../../core/table/format.ts";
import type { Value } from "../../core/table/grid.ts";
import { cellText, formatOf } from "./cells.ts";
import { isWhole, type ResultColumn } from "./types.ts";

export const CHART_KINDS = ["bar", "line", "scatter"] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

/** What of a result is drawn, by numbers of its columns. */
export interface ChartChoice {
  kind: ChartKind;
  x: number;
  y: number;
  /** Null: one colour. */
  colour: number | null;
}

type Rows = readonly (readonly Value[])[];

/** Bars that one chart can hold. */
const BARS = 40;
/** Values of the colour that are told apart. */
const GROUPS = { bar: 4, line: 4, scatter: 3 } as const;

/**
 * What a reader most likely wants to see: days with a number are a line, names with a number are
 * bars, two numbers are dots. Null where no column holds numbers, or there are no rows.
 */
export function chooseChart(columns: readonly ResultColumn[], rows: Rows): ChartChoice | null {
  if (rows.length === 0) return null;
  const all = columns.map((column, index) => ({ column, index }));
  const numbers = all.filter(({ column }) => column.kind === "number");
  const measures = numbers.filter(({ column }) => !isWhole(column.type));
  const time = all.find(({ column }) => column.kind === "day" || column.kind === "moment");
  const texts = all.filter(({ column }) => column.kind === "text" || column.kind === "boolean");
  const y = measures[0] ?? numbers[0];
  if (!y) return null;
  const colour = texts.find(({ index }) => isGrouping(rows, index))?.index ?? null;
  if (time) return { kind: "line", x: time.index, y: y.index, colour };
  const name = texts[0];
  if (name && rows.length <= BARS) return { kind: "bar", x: name.index, y: y.index, colour: null };
  const [first, second] = measures.length > 1 ? measures : numbers;
  if (first && second) return { kind: "scatter", x: first.index, y: second.index, colour };
  if (name) return { kind: "bar", x: name.index, y: y.index, colour: null };
  return { kind: "line", x: y.index, y: y.index, colour: null };
}

/** A text that repeats has groups; one of a kind per row does not. */
function isGrouping(rows: Rows, index: number): boolean {
  const seen = new Set(rows.map((row) => row[index]));
  return seen.size > 1 && seen.size <= 12 && seen.size <= rows.length / 2;
}

/** Columns that can be chosen for a part of a chart. */
export function choicesFor(
  columns: readonly ResultColumn[],
  part: "x" | "y" | "colour",
  kind: ChartKind,
): number[] {
  return columns.flatMap((column, index) => {
    const measured = column.kind !== "text" && column.kind !== "boolean";
    if (part === "y") return column.kind === "number" ? [index] : [];
    if (part === "colour" || kind === "bar") return [index];
    return measured ? [index] : [];
  });
}

/** The choice with what its kind cannot draw replaced; null where the kind cannot draw anything. */
export function adjustChoice(
  choice: ChartChoice,
  columns: readonly ResultColumn[],
): ChartChoice | null {
  const xs = choicesFor(columns, "x", choice.kind);
  const ys = choicesFor(columns, "y", choice.kind);
  const x = xs.includes(choice.x) ? choice.x : (xs.find((i) => i !== choice.y) ?? xs[0]);
  const y = ys.includes(choice.y) ? choice.y : ys[0];
  return x === undefined || y === undefined ? null : { ...choice, x, y };
}

/** The picture, and a sentence on what it leaves out. */
export function drawChart(
  columns: readonly ResultColumn[],
  rows: Rows,
  choice: ChartChoice,
): { picture: Shape; note: string } {
  const x = columns[choice.x]!;
  const y = columns[choice.y]!;
  const known = rows.filter(
    (row) =>
      isNumber(row[choice.y]) && (choice.kind === "bar" || positionOf(row[choice.x]!, x) !== null),
  );
  const without = rows.length - known.length;
  const groups = groupsOf(known, choice);
  const label = `${y.name} by ${x.name}: ${choice.kind} chart of ${count(known.length)} rows`;
  const draw = { bar: drawBars, line: drawLines, scatter: drawDots }[choice.kind];
  const { picture, left } = draw({ columns, rows: known, choice, groups, label });
  const notes = [
    without > 0 && `${count(without)} rows without a known value are not drawn.`,
    left,
  ];
  return { picture, note: notes.filter(Boolean).join(" ") };
}

interface Drawing {
  columns: readonly ResultColumn[];
  rows: Rows;
  choice: ChartChoice;
  groups: Groups;
  label: string;
}

interface Groups {
  /** Names of the groups told apart, most frequent first; none without a colour. */
  names: string[];
  /** Number of a row's group from 1; 0 is the rest. */
  of(row: readonly Value[]): number;
  rest: number;
}

function groupsOf(rows: Rows, { kind, colour }: ChartChoice): Groups {
  if (colour === null) return { names: [], of: () => 0, rest: 0 };
  const counts = new Map<string, number>();
  const nameOf = (row: readonly Value[]) => textOf(row[colour]);
  for (const row of rows) counts.set(nameOf(row), (counts.get(nameOf(row)) ?? 0) + 1);
  const names = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, GROUPS[kind])
    .map(([name]) => name);
  return { names, of: (row) => names.indexOf(nameOf(row)) + 1, rest: counts.size - names.length };
}

function drawBars({ columns, rows, choice, groups, label }: Drawing) {
  const shown = rows.slice(0, BARS);
  const format = formatOf(columns[choice.y]!, choice.y, shown);
  const picture = barChart(
    shown.map((row) => ({
      name: textOf(row[choice.x]),
      value: row[choice.y] as number,
      text: cellText(format, row[choice.y]!),
      group: groups.of(row),
    })),
    { label, axis: columns[choice.y]!.name, groups: legendOf(groups) },
  );
  const left = rows.length > BARS ? `The first ${BARS} of ${count(rows.length)} rows.` : "";
  return { picture, left };
}

/** Names by number of colour; the rest is the quiet one. */
function legendOf({ names, rest }: Groups): string[] {
  return names.length === 0 ? [] : [rest > 0 ? `${count(rest)} others` : "", ...names];
}

function drawLines({ columns, rows, choice, groups, label }: Drawing) {
  const x = columns[choice.x]!;
  const lines = groups.names.length > 0 ? groups.names : [""];
  const series = lines.map((name, i) => ({
    name,
    group: i + 1,
    points: rows
      .filter((row) => name === "" || groups.of(row) === i + 1)
      .map((row) => ({ x: positionOf(row[choice.x]!, x)!, y: row[choice.y] as number }))
      .sort((a, b) => a.x - b.x),
  }));
  const picture = lineChart(series, {
    label,
    x: x.name,
    y: columns[choice.y]!.name,
    time: x.kind !== "number",
  });
  const left = groups.rest > 0 ? `${count(groups.rest)} other lines are not drawn.` : "";
  return { picture, left };
}

function drawDots({ columns, rows, choice, groups, label }: Drawing) {
  const x = columns[choice.x]!;
  const dots = rows.map((row) => ({
    x: positionOf(row[choice.x]!, x)!,
    y: row[choice.y] as number,
    group: groups.of(row),
  }));
  const day = (value: number) => new Date(value).toISOString().slice(0, 10);
  const { picture } = scatterChart(dots, {
    label,
    x: { label: x.name, ...(x.kind === "number" ? {} : { format: day }) },
    y: { label: columns[choice.y]!.name },
    groups: legendOf(groups).map((name) => (name.length > 24 ? `${name.slice(0, 23)}…` : name)),
  });
  return { picture, left: "" };
}

function isNumber(value: Value | undefined): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

/** Where on an axis a value lies; moments in milliseconds. Null for what has no place. */
function positionOf(value: Value, { kind }: ResultColumn): number | null {
  if (kind === "number") return isNumber(value) ? (value as number) : null;
  if (value === null) return null;
  const text = String(value);
  const time = Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text.replace(" ", "T")}Z`);
  return Number.isNaN(time) ? null : time;
}

function textOf(value: Value | undefined): string {
  return value === null || value === undefined ? UNKNOWN : String(value);
}

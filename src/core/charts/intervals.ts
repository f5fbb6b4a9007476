import { tickStep, ticks } from "d3-array";
import { cut } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

const WIDTH = 320;
const EDGE = 12;
const ROW = 36;
const AXIS = 34;
/** Characters of a name that surely fit beside its value. */
const NAME = 34;

/** One line of the chart: a score with its standard error, in points; null is unknown. */
export interface Interval {
  name: string;
  value: number | null;
  stderr: number | null;
}

/**
 * Scores as dots, each with a thick line over ± 1 and a thin one over ± 2 standard errors, under its
 * name and value. The first is the reference: a dashed line carries its score through the others.
 * Colours come from the page's style: `.name`, `.value`, `.one`, `.two`, `.dot`, `.reference`.
 *
 * @param unit what the axis counts
 */
export function intervalChart(title: string, unit: string, intervals: readonly Interval[]): Shape {
  const [low, high] = domainOf(intervals);
  const x = (value: number) => round(EDGE + ((value - low) / (high - low)) * (WIDTH - 2 * EDGE));
  const bottom = intervals.length * ROW + 6;
  const reference = intervals[0]?.value ?? null;
  return shape(
    "svg",
    {
      class: "intervals",
      viewBox: `0 0 ${WIDTH} ${bottom + AXIS}`,
      role: "img",
      "aria-label": `${title}: ${intervals.map(spoken).join("; ")}`,
    },
    [
      ...axis(low, high, bottom, unit, x),
      ...(reference === null ? [] : [line("reference", x(reference), 22, x(reference), bottom)]),
      ...intervals.flatMap((interval, i) => row(interval, i, [low, high], x)),
    ],
  );
}

/**
 * What the axis covers: all intervals with some room, within 0–100. Charts of different benchmarks
 * cover different ranges, for else differences could not be seen.
 */
export function domainOf(intervals: readonly Interval[]): [number, number] {
  const ends = intervals.flatMap(({ value, stderr }) =>
    value === null ? [] : [value - 2 * (stderr ?? 0), value + 2 * (stderr ?? 0)],
  );
  if (ends.length === 0) return [0, 100];
  const low = Math.max(0, Math.min(...ends));
  const high = Math.min(100, Math.max(...ends));
  const room = Math.max(1, (high - low) * 0.05);
  return [Math.max(0, low - room), Math.min(100, high + room)];
}

function row(
  { name, value, stderr }: Interval,
  index: number,
  [low, high]: [number, number],
  x: (value: number) => number,
): Shape[] {
  const top = index * ROW;
  const y = top + 26;
  const text = [
    shape("text", { class: "name", x: EDGE, y: top + 14 }, cut(name, NAME)),
    shape(
      "text",
      { class: "value", x: WIDTH - EDGE, y: top + 14, "text-anchor": "end" },
      value === null ? "unknown" : value.toFixed(2),
    ),
  ];
  if (value === null) return text;
  const end = (distance: number) => x(Math.max(low, Math.min(high, value + distance)));
  const span = (name: string, s: number) => line(name, end(-s), y, end(s), y);
  const spans = stderr === null ? [] : [span("two", 2 * stderr), span("one", stderr)];
  return [...text, ...spans, shape("circle", { class: "dot", cx: x(value), cy: y, r: 4 })];
}

function axis(
  low: number,
  high: number,
  y: number,
  unit: string,
  x: (value: number) => number,
): Shape[] {
  const digits = Math.max(0, -Math.floor(Math.log10(tickStep(low, high, 5)) + 1e-9));
  const marks = ticks(low, high, 5).flatMap((value) => [
    line("rule", x(value), 22, x(value), y + 3),
    shape(
      "text",
      { class: "tick", x: x(value), y: y + 15, "text-anchor": "middle" },
      value.toFixed(digits),
    ),
  ]);
  return [
    ...marks,
    line("axis", EDGE, y, WIDTH - EDGE, y),
    shape("text", { class: "unit", x: WIDTH - EDGE, y: y + 29, "text-anchor": "end" }, unit),
  ];
}

function line(name: string, x1: number, y1: number, x2: number, y2: number): Shape {
  return shape("line", { class: name, x1, y1, x2, y2 });
}

function spoken({ name, value, stderr }: Interval): string {
  if (value === null) return `${name} unknown`;
  return `${name} ${value.toFixed(2)}${stderr === null ? "" : ` ± ${stderr.toFixed(2)}`}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

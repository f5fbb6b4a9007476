import { type Frame, leftAxis, line, linear, picture, round, words } from "./axis.ts";
import { type Cloud, cloudShapes } from "./cloud.ts";
import type { Rule } from "./rules.ts";
import { type Shape, shape } from "./svg.ts";
import { logDomain, logScale, logTicks, timeAxis, timeOf, timeScale } from "./time.ts";

/** A value that holds from its point on until the next. Lines differ in hue, dashes and dots. */
export interface StepLine {
  /** Said at the line's end. */
  name: string;
  /** Number of its colour, 0–5. */
  group: number;
  /** In order of time. */
  points: { day: string; value: number }[];
}

export interface StepOptions {
  label: string;
  x: string;
  y: { label: string; log?: boolean; format?: (value: number) => string };
  from: string;
  until: string;
  /** Days marked with a line across. */
  rules?: readonly Rule[];
  /** Below the lines: all that the lines are the best of. With it, the axis begins at the lowest. */
  clouds?: readonly { group: Cloud["group"]; points: StepLine["points"] }[];
  /** A day with something to say. */
  mark?: { day: string; label: string };
}

const WIDTH = 640;
const HEIGHT = 420;
const FRAME: Frame = { left: 44, right: WIDTH - 112, top: 30, bottom: HEIGHT - 44 };
const LABEL_GAP = 15;

/** Step lines over time, each with its name at its end. */
export function stepChart(lines: readonly StepLine[], options: StepOptions) {
  const x = timeScale([options.from, options.until], [FRAME.left, FRAME.right]);
  const clouds = options.clouds ?? [];
  const values = [...lines, ...clouds].flatMap((l) => l.points.map((p) => p.value));
  const { y, axis } = options.y.log ? logAxis(values, options) : linearAxis(values, options);
  const at = (p: { day: string; value: number }): [number, number] => [
    round(x(timeOf(p.day))),
    round(y(p.value)),
  ];
  const end = round(x(timeOf(options.until)));
  const drawn = lines.filter((l) => l.points.length > 0);
  const ends = spread(drawn.map((l) => at(l.points.at(-1)!)[1]));
  const content = [
    ...timeAxis(FRAME, x, options.x),
    ...axis,
    ...(options.rules ?? []).flatMap((rule) => ruleOf(rule, round(x(timeOf(rule.day))))),
    ...clouds.flatMap(({ group, points }) => cloudShapes({ group, places: points.map(at) })),
    ...(options.mark ? markOf(options.mark, x(timeOf(options.mark.day))) : []),
    ...drawn.flatMap((l) => shapesOf(l, at, end)),
    ...drawn.flatMap((l, i) => labelOf(l, at(l.points.at(-1)!)[1], ends[i]!, end)),
  ];
  return { picture: picture(WIDTH, HEIGHT, options.label, content), at };
}

function linearAxis(values: number[], { y: { label, format }, clouds }: StepOptions) {
  const bound = (better: (a: number, b: number) => number, first: number) =>
    values.reduce((a, b) => better(a, b), first);
  const low = clouds ? bound(Math.min, values[0] ?? 0) : 0;
  const y = linear([low, bound(Math.max, low + 1)], [FRAME.bottom, FRAME.top]);
  return { y, axis: leftAxis(FRAME, { scale: y, label, ...(format ? { format } : {}) }) };
}

function logAxis(values: number[], { y: { label, format = String } }: StepOptions) {
  const y = logScale(logDomain(values), [FRAME.bottom, FRAME.top]);
  const ticks = logTicks(y).flatMap((value) => [
    line("rule", FRAME.left, y(value), FRAME.right, y(value)),
    words(FRAME.left - 7, y(value) + 4, format(value), "end"),
  ]);
  return { y, axis: [...ticks, words(0, FRAME.top - 10, label, "start", "label")] };
}

function shapesOf(
  { points, group }: StepLine,
  at: (p: { day: string; value: number }) => [number, number],
  end: number,
): Shape[] {
  const places = points.map(at);
  const [first, ...rest] = places as [[number, number], ...[number, number][]];
  const path = `M${first[0]} ${first[1]}${rest.map(([px, py]) => `H${px}V${py}`).join("")}H${end}`;
  const dots = places.map(([px, py]) => `M${px} ${py}h0`).join("");
  return [
    shape("path", { class: `step step-${group}`, d: path }),
    shape("path", { class: `knot step-${group}`, d: dots }),
  ];
}

function labelOf({ name, group }: StepLine, from: number, to: number, end: number): Shape[] {
  return [
    shape("path", { class: `lead step-${group}`, d: `M${end + 2} ${from}L${end + 10} ${to}` }),
    words(end + 14, to + 4, name, "start", "name"),
  ];
}

/** Its words stand before its foot, where step lines seldom are. */
function ruleOf({ label }: Rule, x: number): Shape[] {
  return [
    line("rescoring", x, FRAME.top, x, FRAME.bottom),
    words(x - 5, FRAME.bottom - 6, label, "end", "tick rescored"),
  ];
}

/** A line from top to bottom, and above the frame what it stands for. */
function markOf({ label }: NonNullable<StepOptions["mark"]>, x: number): Shape[] {
  return [
    line("since", x, FRAME.top - 4, x, FRAME.bottom),
    words(x + 4, FRAME.top - 10, label, "end", "name"),
  ];
}

/** Moves heights apart so that labels do not overlap, in the order in which they stand. */
export function spread(heights: readonly number[]): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a]! - heights[b]!);
  const placed = [...heights];
  const push = (list: number[], sign: number) => {
    list.forEach((index, k) => {
      const before = list[k - 1];
      if (before === undefined) return;
      const least = placed[before]! + sign * LABEL_GAP;
      if (sign * (placed[index]! - least) < 0) placed[index] = least;
    });
  };
  push(order, 1);
  const last = order.at(-1);
  if (last !== undefined && placed[last]! > FRAME.bottom) placed[last] = FRAME.bottom;
  push(order.toReversed(), -1);
  return placed;
}

import { bottomAxis, type Frame, leftAxis, linear, picture, round, words } from "./axis.ts";
import { spread } from "./steps.ts";
import { type Shape, shape } from "./svg.ts";
import { timeAxis, timeScale } from "./time.ts";

/** Points joined in the order of x. Series differ in hue, dashes and dots. */
export interface Series {
  /** Said at the line's end; empty for the only one. */
  name: string;
  /** Number of its colour, 1–4. */
  group: number;
  /** x is a number, or a moment in milliseconds. */
  points: { x: number; y: number }[];
}

const WIDTH = 640;
const HEIGHT = 420;
const LETTERS = 18;

/** Lines over numbers or over time. */
export function lineChart(
  series: readonly Series[],
  options: { label: string; x: string; y: string; time: boolean },
): Shape {
  const named = series.some((s) => s.name);
  const frame: Frame = {
    left: 52,
    right: WIDTH - (named ? 136 : 20),
    top: 30,
    bottom: HEIGHT - 44,
  };
  const points = series.flatMap((s) => s.points);
  const [low, high] = extent(points.map((p) => p.x));
  const y = linear(extent(points.map((p) => p.y)), [frame.bottom, frame.top]);
  const { scale, axis } = options.time
    ? timeAcross(low, high, frame, options.x)
    : numbersAcross(low, high, frame, options.x);
  const place = (p: { x: number; y: number }) => [round(scale(p.x)), round(y(p.y))] as const;
  const drawn = series.filter((s) => s.points.length > 0);
  const ends = spread(drawn.map((s) => place(s.points.at(-1)!)[1]));
  const content = [
    ...axis,
    ...leftAxis(frame, { scale: y, label: options.y, format: (v) => v.toLocaleString("en") }),
    ...drawn.flatMap((s) => shapesOf(s, place)),
    ...drawn.flatMap((s, i) => {
      const [, from] = place(s.points.at(-1)!);
      return s.name ? endOf(s, place(s.points.at(-1)!)[0], from, ends[i]!, frame.right) : [];
    }),
  ];
  return picture(WIDTH, HEIGHT, options.label, content);
}

function timeAcross(low: number, high: number, frame: Frame, label: string) {
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  // The day after the last moment, so that all of its day has room.
  const last = high % 86_400_000 === 0 ? high : high + 86_400_000;
  const scale = timeScale([day(low), day(last)], [frame.left, frame.right]);
  return { scale: (x: number) => scale(x), axis: timeAxis(frame, scale, label) };
}

function numbersAcross(low: number, high: number, frame: Frame, label: string) {
  const scale = linear([low, high], [frame.left, frame.right]);
  return { scale: (x: number) => scale(x), axis: bottomAxis(frame, { scale, label }) };
}

function shapesOf(
  { group, points }: Series,
  place: (p: { x: number; y: number }) => readonly [number, number],
): Shape[] {
  const places = points.map(place);
  return [
    shape("path", {
      class: `step step-${group}`,
      d: places.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join(""),
    }),
    shape("path", {
      class: `knot step-${group}`,
      d: [...new Set(places.map(([x, y]) => `M${x} ${y}h0`))].join(""),
    }),
  ];
}

function endOf(s: Series, x: number, from: number, to: number, right: number): Shape[] {
  const letters = Array.from(s.name);
  const name = letters.length > LETTERS ? `${letters.slice(0, LETTERS - 1).join("")}…` : s.name;
  return [
    shape("path", { class: `lead step-${s.group}`, d: `M${x + 3} ${from}L${right + 10} ${to}` }),
    words(right + 14, to + 4, name, "start", "name"),
  ];
}

function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

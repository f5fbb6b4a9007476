import { type ScaleLinear, type ScaleLogarithmic, scaleLinear } from "d3-scale";
import { type Shape, shape } from "./svg.ts";

/** The inner rectangle of a chart, in its own coordinates. */
export interface Frame {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A value axis: its scale, its label with the unit, and how its ticks are written. */
export interface Axis {
  scale: ScaleLinear<number, number> | ScaleLogarithmic<number, number>;
  label: string;
  format?: (value: number) => string;
  /** About how many, or where. */
  ticks?: number | readonly number[];
}

/** A linear scale over round numbers. */
export function linear(domain: [number, number], range: [number, number], ticks = 5) {
  const [low, high] = domain[0] === domain[1] ? [domain[0] - 1, domain[1] + 1] : domain;
  return scaleLinear([low, high], range).nice(ticks);
}

/** Grid lines and ticks below a frame, and the label at the end. */
export function bottomAxis(
  frame: Frame,
  { scale, label, format = String, ticks = 5 }: Axis,
): Shape[] {
  return [
    ...placesOf(scale, ticks).flatMap((value) => [
      line("rule", scale(value), frame.top, scale(value), frame.bottom),
      words(scale(value), frame.bottom + 16, format(value), "middle"),
    ]),
    words((frame.left + frame.right) / 2, frame.bottom + 34, label, "middle", "label"),
  ];
}

/** Grid lines and ticks left of a frame, and the label above it. */
export function leftAxis(
  frame: Frame,
  { scale, label, format = String, ticks = 5 }: Axis,
): Shape[] {
  return [
    ...placesOf(scale, ticks).flatMap((value) => [
      line("rule", frame.left, scale(value), frame.right, scale(value)),
      words(frame.left - 7, scale(value) + 4, format(value), "end"),
    ]),
    words(0, frame.top - 10, label, "start", "label"),
  ];
}

function placesOf(scale: Axis["scale"], ticks: number | readonly number[]): readonly number[] {
  return typeof ticks === "number" ? scale.ticks(ticks) : ticks;
}

export function line(name: string, x1: number, y1: number, x2: number, y2: number): Shape {
  return shape("path", { class: name, d: `M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}` });
}

export function words(
  x: number,
  y: number,
  text: string,
  anchor: "start" | "middle" | "end" = "start",
  name = "tick",
): Shape {
  return shape("text", { class: name, x: round(x), y: round(y), "text-anchor": anchor }, text);
}

/** A tenth of a pixel is enough for every chart here. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The picture around a chart's shapes, with words for those who cannot see it. */
export function picture(width: number, height: number, label: string, content: Shape[]): Shape {
  return shape(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "chart",
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": label,
    },
    content,
  );
}

/** A name of at most so many characters, cut in sight where it has more. */
export function cut(name: string, most: number): string {
  const characters = Array.from(name);
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : name;
}

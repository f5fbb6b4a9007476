import { scaleLinear } from "d3-scale";
import { bottomAxis, type Frame, line, linear, picture, round, words } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

/** A bar from `low` to `high` on the axis. */
export interface Bin {
  low: number;
  high: number;
  n: number;
}

/** All bars as one path. */
export function bars(
  bins: readonly Bin[],
  x: (value: number) => number,
  y: (n: number) => number,
  name = "bars",
): Shape {
  const base = round(y(0));
  const steps = bins
    .filter((b) => b.n > 0)
    .map(({ low, high, n }) => {
      const [left, right] = [round(x(low) + 0.4), round(x(high) - 0.4)];
      return `M${left} ${base}V${round(y(n))}H${right}V${base}`;
    });
  return shape("path", { class: name, d: steps.join("") });
}

export interface Panel {
  bins: readonly Bin[];
  /** Where a line marks the middle of the field; null for none. */
  median: number | null;
}

const WIDTH = 640;
const NAMES = 88;
const HEAD = 30;
const ROW = 58;
const GAP = 24;
const FOOT = 44;

/**
 * Small multiples: per row two histograms side by side on the same axes, 0–100 points, so that
 * equal areas are equal numbers. The median is a line, and said in figures.
 */
export function panelChart(
  label: string,
  heads: [string, string],
  rows: readonly { name: string; panels: [Panel, Panel] }[],
  axisLabel: string,
) {
  const width = (WIDTH - NAMES - GAP - 10) / 2;
  const height = HEAD + rows.length * ROW + FOOT;
  const left = (column: number) => NAMES + column * (width + GAP);
  const scales = [0, 1].map((c) => linear([0, 100], [left(c), left(c) + width]));
  const frame = (row: number, column: number): Frame => ({
    left: left(column),
    right: left(column) + width,
    top: HEAD + row * ROW + 10,
    bottom: HEAD + (row + 1) * ROW,
  });
  const content = [
    ...heads.map((head, c) => words(left(c), 16, head, "start", "label")),
    ...scales.flatMap((scale, c) =>
      bottomAxis(
        { ...frame(0, c), top: HEAD, bottom: HEAD + rows.length * ROW },
        { scale, label: axisLabel },
      ),
    ),
    ...rows.flatMap(({ name, panels }, row) => {
      const most = Math.max(1, ...panels.flatMap((p) => p.bins.map((b) => b.n)));
      return [
        words(0, HEAD + (row + 1) * ROW - 8, name, "start", "name"),
        ...panels.flatMap((panel, c) => panelShapes(panel, frame(row, c), scales[c]!, most)),
      ];
    }),
  ];
  const place = (row: number, column: number) => {
    const { left, right, top, bottom } = frame(row, column);
    return {
      x: (left + right) / 2,
      y: (top + bottom) / 2,
      reach: [(right - left) / 2, (bottom - top) / 2] as [number, number],
    };
  };
  return { picture: picture(WIDTH, height, label, content), place };
}

function panelShapes(
  panel: Panel,
  frame: Frame,
  x: (value: number) => number,
  most: number,
): Shape[] {
  const y = scaleLinear([0, most], [frame.bottom, frame.top]);
  const base = line("base", frame.left, frame.bottom, frame.right, frame.bottom);
  if (panel.median === null) return [base];
  const at = x(panel.median);
  const anchor = at > frame.right - 36 ? "end" : "start";
  return [
    bars(panel.bins, x, y),
    base,
    line("middle", at, frame.top, at, frame.bottom),
    words(
      at + (anchor === "end" ? -5 : 5),
      frame.top + 8,
      panel.median.toFixed(1),
      anchor,
      "value over",
    ),
  ];
}

/** A dot of a histogram's strip, below its bars: one named thing. */
export interface Dot {
  x: number;
  group: number;
  /** Said above it, where there is room: at the ends. */
  name?: string;
}

const BIG = { width: 640, height: 340, left: 52, right: 14, top: 30, bottom: 68 };

/** One histogram with its axes, and a strip of dots between the bars and the axis. */
export function histogramChart(
  label: string,
  bins: readonly Bin[],
  dots: readonly Dot[],
  labels: { x: string; y: string },
) {
  const frame: Frame = {
    left: BIG.left,
    right: BIG.width - BIG.right,
    top: BIG.top,
    bottom: BIG.height - BIG.bottom,
  };
  const far = Math.max(1, ...bins.flatMap((b) => [Math.abs(b.low), Math.abs(b.high)]));
  const x = scaleLinear([-far, far], [frame.left, frame.right]);
  const y = linear([0, Math.max(1, ...bins.map((b) => b.n))], [frame.bottom, frame.top], 4);
  const strip = frame.bottom + 12;
  const axis = { ...frame, bottom: frame.bottom + 24 };
  const content = [
    ...bottomAxis(axis, { scale: x, label: labels.x, format: signed, ticks: 7 }),
    ...y
      .ticks(4)
      .flatMap((n) => [
        line("rule", frame.left, y(n), frame.right, y(n)),
        words(frame.left - 7, y(n) + 4, n.toLocaleString("en"), "end"),
      ]),
    words(0, frame.top - 12, labels.y, "start", "label"),
    bars(bins, x, y),
    line("base", frame.left, frame.bottom, frame.right, frame.bottom),
    ...[...new Set(dots.map((d) => d.group))].map((group) =>
      shape("path", {
        class: `dots group-${group}`,
        d: dots
          .filter((d) => d.group === group)
          .map((d) => `M${round(x(d.x))} ${strip}h0`)
          .join(""),
      }),
    ),
    ...dots.flatMap(({ x: at, name }) =>
      name ? [words(x(at), frame.bottom - 12, name, at < 0 ? "start" : "end", "name over")] : [],
    ),
  ];
  return { picture: picture(BIG.width, BIG.height, label, content), x, y, strip, frame };
}

/** +12, −3 (a true minus), 0. */
export function signed(value: number): string {
  const digits = Math.abs(value).toLocaleString("en");
  return value > 0 ? `+${digits}` : value < 0 ? `−${digits}` : "0";
}

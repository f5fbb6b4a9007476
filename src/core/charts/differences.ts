import { bottomAxis, type Frame, line, linear, picture, round, words } from "./axis.ts";
import { signed } from "./histogram.ts";
import { type Shape, shape } from "./svg.ts";

/** A difference with its 95 % interval; null where it is not known. */
export interface Gap {
  name: string;
  /** Said under the name. */
  note: string;
  value: { at: number; low: number; high: number } | null;
  /** Drawn bolder. */
  strong: boolean;
}

const WIDTH = 560;
const TOP = 32;
const ROW = 38;
const FOOT = 44;

/** Rows of name, a dot in its interval around a line at 0, and a note. */
export function differencesChart(
  gaps: readonly Gap[],
  label: string,
  labels: { axis: string; left: string; right: string; note: string },
) {
  const bottom = TOP + Math.max(1, gaps.length) * ROW;
  const frame: Frame = { left: 96, right: WIDTH - 14, top: TOP, bottom };
  const known = gaps.flatMap((g) => (g.value ? [g.value.low, g.value.high] : []));
  const far = known.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  const x = linear([-far, far], [frame.left, frame.right]);
  const y = (row: number) => TOP + (row + 0.5) * ROW;
  const path = (
    name: string,
    strong: boolean,
    step: (v: NonNullable<Gap["value"]>, y: number) => string,
  ) =>
    shape("path", {
      class: name,
      d: gaps.map((g, i) => (g.value && g.strong === strong ? step(g.value, y(i)) : "")).join(""),
    });
  const span = (v: { low: number; high: number }, at: number) =>
    `M${round(x(v.low))} ${at}H${round(x(v.high))}`;
  const dot = (v: { at: number }, at: number) => `M${round(x(v.at))} ${at}h0`;
  const content: Shape[] = [
    ...bottomAxis(frame, {
      scale: x,
      label: labels.axis,
      format: signed,
    }),
    line("leader", x(0), TOP - 4, x(0), bottom),
    words(x(0) - 8, 14, labels.left, "end", "label"),
    words(x(0) + 8, 14, labels.right, "start", "label"),
    words(0, 14, labels.note, "start", "tick"),
    path("span", false, span),
    path("span strong", true, span),
    path("dots middle-of", false, dot),
    path("dots middle-of strong", true, dot),
    ...gaps.flatMap((g, i) => [
      words(0, y(i) - 3, g.name, "start", g.strong ? "label" : "name"),
      words(0, y(i) + 12, g.note, "start", g.strong ? "label" : "tick"),
    ]),
  ];
  const place = (i: number) => ({
    x: WIDTH / 2,
    y: y(i),
    reach: [WIDTH / 2 - 2, ROW / 2 - 2] as [number, number],
  });
  return { picture: picture(WIDTH, bottom + FOOT, label, content), place };
}

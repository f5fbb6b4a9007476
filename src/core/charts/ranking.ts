import { bottomAxis, cut, type Frame, linear, picture, round, words } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

export interface Place {
  /** As said before the name: `1`. */
  rank: string;
  name: string;
  value: number;
  /** Stands beside the name, to which it leaves room for 46 letters. */
  note?: string;
}

const WIDTH = 640;
const ROW = 30;
const TOP = 8;
const FOOT = 44;
/** Where notes begin: in sight also on a phone, where a plot is cut on the right until scrolled. */
const NOTE = 360;
/** More letters than these are cut, in sight. */
const LETTERS = 62;

/** Rows of name, bar and value, on one axis from 0. */
export function rankingChart(places: readonly Place[], label: string, axisLabel: string) {
  const bottom = TOP + Math.max(1, places.length) * ROW;
  const frame: Frame = { left: 34, right: WIDTH - 62, top: TOP, bottom };
  const most = places.reduce((top, p) => Math.max(top, p.value), 1);
  const x = linear([0, most], [frame.left, frame.right]);
  const y = (row: number) => TOP + row * ROW + 21;
  const content: Shape[] = [
    ...bottomAxis(frame, { scale: x, label: axisLabel }),
    shape("path", {
      class: "bar",
      d: places.map((p, i) => `M${frame.left} ${y(i)}H${round(x(p.value))}`).join(""),
    }),
    shape("path", {
      class: "dots group-3",
      d: places.map((p, i) => `M${round(x(p.value))} ${y(i)}h0`).join(""),
    }),
    ...places.flatMap((p, i) => [
      words(frame.left - 9, y(i) + 1, p.rank, "end"),
      words(frame.left, y(i) - 8, cut(p.name, LETTERS), "start", "name over"),
      ...(p.note ? [words(NOTE, y(i) - 8, p.note, "start", "tick over")] : []),
      words(x(p.value) + 8, y(i) + 4, p.value.toFixed(2), "start", "value over"),
    ]),
  ];
  const place = (row: number) => ({
    x: WIDTH / 2,
    y: y(row) - 6,
    reach: [WIDTH / 2 - 2, ROW / 2 - 1] as [number, number],
  });
  return { picture: picture(WIDTH, bottom + FOOT, label, content), place };
}

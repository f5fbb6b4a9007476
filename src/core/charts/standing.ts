import { bottomAxis, cut, type Frame, linear, picture, round, words } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

/** One row: a score with the interval around it. */
export interface Standing {
  /** As said before the name, and the ranks it could hold. */
  rank: string;
  ranks: string;
  name: string;
  value: number;
  low: number;
  high: number;
  /** Rows of one group stand under its head; see `groups`. */
  group: string;
}

const WIDTH = 560;
const ROW = 32;
const HEAD = 30;
const FOOT = 44;
const NAME = 70;
/** More letters than these are cut, in sight. */
const LETTERS = 54;

/**
 * Rows of rank, name, and a dot in its interval, under a head for each group. A dashed line carries
 * the score of a group's first row through its others.
 */
export function standingChart(rows: readonly Standing[], label: string, axisLabel: string) {
  const { tops, heads, bottom } = stack(rows);
  const frame: Frame = { left: NAME, right: WIDTH - 46, top: HEAD, bottom };
  const low = rows.reduce((least, r) => Math.min(least, r.low), 100);
  const high = rows.reduce((most, r) => Math.max(most, r.high), 0);
  const x = linear(rows.length > 0 ? [low, high] : [0, 100], [frame.left, frame.right]);
  const y = (i: number) => tops[i]! + 23;
  const across = (name: string, step: (row: Standing, i: number) => string) =>
    shape("path", { class: name, d: rows.map(step).join("") });
  const content: Shape[] = [
    ...bottomAxis(frame, { scale: x, label: axisLabel }),
    ...heads.map(({ at, text }) => words(0, at, text, "start", "label over")),
    ...leaders(rows, tops, x),
    across("span", (r, i) => `M${round(x(r.low))} ${y(i)}H${round(x(r.high))}`),
    across("dots middle-of", (r, i) => `M${round(x(r.value))} ${y(i)}h0`),
    ...rows.flatMap((r, i) => [
      words(NAME - 12, y(i) - 9, r.rank, "end", "value"),
      words(NAME - 12, y(i) + 4, r.ranks, "end"),
      words(NAME, y(i) - 9, cut(r.name, LETTERS), "start", "name over"),
      words(x(r.high) + 7, y(i) + 4, r.value.toFixed(2), "start", "tick over"),
    ]),
  ];
  const place = (i: number) => ({
    x: WIDTH / 2,
    y: y(i) - 6,
    reach: [WIDTH / 2 - 2, ROW / 2 - 1] as [number, number],
  });
  return { picture: picture(WIDTH, bottom + FOOT, label, content), place };
}

/** Where each row begins, with room for a head wherever the group changes. */
function stack(rows: readonly Standing[]) {
  const tops: number[] = [];
  const heads: { at: number; text: string }[] = [];
  let bottom = 4;
  rows.forEach((row, i) => {
    if (row.group !== rows[i - 1]?.group) {
      heads.push({ at: bottom + 21, text: row.group });
      bottom += HEAD;
    }
    tops.push(bottom);
    bottom += ROW;
  });
  return { tops, heads, bottom: bottom + 4 };
}

/** From the first row of each group down to the end of that group. */
function leaders(rows: readonly Standing[], tops: readonly number[], x: (v: number) => number) {
  const first = new Map<string, number>();
  const parts: string[] = [];
  rows.forEach((row, i) => {
    const leader = first.get(row.group) ?? i;
    first.set(row.group, leader);
    if (leader === i) return;
    const at = round(x(rows[leader]!.value));
    parts.push(`M${at} ${tops[i - 1]! + 23}V${tops[i]! + 23}`);
  });
  return [shape("path", { class: "leader", d: parts.join("") })];
}

import { signed } from "../table/format.ts";
import { bottomAxis, type Frame, line, linear, picture, round, words } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

/** One row of dots. Median, its interval and the share are null where there are too few dots for them. */
export interface Strip {
  name: string;
  changes: readonly number[];
  median: number | null;
  /** 95 % interval of the median. */
  interval: { low: number; high: number } | null;
  /** Share of changes below 0, 0–1. */
  fell: number | null;
}

const WIDTH = 560;
const TOP = 30;
const FOOT = 44;
const ROW = 62;
/** Dots of a row stand in columns this wide, centred on its line. */
const COLUMN = 3;
/** Widest step between the dots of a column, and the most of a row's height that they fill. */
const STEP = 3;
const FILL = 50;

/**
 * Rows of changes on one axis, one dot each, nothing left out: those that fall into the same column
 * of three pixels stand on each other, closer the more there are in the fullest column of the row.
 */
export function stripChart(strips: readonly Strip[], label: string) {
  const bottom = TOP + strips.length * ROW;
  const frame: Frame = { left: 124, right: WIDTH - 14, top: TOP, bottom };
  const x = linear(domainOf(strips), [frame.left, frame.right], 8);
  const middle = (row: number) => TOP + (row + 0.5) * ROW;
  const rows = strips.map((s, i) => stack(s.changes.map(x), middle(i)));
  const content: Shape[] = [
    ...bottomAxis(frame, { scale: x, label: "Change, points", ticks: 8, format: whole }),
    line("base", x(0), frame.top, x(0), frame.bottom),
    words(0, TOP - 12, "Median, 95 %", "start", "label"),
    ...strips.flatMap((strip, i) => [
      words(0, middle(i) - 11, strip.name, "start", "name"),
      ...bandOf(strip, x, middle(i)),
      dots("change down", rows[i]!, (j) => strip.changes[j]! < 0),
      dots("change up", rows[i]!, (j) => strip.changes[j]! >= 0),
      ...medianOf(strip, x, middle(i)),
    ]),
  ];
  return {
    picture: picture(WIDTH, bottom + FOOT, label, content),
    place: (row: number, dot: number) => rows[row]![dot]!,
  };
}

function domainOf(strips: readonly Strip[]): [number, number] {
  const all = strips.flatMap((s) => s.changes);
  return [
    all.reduce((low, c) => Math.min(low, c), -5),
    all.reduce((high, c) => Math.max(high, c), 5),
  ];
}

interface Dot {
  x: number;
  y: number;
}

function stack(across: readonly number[], middle: number): Dot[] {
  const columns = new Map<number, number[]>();
  across.forEach((x, i) => {
    const column = Math.round(x / COLUMN);
    const members = columns.get(column) ?? [];
    members.push(i);
    columns.set(column, members);
  });
  const most = [...columns.values()].reduce((m, c) => Math.max(m, c.length), 1);
  const step = Math.min(STEP, FILL / most);
  const places: Dot[] = across.map(() => ({ x: 0, y: 0 }));
  for (const [column, members] of columns) {
    members.forEach((i, k) => {
      places[i] = {
        x: column * COLUMN,
        y: round(middle + (k - (members.length - 1) / 2) * step),
      };
    });
  }
  return places;
}

function dots(name: string, places: readonly Dot[], pick: (i: number) => boolean): Shape {
  const d = places.flatMap(({ x, y }, i) => (pick(i) ? [`M${x} ${y}h0`] : [])).join("");
  return shape("path", { class: name, d });
}

/** Behind the dots, what the median may be. */
function bandOf({ interval }: Strip, x: (value: number) => number, y: number): Shape[] {
  if (!interval) return [];
  const [left, right] = [x(interval.low), x(interval.high)];
  return [
    shape("rect", {
      class: "band",
      x: round(left),
      y: y - ROW / 2 + 4,
      width: round(Math.max(1, right - left)),
      height: ROW - 8,
    }),
  ];
}

function medianOf(
  { median, fell, interval }: Strip,
  x: (value: number) => number,
  y: number,
): Shape[] {
  if (median === null || fell === null) return [words(0, y + 6, "too few")];
  return [
    line("median", x(median), y - ROW / 2 + 4, x(median), y + ROW / 2 - 4),
    words(0, y + 6, signed(median), "start", "value"),
    words(56, y + 6, `${Math.round(fell * 100)} % fell`),
    ...(interval ? [words(0, y + 22, `${signed(interval.low)} to ${signed(interval.high)}`)] : []),
  ];
}

function whole(value: number): string {
  return value < 0 ? `−${-value}` : String(value);
}

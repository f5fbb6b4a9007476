import { bottomAxis, cut, type Frame, line, linear, picture, round, words } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

/** A bar with its name. */
export interface NamedBar {
  name: string;
  value: number;
  /** As said beside the bar. */
  text: string;
  /** Number of its colour, 0–4; 0 is the quiet one. */
  group: number;
}

const WIDTH = 640;
const ROW = 24;
const NAMES = 196;
const TOP = 12;
const FOOT = 44;
const LETTERS = 30;

/** Horizontal bars from zero to both sides, each with its name before and its value beside it. */
export function barChart(
  bars: readonly NamedBar[],
  options: { label: string; axis: string; groups: readonly string[] },
): Shape {
  const top = TOP + (options.groups.length > 1 ? 24 : 0);
  const bottom = top + Math.max(1, bars.length) * ROW;
  const frame: Frame = { left: NAMES, right: WIDTH - 64, top, bottom };
  const values = bars.map((b) => b.value);
  const x = linear([Math.min(0, ...values), Math.max(0, ...values)], [frame.left, frame.right]);
  const middle = (row: number) => top + row * ROW + ROW / 2;
  const content = [
    ...legend(options.groups),
    ...bottomAxis(frame, { scale: x, label: options.axis, format: (v) => v.toLocaleString("en") }),
    ...groupsOf(bars).map(([group, rows]) =>
      shape("path", {
        class: `fill fill-${group}`,
        d: rows.map((row) => box(x(0), x(bars[row]!.value), middle(row))).join(""),
      }),
    ),
    line("base", x(0), frame.top, x(0), frame.bottom),
    ...bars.flatMap((b, row) => [
      words(NAMES - 8, middle(row) + 4, cut(b.name, LETTERS), "end", "name"),
      words(Math.max(x(0), x(b.value)) + 6, middle(row) + 4, b.text, "start", "value over"),
    ]),
  ];
  return picture(WIDTH, bottom + FOOT, options.label, content);
}

function box(from: number, to: number, middle: number): string {
  const [top, bottom] = [middle - 8, middle + 8];
  return `M${round(from)} ${top}H${round(to)}V${bottom}H${round(from)}Z`;
}

function groupsOf(bars: readonly NamedBar[]): [number, number[]][] {
  const groups = new Map<number, number[]>();
  bars.forEach((bar, row) => {
    groups.set(bar.group, [...(groups.get(bar.group) ?? []), row]);
  });
  return [...groups].sort(([a], [b]) => a - b);
}

function legend(groups: readonly string[]): Shape[] {
  if (groups.length < 2) return [];
  let x = 4;
  return groups.flatMap((name, i) => {
    const at = x;
    x += 28 + cut(name, LETTERS).length * 6.6;
    return [
      shape("path", { class: `fill fill-${i}`, d: `M${round(at)} 6h10v10h-10Z` }),
      words(at + 15, 15, cut(name, LETTERS), "start", "name"),
    ];
  });
}

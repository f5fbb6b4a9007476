import { scaleLog } from "d3-scale";
import { type Frame, line, picture, round, words } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

/** A line from one rank to another. */
export interface Slope {
  name: string;
  from: number;
  to: number;
  /** Drawn in front and bolder. */
  strong: boolean;
  /** Named beside its left end. */
  named: boolean;
}

export interface SlopeOptions {
  /** For those who cannot see it. */
  label: string;
  /** What the two ends are. */
  from: string;
  to: string;
  /** The last rank there is. */
  lowest: number;
}

const WIDTH = 560;
const FRAME: Frame = { left: 264, top: 40, right: 520, bottom: 460 };
const FOOT = 34;
/** Height of a name. */
const NAME = 17;
const TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/**
 * Ranks at the left, ranks at the right, one line each, on the same logarithmic scale: a step from
 * 1 to 2 is as tall as one from 50 to 100. A level line is a rank that stayed.
 */
export function slopeChart(slopes: readonly Slope[], options: SlopeOptions) {
  const y = scaleLog([1, Math.max(2, options.lowest)], [FRAME.top, FRAME.bottom]);
  const names = placesOf(slopes.map((s) => (s.named ? y(s.from) : null)));
  const curve = (s: Slope) => {
    const [from, to, middle] = [round(y(s.from)), round(y(s.to)), (FRAME.left + FRAME.right) / 2];
    return `M${FRAME.left} ${from}C${middle} ${from} ${middle} ${to} ${FRAME.right} ${to}`;
  };
  const lines = (strong: boolean): Shape[] => {
    const some = slopes.filter((s) => s.strong === strong);
    const ends = some.map(
      (s) => `M${FRAME.left} ${round(y(s.from))}h0M${FRAME.right} ${round(y(s.to))}h0`,
    );
    const name = strong ? "slope strong" : "slope";
    if (some.length === 0) return [];
    return [
      shape("path", { class: name, d: some.map(curve).join("") }),
      shape("path", { class: `${name} ends`, d: ends.join("") }),
    ];
  };
  const content: Shape[] = [
    ...TICKS.filter((t) => t <= options.lowest).flatMap((t) => [
      line("rule", FRAME.left, y(t), FRAME.right, y(t)),
      words(FRAME.right + 10, y(t) + 4, String(t)),
    ]),
    words(FRAME.left + 30, FRAME.top - 20, options.from, "end", "label"),
    words(WIDTH, FRAME.top - 20, options.to, "end", "label"),
    words(
      (FRAME.left + FRAME.right) / 2,
      FRAME.bottom + 26,
      "Rank among the models in both, log scale",
      "middle",
      "label",
    ),
    ...lines(false),
    ...lines(true),
    ...slopes.flatMap((s, i) => nameOf(s, names[i] ?? null, y(s.from))),
  ];
  return {
    picture: picture(WIDTH, FRAME.bottom + FOOT, options.label, content),
    /** Where a line ends. */
    end: (i: number) => ({ x: FRAME.right, y: round(y(slopes[i]!.to)) }),
    /** Where its name stands. */
    name: (i: number) => ({
      x: (FRAME.left - 14) / 2,
      y: names[i] ?? 0,
      reach: [(FRAME.left - 14) / 2, NAME / 2] as [number, number],
    }),
  };
}

/** Name, both ranks, and a hair to the line's end. */
function nameOf(slope: Slope, place: number | null, at: number): Shape[] {
  if (place === null) return [];
  const name = slope.strong ? "value" : "name";
  return [
    words(FRAME.left - 84, place + 4, slope.name, "end", name),
    words(FRAME.left - 20, place + 4, `${slope.from} → ${slope.to}`, "end", name),
    line("hair", FRAME.left - 16, place, FRAME.left - 4, at),
  ];
}

/** Moves names apart: down where they would touch, and back up from the lower edge. */
function placesOf(wanted: readonly (number | null)[]): (number | null)[] {
  const places = [...wanted];
  const order = places.flatMap((p, i) => (p === null ? [] : [i]));
  order.sort((a, b) => places[a]! - places[b]! || a - b);
  let free = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    places[i] = Math.max(places[i]!, free);
    free = places[i]! + NAME;
  }
  free = FRAME.bottom + NAME;
  for (const i of order.reverse()) {
    places[i] = round(Math.min(places[i]!, free - NAME));
    free = places[i]!;
  }
  return places;
}

import { bottomAxis, type Frame, leftAxis, linear, picture, round, words } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";
import { logDomain, logScale, logTicks } from "./time.ts";

/** One dot. Dots of one group share a colour, a shape of dot and an entry in the legend. */
export interface Dot {
  x: number;
  y: number;
  group?: number;
}

export interface ScatterOptions {
  /** For those who cannot see it. */
  label: string;
  x: Across;
  y: { label: string; domain?: [number, number] };
  /** Names of the groups, in the order of their numbers; the first is the quiet one. */
  groups?: string[];
  /** A group whose dots, in their order, are the steps of a line to the right edge. */
  stepped?: number;
  width?: number;
  height?: number;
}

interface Across {
  label: string;
  domain?: [number, number];
  /** Equal steps are equal factors; then all values must be above 0. */
  log?: boolean;
  ticks?: readonly number[];
  format?: (value: number) => string;
}

const MARGIN = { left: 44, right: 14, top: 30, bottom: 44 };

/**
 * A scatter plot. All dots of a group are one path (a dot is a stroke of no length), which keeps
 * thousands of them within a few kilobytes without leaving any out. Groups differ in size and
 * outline as well as in colour.
 */
export function scatterChart(dots: readonly Dot[], options: ScatterOptions) {
  const { width = 640, height = 440, groups = [] } = options;
  const frame: Frame = {
    left: MARGIN.left,
    top: MARGIN.top + (groups.length > 1 ? 22 : 0),
    right: width - MARGIN.right,
    bottom: height - MARGIN.bottom,
  };
  const x = across(dots, options.x, [frame.left, frame.right]);
  const y = linear(options.y.domain ?? domainOf(dots.map((d) => d.y)), [frame.bottom, frame.top]);
  const place = (dot: Dot): [number, number] => [round(x.scale(dot.x)), round(y(dot.y))];
  const content: Shape[] = [
    ...bottomAxis(frame, { ...options.x, scale: x.scale, ticks: x.ticks }),
    ...leftAxis(frame, { scale: y, label: options.y.label }),
    ...steps(
      dots.filter((d) => d.group !== undefined && d.group === options.stepped).map(place),
      frame,
    ),
    ...paths(dots, place),
    ...(groups.length > 1 ? [shape("g", { class: "legend" }, legend(groups, frame))] : []),
  ];
  return { picture: picture(width, height, options.label, content), place, frame };
}

function across(dots: readonly Dot[], { domain, log, ticks }: Across, range: [number, number]) {
  const values = dots.map((d) => d.x);
  if (!log) return { scale: linear(domain ?? domainOf(values), range), ticks: ticks ?? 5 };
  const scale = logScale(domain ?? logDomain(values), range);
  return { scale, ticks: ticks ?? logTicks(scale) };
}

function steps(places: readonly [number, number][], frame: Frame): Shape[] {
  const [first, ...rest] = places;
  if (!first) return [];
  const path = rest.map(([x, y]) => `H${x}V${y}`).join("");
  return [
    shape("path", { class: "step step-3", d: `M${first[0]} ${first[1]}${path}H${frame.right}` }),
  ];
}

function domainOf(values: number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  let [low, high] = [values[0]!, values[0]!];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/**
 * Quiet dots first, so that the others lie on top. Whole pixels: nobody sees a tenth of a dot; dots
 * at one place are drawn once.
 */
function paths(dots: readonly Dot[], place: (dot: Dot) => [number, number]): Shape[] {
  const byGroup = new Map<number, Set<string>>();
  for (const dot of dots) {
    const [px, py] = place(dot);
    const group = dot.group ?? 0;
    const drawn = byGroup.get(group) ?? new Set();
    drawn.add(`M${Math.round(px)} ${Math.round(py)}h0`);
    byGroup.set(group, drawn);
  }
  return [...byGroup]
    .sort(([a], [b]) => a - b)
    .map(([group, drawn]) =>
      shape("path", { class: `dots group-${group}`, d: [...drawn].join("") }),
    );
}

function legend(groups: readonly string[], frame: Frame): Shape[] {
  let x = frame.left;
  return groups.flatMap((name, i) => {
    const at = x;
    x += 26 + name.length * 6.4;
    return [
      shape("path", { class: `dots group-${i}`, d: `M${round(at + 4)} 24h0` }),
      words(at + 13, 28, name, "start", "name"),
    ];
  });
}

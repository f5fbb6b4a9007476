import { type Frame, leftAxis, line, linear, picture, round, words } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";
import { logDomain, logScale, logTicks } from "./time.ts";

export interface SizeDot {
  /** Billions of parameters, above 0. */
  size: number;
  score: number;
  best: boolean;
}

const WIDTH = 640;
const HEIGHT = 440;
const FRAME: Frame = { left: 44, right: WIDTH - 14, top: 62, bottom: HEIGHT - 44 };

/**
 * Size across on a log scale, score up. The best are a stepped line with their own dots; all other
 * dots are one path.
 *
 * @param dots the best in order of size
 */
export function sizeChart(dots: readonly SizeDot[], label: string, yLabel: string) {
  const x = logScale(logDomain(dots.map((d) => d.size)), [FRAME.left, FRAME.right]);
  const y = linear(
    [0, dots.reduce((top, d) => Math.max(top, d.score), 1)],
    [FRAME.bottom, FRAME.top],
  );
  const at = (d: SizeDot): [number, number] => [round(x(d.size)), round(y(d.score))];
  const best = dots.filter((d) => d.best);
  const content = [
    ...axisOf(x),
    ...leftAxis(FRAME, { scale: y, label: yLabel }),
    shape("path", { class: "dots group-0", d: pathOf(dots.filter((d) => !d.best).map(at)) }),
    ...(best.length > 0 ? frontier(best.map(at)) : []),
    shape("path", { class: "dots group-0", d: "M48 16h0" }),
    words(58, 20, "evaluations", "start", "name"),
    shape("path", { class: "dots group-2", d: "M148 16h0" }),
    words(158, 20, "best for its size", "start", "name"),
  ];
  return { picture: picture(WIDTH, HEIGHT, label, content), at };
}

function axisOf(x: ReturnType<typeof logScale>): Shape[] {
  return [
    ...logTicks(x).flatMap((size) => [
      line("rule", x(size), FRAME.top, x(size), FRAME.bottom),
      words(x(size), FRAME.bottom + 16, `${size}B`, "middle"),
    ]),
    words(
      (FRAME.left + FRAME.right) / 2,
      FRAME.bottom + 34,
      "parameters, log scale",
      "middle",
      "label",
    ),
  ];
}

function frontier(places: [number, number][]): Shape[] {
  const [first, ...rest] = places as [[number, number], ...[number, number][]];
  const path = `M${first[0]} ${first[1]}${rest.map(([x, y]) => `H${x}V${y}`).join("")}H${FRAME.right}`;
  return [
    shape("path", { class: "step step-3", d: path }),
    shape("path", { class: "dots group-2", d: pathOf(places) }),
  ];
}

/** Whole pixels: nobody sees a tenth of a dot; dots on one another are drawn once. */
function pathOf(places: readonly [number, number][]): string {
  const dots = places.map(([x, y]) => `M${Math.round(x)} ${Math.round(y)}h0`);
  return [...new Set(dots)].join("");
}

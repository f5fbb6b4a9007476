import { scaleLog } from "d3-scale";
import { bottomAxis, type Frame, line, linear, picture, round, words } from "./axis.ts";
import { type Bin, bars } from "./histogram.ts";
import type { Shape } from "./svg.ts";

const WIDTH = 560;
const HEIGHT = 320;
const FRAME: Frame = { left: 52, right: WIDTH - 14, top: 36, bottom: HEIGHT - 44 };
/** Below 1, so that a bar of 1 can be seen. */
const BASE = 0.6;

/** A histogram with a logarithmic count, and a line that parts its bars. */
export function gapsChart(
  bins: readonly Bin[],
  border: { at: number; below: string; above: string },
  label: string,
  labels: { x: string; y: string },
) {
  const far = bins.reduce((most, b) => Math.max(most, b.high), border.at * 1.3);
  const most = bins.reduce((n, b) => Math.max(n, b.n), 10);
  const x = linear([0, far], [FRAME.left, FRAME.right]);
  const y = scaleLog([BASE, most * 1.3], [FRAME.bottom, FRAME.top]);
  const height = (n: number) => round(y(Math.max(BASE, n)));
  const at = x(border.at);
  const [below, above] = [
    bins.filter((b) => b.low < border.at),
    bins.filter((b) => b.low >= border.at),
  ];
  const powers = [1, 10, 100, 1000, 10_000].filter((n) => n <= most * 1.3);
  const content: Shape[] = [
    ...bottomAxis(FRAME, { scale: x, label: labels.x }),
    ...powers.flatMap((n) => [
      line("rule", FRAME.left, y(n), FRAME.right, y(n)),
      words(FRAME.left - 7, y(n) + 4, n.toLocaleString("en"), "end"),
    ]),
    words(0, FRAME.top - 22, labels.y, "start", "label"),
    bars(below, x, height, "bars"),
    bars(above, x, height, "bars told"),
    line("base", FRAME.left, FRAME.bottom, FRAME.right, FRAME.bottom),
    line("leader", at, FRAME.top - 8, at, FRAME.bottom),
    words(at - 6, FRAME.top - 2, border.below, "end", "tick over"),
    words(at + 6, FRAME.top - 2, border.above, "start", "tick over"),
  ];
  const place = (bin: Bin) => {
    const [left, right] = [x(bin.low), x(bin.high)];
    return {
      x: round((left + right) / 2),
      y: round((height(bin.n) + FRAME.bottom) / 2),
      reach: [round((right - left) / 2), round((FRAME.bottom - height(bin.n)) / 2)] as [
        number,
        number,
      ],
    };
  };
  return { picture: picture(WIDTH, HEIGHT, label, content), place };
}

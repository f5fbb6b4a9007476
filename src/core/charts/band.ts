import { scaleLinear } from "d3-scale";
import { bottomAxis, type Frame, leftAxis, line, picture, round } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

/** A rank and the ranks around it, all from 1. */
export interface Reach {
  rank: number;
  low: number;
  high: number;
}

const WIDTH = 560;
const HEIGHT = 500;
const FRAME: Frame = { left: 52, right: WIDTH - 14, top: 34, bottom: HEIGHT - 44 };

/**
 * Ranks across, and down the ranks that each could be: a band around the diagonal, 1 at the top.
 * Rows that fall on the same pixel are drawn as the widest of their ranges.
 */
export function bandChart(reaches: readonly Reach[], label: string, labels: [string, string]) {
  const last = reaches.reduce((most, r) => Math.max(most, r.high), 2);
  const x = scaleLinear([1, last], [FRAME.left, FRAME.right]);
  const y = scaleLinear([1, last], [FRAME.top, FRAME.bottom]);
  const axis = { format: (n: number) => n.toLocaleString("en"), ticks: 5 };
  const content: Shape[] = [
    ...bottomAxis(FRAME, { ...axis, scale: x, label: labels[0] }),
    ...leftAxis(FRAME, { ...axis, scale: y, label: labels[1] }),
    shape("path", { class: "band", d: outline(reaches, x, y) }),
    line("diagonal", x(1), y(1), x(last), y(last)),
  ];
  const place = ({ rank, low, high }: Reach) => ({
    x: round(x(rank)),
    y: round((y(low) + y(high)) / 2),
    reach: [2, Math.max(3, round((y(high) - y(low)) / 2))] as [number, number],
  });
  return { picture: picture(WIDTH, HEIGHT, label, content), place };
}

/** Along the best ranks from the first to the last, and back along the worst. */
function outline(
  reaches: readonly Reach[],
  x: (rank: number) => number,
  y: (rank: number) => number,
): string {
  const columns = new Map<number, { low: number; high: number }>();
  for (const { rank, low, high } of reaches) {
    const at = Math.round(x(rank));
    const known = columns.get(at);
    columns.set(at, {
      low: Math.min(low, known?.low ?? low),
      high: Math.max(high, known?.high ?? high),
    });
  }
  const steps = [...columns].sort(([a], [b]) => a - b);
  const above = steps.map(([at, { low }]) => `${at} ${round(y(low))}`);
  const below = steps.map(([at, { high }]) => `${at} ${round(y(high))}`).reverse();
  return steps.length === 0 ? "" : `M${[...above, ...below].join("L")}Z`;
}

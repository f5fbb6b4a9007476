import { extent } from "d3-array";
import { type ScaleTime, scaleLinear, scaleUtc } from "d3-scale";
import { line } from "d3-shape";

const WIDTH = 460;
const HEIGHT = 150;
const MARGIN = { top: 12, right: 58, bottom: 24, left: 40 };

export interface HistoryPoint {
  /** `YYYY-MM-DD` */
  day: string;
  average: number;
}

/**
 * Average over time as a line: days below, points of the average at the left, the last value beside
 * its point. Drawn for two days or more; the page shows the same figures as a table.
 */
export function historyChart(points: HistoryPoint[]): string {
  const days = points.map((p) => Date.parse(`${p.day}T00:00:00Z`));
  const [low = 0, high = 0] = extent(points, (p) => p.average);
  const room = Math.max(1, (high - low) * 0.25);
  const x = scaleUtc([Math.min(...days), Math.max(...days)], [MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLinear(
    [Math.max(0, low - room), high + room],
    [HEIGHT - MARGIN.bottom, MARGIN.top],
  ).nice(3);
  const at = points.map((p, i) => [round(x(days[i]!)), round(y(p.average))] as [number, number]);
  const path = line()(at) ?? "";
  const last = at.at(-1)!;
  const ticksX = timeTicks(x).map(([t, label]) => tickX(round(x(t)), label));
  const ticksY = y.ticks(3).map((t) => tickY(round(y(t)), String(t)));
  return (
    `<svg class="history" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Average over time: ` +
    `${points[0]!.average.toFixed(2)} on ${points[0]!.day}, ${points.at(-1)!.average.toFixed(2)} on ${points.at(-1)!.day}">` +
    `${ticksY.join("")}${ticksX.join("")}<path class="line" d="${path}"/>` +
    at.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3"/>`).join("") +
    `<text class="value" x="${last[0] + 8}" y="${last[1] + 4}">${points.at(-1)!.average.toFixed(2)}</text></svg>`
  );
}

/** Labels that have room side by side. */
const MOST_LABELS = 5;

/** Months, or days where there are several within a month; each label once, none over another. */
function timeTicks(x: ScaleTime<number, number>): [Date, string][] {
  const all = x.ticks(4);
  const step = Math.ceil(all.length / MOST_LABELS);
  const ticks = all.filter((_, i) => i % step === 0);
  const labelled = (format: string) => {
    const label = x.tickFormat(4, format);
    return new Map(ticks.map((t) => [label(t), t] as const).reverse());
  };
  const months = labelled("%b %Y");
  const labels = months.size < ticks.length ? labelled("%-d %b") : months;
  return [...labels].map(([label, t]): [Date, string] => [t, label]).reverse();
}

function tickX(x: number, label: string): string {
  return `<text x="${x}" y="${HEIGHT - 6}" text-anchor="middle">${label}</text>`;
}

function tickY(y: number, label: string): string {
  return (
    `<path class="rule" d="M${MARGIN.left} ${y}H${WIDTH - MARGIN.right}"/>` +
    `<text x="${MARGIN.left - 6}" y="${y + 4}" text-anchor="end">${label}</text>`
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

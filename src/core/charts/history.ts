import { type ScaleTime, scaleLinear, scaleUtc } from "d3-scale";
import { escapeMarkup } from "./markup.ts";
import type { Rule } from "./rules.ts";
import { timeOf } from "./time.ts";

const WIDTH = 460;
const GAP = 13;

/** A value of one evaluation over time: on known days between two changes it stayed the same. */
export interface HistoryLine {
  /** Said at the line's end; empty where there is one line only. */
  name: string;
  /** In order of time. */
  stretches: { first_day: string; last_day: string; value: number }[];
}

/**
 * Scores over time: days below, points at the left, the last value beside its line. Between two
 * stretches the line goes straight up or down, but across a rule it is broken: what stands on its two
 * sides was not measured alike. The page shows the same figures as a table.
 *
 * @param what said to those who cannot see it
 */
export function historyChart(
  lines: readonly HistoryLine[],
  { what, rules }: { what: string; rules: readonly Rule[] },
): string {
  const height = lines.length > 1 ? 250 : 150;
  const margin = { top: 14, right: lines.length > 1 ? 130 : 58, bottom: 24, left: 40 };
  const all = lines.flatMap((l) => l.stretches);
  const days = all.flatMap((s) => [timeOf(s.first_day), timeOf(s.last_day)]);
  const values = all.map((s) => s.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(1, (high - low) * 0.25);
  const from = Math.min(...days);
  const until = Math.max(...days, from + 86_400_000);
  const x = scaleUtc([from, until], [margin.left, WIDTH - margin.right]);
  const y = scaleLinear(
    [Math.max(0, low - room), Math.min(100, high + room)],
    [height - margin.bottom, margin.top],
  ).nice(3);
  const px = (day: string) => round(x(timeOf(day)));
  const py = (value: number) => round(y(value));
  const ticksX = timeTicks(x).map(
    ([t, label]) =>
      `<text x="${round(x(t))}" y="${height - 6}" text-anchor="middle">${label}</text>`,
  );
  const ticksY = y
    .ticks(lines.length > 1 ? 5 : 3)
    .map(
      (t) =>
        `<path class="rule" d="M${margin.left} ${py(t)}H${WIDTH - margin.right}"/>` +
        `<text x="${margin.left - 6}" y="${py(t) + 4}" text-anchor="end">${t}</text>`,
    );
  const known = rules.filter(({ day }) => timeOf(day) > from && timeOf(day) <= until);
  const marks = known.map(
    ({ day, label }) =>
      `<path class="rescoring" d="M${px(day)} ${margin.top - 4}V${height - margin.bottom}"><title>${label}, ${day}</title></path>`,
  );
  const ends = spread(
    lines.map((l) => py(l.stretches.at(-1)!.value)),
    height - margin.bottom,
  );
  const drawn = lines.map(({ name, stretches }, i) => {
    const last = stretches.at(-1)!;
    const end = px(last.last_day) + 8;
    const text = name ? `${name} ${last.value.toFixed(1)}` : last.value.toFixed(2);
    const dots = stretches.map((s) => `M${px(s.first_day)} ${py(s.value)}h0`).join("");
    return (
      `<path class="line line-${i}" d="${pathOf(stretches, known, px, py)}"/>` +
      `<path class="knot line-${i}" d="${dots}"/>` +
      `<text class="value" x="${end}" y="${ends[i]! + 4}">${escapeMarkup(text)}</text>`
    );
  });
  return (
    `<svg class="history" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeMarkup(what)}">` +
    `${ticksY.join("")}${ticksX.join("")}${marks.join("")}${drawn.join("")}</svg>`
  );
}

function pathOf(
  stretches: HistoryLine["stretches"],
  rules: readonly Rule[],
  px: (day: string) => number,
  py: (value: number) => number,
): string {
  return stretches
    .map(({ first_day, last_day, value }, i) => {
      const before = stretches[i - 1];
      const isBroken =
        !before || rules.some(({ day }) => day > before.last_day && day <= first_day);
      const start = isBroken ? `M${px(first_day)} ${py(value)}` : `H${px(first_day)}V${py(value)}`;
      return `${start}H${px(last_day)}`;
    })
    .join("");
}

/** Moves heights apart so that labels do not overlap, none below the last that there is room for. */
function spread(heights: readonly number[], last: number): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a]! - heights[b]!);
  const placed = [...heights];
  order.forEach((index, k) => {
    const above = order[k - 1];
    if (above !== undefined) placed[index] = Math.max(placed[index]!, placed[above]! + GAP);
  });
  let most = last;
  for (const index of order.toReversed()) {
    placed[index] = Math.min(placed[index]!, most);
    most = placed[index]! - GAP;
  }
  return placed;
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

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

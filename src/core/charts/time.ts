import { scaleLog, scaleUtc } from "d3-scale";
import { type Frame, line, words } from "./axis.ts";
import type { Shape } from "./svg.ts";

/** A day as a moment: midnight in UTC, milliseconds. */
export function timeOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** 2024-11-28 → 28 Nov 2024 */
export function dayWords(day: string): string {
  const format = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
  return new Date(timeOf(day)).toLocaleDateString("en-GB", format).replace("Sept", "Sep");
}

export function timeScale(domain: [string, string], range: [number, number]) {
  const [from, to] = domain.map(timeOf) as [number, number];
  return scaleUtc([from, to > from ? to : from + 86_400_000], range);
}

/** Grid lines and days below a frame, and the label at the end. */
export function timeAxis(
  frame: Frame,
  scale: ReturnType<typeof timeScale>,
  label: string,
): Shape[] {
  const format = scale.tickFormat(6, undefined);
  const [from, to] = scale.domain() as [Date, Date];
  const months = (+to - +from) / 86_400_000 / 30;
  return [
    ...scale
      .ticks(6)
      .flatMap((t, i) => [
        line("rule", scale(t), frame.top, scale(t), frame.bottom),
        words(
          scale(t),
          frame.bottom + 16,
          months > 3 ? monthWords(t, i === 0) : format(t),
          "middle",
        ),
      ]),
    words((frame.left + frame.right) / 2, frame.bottom + 34, label, "middle", "label"),
  ];
}

/** The year only where it is new. */
function monthWords(time: Date, first: boolean): string {
  const year = first || time.getUTCMonth() === 0 ? ({ year: "numeric" } as const) : {};
  return time.toLocaleDateString("en-US", { month: "short", ...year, timeZone: "UTC" });
}

/** A scale on which equal steps are equal factors; both ends of the domain above 0. */
export function logScale(domain: [number, number], range: [number, number]) {
  const [low, high] = domain;
  return scaleLog(low < high ? [low, high] : [low / 2, high * 2], range);
}

/** The powers of ten within the scale and their double and quintuple: 0.1, 0.2, 0.5, 1 … */
export function logTicks(scale: ReturnType<typeof logScale>): number[] {
  const [low, high] = scale.domain() as [number, number];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of [1, 2, 5]) {
      const tick = Number(`${digit}e${power}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/** The domain that holds these values with a little room; 1–10 where there are none. */
export function logDomain(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high === 0 ? [1, 10] : [low * 0.85, high * 1.15];
}

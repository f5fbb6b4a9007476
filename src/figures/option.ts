import type { Option } from "./figure.ts";

/** A slider counts days; the address names them. Days since 1970-01-01 in UTC. */
export function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
}

export function dayOf(number: number): string {
  return new Date(number * 86_400_000).toISOString().slice(0, 10);
}

/** Whether it is `YYYY-MM-DD` and a day that there is. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && Number.isFinite(dayNumber(text))
    ? dayOf(dayNumber(text)) === text
    : false;
}

/** A setting as its control holds it, and back. */
export function toControl(option: Option, value: string): string {
  return option.kind === "day" ? String(dayNumber(value)) : value;
}

export function fromControl(option: Option, value: string): string {
  return option.kind === "day" ? dayOf(Number(value)) : value;
}

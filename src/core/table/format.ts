import type { ModelType } from "../records/evaluation.ts";
import type { Column } from "./columns.ts";
import type { Value } from "./grid.ts";

/** What stands for an unknown value. */
export const UNKNOWN = "–";

/** Words for the types of models, which are stored as keys. */
export const TYPE_LABELS: Record<ModelType, string> = {
  pretrained: "Pretrained",
  continuously_pretrained: "Continued pretraining",
  fine_tuned: "Fine-tuned",
  chat: "Chat",
  merge: "Merge",
  multimodal: "Multimodal",
  other: "Other",
};

export function typeLabel(type: string | null): string {
  return type === null ? "Unknown type" : (TYPE_LABELS[type as ModelType] ?? type);
}

/** What is said of a model whose availability is `unlisted`. */
export const UNLISTED = "On the Hub without a usable card or licence when the table was made";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** 4576 → `4,576` */
export function count(value: number): string {
  return whole.format(value);
}

/** What default settings keep out of sight; a row hidden for both reasons counts as flagged. */
export function hiddenText({ flagged, total }: { flagged: number; total: number }): string {
  const parts = [
    total > flagged && `${count(total - flagged)} gone from the Hub`,
    flagged > 0 && `${count(flagged)} flagged`,
  ];
  return `Not shown: ${parts.filter(Boolean).join(", ")}`;
}

/** A value as a cell shows it. */
export function formatValue(
  column: Pick<Column, "name" | "kind" | "digits">,
  value: Value,
): string {
  if (value === null) return UNKNOWN;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") {
    return column.digits === undefined || column.digits === 0
      ? count(value)
      : value.toFixed(column.digits);
  }
  return column.name === "model_type" ? typeLabel(value) : value;
}

/** Parameters as people write them: 7M, 0.5B, 7.2B, 72B. In billions, what is below 0.05 would read as none. */
export function formatParams(billions: number | null): string {
  if (billions === null) return UNKNOWN;
  if (billions < 0.05) return `${Number((billions * 1000).toPrecision(2))}M`;
  return `${billions < 100 ? Number(billions.toFixed(1)) : Math.round(billions)}B`;
}

/** Steps of the heat scale. */
export const HEAT_STEPS = 10;

/**
 * Step of the quiet heat scale: 0 (no tint) to 9, evenly over 0 … `top`.
 *
 * @param top the column's highest value, so that the best cell of a hard benchmark is as warm as
 * that of an easy one
 */
export function heat(value: Value, top: number): number {
  if (typeof value !== "number" || !(top > 0)) return 0;
  const step = Math.floor((value / top) * HEAT_STEPS);
  return Math.max(0, Math.min(HEAT_STEPS - 1, step));
}

/** Bytes for people: 737 kB, 2.8 MB. */
export function formatBytes(bytes: number): string {
  return bytes < 1e6
    ? `${Math.max(1, Math.round(bytes / 1e3))} kB`
    : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `+3.21`, `−3.21`, `0.00`. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  if (Number(text) === 0) return text;
  return `${value > 0 ? "+" : "−"}${text}`;
}

export function points(value: number | null): string {
  return value === null ? UNKNOWN : value.toFixed(2);
}

export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Bytes, in units of 1,000. */
export function byteSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

import { count, type Evaluation, type ModelType } from "../../core/records/evaluation.ts";
import { modelTypeOf, weightTypeOf } from "../../core/records/model-type.ts";
import { cleanText } from "../../core/records/text.ts";
import type { Value } from "../../core/table/grid.ts";

/** Reads cells of published tables into values; what cannot be read is unknown (null). */

export function asText(cell: Value | undefined): string | null {
  if (cell === null || cell === undefined) return null;
  const text = typeof cell === "string" ? unguarded(cleanText(cell.trim())) : String(cell);
  return text === "" || text === "NA" || text === "N/A" ? null : text;
}

/** Our own CSV files put `'` before text that a spreadsheet would take for a formula. */
function unguarded(text: string): string {
  return /^'[=+\-@]/.test(text) ? text.slice(1) : text;
}

export function asNumber(cell: Value | undefined): number | null {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : null;
  const text = asText(cell);
  if (text === null || isEmpty(cell)) return null;
  const value = Number(inEnglish(text.replace(/\s*%$/, "")));
  return Number.isFinite(value) ? value : null;
}

/** What tables have where they know nothing. */
const EMPTY = /^(?:[-–—]|nan|null|none|n\/?a)?$/i;

/** Whether a cell says nothing. */
export function isEmpty(cell: Value | undefined): boolean {
  if (typeof cell === "number") return Number.isNaN(cell);
  return cell === null || cell === undefined || EMPTY.test(String(cell).trim());
}

/** `1,234` is 1234 to some and 1.234 to others. */
export function isAmbiguous(cell: Value | undefined): boolean {
  return typeof cell === "string" && /^[+-]?[1-9]\d{0,2},\d{3}\s*%?$/.test(cell.trim());
}

/** A number as English and JavaScript have it, of one with a comma that can only be the decimal one. */
function inEnglish(text: string): string {
  if (isAmbiguous(text)) return text;
  // 1.234,5 and 50,5
  if (/^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+$/.test(text)) {
    return text.replaceAll(".", "").replace(",", ".");
  }
  // 1,234.5
  if (/^[+-]?\d{1,3}(?:,\d{3})+\.\d+$/.test(text)) return text.replaceAll(",", "");
  return text;
}

export function asBoolean(cell: Value | undefined): boolean | null {
  if (typeof cell === "boolean") return cell;
  const text = asText(cell)?.toLowerCase();
  return text === "true" ? true : text === "false" ? false : null;
}

export function asDay(cell: Value | undefined): string | null {
  const text = asText(cell);
  if (!text || !/^\d{4}-\d{2}-\d{2}(?:[T ].*)?$/.test(text)) return null;
  const day = text.slice(0, 10);
  return isDay(day) ? day : null;
}

/** A moment in ISO 8601 or as Python prints it, as `2024-06-30T12:00:00Z`; without a zone it is UTC. */
export function asInstant(cell: Value | undefined): string | null {
  const text = asText(cell);
  const match =
    text &&
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!match || !isDay(match[1]!)) return null;
  const time = Date.parse(`${match[1]}T${match[2]}${match[3] ?? "Z"}`);
  return Number.isNaN(time) ? null : `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Days seen, and whether there is such a day: tables repeat a few hundred of them. */
const days = new Map<string, boolean>();

/** JavaScript takes 30 February for 1 March. */
function isDay(day: string): boolean {
  const known = days.get(day);
  if (known !== undefined) return known;
  const time = Date.parse(`${day}T00:00:00Z`);
  const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
  days.set(day, real);
  return real;
}

/** Architectures published as `?` or `Unknown` are unknown. */
export function asArchitecture(cell: Value | undefined): string | null {
  const text = asText(cell);
  return text === null || text === "?" || text.toLowerCase() === "unknown" ? null : text;
}

export function asLicense(cell: Value | undefined): string | null {
  const text = asText(cell);
  return text === null || text === "?" || text.toLowerCase() === "unknown" ? null : text;
}

/** Sizes of 0 and −1 were published where the size was not found. */
export function asParams(cell: Value | undefined): number | null {
  const value = asNumber(cell);
  return value !== null && value > 0 ? value : null;
}

/** A number that no table's column could hold is unknown. */
export function asCount(cell: Value | undefined): number | null {
  return count.safeParse(asNumber(cell)).data ?? null;
}

/** `Removed` says that the base model is gone, not what it was; `NAME (Merge)` names a merge. */
export function asBaseModel(cell: Value | undefined): string | null {
  const text = asText(cell)?.replace(/ \(Merge\)$/, "") ?? null;
  return text === "Removed" ? null : text;
}

export function asWeightType(cell: Value | undefined): Evaluation["weight_type"] {
  return weightTypeOf(asText(cell) ?? "");
}

export function asModelType(cell: Value | undefined): ModelType | null {
  return modelTypeOf(asText(cell) ?? "");
}

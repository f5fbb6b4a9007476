import type { Value } from "./grid.ts";

/**
 * The part of Arrow's types and batches that is read here; the package's own types do not resolve.
 * `typeId`s are those of the Arrow format.
 */
export interface ArrowField {
  name: string;
  type: { typeId: number; unit?: number; scale?: number };
}
export interface ArrowBatch {
  numRows: number;
  schema: { fields: ArrowField[] };
  getChildAt(index: number): { get(row: number): unknown } | null;
}

const DECIMAL = 7;
const DATE = 8;
const TIME = 9;
const TIMESTAMP = 10;

/** How a column's values become plain ones. */
export function readerOf({ type }: ArrowField): (value: unknown) => Value {
  if (type.typeId === DECIMAL) return (v) => (v === null ? null : decimal(String(v), type.scale));
  if (type.typeId === DATE) return (v) => dayText(v);
  if (type.typeId === TIME) return (v) => (v === null ? null : timeText(Number(v), type.unit ?? 2));
  if (type.typeId === TIMESTAMP) return (v) => (v === null ? null : momentText(Number(v)));
  return plain;
}

/**
 * Rows of a batch as arrays of plain values: 64-bit integers and decimals become numbers, or stay
 * text where a number would not be exact; days and moments are text.
 */
export function rowsOf(batch: ArrowBatch): Value[][] {
  const columns = batch.schema.fields.map((field, i) => ({
    column: batch.getChildAt(i),
    read: readerOf(field),
  }));
  return Array.from({ length: batch.numRows }, (_, row) =>
    columns.map(({ column, read }) => read(column?.get(row) ?? null)),
  );
}

function plain(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return whole(value);
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return value;
  return String(value);
}

function whole(value: bigint): Value {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Arrow gives the digits, and how many of them stand behind the point. */
function decimal(digits: string, scale = 0): Value {
  if (scale === 0) return whole(BigInt(digits));
  const negative = digits.startsWith("-");
  const padded = digits.replace("-", "").padStart(scale + 1, "0");
  const text = `${negative ? "-" : ""}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  return padded.length <= 15 ? Number(text) : text;
}

function dayText(value: unknown): Value {
  if (value === null) return null;
  const day = value instanceof Date ? value : new Date(Number(value));
  return Number.isNaN(day.getTime()) ? null : day.toISOString().slice(0, 10);
}

/** Milliseconds since 1970, with fractions → `2024-01-01 10:00:00.5`, in UTC. */
function momentText(milliseconds: number): Value {
  const moment = new Date(milliseconds);
  if (Number.isNaN(moment.getTime())) return null;
  return moment
    .toISOString()
    .replace("T", " ")
    .replace(/\.?0*Z$/, "");
}

/** Ticks since midnight of a unit (s, ms, µs, ns) → `10:00:01.25`. */
function timeText(ticks: number, unit: number): string {
  const seconds = ticks / 1000 ** unit;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = (seconds % 60).toFixed(6).replace(/\.?0+$/, "");
  const two = (n: number | string) => String(n).padStart(2, "0");
  const [whole = "0", fraction] = rest.split(".");
  return `${two(hours)}:${two(minutes)}:${two(whole)}${fraction ? `.${fraction}` : ""}`;
}

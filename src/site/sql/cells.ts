import { UNKNOWN } from "../../core/table/format.ts";
import type { Value } from "../../core/table/grid.ts";
import { isWhole, type ResultColumn } from "./types.ts";

/** Decimals that a cell shows at most; the whole value is in its tooltip and in files. */
const DECIMALS = 4;
/** Characters that a cell shows at most. */
const LETTERS = 300;
/** Rows by which a column's width and decimals are chosen. */
const SAMPLE = 200;

/** How a column of a result is written. */
export interface CellFormat {
  column: ResultColumn;
  decimals: number;
  /** Characters that its widest cells and its header take, within reason. */
  width: number;
}

/** The same number of decimals for all of a column, as many as its values have, at most four. */
export function formatOf(
  column: ResultColumn,
  index: number,
  rows: readonly (readonly Value[])[],
): CellFormat {
  const sample = rows.slice(0, SAMPLE).map((row) => row[index] ?? null);
  const decimals = isWhole(column.type) ? 0 : Math.max(0, ...sample.map(decimalsOf));
  const draft = { column, decimals, width: 0 };
  const longest = Math.max(column.name.length + 2, column.type.length, 0);
  const widths = sample.map((value) => Math.min(60, cellText(draft, value).length));
  return { ...draft, width: Math.max(5, Math.min(40, longest), ...widths) };
}

function decimalsOf(value: Value): number {
  if (typeof value !== "number" || !Number.isFinite(value)) return 0;
  const [, fraction = ""] = String(value).split(/[.e]/);
  return String(value).includes("e-") ? DECIMALS : Math.min(DECIMALS, fraction.length);
}

/** What a cell says. */
export function cellText({ column, decimals }: CellFormat, value: Value): string {
  if (value === null) return UNKNOWN;
  if (typeof value === "number") return numberText(value, column.kind === "number" ? decimals : 0);
  const text = String(value);
  return text.length > LETTERS ? `${text.slice(0, LETTERS)}…` : text;
}

function numberText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const tiny = size !== 0 && size < 10 ** -DECIMALS;
  return tiny || size >= 1e15 ? String(Number(value.toPrecision(6))) : value.toFixed(decimals);
}

/** The whole value, for a tooltip where the cell does not say it. */
export function wholeText(value: Value): string {
  const text = value === null ? "unknown (NULL)" : String(value);
  return text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
}

import { settingsWords } from "../suite/settings.ts";
import type { Column } from "./columns.ts";
import { formatParams, formatValue, heat } from "./format.ts";
import type { Grid, Value } from "./grid.ts";
import { at } from "./grid.ts";

/** Highest value of each score column: the warm end of its heat scale. */
export function topsOf(grid: Grid, columns: readonly Column[]): Record<string, number> {
  const tops: Record<string, number> = {};
  for (const column of columns) {
    if (!isScore(column)) continue;
    let top = 0;
    for (const value of grid.columns[column.name] ?? []) {
      if (typeof value === "number" && value > top) top = value;
    }
    tops[column.name] = top;
  }
  return tops;
}

/** Scores and the average carry the heat scale and say more on hover or focus. */
export function isScore(column: Column): boolean {
  return column.benchmark !== undefined || column.name === "average";
}

/** Classes of a cell: its kind, and its step on the heat scale. */
export function cellClass(column: Column, value: Value, tops: Record<string, number>): string {
  if (isScore(column)) {
    const step = heat(value, tops[column.name] ?? 0);
    return column.name === "average" ? `n avg h${step}` : `n s h${step}`;
  }
  return column.kind === "number" ? "n" : "t";
}

/** What a cell says. */
export function cellText(column: Column, value: Value): string {
  return column.name === "params_b"
    ? formatParams(value as number | null)
    : formatValue(column, value);
}

/** Why a cell's size is doubted, which a mark beside it says; null in all other cells. */
export function doubtIn(column: Column, grid: Grid, row: number): string | null {
  return column.name === "params_b" ? (at(grid, "params_doubt", row) as string | null) : null;
}

/** The reason as the mark says it. */
export function doubtWords(doubt: string): string {
  return `Size doubted: ${doubt}`;
}

/** What a cell says where there is no room for a mark. */
export function markedText(column: Column, value: Value, doubt: string | null): string {
  const text = cellText(column, value);
  return doubt === null ? text : `${text} ?`;
}

/** Class of a column's `<col>`, which sets its width. */
export function widthClass(column: Column): string {
  if (column.name === "model") return "w-model";
  if (isScore(column)) return "w-score";
  if (column.name === "rank") return "w-rank";
  return { number: "w-number", text: "w-text", boolean: "w-yes", date: "w-date" }[column.kind];
}

/** The quiet second line under a model's name: what tells its evaluations apart. */
export function variantOf(grid: Grid, row: number): string {
  const parts = [at(grid, "precision", row)];
  const weights = at(grid, "weight_type", row);
  if (weights !== null && weights !== "Original") parts.push(String(weights).toLowerCase());
  if (at(grid, "chat_template", row) === true) parts.push("chat template");
  const settings = at(grid, "settings", row);
  if (settings !== null) parts.push(settingsWords(String(settings)));
  return parts.filter((p) => p !== null).join(" · ");
}

/** `OWNER/` and `NAME`; the owner is empty for the few names without one. */
export function splitModel(model: string): { owner: string; name: string } {
  const slash = model.indexOf("/");
  return slash < 0
    ? { owner: "", name: model }
    : { owner: model.slice(0, slash), name: model.slice(slash + 1) };
}

import type { Column } from "../../core/table/columns.ts";
import { columnsOf } from "../../core/table/columns.ts";
import type { Grid } from "../../core/table/grid.ts";
import type { Board } from "./board.ts";

interface BoardGrid {
  grid: Grid;
  columns: Column[];
}

const grids = new WeakMap<Board, BoardGrid>();

/**
 * A board's table as views read it, and the columns that know something. Looked through
 * once: ten thousand model pages ask for it.
 */
export function gridOf(board: Board): BoardGrid {
  const made = grids.get(board) ?? makeGrid(board);
  grids.set(board, made);
  return made;
}

function makeGrid({ suite, table }: Board): BoardGrid {
  const grid: Grid = { length: table.length, columns: table.columns };
  const present = (name: string) => grid.columns[name]?.some((v) => v !== null) ?? false;
  return { grid, columns: columnsOf(suite, present) };
}

/** Distinct values of a column, most frequent first. */
export function valuesOf(grid: Grid, name: string): string[] {
  const counts = new Map<string, number>();
  for (const value of grid.columns[name] ?? []) {
    if (value !== null) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  }
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([value]) => value);
}

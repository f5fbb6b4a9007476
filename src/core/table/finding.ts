import type { Suite } from "../records/suite.ts";
import { at, type Grid } from "./grid.ts";

/** The finding of a table: its first row, which leads the whole table only where its rank says so. */
export function leaderText(suite: Suite, grid: Grid, row: number | undefined): string {
  if (row === undefined) return `${suite.name} has no evaluations yet.`;
  const average = `an average of ${Number(at(grid, "average", row)).toFixed(2)}`;
  return at(grid, "rank", row) === 1
    ? `${at(grid, "model", row)} leads ${suite.name} with ${average}.`
    : `${at(grid, "model", row)} is the best on ${suite.name} that is still on the Hub, with ${average}.`;
}

import { at, type Grid } from "./grid.ts";

/** Keys of the benchmarks whose newest re-scoring left a row's score as it was: not re-scored, or the same. */
export function passedOver(grid: Grid, row: number): string[] {
  const keys = at(grid, "rescoring_unchanged", row);
  return typeof keys === "string" ? keys.split(",") : [];
}

/** Whether a benchmark is among them. */
export function isPassedOver(grid: Grid, key: string, row: number): boolean {
  return passedOver(grid, row).includes(key);
}

import type { Suite } from "../records/suite.ts";

/** Whether a table knows anything of a column: at least one value. */
export type Knows = (table: string, column: string) => boolean;

/** The benchmarks of a suite of which its table has a score. */
export function scored({ table, benchmarks }: Suite, knows: Knows): string[] {
  return benchmarks.map((b) => b.key).filter((key) => knows(table, key));
}

/** Whether the table knows all of these columns. */
export function knowsAll({ table }: Suite, knows: Knows, ...columns: string[]): boolean {
  return columns.every((column) => knows(table, column));
}

/** Whether averages have standard errors: each benchmark's score does. */
export function knowsErrors(suite: Suite, knows: Knows): boolean {
  return knowsAll(suite, knows, "average", ...suite.benchmarks.map((b) => `${b.key}_stderr`));
}

import type { Suite } from "../records/suite.ts";
import { columnsOf } from "./columns.ts";
import { count } from "./format.ts";
import { at, type Grid } from "./grid.ts";

/**
 * What a suite says of columns of its table, a few sentences each: `Column MoE. This is the source’s
 * word, … Of 563 evaluations marked so, 198 have another architecture, or none stated.`
 */
export function columnNotes(suite: Suite, grid: Grid): string[] {
  const labels = new Map(columnsOf(suite, () => true).map((c) => [c.name, c.label]));
  return suite.column_notes.map(({ column, note, borne_out_by: by }) => {
    const start = `Column ${labels.get(column) ?? column}. ${note}`;
    if (!by) return start;
    const values = new Set<unknown>(by.values);
    let [marked, unborne] = [0, 0];
    for (let row = 0; row < grid.length; row++) {
      if (at(grid, column, row) !== true) continue;
      marked++;
      if (!values.has(at(grid, by.column, row))) unborne++;
    }
    const other = (labels.get(by.column) ?? by.column).toLowerCase();
    return `${start} Of ${count(marked)} evaluations marked so, ${count(unborne)} have another ${other}, or none stated.`;
  });
}

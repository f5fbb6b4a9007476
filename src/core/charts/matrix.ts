import { cut, picture, round, words } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

/** A cell of a matrix; a null value is not shown as a number. */
export interface MatrixCell {
  row: number;
  column: number;
  /** −1 … 1 */
  value: number | null;
}

const CELL = 74;
const LEFT = 96;
const TOP = 40;
/** As wide as the other charts even with few cells, so that they and their words are no larger. */
const NARROWEST = 544;
/** Characters that surely fit beside a row, and above a column. */
const ROW_NAME = 14;
const COLUMN_NAME = 12;

/**
 * A matrix of correlations with the value in every cell: deeper is stronger, and the hue tells the
 * sign (two hues that colour-blind readers tell apart; the number says it too).
 */
export function matrixChart(
  label: string,
  rows: readonly string[],
  columns: readonly string[],
  cells: readonly MatrixCell[],
): { picture: Shape; centre: (cell: MatrixCell) => [number, number]; reach: [number, number] } {
  const centre = (cell: MatrixCell): [number, number] => [
    LEFT + (cell.column + 0.5) * CELL,
    TOP + (cell.row + 0.5) * CELL,
  ];
  const content = [
    ...columns.map((name, i) =>
      words(LEFT + (i + 0.5) * CELL, TOP - 10, cut(name, COLUMN_NAME), "middle", "name"),
    ),
    ...rows.map((name, i) =>
      words(LEFT - 10, TOP + (i + 0.5) * CELL + 4, cut(name, ROW_NAME), "end", "name"),
    ),
    ...cells.flatMap((cell) => {
      const [x, y] = centre(cell);
      return [
        shape("rect", {
          class: `cell ${toneOf(cell.value)}`,
          x: round(x - CELL / 2 + 1),
          y: round(y - CELL / 2 + 1),
          width: CELL - 2,
          height: CELL - 2,
          rx: 3,
        }),
        words(x, y + 4, cell.value === null ? "–" : cell.value.toFixed(2), "middle", "value"),
      ];
    }),
  ];
  const width = Math.max(NARROWEST, LEFT + columns.length * CELL + 4);
  const height = TOP + rows.length * CELL + 4;
  return { picture: picture(width, height, label, content), centre, reach: [CELL / 2, CELL / 2] };
}

/** Nine steps: `tone-n4` … `tone-0` … `tone-p4`. */
function toneOf(value: number | null): string {
  if (value === null) return "tone-none";
  const step = Math.min(4, Math.round(Math.abs(value) * 4));
  return step === 0 ? "tone-0" : `tone-${value < 0 ? "n" : "p"}${step}`;
}

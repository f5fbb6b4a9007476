import type { Rows } from "../../browser/rows.ts";
import { refOf } from "./cells.ts";

/**
 * Arrow keys, Home, End, Page Up and Page Down move through the cells of a table whose rows come and
 * go (WAI-ARIA, "Grid pattern"). Tab enters and leaves: only the current cell is a tab stop.
 */
export function bindKeyboard(
  scroller: HTMLElement,
  body: HTMLTableSectionElement,
  rows: Rows,
  count: () => number,
): { settle(): void } {
  let row = 0;
  let column = 1;

  /** The focusable part of a cell: the link of the model, else the cell itself. */
  const stopOf = (index: number, at: number): HTMLElement | null => {
    const cell = rows.elementAt(index)?.cells[at];
    return cell?.querySelector<HTMLElement>("a") ?? cell ?? null;
  };

  /** Marks the current cell as the only tab stop; call after rows were filled. */
  const settle = () => {
    row = Math.min(row, Math.max(0, count() - 1));
    for (const stop of body.querySelectorAll<HTMLElement>("a, td[tabindex='0']"))
      stop.tabIndex = -1;
    const current = stopOf(row, column) ?? body.querySelector<HTMLElement>("a");
    if (current) current.tabIndex = 0;
  };

  const move = (toRow: number, toColumn: number) => {
    row = Math.max(0, Math.min(count() - 1, toRow));
    rows.reveal(row);
    const last = (rows.elementAt(row)?.cells.length ?? 2) - 1;
    column = Math.max(1, Math.min(last, toColumn));
    settle();
    const stop = stopOf(row, column);
    if (stop && stop.tabIndex < 0) stop.tabIndex = 0;
    stop?.focus({ preventScroll: true });
    stop?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  scroller.addEventListener("keydown", (event) => {
    if (!(event.target as Element).closest("tbody") || event.altKey || event.metaKey) return;
    const page = rows.perPage();
    const steps: Record<string, [number, number]> = {
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      PageDown: [row + page, column],
      PageUp: [row - page, column],
      Home: event.ctrlKey ? [0, column] : [row, 1],
      End: event.ctrlKey ? [count() - 1, column] : [row, Number.MAX_SAFE_INTEGER],
    };
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      move(...step);
    } else if (event.key.toLowerCase() === "p" && !event.ctrlKey) {
      rows.elementAt(row)?.querySelector<HTMLElement>(".pin")?.click();
    }
  });
  body.addEventListener("focusin", (event) => {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td, th");
    const ref = refOf(cell?.parentElement as HTMLTableRowElement | null);
    if (!cell || !ref) return;
    row = ref.index;
    column = Math.max(1, cell.cellIndex);
  });
  return { settle };
}

/**
 * Arrow keys, Home and End move through the score cells of a table; Tab enters and leaves it, for
 * only the current cell is a tab stop (WAI-ARIA, "Grid pattern"). Returns what to call after the
 * cells were made anew.
 */
export function bindCellKeys(body: HTMLTableSectionElement): () => void {
  let row = 0;
  let column = 0;

  const cellAt = (r: number, c: number) => {
    const cells = body.rows[r]?.querySelectorAll<HTMLElement>("td");
    return cells?.[Math.min(c, cells.length - 1)];
  };
  const settle = () => {
    for (const cell of body.querySelectorAll<HTMLElement>("td[tabindex='0']")) cell.tabIndex = -1;
    const current = cellAt(row, column) ?? cellAt(0, 0);
    if (current) current.tabIndex = 0;
  };
  const placeOf = (target: EventTarget | null) => {
    const cell = (target as Element).closest("td");
    const tr = cell?.closest("tr");
    return cell && tr ? { row: tr.sectionRowIndex, column: cell.cellIndex - 1 } : null;
  };

  body.addEventListener("keydown", (event) => {
    const place = placeOf(event.target);
    if (!place || event.altKey || event.ctrlKey || event.metaKey) return;
    const steps: Record<string, [number, number]> = {
      ArrowDown: [place.row + 1, place.column],
      ArrowUp: [place.row - 1, place.column],
      ArrowRight: [place.row, place.column + 1],
      ArrowLeft: [place.row, Math.max(0, place.column - 1)],
      Home: [place.row, 0],
      End: [place.row, Number.MAX_SAFE_INTEGER],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const cell = cellAt(...step);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  body.addEventListener("focusin", (event) => {
    const place = placeOf(event.target);
    if (place) ({ row, column } = place);
    settle();
  });
  return settle;
}

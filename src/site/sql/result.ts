import { createRows } from "../../browser/rows.ts";
import type { Value } from "../../core/table/grid.ts";
import { type CellFormat, cellText, formatOf, wholeText } from "./cells.ts";
import { nextSort, orderOf, type Sort } from "./order.ts";
import type { ResultColumn } from "./types.ts";

interface Parts {
  scroller: HTMLElement;
  table: HTMLTableElement;
}

/** The table of a result: only the rows in sight are in the page; headers sort. */
export function bindResult({ scroller, table }: Parts) {
  const head = table.tHead!.rows[0]!;
  const body = table.tBodies[0]!;
  let columns: ResultColumn[] = [];
  let formats: CellFormat[] = [];
  let rows: Value[][] = [];
  let order: number[] = [];
  let sort: Sort | null = null;

  const virtual = createRows({
    scroller,
    table,
    body,
    create: () => {
      const line = document.createElement("tr");
      for (const { kind } of columns) {
        line.insertCell().className = kind === "number" ? "n" : "";
      }
      return line;
    },
    fill: (line, index) => {
      line.setAttribute("aria-rowindex", String(index + 2));
      const row = rows[order[index]!]!;
      formats.forEach((format, i) => {
        const cell = line.cells[i]!;
        const value = row[i] ?? null;
        cell.textContent = cellText(format, value);
        cell.title = wholeText(value);
        cell.classList.toggle("unknown", value === null);
      });
    },
  });

  const sortBy = (index: number) => {
    sort = nextSort(sort, index, columns[index]!.kind);
    arrange();
    virtual.toTop();
    virtual.show(rows.length);
    showSort();
  };
  const arrange = () => {
    order = orderOf(rows, sort, sort ? columns[sort.column]!.kind : "text");
  };
  const showSort = () => {
    for (const [i, cell] of [...head.cells].entries()) {
      const mine = sort?.column === i;
      cell.ariaSort = mine ? (sort!.descending ? "descending" : "ascending") : "none";
    }
  };

  return {
    show(nextColumns: ResultColumn[], nextRows: Value[][]) {
      // No row of the old result is filled with what is new.
      virtual.show(0);
      columns = nextColumns;
      rows = nextRows;
      sort = null;
      formats = columns.map((column, i) => formatOf(column, i, rows));
      table.querySelector("colgroup")!.replaceChildren(
        ...formats.map(({ width }) => {
          const col = document.createElement("col");
          col.style.width = `calc(${width}ch + 1.5rem)`;
          return col;
        }),
      );
      const total = formats.reduce((sum, f) => sum + f.width, 0);
      table.style.width = `max(100%, calc(${total}ch + ${1.5 * formats.length}rem))`;
      table.setAttribute("aria-colcount", String(columns.length));
      head.replaceChildren(...columns.map((column, i) => headCell(column, () => sortBy(i))));
      arrange();
      showSort();
      virtual.rebuild();
      scroller.scrollLeft = 0;
      virtual.toTop();
      virtual.show(rows.length);
    },
  };
}

function headCell({ name, type, kind }: ResultColumn, sort: () => void): HTMLElement {
  const cell = document.createElement("th");
  cell.scope = "col";
  cell.className = kind === "number" ? "n" : "";
  const button = document.createElement("button");
  button.type = "button";
  button.title = name;
  button.addEventListener("click", sort);
  const label = document.createElement("span");
  label.textContent = name;
  const small = document.createElement("small");
  small.textContent = type.replaceAll('"', "");
  button.append(label, small);
  cell.append(button);
  return cell;
}

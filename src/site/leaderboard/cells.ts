import { element } from "../../browser/dom.ts";
import {
  cellClass,
  cellText,
  doubtIn,
  doubtWords,
  isScore,
  splitModel,
  variantOf,
  widthClass,
} from "../../core/table/cells.ts";
import type { Column } from "../../core/table/columns.ts";
import { typeLabel } from "../../core/table/format.ts";
import { at, type Grid } from "../../core/table/grid.ts";
import { pageAt } from "../../core/view/address.ts";

/** Where a row element finds its evaluation again. */
export interface RowRef {
  row: number;
  index: number;
}

const refs = new WeakMap<HTMLTableRowElement, RowRef>();

export function refOf(row: HTMLTableRowElement | null): RowRef | undefined {
  return row ? refs.get(row) : undefined;
}

/** What filling a row needs to know. */
export interface Filling {
  grid: Grid;
  columns: readonly Column[];
  tops: Record<string, number>;
  /** Address under which model pages stand. */
  models: string;
  average: readonly (number | null)[];
  places: readonly (number | null)[];
  pins: ReadonlySet<string>;
}

/** A row with a cell for every column; filled by `fillRow`. */
export function createRow(columns: readonly Column[]): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.append(document.createElement("td"), modelCell());
  row.cells[0]!.className = "place";
  for (const column of columns) {
    if (column.name === "model") continue;
    const cell = document.createElement("td");
    cell.dataset.column = column.name;
    if (isScore(column)) cell.tabIndex = -1;
    row.append(cell);
  }
  return row;
}

/** Writes evaluation `row` of the table, which stands at `index` of the view, into the element. */
export function fillRow(tr: HTMLTableRowElement, row: number, index: number, f: Filling): void {
  refs.set(tr, { row, index });
  tr.setAttribute("aria-rowindex", String(index + 2));
  const pinned = f.pins.has(String(at(f.grid, "eval_id", row)));
  setClass(tr, pinned ? "pinned" : "");
  setText(tr.cells[0]!, String(f.places[index] ?? "–"));
  fillModel(tr.cells[1]!, row, f, pinned);
  let i = 2;
  for (const column of f.columns) {
    if (column.name === "model") continue;
    const value =
      column.name === "average" ? (f.average[row] ?? null) : at(f.grid, column.name, row);
    const cell = tr.cells[i++]!;
    fillValue(cell, cellText(column, value), doubtIn(column, f.grid, row));
    setClass(cell, cellClass(column, value, f.tops));
  }
}

/** A size that is doubted carries a mark with the reason. */
function fillValue(cell: HTMLElement, text: string, doubt: string | null): void {
  if (doubt === null) {
    setText(cell, text);
    return;
  }
  const template = element<HTMLTemplateElement>("doubt-mark");
  const mark = template.content.firstElementChild!.cloneNode(true) as HTMLElement;
  mark.title = doubtWords(doubt);
  mark.querySelector(".visually-hidden")!.textContent = mark.title;
  cell.replaceChildren(text, mark);
}

/** The parts of a model cell, looked up once per row element. */
interface Parts {
  link: HTMLAnchorElement;
  name: HTMLElement;
  owner: HTMLElement;
  variant: HTMLElement;
  type: HTMLElement;
  star: HTMLElement;
  flag: HTMLElement;
  unlisted: HTMLElement;
  gone: HTMLElement;
  pin: HTMLElement;
}

const partsOf = new WeakMap<HTMLTableCellElement, Parts>();

function findParts(cell: HTMLTableCellElement): Parts {
  const find = <T extends HTMLElement>(selector: string) => cell.querySelector<T>(selector)!;
  const parts: Parts = {
    link: find<HTMLAnchorElement>("a"),
    name: find(".name"),
    owner: find(".owner"),
    variant: find(".variant"),
    type: find(".type"),
    star: find(".star"),
    flag: find(".flag"),
    unlisted: find(".unlisted"),
    gone: find(".gone"),
    pin: find(".pin"),
  };
  partsOf.set(cell, parts);
  return parts;
}

function fillModel(cell: HTMLTableCellElement, row: number, f: Filling, pinned: boolean): void {
  const model = String(at(f.grid, "model", row));
  const { owner, name } = splitModel(model);
  const type = at(f.grid, "model_type", row) as string | null;
  const parts = partsOf.get(cell) ?? findParts(cell);
  if (parts.link.title !== model) {
    parts.link.href = pageAt(`${f.models}${model}/`);
    parts.link.title = model;
    setText(parts.name, name);
    setText(parts.owner, owner);
  }
  setText(parts.variant, variantOf(f.grid, row));
  setClass(parts.type, `type type-${type ?? "unknown"}`);
  parts.type.title = typeLabel(type);
  parts.star.hidden = at(f.grid, "maintainers_choice", row) !== true;
  parts.flag.hidden = at(f.grid, "flagged", row) !== true;
  parts.unlisted.hidden = at(f.grid, "availability", row) !== "unlisted";
  parts.gone.hidden = at(f.grid, "on_hub", row) !== false;
  parts.pin.setAttribute("aria-pressed", String(pinned));
  parts.pin.setAttribute("aria-label", pinned ? `Unpin ${model}` : `Pin ${model} to the top`);
}

function modelCell(): Node {
  const template = element<HTMLTemplateElement>("model-cell");
  // A table cell outside a table survives in a template's content only as such.
  const cell = template.content.querySelector("th")!.cloneNode(true) as HTMLElement;
  // Which of all links is the table's tab stop is for the keyboard to say.
  cell.querySelector("a")!.tabIndex = -1;
  return cell;
}

function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

function setClass(node: Element, name: string): void {
  if (node.className !== name) node.className = name;
}

/**
 * The column widths and the header of the columns shown.
 *
 * @param sorted name of the column that the rows are sorted by
 */
export function fillHead(
  columns: readonly Column[],
  sorted: string | undefined,
  descending: boolean,
  labelOf: (column: Column) => string,
): void {
  const cols = element("cols");
  const head = element("head");
  const rest = columns.filter((c) => c.name !== "model");
  cols.replaceChildren(
    ...["w-place", "w-model", ...rest.map(widthClass)].map((name) => {
      const col = document.createElement("col");
      col.className = name;
      return col;
    }),
  );
  while (head.children.length > 2) head.lastElementChild?.remove();
  for (const column of rest) head.append(headCell(column, labelOf(column)));
  for (const button of head.querySelectorAll("button")) {
    button.disabled = false;
    const direction = descending ? "descending" : "ascending";
    const isSorted = button.dataset.sort === sorted;
    button.parentElement?.setAttribute("aria-sort", isSorted ? direction : "none");
  }
}

function headCell(column: Column, label: string): HTMLTableCellElement {
  const cell = document.createElement("th");
  cell.scope = "col";
  cell.className = column.kind === "number" ? "n" : "t";
  cell.title = column.hint;
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.sort = column.name;
  button.textContent = label;
  cell.append(button);
  return cell;
}

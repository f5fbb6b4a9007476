import { element, make } from "../../browser/dom.ts";
import type { Found } from "../../core/compare/find.ts";
import { splitModel } from "../../core/table/cells.ts";
import { UNKNOWN } from "../../core/table/format.ts";
import { at, type Grid } from "../../core/table/grid.ts";

/**
 * The box to add a model with: a combobox with a listbox (WAI-ARIA, "Combobox pattern"). The first
 * model found is the one that Enter takes, until the arrow keys choose another.
 *
 * @param find models for what was typed
 * @param pick takes a row; the box is then empty and ready for the next
 */
export function bindPicker(
  grid: Grid,
  find: (search: string) => Found,
  pick: (row: number) => void,
): void {
  const input = element<HTMLInputElement>("picker");
  const popup = element("picker-popup");
  const list = element("picker-list");
  const status = element("picker-status");
  let rows: number[] = [];
  let active = -1;

  const isOpen = () => !popup.hidden;
  const activate = (index: number) => {
    active = index;
    [...list.children].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === index));
      if (i === index) option.scrollIntoView({ block: "nearest" });
    });
    const option = list.children[index];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    popup.hidden = true;
    input.setAttribute("aria-expanded", "false");
    activate(-1);
  };
  const open = (from: "none" | "first" | "last") => {
    const found = find(input.value);
    rows = found.rows;
    list.replaceChildren(...rows.map((row, i) => optionElement(grid, row, i)));
    list.hidden = rows.length === 0;
    status.textContent = found.status;
    popup.hidden = false;
    input.setAttribute("aria-expanded", String(rows.length > 0));
    activate({ none: -1, first: Math.min(0, rows.length - 1), last: rows.length - 1 }[from]);
  };
  const take = (index: number) => {
    const row = rows[index];
    if (row === undefined) return;
    input.value = "";
    close();
    pick(row);
  };
  const move = (step: 1 | -1) => {
    const from = active < 0 && step < 0 ? 0 : active;
    if (!isOpen()) open(step > 0 ? "first" : "last");
    else if (rows.length > 0) activate((from + step + rows.length) % rows.length);
  };

  input.addEventListener("input", () => open(input.value === "" ? "none" : "first"));
  input.addEventListener("click", () => !isOpen() && open("none"));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && event.altKey) open("none");
    else if (event.key === "ArrowUp" && event.altKey) close();
    else if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") take(active);
    else if (event.key === "Escape" && isOpen()) close();
    else if (event.key === "Escape") input.value = "";
    else return;
    event.preventDefault();
  });
  // The box keeps the focus, or a press on an option would close the list before the click.
  popup.addEventListener("pointerdown", (event) => event.preventDefault());
  popup.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = (event.target as Element).closest("[role=option]");
    if (option) take([...list.children].indexOf(option));
  });
  input.disabled = false;
}

function optionElement(grid: Grid, row: number, index: number): HTMLElement {
  const { owner, name } = splitModel(String(at(grid, "model", row)));
  const average = at(grid, "average", row);
  const option = make(
    "li",
    "",
    make("span", "option-model", make("span", "soft", owner && `${owner}/`), name),
    make(
      "span",
      "option-facts",
      ...signsOf(grid, row).map((sign) => make("span", "tag warn", sign)),
      typeof average === "number" ? average.toFixed(2) : UNKNOWN,
    ),
  );
  option.id = `picker-option-${index}`;
  option.setAttribute("role", "option");
  return option;
}

/** Why the leaderboard does not show an evaluation by default. */
export function signsOf(grid: Grid, row: number): string[] {
  return [
    ...(at(grid, "flagged", row) === true ? ["Flagged"] : []),
    ...(at(grid, "on_hub", row) === false ? ["Gone from the Hub"] : []),
  ];
}

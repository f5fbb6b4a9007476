import { createCombobox } from "../../browser/combobox.ts";
import { make } from "../../browser/dom.ts";
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
  let rows: number[] = [];
  const take = (index: number) => {
    const row = rows[index];
    if (row === undefined) return;
    input.value = "";
    box.close();
    pick(row);
  };
  const box = createCombobox("picker", take);
  const { input } = box;
  const open = (from: "none" | "first" | "last") => {
    const found = find(input.value);
    rows = found.rows;
    const options = rows.map((row) => optionElement(grid, row));
    const active = { none: -1, first: Math.min(0, rows.length - 1), last: rows.length - 1 }[from];
    box.show(options, found.status, active);
  };
  const move = (step: 1 | -1) => {
    if (box.isOpen) box.move(step);
    else open(step > 0 ? "first" : "last");
  };

  input.addEventListener("input", () => open(input.value === "" ? "none" : "first"));
  input.addEventListener("click", () => !box.isOpen && open("none"));
  input.addEventListener("blur", box.close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && event.altKey) open("none");
    else if (event.key === "ArrowUp" && event.altKey) box.close();
    else if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") take(box.active);
    else if (event.key === "Escape" && box.isOpen) box.close();
    else if (event.key === "Escape") input.value = "";
    else return;
    event.preventDefault();
  });
  input.disabled = false;
}

function optionElement(grid: Grid, row: number): HTMLElement {
  const { owner, name } = splitModel(String(at(grid, "model", row)));
  const average = at(grid, "average", row);
  return make(
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
}

/** Why the leaderboard does not show an evaluation by default. */
export function signsOf(grid: Grid, row: number): string[] {
  return [
    ...(at(grid, "flagged", row) === true ? ["Flagged"] : []),
    ...(at(grid, "on_hub", row) === false ? ["Gone from the Hub"] : []),
  ];
}

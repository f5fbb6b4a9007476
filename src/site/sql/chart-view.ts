import type { Shape } from "../../core/charts/svg.ts";
import type { Value } from "../../core/table/grid.ts";
import {
  adjustChoice,
  type ChartChoice,
  type ChartKind,
  choicesFor,
  chooseChart,
  drawChart,
} from "./chart.ts";
import type { ResultColumn } from "./types.ts";

/** The chart of a result and its controls. */
export function bindChart(block: HTMLElement, put: (picture: Shape | null) => void) {
  const control = (name: string) =>
    block.querySelector<HTMLSelectElement>(`select[data-chart="${name}"]`)!;
  const note = block.querySelector<HTMLElement>("#chart-note")!;
  const pictures = block.querySelectorAll<HTMLButtonElement>("[data-picture]");
  let columns: ResultColumn[] = [];
  let rows: Value[][] = [];
  let choice: ChartChoice | null = null;
  let drawn = false;
  let shown: Shape | null = null;

  const fill = (part: "x" | "y" | "colour") => {
    const allowed = choice ? choicesFor(columns, part, choice.kind) : [];
    const options = allowed.map((i) => new Option(columns[i]!.name, String(i)));
    if (part === "colour") options.unshift(new Option("One", ""));
    control(part).replaceChildren(...options);
    control(part).value = choice ? String(choice[part] ?? "") : "";
  };
  const draw = () => {
    const possible = choice && adjustChoice(choice, columns);
    for (const name of ["kind", "x", "y", "colour"]) control(name).disabled = !choice;
    for (const button of pictures) button.disabled = !possible;
    if (!choice || !possible) {
      shown = null;
      put(shown);
      note.textContent = choice
        ? "This kind of chart needs a column of numbers or days for x."
        : "No column of numbers: there is nothing to draw.";
      return;
    }
    choice = possible;
    control("kind").value = choice.kind;
    for (const part of ["x", "y", "colour"] as const) fill(part);
    const { picture, note: text } = drawChart(columns, rows, choice);
    shown = picture;
    put(shown);
    note.textContent = text;
  };
  for (const name of ["kind", "x", "y", "colour"]) {
    control(name).addEventListener("change", () => {
      if (!choice) return;
      const colour = control("colour").value;
      choice = {
        kind: control("kind").value as ChartKind,
        x: Number(control("x").value),
        y: Number(control("y").value),
        colour: colour === "" ? null : Number(colour),
      };
      draw();
    });
  }

  return {
    /** Takes a new result; nothing is drawn before it is looked at. */
    show(nextColumns: ResultColumn[], nextRows: Value[][]) {
      const same = JSON.stringify(nextColumns) === JSON.stringify(columns);
      columns = nextColumns;
      rows = nextRows;
      // The same columns keep what the reader chose for them.
      if (!same || !choice) choice = chooseChart(columns, rows);
      drawn = false;
    },
    draw() {
      if (drawn) return;
      drawn = true;
      draw();
    },
    /** What is drawn, with a title; null where nothing is. */
    drawing(): { title: string; picture: Shape } | null {
      if (!choice || !shown) return null;
      const title = `${columns[choice.y]!.name} by ${columns[choice.x]!.name}`;
      return { title, picture: shown };
    },
  };
}

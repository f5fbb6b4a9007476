import { element, make } from "../../browser/dom.ts";
import { tellFailure } from "../../browser/failure.ts";
import { loadGrid } from "../../browser/load.ts";
import { bindTooltip, type Tip } from "../../browser/tooltip.ts";
import {
  type Catalogue,
  catalogueOf,
  choiceToQuery,
  readChoice,
} from "../../core/compare/choice.ts";
import { labelsOf } from "../../core/compare/comparison.ts";
import { suggestionsFor } from "../../core/compare/examples.ts";
import { createFinder } from "../../core/compare/find.ts";
import { points, signed } from "../../core/table/format.ts";
import { at, type Grid } from "../../core/table/grid.ts";
import { readBoard } from "../leaderboard/setup.ts";
import { bindCellKeys } from "./keys.ts";
import { bindPicker } from "./picker.ts";
import { refOf, render } from "./render.ts";

const { setup, columns, keys } = readBoard();
const title = document.title;

// Before the table is there: what the address asks for decides what the page looks like.
const asked = new URLSearchParams(location.search).has("m");
element("compare-empty").hidden = asked;
element("compare-loading").hidden = !asked;

load();

function load(): void {
  loadGrid(setup.suite, setup.table).then(start, (error: Error) => {
    element("compare-loading").hidden = true;
    tellFailure(element("notice"), error, () => {
      element("compare-loading").hidden = !asked;
      load();
    });
  });
}

function start(grid: Grid): void {
  const catalogue = catalogueOf(grid);
  const table = element("compare-table");
  const settle = bindCellKeys(element<HTMLTableSectionElement>("compare-scores"));
  let { rows, problems } = readChoice(location.search, catalogue);

  const show = () => {
    element("compare-loading").hidden = true;
    element("compare-empty").hidden = rows.length > 0;
    element("compare-result").hidden = rows.length === 0;
    element("compare-meaning").hidden = rows.length < 2;
    render({ ...setup, columns, grid, catalogue, rows });
    showSuggestions(grid, catalogue, rows);
    settle();
    notify(problems);
    tell(grid, rows);
  };
  const change = (next: number[]) => {
    rows = next;
    problems = [];
    const query = choiceToQuery(rows, grid, catalogue);
    history.pushState(null, "", `${location.pathname}${query && `?${query}`}`);
    show();
  };
  const without = (row: number) => rows.filter((r) => r !== row);

  show();
  addEventListener("popstate", () => {
    ({ rows, problems } = readChoice(location.search, catalogue));
    show();
  });
  const find = createFinder(grid, columns, keys);
  bindPicker(
    grid,
    (search) => find(search, rows),
    (row) => change([...rows, row]),
  );
  table.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("button[data-action]");
    if (!button) return;
    const row = Number(button.dataset.row);
    if (button.dataset.action === "remove") {
      change(without(row));
      element("picker").focus();
    } else {
      change([row, ...without(row)]);
      table.querySelector<HTMLElement>("th.reference a")?.focus();
    }
  });
  table.addEventListener("change", (event) => {
    const select = event.target as HTMLSelectElement;
    const next = Number(select.value);
    change(rows.map((r) => (r === Number(select.dataset.row) ? next : r)));
    table.querySelector<HTMLElement>(`select[data-row="${next}"]`)?.focus();
  });
  element("compare").addEventListener("click", (event) =>
    followHere(event, () => {
      ({ rows, problems } = readChoice(location.search, catalogue));
      show();
    }),
  );
  bindTooltip(table, tipOf);
}

/** A link to another comparison needs no new page. */
function followHere(event: MouseEvent, read: () => void): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-here]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  read();
  element("picker").focus({ preventScroll: true });
}

/** One model alone: what could stand beside it. */
function showSuggestions(grid: Grid, catalogue: Catalogue, rows: readonly number[]): void {
  const area = element("compare-suggestions");
  area.hidden = rows.length !== 1;
  if (rows.length !== 1) return;
  const found = suggestionsFor(grid, catalogue, rows[0]!);
  element("compare-suggestion-list").replaceChildren(
    ...found.map(({ row, why }) => {
      const link = make("a", "", String(at(grid, "model", row)));
      link.href = `${setup.compare}?${choiceToQuery([...rows, row], grid, catalogue)}`;
      link.dataset.here = "";
      return make("li", "", link, make("span", "soft", why));
    }),
  );
}

function tell(grid: Grid, rows: readonly number[]): void {
  const labels = labelsOf(grid, rows);
  element("compare-status").textContent =
    rows.length === 0
      ? ""
      : `${rows.length === 1 ? "1 model" : `${rows.length} models`}; the reference is ${labels[0]}.`;
  document.title = rows.length === 0 ? title : `${labels.join(", ")} · ${title}`;
}

/** What a score cell says, with its raw form and the standard error of the difference. */
function tipOf(cell: HTMLElement): Tip | null {
  const ref = refOf(cell);
  if (!ref) return null;
  const { value, stderr, raw, difference } = ref.cell;
  const known = (text: string, number: number | null) => (number === null ? "unknown" : text);
  const error = (s: number | null) => known(`± ${points(s)}`, s);
  const isAverage = ref.row.key === "average";
  const name = isAverage ? "Average" : setup.suite.normalized ? "Normalised" : "Per cent";
  const lines: Tip["lines"] = [[name, known(points(value), value)]];
  if (!isAverage) lines.push(["Raw", known(raw?.toFixed(4) ?? "", raw)]);
  lines.push(["Standard error", error(stderr)]);
  if (difference) {
    lines.push(["Difference", signed(difference.value)]);
    lines.push(["Its standard error", error(difference.stderr)]);
  }
  return { title: `${ref.row.label}: ${ref.label}`, lines };
}

function notify(problems: readonly string[]): void {
  const notice = element("notice");
  notice.textContent = problems.join(" ");
  notice.hidden = problems.length === 0;
}

import { element } from "../../browser/dom.ts";
import { tellFailure } from "../../browser/failure.ts";
import { loadGrid } from "../../browser/load.ts";
import { createRows } from "../../browser/rows.ts";
import { createStore, type Store } from "../../browser/store.ts";
import { bindTooltip, type Tip } from "../../browser/tooltip.ts";
import { meanOfIndependent } from "../../core/suite/stderr.ts";
import { isScore, topsOf } from "../../core/table/cells.ts";
import type { Column } from "../../core/table/columns.ts";
import type { Sheet } from "../../core/table/export.ts";
import { count, hiddenText, UNKNOWN } from "../../core/table/format.ts";
import { at, type Grid } from "../../core/table/grid.ts";
import { stderrAt } from "../../core/table/pack.ts";
import { isPassedOver } from "../../core/table/scoring.ts";
import { createMatcher, type Hidden, sortedBy } from "../../core/view/match.ts";
import { isRank, orderWords, placeWords } from "../../core/view/place.ts";
import { shownColumns, viewToSql } from "../../core/view/sql.ts";
import { viewToQuery } from "../../core/view/url.ts";
import { DEFAULT_VIEW, type View } from "../../core/view/view.ts";
import { createRow, fillHead, fillRow, refOf } from "./cells.ts";
import { bindControls } from "./controls.ts";
import { bindKeyboard } from "./keyboard.ts";
import { bindSaving } from "./save.ts";
import { readBoard } from "./setup.ts";
import { bindSql } from "./sql.ts";

/** Pins that one view can hold, as many as its address accepts. */
const MAX_PINS = 20;

const { setup, columns, keys } = readBoard();

load();

function load(): void {
  loadGrid(setup.suite, setup.table).then(start, (error: Error) => {
    const asked = "asked" in document.documentElement.dataset;
    const more = asked ? "" : "The rows below still stand; searching and filtering wait for it.";
    tellFailure(element("notice"), error, load, more);
  });
}

function start(grid: Grid): void {
  const store = createStore(columns, keys);
  const matcher = createMatcher(grid, columns, keys);
  const table = element<HTMLTableElement>("table");
  const scroller = element("scroller");
  const body = element<HTMLTableSectionElement>("rows");
  const tops = topsOf(grid, columns);
  let shown: Column[] = [];
  let order: readonly number[] = [];
  let places: readonly (number | null)[] = [];
  let average: readonly (number | null)[] = [];
  let pins: ReadonlySet<string> = new Set();

  const rows = createRows({
    scroller,
    table,
    body,
    create: () => createRow(shown),
    fill: (tr, index) => {
      fillRow(tr, order[index]!, index, {
        grid,
        columns: shown,
        tops,
        models: setup.models,
        average,
        places,
        pins,
      });
    },
  });
  const keyboard = bindKeyboard(scroller, body, rows, () => order.length);
  const idOf = (row: number) => String(at(grid, "eval_id", row));
  const sql = () => viewToSql(store.view, columns, keys, setup.suite.table);
  const panel = bindSql({
    table: setup.suite.table,
    parquet: setup.parquet,
    bytes: setup.bytes,
    size: setup.engine,
    sql,
    ids: () => order.map(idOf),
  });

  const render = (view: View, before: View | null) => {
    order = matcher.rows(view);
    average = matcher.average(view);
    places = matcher.places(view, order);
    pins = new Set(view.pins);
    if (!before || headOf(before) !== headOf(view)) {
      shown = columnsShown(view);
      table.classList.toggle("dense", view.dense);
      const sorted = sortedBy(view, columns, keys)?.name;
      fillHead(shown, sorted, view.sort.descending, (c) => labelOf(c, view));
      tellOrder(view);
      rows.rebuild();
    }
    if (before && orderOf(before) !== orderOf(view)) rows.toTop();
    rows.show(order.length);
    keyboard.settle();
    tellStatus(store, order.length, matcher.hiddenBy(view), grid.length);
    notify([...store.problems, ...unknownPins(view, order, idOf)].join(" "));
    panel.update();
  };

  body.textContent = "";
  render(store.view, null);
  store.subscribe(render);
  bindControls(store, columns, keys, matcher.facets);
  bindSorting(store);
  bindPins(store, body, idOf);
  bindTooltip(scroller, (cell) => tipOf(cell, grid, shown, average, store.view));
  bindSaving(
    () => sheetOf(grid, shown, order, places, average),
    { link: store.link, sql },
    `${setup.suite.table}-${setup.asOf}`,
  );
  bindEmbedding(store);
  element("board").classList.add("ready");
  // What the address asks for stands there now.
  delete document.documentElement.dataset.asked;
}

/** The dialog that says how to put this view into another page. */
function bindEmbedding(store: Store): void {
  const button = element("controls").querySelector<HTMLButtonElement>("[data-embed]");
  button?.addEventListener("click", async () => {
    const { openDialog } = await import("../embed/dialog.ts");
    openDialog({
      name: button.dataset.embed ?? "",
      title: setup.suite.name,
      view: viewToQuery(store.view, columns),
      page: store.link(),
    });
  });
}

/** A sentence for each pin that is no evaluation of this table. */
function unknownPins(
  view: View,
  order: readonly number[],
  idOf: (row: number) => string,
): string[] {
  // Pins that exist stand first.
  const known = new Set(order.slice(0, view.pins.length).map(idOf));
  return view.pins.filter((id) => !known.has(id)).map((id) => `“${id}” is not in this table.`);
}

/** The model always stands first; the other columns as chosen, scores in the mode chosen. */
function columnsShown(view: View): Column[] {
  const names = shownColumns(view, columns, keys).filter((name) => name !== "model");
  return ["model", ...names].flatMap((name) => columns.find((c) => c.name === name) ?? []);
}

/** What of a view makes the header, and the row elements, different. */
function headOf(view: View): string {
  return JSON.stringify([view.columns, view.raw, view.dense, view.sort, view.weights !== null]);
}

/** What of a view makes other rows stand at the top. */
function orderOf(view: View): string {
  return JSON.stringify({ ...view, columns: null, dense: false, pins: [] });
}

function labelOf(column: Column, view: View): string {
  return column.name === "average" && view.weights ? "Your average" : column.label;
}

/** Says what the numbers before the rows are, and how the table is sorted. */
function tellOrder(view: View): void {
  const column = sortedBy(view, columns, keys);
  const label = column && labelOf(column, view);
  const words = placeWords(column, view, label);
  const head = element("place");
  head.title = words;
  head.setAttribute("aria-label", words);
  element("caption").textContent = `${setup.suite.name}, ${orderWords(column, view, label)}`;
}

function bindSorting(store: Store): void {
  element("head").addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-sort]");
    const name = button?.dataset.sort;
    const column = columns.find((c) => c.name === name);
    if (!name || !column) return;
    const { sort } = store.view;
    const isSorted = sortedBy(store.view, columns, keys) === column;
    // Numbers begin with the largest, ranks and text with the first.
    const first = column.kind !== "text" && !isRank(column);
    const descending = isSorted ? !sort.descending : first;
    store.change({ sort: { column: name, descending } });
    element("head")
      .querySelector<HTMLElement>(`[data-sort="${CSS.escape(name)}"]`)
      ?.focus();
  });
}

function bindPins(store: Store, body: HTMLElement, idOf: (row: number) => string): void {
  body.addEventListener("click", (event) => {
    const button = (event.target as Element).closest(".pin");
    const ref = refOf(button?.closest("tr") ?? null);
    if (!button || !ref) return;
    const id = idOf(ref.row);
    const { pins } = store.view;
    if (pins.includes(id)) store.change({ pins: pins.filter((p) => p !== id) });
    else if (pins.length < MAX_PINS) store.change({ pins: [...pins, id] });
    else notify(`At most ${MAX_PINS} models can be pinned.`);
  });
}

function tellStatus(store: Store, rows: number, hidden: Hidden, total: number): void {
  const status = element("status");
  const strong = document.createElement("strong");
  strong.textContent = count(rows);
  status.replaceChildren(strong, ` of ${count(total)} evaluations`);
  const line = element("hidden");
  line.replaceChildren();
  if (hidden.total > 0) line.append(`${hiddenText(hidden)} `, showHidden(store, "Show them"));
  tellEmpty(store, rows, hidden.total);
}

/** Nothing found: says whether hidden models would match, and offers them. */
function tellEmpty(store: Store, rows: number, hidden: number): void {
  const empty = element("empty");
  empty.hidden = rows > 0;
  if (rows > 0) return;
  const message = document.createElement("p");
  message.textContent =
    hidden > 0
      ? `No model shown matches, but ${count(hidden)} hidden ${hidden === 1 ? "one does" : "ones do"}.`
      : "No model matches.";
  const clear = document.createElement("button");
  clear.type = "button";
  clear.textContent = "Clear search and filters";
  clear.addEventListener("click", () => {
    const { columns: kept, raw, dense, sort, weights, pins } = store.view;
    store.change({ ...DEFAULT_VIEW, columns: kept, raw, dense, sort, weights, pins });
    element("q").focus();
  });
  empty.replaceChildren(
    message,
    ...(hidden > 0 ? [showHidden(store, "Show hidden models")] : []),
    clear,
  );
}

function showHidden(store: Store, label: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = label;
  button.addEventListener("click", () => {
    const shown = (choice: View["flagged"]) => (choice === "hide" ? "all" : choice);
    const { flagged, unavailable } = store.view;
    store.change({ flagged: shown(flagged), unavailable: shown(unavailable) });
    element("scroller").focus();
  });
  return button;
}

/** Normalised, raw and standard error of a score cell. */
function tipOf(
  cell: HTMLElement,
  grid: Grid,
  shown: readonly Column[],
  average: readonly (number | null)[],
  view: View,
): Tip | null {
  const ref = refOf(cell.closest("tr"));
  const column = shown.find((c) => c.name === cell.dataset.column);
  if (!ref || !column || !isScore(column)) return null;
  const number = (value: unknown, digits: number) =>
    typeof value === "number" ? value.toFixed(digits) : "unknown";
  const errors = keys.map((key) => stderrAt(setup.suite, grid, key, ref.row));
  if (!column.benchmark) {
    const value = average[ref.row] ?? null;
    const known = errors.every((e) => e !== null) && !view.weights && value !== null;
    const stderr = known ? meanOfIndependent(errors as number[]) : null;
    return {
      title: labelOf(column, view),
      lines: [
        ["Average", number(value, 2)],
        ["Standard error", stderr === null ? "unknown" : `± ${stderr.toFixed(2)}`],
        ["Overall rank", String(at(grid, "rank", ref.row) ?? UNKNOWN)],
      ],
    };
  }
  const stderr = errors[keys.indexOf(column.benchmark)] ?? null;
  const score = at(grid, column.benchmark, ref.row);
  const raw = setup.suite.normalized
    ? at(grid, `${column.benchmark}_raw`, ref.row)
    : typeof score === "number"
      ? score / 100
      : null;
  return {
    title: column.label,
    lines: [
      [setup.suite.normalized ? "Normalised" : "Per cent", number(score, 2)],
      ["Raw", number(raw, 4)],
      ["Standard error", stderr === null ? "unknown" : `± ${stderr.toFixed(2)}`],
      ...scoringLine(grid, column.benchmark, ref.row),
    ],
  };
}

/** Says so where a re-scoring that moved others' scores left this one as it was. */
function scoringLine(grid: Grid, key: string, row: number): [string, string][] {
  const last = setup.suite.rescorings.findLast((r) => r.benchmark === key);
  if (!last || !isPassedOver(grid, key, row)) return [];
  return [[`Scored anew ${last.day}`, "no, or unchanged"]];
}

/** The whole view with the columns shown, for copying and saving. */
function sheetOf(
  grid: Grid,
  shown: readonly Column[],
  order: readonly number[],
  places: readonly (number | null)[],
  average: readonly (number | null)[],
): Sheet {
  // What tells the evaluations of one model apart goes along.
  const extra = ["precision", "chat_template"].filter(
    (name) => columns.some((c) => c.name === name) && !shown.some((c) => c.name === name),
  );
  const names = [...shown.map((c) => c.name), ...extra];
  return {
    names: ["place", ...names],
    rows: order.map((row, i) => [
      places[i] ?? null,
      ...names.map((name) => (name === "average" ? (average[row] ?? null) : at(grid, name, row))),
    ]),
  };
}

function notify(message: string): void {
  const notice = element("notice");
  notice.textContent = message;
  notice.hidden = message === "";
}

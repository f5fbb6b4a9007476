import { askRows, fetchRows } from "../../browser/answers.ts";
import { bindCountsLater } from "../../browser/choice-counts.ts";
import type { Engine } from "../../browser/engine.ts";
import { bindFilterBar } from "../../browser/filter-bar.ts";
import { loadGrid } from "../../browser/load.ts";
import { bindMarks } from "../../browser/marks.ts";
import { pictureFile, pngOf } from "../../browser/picture.ts";
import { loaded, tryAgain } from "../../browser/retry.ts";
import { saveFile } from "../../browser/save-file.ts";
import { readSetup } from "../../browser/setup.ts";
import { createStore, type Store } from "../../browser/store.ts";
import { toElement } from "../../browser/svg.ts";
import type { Progress } from "../../core/describe/loading.ts";
import { type Answer, answer, isFirst } from "../../core/figures/answer.ts";
import {
  type Context,
  captionOf,
  cellText,
  type Drawing,
  type Figure,
  type Row,
} from "../../core/figures/figure.ts";
import { sameFilter } from "../../core/figures/filter.ts";
import {
  fromControl,
  isValid,
  type Settings,
  settingsOf,
  toControl,
} from "../../core/figures/option.ts";
import { figureNamed } from "../../core/figures/registry.ts";
import { columnsOf } from "../../core/table/columns.ts";
import { toCsv } from "../../core/table/export.ts";
import { count, formatBytes } from "../../core/table/format.ts";
import { consoleLink } from "../../core/view/console-link.ts";
import { createMatcher } from "../../core/view/match.ts";
import { viewToQuery } from "../../core/view/url.ts";
import { DEFAULT_VIEW, type View } from "../../core/view/view.ts";
import { bindState, type FigureState } from "./figure-state.ts";
import type { AnalysisSetup } from "./setup.ts";

const setup = readSetup<AnalysisSetup>();
const engineWords = formatBytes(setup.engine.packed);
const present = (names: string[]) => (name: string) => names.includes(name);
const context: Context = {
  main: setup.main,
  archive: setup.archive,
  columns: columnsOf(setup.main, present(setup.columns)),
  archiveColumns: setup.archive ? columnsOf(setup.archive, present(setup.archiveColumns)) : [],
  asOf: setup.asOf,
  since: setup.since,
};

/** Rows of the table view; the CSV has all. */
const SHOWN_ROWS = 200;

let engine: Promise<Engine> | undefined;
let hasFailed = false;

/** How far DuckDB and its tables are; null: not on their way. Told to all figures that wait. */
let progress: Progress | null = null;

/** DuckDB with the tables of all figures of the page, fetched when first needed. */
function startOnce(figures: Figure[]): Promise<Engine> {
  if (engine) return engine;
  engine = startEngine(figures).finally(() => tellProgress(null));
  engine.catch(() => {
    hasFailed = true;
  });
  return engine;
}

/** After a failure, what the reader does next starts it anew; figures that had waited for it fail with it. */
function startAnew(): void {
  if (hasFailed) engine = undefined;
  hasFailed = false;
}

async function startEngine(figures: Figure[]): Promise<Engine> {
  const names = [...new Set(figures.flatMap((f) => f.tables(context)))];
  const tables = names.map((name) => ({ name, ...setup.tables[name]! }));
  tellProgress({
    loaded: 0,
    total: tables.reduce((sum, { bytes }) => sum + bytes, setup.engine.packed),
  });
  const module = await loaded(import("../../browser/engine.ts"), "The query engine");
  return module.startEngine(tables, setup.engine, tellProgress);
}

function tellProgress(next: Progress | null): void {
  progress = next;
  for (const state of states) state.loading(progress);
}

const states = new Set<FigureState>();

/** Figures without an answer, and what asks again. */
const failed = new Map<HTMLElement, () => void>();

/** Figures that are to be worked out, and whether that is going on. */
const waiting = new Map<HTMLElement, () => Promise<void>>();
let working = false;

const blocks = [...document.querySelectorAll<HTMLElement>("[data-figure]")];
const figures = blocks.flatMap((b) => figureNamed(b.dataset.figure ?? "") ?? []);
const ownNames = new Set(figures.flatMap((f) => f.options(context).map((o) => o.name)));
const keys = setup.main.benchmarks.map((b) => b.key);
const store = createStore(context.columns, keys, { defaults: DEFAULT_VIEW, own: ownNames });
const isUnfiltered = (view: View) => sameFilter(view, DEFAULT_VIEW, context.columns);
bindFilterBar(store, context.columns);
bindCountsLater(store, isUnfiltered, async () => {
  const grid = await loadGrid(setup.main, setup.packed);
  return createMatcher(grid, context.columns, keys).facets;
});
tellProblems(store.problems);
store.subscribe(() => tellProblems(store.problems));
blocks.forEach((block, i) => {
  const figure = figures[i];
  if (figure) start(block, figure, store);
});
// Each figure says by itself now whether it stands for what the address asks.
delete document.documentElement.dataset.asked;

/**
 * Works figures out one after the other, those in sight first: what the reader looks at does not
 * wait for what is further down.
 */
function schedule(block: HTMLElement, refresh: () => Promise<void>): void {
  failed.delete(block);
  waiting.set(block, refresh);
  if (!working) void workOff();
}

async function workOff(): Promise<void> {
  working = true;
  // All figures hear of one change before the first is chosen.
  await Promise.resolve();
  while (waiting.size > 0) {
    const block = [...waiting.keys()].reduce((a, b) => (distance(b) < distance(a) ? b : a));
    const refresh = waiting.get(block)!;
    waiting.delete(block);
    await refresh();
  }
  working = false;
}

/** Pixels between a figure and the middle of the window. */
function distance(block: HTMLElement): number {
  const { top, bottom } = block.getBoundingClientRect();
  const middle = innerHeight / 2;
  return top > middle ? top - middle : Math.max(0, middle - bottom);
}

/** Says which parameters of the address were ignored. */
function tellProblems(problems: readonly string[]): void {
  const notice = document.querySelector<HTMLElement>("#notice");
  if (!notice) return;
  notice.textContent = problems.join(" ");
  notice.hidden = problems.length === 0;
}

/** What has kept one figure from its answer has kept the others, too: all are asked for again. */
function retryAll(error: unknown): Promise<string | null> {
  return tryAgain(error, () => {
    for (const again of [...failed.values()]) again();
  });
}

function start(block: HTMLElement, figure: Figure, store: Store): void {
  const part = <T extends HTMLElement>(name: string) =>
    block.querySelector<T>(`[data-part="${name}"]`)!;
  const options = figure.options(context);
  const initial = settingsOf(options, () => null);
  let settings = settingsOf(options, store.own);
  let rows: Row[] = [];
  let drawing: Drawing | undefined;
  /** Only the latest question's answer is shown. */
  let asked = 0;

  const figureState = bindState(block);
  states.add(figureState);

  const show = (answered: Answer) => {
    ({ rows, drawing } = answered);
    part("title").textContent = drawing.title;
    part("note").textContent = drawing.note ?? "";
    part("note").hidden = !drawing.note;
    part("count").textContent = drawing.count;
    part("plot").querySelector("svg")?.replaceWith(toElement(drawing.picture));
    marks.update(drawing);
    showTable();
  };
  const table = part("rows").closest("details")!;
  /** A closed table costs nothing. */
  const showTable = () => {
    if (table.open && drawing) fillTable(part("rows"), part("more"), figure, settings, rows);
  };
  table.addEventListener("toggle", showTable);
  const sql = () => figure.sql(context, store.view, settings);
  const question = () => ({ view: store.view, settings });
  const unchanged = () => isFirst(figure, context, question());

  /** What the answer depends on: settings of other figures of the page do not matter. */
  const state = () => `${sql()} ${JSON.stringify(settings)}`;
  let stateAsked = state();
  /** The state that stands there: at first that of the HTML. */
  let stateShown = unchanged() ? stateAsked : null;
  const isShown = () => state() === stateShown;
  /** Has the figure worked out, and says so where another question stands there. */
  const renew = (first = false) => {
    startAnew();
    stateAsked = state();
    if (!isShown()) {
      figureState.stale(first);
      figureState.loading(progress);
      stateShown = null;
    }
    schedule(block, refresh);
  };

  const refresh = async (force = false) => {
    const turn = ++asked;
    const asking = state();
    stateAsked = asking;
    const query = sql();
    part("sql").textContent = query;
    const link = part<HTMLAnchorElement>("console");
    link.href = consoleLink(link.href, query);
    if (isShown()) block.setAttribute("aria-busy", "true");
    try {
      let begin = 0;
      let time = 0;
      let version = "";
      const ask = async (query: string) => {
        if (!engine) part("status").textContent = `Loading DuckDB (${engineWords}) …`;
        const running = await startOnce(figures);
        ({ version } = running);
        begin = performance.now();
        const found = await askRows(running, query);
        time = performance.now() - begin;
        return found;
      };
      const ready = () => fetchRows(setup.rows[figure.name]!);
      const answered = await answer(figure, context, question(), force ? { ask } : { ask, ready });
      if (turn !== asked || state() !== asking) return;
      show(answered);
      stateShown = asking;
      figureState.answered();
      if (answered.found === null) return;
      // Question to picture; read by the bench.
      performance.measure(`figure ${figure.name}`, { start: begin });
      part("status").textContent =
        `DuckDB ${version}: ${count(answered.found)} rows in ${time.toFixed(1)} ms.`;
    } catch (error) {
      if (turn !== asked || state() !== asking) return;
      const reason = error instanceof Error ? error.message : String(error);
      part("status").textContent = `Could not be answered: ${reason}`;
      failed.set(block, renew);
      figureState.failed(reason, isShown(), () => retryAll(error));
    }
  };

  const marks = bindMarks(part("plot"), {
    models: setup.models,
    choose: (chosen) => store.changeOwn(chosen),
  });
  const controls = [
    ...block.querySelectorAll<HTMLSelectElement | HTMLInputElement>("[data-option]"),
  ].map((control) => ({
    control,
    option: options.find((o) => o.name === control.dataset.option)!,
  }));
  const showSettings = () => {
    for (const { control, option } of controls) {
      control.value = toControl(option, settings[option.name] ?? "");
      if (option.kind === "day") showDay(control, settings[option.name] ?? "");
    }
  };
  showSettings();
  for (const { control, option } of controls) {
    // Free text counts once it is finished: half a name is nobody's.
    control.addEventListener(option.kind === "text" ? "change" : "input", () => {
      const value = fromControl(option, control.value);
      if (!isValid(option, value)) return;
      const own = { [option.name]: value === option.initial ? null : value };
      store.changeOwn(own, option.kind === "day" ? "typing" : "step");
    });
    control.closest("fieldset")!.disabled = false;
  }
  store.subscribe(() => {
    settings = settingsOf(options, store.own);
    showSettings();
    if (state() !== stateAsked) renew();
  });
  part("run").hidden = false;
  part("run").addEventListener("click", () => {
    startAnew();
    void refresh(true);
  });
  for (const button of block.querySelectorAll<HTMLButtonElement>("[data-save]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await ensure();
      if (!drawing) return;
      await save(button.dataset.save ?? "", figure, settings, rows, part("plot"), drawing);
    });
  }
  const embedding = block.querySelector<HTMLButtonElement>("[data-embed]");
  if (embedding) {
    embedding.hidden = false;
    embedding.addEventListener("click", async () => {
      const { openDialog } = await import("../embed/dialog.ts");
      const own = options.flatMap(({ name }) => {
        const value = settings[name] ?? "";
        return value === initial[name] ? [] : [[name, value]];
      });
      const view = [
        viewToQuery(store.view, context.columns, DEFAULT_VIEW),
        new URLSearchParams(own).toString(),
      ];
      const query = view.filter(Boolean).join("&");
      const page = new URL(`?${query}#figure-${figure.name}`, location.href);
      openDialog({
        name: figure.name,
        title: part("title").textContent ?? "",
        view: query,
        page: page.href.replace("?#", "#"),
      });
    });
  }
  const ensure = async () => {
    if (!drawing) await refresh();
  };
  if (unchanged()) fetchOnInterest(block, ensure);
  else renew(true);
}

/** Says the day that a slider stands at, in sight and to screen readers. */
function showDay(control: HTMLElement, day: string): void {
  control.setAttribute("aria-valuetext", day);
  const output = control.parentElement?.querySelector("output");
  if (output) output.textContent = day;
}

/** What the HTML shows needs no rows; pointing at it, its table and its files do. */
function fetchOnInterest(block: HTMLElement, fetchRows: () => Promise<void>): void {
  for (const event of ["pointerenter", "focusin", "toggle"]) {
    block.addEventListener(event, fetchRows, { capture: true, once: true });
  }
}

function fillTable(
  body: HTMLElement,
  more: HTMLElement,
  figure: Figure,
  settings: Settings,
  rows: Row[],
): void {
  const columns = figure.columns(context, settings);
  body.replaceChildren(
    ...rows.slice(0, SHOWN_ROWS).map((row) => {
      const line = document.createElement("tr");
      for (const column of columns) {
        const value = row[column.name] ?? null;
        const cell = line.insertCell();
        if (typeof value === "number") cell.className = "n";
        cell.textContent = cellText(column, value);
      }
      return line;
    }),
  );
  const head = body.parentElement?.querySelector("thead tr");
  head?.querySelectorAll("th").forEach((th, i) => {
    th.textContent = columns[i]?.label ?? "";
  });
  more.textContent =
    rows.length > SHOWN_ROWS
      ? `… and ${count(rows.length - SHOWN_ROWS)} more rows, in the CSV`
      : "";
}

async function save(
  kind: string,
  figure: Figure,
  settings: Settings,
  rows: Row[],
  plot: HTMLElement,
  drawing: Drawing | undefined,
): Promise<void> {
  const name = `${figure.name}-${context.asOf}`;
  if (kind === "csv") {
    const columns = figure.columns(context, settings);
    const sheet = {
      names: columns.map((c) => c.name),
      rows: rows.map((r) => columns.map((c) => r[c.name] ?? null)),
    };
    saveFile(`${name}.csv`, new Blob([toCsv(sheet)], { type: "text/csv" }));
    return;
  }
  if (!drawing) return;
  const svg = pictureFile(drawing, plot.querySelector<SVGSVGElement>("svg.chart")!, [
    ...captionOf(figure, context, drawing),
    `${location.host}${location.pathname}`,
  ]);
  saveFile(
    `${name}.${kind}`,
    kind === "png" ? await pngOf(svg) : new Blob([svg.text], { type: "image/svg+xml" }),
  );
}

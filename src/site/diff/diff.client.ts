import { element, treeElement } from "../../browser/dom.ts";
import { tellFailure } from "../../browser/failure.ts";
import { get } from "../../browser/get.ts";
import { saveFile } from "../../browser/save-file.ts";
import { readSetup } from "../../browser/setup.ts";
import { type Diff, diffTables, mirror } from "../../core/diff/diff.ts";
import { keptPairs, type NamePair, pairQuery, readPair } from "../../core/diff/pair.ts";
import { reportOf, sheetOf } from "../../core/diff/report.ts";
import { viewOf } from "../../core/diff/view.ts";
import { tableOfDay } from "../../core/table/day.ts";
import { toCsv } from "../../core/table/export.ts";
import type { Grid } from "../../core/table/grid.ts";
import { loadIntervals, loadTable } from "./load.ts";
import { type DiffSetup, modelAddress } from "./setup.ts";

/** Waits that long after the last letter before the address changes: browsers limit how often. */
const TYPING_PAUSE = 250;

const setup = readSetup<DiffSetup>("diff-setup");
const model = modelAddress(setup);
const title = document.title;
const selects = {
  from: element<HTMLSelectElement>("from"),
  to: element<HTMLSelectElement>("to"),
};
const search = element<HTMLInputElement>("diff-search");

/** The pair shown, or asked for and on its way. */
let pair = setup.shown;
let whole = new Set<string>();
/** The difference of `pair`; fetched when it is first needed, as the HTML has the newest. */
let asked: Promise<Diff> | undefined;

start();

function start(): void {
  element("diff-controls").hidden = false;
  unhide();
  read();
  for (const select of Object.values(selects)) {
    select.addEventListener("change", () =>
      choose({ from: selects.from.value, to: selects.to.value }),
    );
  }
  element("diff-swap").addEventListener("click", () => choose({ from: pair.to, to: pair.from }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(null, "", link()), TYPING_PAUSE);
    void show();
  });
  element("diff-report").addEventListener("click", (event) => {
    const key = (event.target as Element).closest<HTMLElement>("[data-whole]")?.dataset.whole;
    if (!key) return;
    whole.add(key);
    void show().then(() => document.querySelector<HTMLElement>(`#${key} .scroll`)?.focus());
  });
  element("diff-save-json").addEventListener("click", () =>
    save("json", "application/json", (diff) => JSON.stringify(diff)),
  );
  element("diff-save-csv").addEventListener("click", () =>
    save("csv", "text/csv", (diff) => toCsv(sheetOf(diff))),
  );
  addEventListener("popstate", read);
}

/** Does as the address says. */
function read(): void {
  const reading = readPair(location.search, setup.names, setup.shown);
  const before = pair;
  const letters = new URLSearchParams(location.search).get("q") ?? "";
  const same = reading.pair.from === before.from && reading.pair.to === before.to;
  notify(reading.problems);
  if (same && letters === search.value) return;
  search.value = letters;
  turnTo(reading.pair);
}

/** A choice of the reader: a step in the history. */
function choose(next: NamePair): void {
  notify([]);
  turnTo(next);
  history.pushState(null, "", link());
}

function turnTo(next: NamePair): void {
  if (next.from !== pair.from || next.to !== pair.to) {
    asked = undefined;
    whole = new Set();
  }
  pair = next;
  selects.from.value = pair.from;
  selects.to.value = pair.to;
  const file = element<HTMLAnchorElement>("diff-json");
  file.hidden = !kept(pair);
  file.href = fileOf(pair);
  void show();
}

/** Shows the pair as soon as its difference is there, unless another was chosen meanwhile. */
async function show(): Promise<void> {
  const wanted = pair;
  const report = element("diff-report");
  document.title = `${wanted.from} to ${wanted.to} · ${title}`;
  element("diff-same").hidden = wanted.from !== wanted.to;
  const loading = element("diff-loading");
  const wait = () => {
    report.setAttribute("aria-busy", "true");
    report.inert = true;
    loading.textContent = `Comparing ${wanted.from} with ${wanted.to} …`;
    loading.hidden = false;
  };
  // Most are there at once. What the address asks for is not what the HTML shows.
  const waiting = setTimeout(wait, "asked" in document.documentElement.dataset ? 0 : 100);
  try {
    const diff = await difference();
    if (wanted !== pair) return;
    const view = viewOf(reportOf(diff, setup.benchmarks, setup.rescorings), {
      model,
      search: search.value,
      whole,
    });
    report.replaceChildren(...view.map(treeElement));
    unhide();
    element("diff-status").textContent = `${wanted.from} compared with ${wanted.to}.`;
  } catch (error) {
    if (wanted !== pair) return;
    asked = undefined;
    report.replaceChildren();
    tellFailure(element("notice"), error as Error, () => void show());
  } finally {
    clearTimeout(waiting);
    if (wanted === pair) {
      report.removeAttribute("aria-busy");
      report.inert = false;
      loading.hidden = true;
      delete document.documentElement.dataset.asked;
    }
  }
}

function difference(): Promise<Diff> {
  asked ??= load(pair);
  return asked;
}

/** The file where there is one, in either direction; else from the two tables. */
async function load({ from, to }: NamePair): Promise<Diff> {
  if (kept({ from, to })) return loadFile({ from, to });
  if (kept({ from: to, to: from })) return mirror(await loadFile({ from: to, to: from }));
  const keys = setup.benchmarks.map((b) => b.key);
  const [first, second] = await Promise.all([from, to].map((name) => tableNamed(name, keys)));
  return diffTables(keys, { name: from, grid: first! }, { name: to, grid: second! });
}

/** Of every known day; fetched when the first day without a snapshot is asked for. */
let intervals: Promise<Grid> | undefined;

async function tableNamed(name: string, keys: string[]): Promise<Grid> {
  const day = setup.days.find((d) => d.day === name);
  if (!day) return loadTable(`${setup.data}${name}/${setup.table}.parquet`, keys);
  intervals ??= loadIntervals(`${setup.data}latest/intervals.parquet`, keys);
  try {
    return tableOfDay(await intervals, day, keys);
  } catch (error) {
    intervals = undefined;
    throw error;
  }
}

async function loadFile(of: NamePair): Promise<Diff> {
  const response = await get(fileOf(of), "The comparison");
  return (await response.json()) as Diff;
}

function kept({ from, to }: NamePair): boolean {
  return keptPairs(setup.snapshots).some((p) => p.from === from && p.to === to);
}

function fileOf({ from, to }: NamePair): string {
  return `${setup.data}diff/${from}/${to}.json`;
}

async function save(ending: string, type: string, text: (diff: Diff) => string): Promise<void> {
  try {
    const diff = await difference();
    saveFile(`${diff.from}-to-${diff.to}.${ending}`, new Blob([text(diff)], { type }));
  } catch (error) {
    notify([(error as Error).message]);
  }
}

/** What works only with this script. */
function unhide(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-whole]"))
    button.hidden = false;
}

function link(): string {
  const q = search.value.trim();
  return `${location.pathname}${pairQuery(pair)}${q ? `&${new URLSearchParams({ q })}` : ""}`;
}

function notify(problems: readonly string[]): void {
  const notice = element("notice");
  notice.textContent = problems.join(" ");
  notice.hidden = problems.length === 0;
}

import { element } from "../../browser/dom.ts";
import { pictureFile, pngOf } from "../../browser/picture.ts";
import { ModuleError } from "../../browser/retry.ts";
import { saveFile } from "../../browser/save-file.ts";
import { readSetup } from "../../browser/setup.ts";
import { toElement } from "../../browser/svg.ts";
import { toCsv, toParquet } from "../../core/table/export.ts";
import { count } from "../../core/table/format.ts";
import { consoleLink } from "../../core/view/console-link.ts";
import { areaEditor } from "./area.ts";
import { bindChart } from "./chart-view.ts";
import type { TableInfo } from "./complete.ts";
import type { Editor } from "./editor.ts";
import { ConsoleError } from "./errors.ts";
import { toJson, uniqueNames } from "./export.ts";
import { shortName } from "./files.ts";
import { cutText, LIMITS } from "./limits.ts";
import { bindResult } from "./result.ts";
import { type Answer, createSession, QueryError, Stopped } from "./session.ts";
import type { ConsoleSetup } from "./setup.ts";
import { addressOf, queryOf } from "./url.ts";

const setup = readSetup<ConsoleSetup>();
const here = (sql: string) => sql.replaceAll(`'${setup.origin}/`, `'${location.origin}/`);
const examples = setup.examples.map(({ sql }) => here(sql));

const area = element<HTMLTextAreaElement>("area");
const status = element("status");
const session = createSession(setup.tables, setup.engine, (text) => {
  status.textContent = text;
});
const tables: TableInfo[] = [...setup.tables];
const result = bindResult({ scroller: element("result-scroller"), table: element("result") });
const chart = bindChart(element("view-chart"), (picture) => {
  element("plot").replaceChildren(...(picture ? [toElement(picture)] : []));
});
const editing = { run: () => void run(), changed };
let editor: Editor = areaEditor(area, editing);
let answer: Answer | undefined;
let view: "table" | "chart" = "table";
let hiddenSince = 0;

begin();

/**
 * A query in the address stands in the editor and does not run: a link of a stranger would make its
 * reader's device load megabytes and work for a minute, and the reader sees first what will run.
 */
function begin(): void {
  area.value = queryOf(location.search) ?? here(area.value);
  document.querySelectorAll<HTMLElement>("[data-example-sql]").forEach((pre) => {
    pre.textContent = examples[Number(pre.dataset.exampleSql)] ?? "";
  });
  area.disabled = false;
  element<HTMLButtonElement>("run").disabled = false;
  element<HTMLButtonElement>("copy").disabled = false;
  element("files").hidden = false;
  element("run").addEventListener("click", () => void run());
  element("unlimited").addEventListener("click", () => void run(null));
  element("stop").addEventListener("click", () => session.stop());
  element("copy").addEventListener("click", copyLink);
  element("free").addEventListener("click", () => void free());
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-example]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      editor.setText(examples[Number(button.dataset.example)] ?? "");
      element("run").scrollIntoView({ block: "nearest" });
      void run();
    });
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-view]")) {
    button.addEventListener("click", () => showView(button.dataset.view as typeof view));
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-save]")) {
    button.addEventListener("click", () => void save(button.dataset.save ?? ""));
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-picture]")) {
    button.addEventListener("click", () => void savePicture(button.dataset.picture ?? ""));
  }
  document.addEventListener("visibilitychange", freeWhenHidden);
  bindFiles();
  // After the page's own text has been painted.
  requestIdleCallbackOr(() => void improveEditor());
}

function requestIdleCallbackOr(task: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(task, { timeout: 1000 });
  else setTimeout(task, 200);
}

/** The code editor takes the text area's place; where it cannot be loaded, that stays. */
async function improveEditor(): Promise<void> {
  const module = await import("./editor.ts").catch(() => null);
  if (!module) return;
  editor = module.createEditor({ area, tables: () => tables, ...editing });
  element("console").classList.add("ready");
}

function changed(): void {
  element("unlimited").hidden = true;
}

async function run(seconds: number | null = LIMITS.seconds): Promise<void> {
  if (session.running) return;
  const script = editor.text();
  remember(script);
  editor.mark(null, "");
  element("error").hidden = true;
  element("unlimited").hidden = true;
  busy(true);
  const begin = performance.now();
  try {
    answer = await session.run(script, seconds);
    performance.measure("query", { start: begin });
    await showAnswer(answer);
  } catch (error) {
    showError(error, performance.now() - begin);
  } finally {
    busy(false);
  }
}

function busy(is: boolean): void {
  element<HTMLButtonElement>("run").disabled = is;
  element("stop").hidden = !is;
  element("console").setAttribute("aria-busy", String(is));
  element("answer").inert = is;
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-example]")) {
    button.disabled = is;
  }
  element("free").hidden = is || !session.started;
}

async function showAnswer({ columns, rows, cut, time }: Answer): Promise<void> {
  const took = durationText(time);
  status.textContent = `DuckDB ${await session.version()}: done in ${took}.`;
  const many = `${cut ? "first " : ""}${counted(rows.length, "row")}`;
  element("summary").textContent = [many, counted(columns.length, "column"), took].join(" · ");
  element("cut").textContent = cut ? cutText(cut, rows.length) : "";
  element("cut").hidden = cut === null;
  element("answer").hidden = columns.length === 0;
  if (columns.length === 0) return;
  result.show(columns, rows);
  chart.show(columns, rows);
  showView(view);
}

function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** 4.2 ms, 340 ms, 2.1 s */
function durationText(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

function showView(next: typeof view): void {
  view = next;
  element("view-table").hidden = view !== "table";
  element("view-chart").hidden = view !== "chart";
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
  if (view === "chart") chart.draw();
}

function showError(error: unknown, time: number): void {
  // What an earlier query gave is not the answer to this one.
  element("answer").hidden = true;
  if (error instanceof Stopped) {
    const gone = error.restarted
      ? " It did not stop by itself, so DuckDB was ended: tables that your queries made are gone, the others come back with the next query."
      : "";
    status.textContent = `Stopped after ${durationText(time)}.${gone}`;
    if (error.reason === "asked") return;
    element("unlimited").hidden = false;
    tellError(`This query was stopped after ${LIMITS.seconds} seconds.`);
    return;
  }
  status.textContent = "";
  if (error instanceof QueryError) {
    const { text, range, memory } = error.problem;
    tellError(memory ? `${text} DuckDB was ended to give the memory back.` : text);
    editor.mark(range, text);
    return;
  }
  const text = error instanceof Error ? error.message : String(error);
  const reload = error instanceof ModuleError ? " Reload the page to try again." : "";
  tellError(error instanceof ConsoleError ? text : `DuckDB could not answer: ${text}${reload}`);
}

function tellError(text: string): void {
  const target = element("error");
  target.textContent = text;
  target.hidden = false;
}

/** Writes the query to the address, so that the address is the query. */
function remember(script: string): void {
  const address = addressOf(script);
  const notice = element("notice");
  notice.hidden = address !== null;
  notice.textContent =
    address === null ? "This query is too long for an address: links do not hold it." : "";
  const url = address === null ? location.pathname : `${location.pathname}${address}`;
  history.replaceState(null, "", url);
}

async function copyLink(): Promise<void> {
  const button = element("copy");
  const address = addressOf(editor.text());
  const link = consoleLink(location.href.split("#")[0]!, editor.text());
  const done =
    address !== null &&
    (await navigator.clipboard.writeText(link).then(
      () => true,
      () => false,
    ));
  remember(editor.text());
  button.textContent = done
    ? "Copied"
    : address === null
      ? "Too long for a link"
      : "See the address";
  setTimeout(() => {
    button.textContent = "Copy link";
  }, 2000);
}

async function free(): Promise<void> {
  await session.close();
  element("free").hidden = true;
  status.textContent = "DuckDB was ended; the next query starts it again.";
}

/** A page that is out of sight for long keeps no engine. */
function freeWhenHidden(): void {
  if (!document.hidden) {
    hiddenSince = 0;
    return;
  }
  const since = performance.now();
  hiddenSince = since;
  setTimeout(() => {
    if (hiddenSince === since && !session.running && session.started) void free();
  }, LIMITS.hiddenMinutes * 60_000);
}

const TYPES: Record<string, string> = {
  csv: "text/csv",
  json: "application/json",
  parquet: "application/vnd.apache.parquet",
};

async function save(kind: string): Promise<void> {
  if (!answer || session.running) return;
  const { columns, rows, statement, isQuery } = answer;
  const sheet = { names: columns.map((c) => c.name), rows };
  busy(true);
  try {
    const content =
      kind === "csv"
        ? toCsv(sheet)
        : kind === "json"
          ? toJson(sheet)
          : isQuery
            ? await session.parquetOf(statement)
            : await toParquet({ ...sheet, names: uniqueNames(sheet.names) });
    saveFile(
      `query-${setup.asOf}.${kind}`,
      new Blob([content as BlobPart], { type: TYPES[kind]! }),
    );
  } catch (error) {
    showError(error, 0);
  } finally {
    busy(false);
  }
}

async function savePicture(kind: string): Promise<void> {
  const svg = element("plot").querySelector("svg");
  const drawing = chart.drawing();
  if (!svg || !drawing) return;
  const caption = [element("summary").textContent ?? "", `Figures of ${setup.asOf}`];
  const file = pictureFile(drawing, svg, caption);
  saveFile(
    `query-${setup.asOf}.${kind}`,
    kind === "png" ? await pngOf(file) : new Blob([file.text], { type: "image/svg+xml" }),
  );
}

function bindFiles(): void {
  const input = element<HTMLInputElement>("file");
  const drop = element("drop");
  input.addEventListener("change", async () => {
    await addFiles([...(input.files ?? [])]);
    input.value = "";
  });
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    drop.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) drop.hidden = true;
  });
  addEventListener(
    "drop",
    (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      drop.hidden = true;
      void addFiles([...(event.dataTransfer?.files ?? [])]);
    },
    { capture: true },
  );
}

async function addFiles(files: readonly File[]): Promise<void> {
  if (session.running) {
    element("file-status").textContent = "A query is running: stop it first.";
    return;
  }
  for (const file of files) {
    const told = element("file-status");
    told.textContent = `Reading “${shortName(file.name)}” …`;
    busy(true);
    try {
      const table = await session.addFile(file);
      tables.push(table);
      element("file-list").append(fileItem(file.name, table));
      told.textContent = "";
      status.textContent = `“${shortName(file.name)}” is the table ${table.name} now: ${count(table.rows)} rows.`;
    } catch (error) {
      status.textContent = "";
      told.textContent =
        error instanceof Stopped
          ? `“${shortName(file.name)}” took too long to read.`
          : error instanceof Error
            ? error.message
            : String(error);
    } finally {
      busy(false);
    }
  }
}

function fileItem(file: string, table: TableInfo & { rows: number }): HTMLElement {
  const item = document.createElement("li");
  const name = document.createElement("code");
  name.textContent = table.name;
  const text = document.createElement("span");
  text.className = "small soft";
  text.textContent = ` ${shortName(file)} · ${count(table.rows)} rows · ${table.columns.map((c) => c.name).join(", ")}`;
  const ask = document.createElement("button");
  ask.type = "button";
  ask.textContent = "Query";
  ask.setAttribute("aria-label", `Query ${table.name}`);
  ask.addEventListener("click", () => {
    editor.setText(`SELECT *\nFROM ${table.name}\nLIMIT 100`);
    void run();
  });
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = "Remove";
  remove.setAttribute("aria-label", `Remove ${table.name}`);
  remove.addEventListener("click", async () => {
    await session.removeFile(table.name);
    tables.splice(tables.indexOf(table), 1);
    item.remove();
  });
  item.append(name, text, ask, remove);
  return item;
}

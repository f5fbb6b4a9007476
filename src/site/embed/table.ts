import { loadGrid } from "../../browser/load.ts";
import type { Suite } from "../../core/records/suite.ts";
import type { Column } from "../../core/table/columns.ts";
import { columnsOf } from "../../core/table/columns.ts";
import type { Grid } from "../../core/table/grid.ts";
import { pageAt } from "../../core/view/address.ts";
import { queryToView, viewToQuery } from "../../core/view/url.ts";
import { readAsked } from "./asked.ts";
import { type ListedRow, type Listing, listingOf } from "./listing.ts";
import { part, showParts, tellUnknown, withQuery } from "./parts.ts";
import {
  columnsAmong,
  type EmbedPage,
  type EmbedSetup,
  fetchJson,
  type Snapshot,
  snapshotNamed,
} from "./setup.ts";

/**
 * Shows the view of a table that the address asks for.
 *
 * @throws Error with a sentence for the reader
 */
export async function showTable(page: EmbedPage): Promise<void> {
  const setup = await fetchJson<EmbedSetup>(page.setup);
  const asked = readAsked(location.search);
  const snapshot = snapshotNamed(setup, asked.asOf);
  if (!snapshot) return tellUnknown(page, setup, asked.asOf ?? "");
  const isMain = page.chart === "leaderboard";
  const suite = isMain ? setup.main : setup.archive!;
  const { grid, columns } = await tableOf(page, setup, snapshot, suite);
  const { view, problems } = queryToView(
    asked.view,
    columns,
    suite.benchmarks.map((b) => b.key),
  );
  const { asOf } = snapshot;
  const listing = listingOf({ suite, grid, columns, view, rows: asked.rows, asOf });
  showParts({
    title: listing.title,
    filters: listing.filters,
    caption: listing.caption,
    problems: [...asked.problems, ...problems],
    link: withQuery(page.place, viewToQuery(view, columns)),
    board: page.board,
    asOf,
    newest: setup.asOf,
  });
  fillTable(listing, `${page.root}models/`);
}

/** The table of a snapshot; of the newest as its page loads it, of others as it is published. */
async function tableOf(
  { root }: EmbedPage,
  setup: EmbedSetup,
  snapshot: Snapshot,
  suite: Suite,
): Promise<{ grid: Grid; columns: Column[] }> {
  if (snapshot.newest) {
    const known = suite === setup.main ? setup.columns : setup.archiveColumns;
    const grid = await loadGrid(suite, setup.packed[suite.table]!);
    return { grid, columns: columnsAmong(suite, known) };
  }
  const { loadPublished } = await import("../../browser/published.ts");
  const grid = await loadPublished(`${root}data/${snapshot.folder}/${suite.table}.parquet`);
  const present = (name: string) => grid.columns[name]?.some((v) => v !== null) ?? false;
  return { grid, columns: columnsOf(suite, present) };
}

function fillTable(listing: Listing, models: string): void {
  const table = part("table") as HTMLTableElement;
  table.classList.toggle("dense", listing.dense);
  const cols = ["w-place", "w-model", ...listing.heads.map((h) => h.width)].map((name) => {
    const col = document.createElement("col");
    col.className = name;
    return col;
  });
  table.querySelector("colgroup")?.replaceChildren(...cols);
  part("place").title = listing.placeHint;
  part("place").setAttribute("aria-label", listing.placeHint);
  const head = table.tHead!.rows[0]!;
  while (head.cells.length > 2) head.lastElementChild?.remove();
  for (const { label, hint, className, sort } of listing.heads) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.className = className;
    cell.title = hint;
    if (sort) cell.setAttribute("aria-sort", sort);
    const text = document.createElement("span");
    text.textContent = label;
    cell.append(text);
    head.append(cell);
  }
  const signs = document.querySelector<HTMLTemplateElement>("#signs")!.content;
  table.tBodies[0]!.replaceChildren(...listing.rows.map((row) => rowElement(row, models, signs)));
}

function rowElement(row: ListedRow, models: string, signs: DocumentFragment): HTMLElement {
  const tr = document.createElement("tr");
  if (row.pinned) tr.className = "pinned";
  const place = tr.insertCell();
  place.className = "place";
  place.textContent = row.place;
  tr.append(modelCell(row, models, signs));
  for (const { text, className } of row.cells) {
    const cell = tr.insertCell();
    cell.className = className;
    cell.textContent = text;
  }
  return tr;
}

/** As `EmbedTable.astro` writes it. */
function modelCell(row: ListedRow, models: string, signs: DocumentFragment): HTMLElement {
  const cell = document.createElement("th");
  cell.scope = "row";
  cell.className = "model";
  const link = document.createElement("a");
  link.href = pageAt(`${models}${row.model}/`);
  link.title = row.model;
  link.target = "_blank";
  link.rel = "noopener";
  link.append(span("owner", row.owner), span("name", row.name));
  const list = span("signs", "");
  const type = document.createElement("abbr");
  type.className = `type type-${row.type}`;
  type.title = row.typeLabel;
  list.append(type);
  for (const [name, is] of [
    ["star", row.choice],
    ["flag", row.flagged],
    ["unlisted", row.unlisted],
    ["gone", row.gone],
  ] as const) {
    if (is) list.append(signs.querySelector(`.${name}`)!.cloneNode(true));
  }
  const lines = document.createElement("div");
  lines.append(link, list, span("variant", row.variant));
  cell.append(lines);
  return cell;
}

function span(className: string, text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

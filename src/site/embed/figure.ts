import { askRows, fetchRows } from "../../browser/answers.ts";
import { startEngine } from "../../browser/engine.ts";
import { bindMarks } from "../../browser/marks.ts";
import { toElement } from "../../browser/svg.ts";
import { type Progress, progressWords } from "../../core/describe/loading.ts";
import { answer } from "../../core/figures/answer.ts";
import { captionOf, type Row } from "../../core/figures/figure.ts";
import { type Option, type Settings, settingsOf } from "../../core/figures/option.ts";
import { figureNamed } from "../../core/figures/registry.ts";
import { explainFilters } from "../../core/view/sql.ts";
import { queryToView, viewToQuery } from "../../core/view/url.ts";
import { DEFAULT_VIEW } from "../../core/view/view.ts";
import { readAsked } from "./asked.ts";
import { contextFromTables } from "./context.ts";
import { openElsewhere, part, showParts, tellUnknown, withQuery } from "./parts.ts";
import {
  contextFrom,
  type EmbedPage,
  type EmbedSetup,
  fetchJson,
  type Snapshot,
  snapshotNamed,
} from "./setup.ts";

/**
 * Draws the view of a figure that the address asks for, and lets its marks be pointed at.
 *
 * @throws Error with a sentence for the reader
 */
export async function showFigure(page: EmbedPage): Promise<void> {
  const figure = figureNamed(page.chart);
  if (!figure) throw new Error("There is no such figure.");
  const setup = await fetchJson<EmbedSetup>(page.setup);
  const asked = readAsked(location.search);
  const snapshot = snapshotNamed(setup, asked.asOf);
  if (!snapshot) return tellUnknown(page, setup, asked.asOf ?? "");

  const { context: ready } = snapshot;
  if (!ready) await inSight();
  const context = contextFrom(
    setup,
    ready ?? (await contextFromTables(page, setup, snapshot, tellLoading)),
  );
  const options = figure.options(context);
  const ownNames = new Set(options.map((o) => o.name));
  const { view, problems } = queryToView(
    new URLSearchParams([...asked.view].filter(([name]) => !ownNames.has(name))),
    context.columns,
    setup.main.benchmarks.map((b) => b.key),
    DEFAULT_VIEW,
  );
  const settings = settingsOf(options, (name) => asked.view.get(name));
  const changed = options.filter((o) => settings[o.name] !== o.initial);
  const { drawing } = await answer(
    figure,
    context,
    { view, settings },
    {
      ask: (sql) => askDuckDB(page, setup, snapshot, figure.tables(context), sql),
      ...(ready && { ready: () => readyRows(page, setup, snapshot) }),
    },
  );

  const query = (own: Settings) =>
    [viewToQuery(view, context.columns, DEFAULT_VIEW), new URLSearchParams(own).toString()]
      .filter(Boolean)
      .join("&");
  const own = Object.fromEntries(changed.map((o) => [o.name, settings[o.name]!]));
  const filters = [
    ...explainFilters(view, context.columns, DEFAULT_VIEW).map((f) => f.label),
    ...changed.map((o) => `${o.label}: ${wordsOf(o, settings[o.name]!)}`),
  ];
  showParts({
    title: drawing.title,
    filters: filters.join(" · "),
    caption: captionOf(figure, context, drawing),
    problems: [...asked.problems, ...problems],
    link: withQuery(page.place, query(own)),
    board: page.board,
    asOf: context.asOf,
    newest: setup.asOf,
  });
  const plot = part("plot");
  plot.querySelector("svg")?.replaceWith(toElement(drawing.picture));
  bindMarks(plot, {
    models: `${page.root}models/`,
    // A choice that changes another figure is made on the page, where that stands.
    choose: (chosen) => openElsewhere(withQuery(page.place, query({ ...own, ...chosen }))),
    open: openElsewhere,
  }).update(drawing);
}

function readyRows(page: EmbedPage, setup: EmbedSetup, snapshot: Snapshot): Promise<Row[]> {
  const folder = `${page.root}figures/`;
  return snapshot.newest
    ? fetchRows(`${folder}${page.chart}.json?v=${setup.version}`)
    : fetchRows(`${folder}${snapshot.folder}/${page.chart}.bin`);
}

/** DuckDB's answer. It is megabytes, so it waits until the reader has the embed before them. */
async function askDuckDB(
  page: EmbedPage,
  setup: EmbedSetup,
  snapshot: Snapshot,
  tables: readonly string[],
  sql: string,
): Promise<Row[]> {
  await inSight();
  const engine = await startEngine(
    tables.map((name) => ({
      name,
      parquet: `${page.root}data/${snapshot.folder}/${name}.parquet`,
      bytes: snapshot.newest ? setup.bytes[name] : undefined,
    })),
    setup.engine,
    tellLoading,
  );
  try {
    return await askRows(engine, sql);
  } finally {
    await engine.close();
  }
}

/** Says how far DuckDB and its tables are; once a second, for it is read out. */
function tellLoading(progress: Progress): void {
  const now = performance.now();
  if (now - told < 1000 && progress.loaded < progress.total) return;
  told = now;
  part("status").textContent =
    progress.loaded < progress.total
      ? `Working this out in your browser: loading the query engine and its tables, ${progressWords(progress)} …`
      : "Working this out in your browser …";
}

let told = Number.NEGATIVE_INFINITY;

/** Resolves once a part of the embed is in sight, whatever frames are around it. */
function inSight(): Promise<void> {
  return new Promise((resolve) => {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((e) => e.isIntersecting)) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(document.documentElement);
  });
}

function wordsOf(option: Option, value: string): string {
  if (option.kind !== "choice") return value;
  return option.values.find((v) => v.value === value)?.label ?? value;
}

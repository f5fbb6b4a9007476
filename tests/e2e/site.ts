/**
 * What the tests of the built site share: the site served, a browser, what a page's table says, and
 * DuckDB over the published files, for the answers to compare it with.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { launchBrowser, openPage, type PageOptions } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { pagesOfTests } from "./pages-of-tests.ts";

/** The built site. */
export const SITE = process.env.SITE_DIR ?? "dist";

const TABLES = join(import.meta.dirname, "../../public/data/latest");

export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 390, height: 844 };

export interface Visitor {
  /** The origin of the site. */
  url(path?: string): string;
  /** Opens a page; of a leaderboard, waits until its controls work. */
  open(path: string, options?: PageOptions): Promise<Page>;
}

/**
 * Serves the site and opens its pages in a browser, for the tests of one file. After each test the
 * pages are closed, and none may have asked another host for anything or logged an error.
 */
export function visitSite(): Visitor {
  let server: Server;
  let browser: Browser;
  const kept = pagesOfTests();

  beforeAll(async () => {
    server = await serve(SITE);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const url = (path = "") => `${server.url}${path}`;
  return {
    url,
    async open(path, options = {}) {
      const page = kept(await openPage(browser, url(path), { viewport: WIDE, ...options }));
      page.setDefaultTimeout(15_000);
      if (options.javaScriptEnabled !== false) await untilReady(page);
      return page;
    },
  };
}

/** Waits until the controls of a leaderboard work; other pages are ready as they are. */
export async function untilReady(page: Page): Promise<void> {
  if (await page.$("#scroller")) await page.waitForSelector(".board.ready");
}

/** Opens a panel of the leaderboard. */
export async function openPanel(page: Page, name: string): Promise<void> {
  await page.click(`button[aria-controls="panel-${name}"][aria-expanded="false"]`);
}

/** A row of the table as a reader sees it. */
export interface Row {
  /** Its number in the view, from 0. */
  index: number;
  /** Model and variant, which together name one evaluation. */
  key: string;
  place: string;
  /** Texts of the other cells by column. */
  cells: Record<string, string>;
}

/** The rows in the page, in the order in which they stand. */
export function rowsOf(page: Page): Promise<Row[]> {
  return page.$$eval("#rows tr[aria-rowindex]", (rows) =>
    rows.map((row) => {
      const cells = [...row.querySelectorAll<HTMLElement>("td[data-column]")];
      const model = row.querySelector("a")?.title ?? "";
      return {
        index: Number(row.getAttribute("aria-rowindex")) - 2,
        key: `${model}|${row.querySelector(".variant")?.textContent}`,
        place: row.querySelector(".place")?.textContent ?? "",
        // Without the mark of a doubted size, which stands beside the value.
        cells: Object.fromEntries(
          cells.map((c) => {
            const mark = c.querySelector(".doubt")?.textContent ?? "";
            return [c.dataset.column ?? "", (c.textContent ?? "").replace(mark, "")];
          }),
        ),
      };
    }),
  );
}

/** The first rows of the view; the table is scrolled to the top. */
export async function firstRows(page: Page, count: number): Promise<Row[]> {
  await scrollTo(page, 0);
  return (await rowsOf(page)).slice(0, count);
}

/** Scrolls the table until the row of that number is in the page. */
export async function scrollTo(page: Page, index: number): Promise<void> {
  await page.$eval(
    "#scroller",
    (scroller, to) => {
      const row = document.querySelector<HTMLElement>("#rows tr[aria-rowindex]");
      scroller.scrollTop = to * (row?.offsetHeight ?? 0);
    },
    index,
  );
  await page.waitForFunction(
    (wanted) => {
      const rows = [...document.querySelectorAll("#rows tr[aria-rowindex]")];
      return rows.length === 0 || rows.some((row) => row.getAttribute("aria-rowindex") === wanted);
    },
    String(index + 2),
  );
}

export async function textOf(page: Page, selector: string): Promise<string> {
  return ((await page.textContent(selector)) ?? "").replace(/\s+/g, " ").trim();
}

/** Labels of the chips that stand for active filters. */
export function chipsOf(page: Page): Promise<string[]> {
  return page.$$eval("#active li", (items) => items.map((item) => item.textContent ?? ""));
}

/** The query string of the page, decoded, once typing has been written to it. */
export async function queryOf(page: Page): Promise<string> {
  return decodeURIComponent(new URL(page.url()).search.replaceAll("+", " "));
}

/**
 * The table shows exactly the evaluations of a query, in its order: their number, and those at the
 * top and at the end.
 *
 * @param sql gives a column `key`
 */
export async function expectRows(page: Page, sql: string, total = "4,576"): Promise<string[]> {
  const keys = (await ask<{ key: string }>(sql)).map((row) => row.key);
  await expectStatus(page, `${keys.length.toLocaleString("en")} of ${total} evaluations`, sql);
  const first = await firstRows(page, 25);
  expect(
    first.map((row) => row.key),
    sql,
  ).toEqual(keys.slice(0, 25));
  expect(
    first.map((row) => row.index),
    sql,
  ).toEqual(first.map((_, i) => i));
  if (keys.length > 25) {
    await scrollTo(page, keys.length - 1);
    const last = (await rowsOf(page)).slice(-10).map((row) => row.key);
    expect(last, sql).toEqual(keys.slice(-10));
    await scrollTo(page, 0);
  }
  return keys;
}

export async function expectStatus(page: Page, text: string, message = ""): Promise<void> {
  const status = () => textOf(page, "#status");
  await expect.poll(status, { timeout: 10_000, message }).toBe(text);
}

/** Columns of the v2 table that a view can show: all that know something, save what only helps. */
export async function knownColumns(): Promise<string[]> {
  const columns = await ask<{ name: string }>(`
    SELECT column_name AS name FROM (DESCRIBE SELECT * FROM models)
    WHERE column_name NOT IN ('eval_id', 'revision', 'base_model', 'key',
        'context_source', 'rescoring_unchanged')
      AND column_name NOT LIKE '%_stderr'`);
  const counts = columns.map(({ name }) => `count(${name}) > 0 AS ${name}`);
  const [known] = await ask(`SELECT ${counts.join(", ")} FROM models`);
  return Object.entries(known ?? {}).flatMap(([name, is]) => (is ? name : []));
}

let database: Promise<Awaited<ReturnType<DuckDBInstance["connect"]>>> | undefined;

/**
 * Asks DuckDB about the published tables `models`, `models_v1`, `scores` and `history`. The first
 * two also have `key`, which names an evaluation as `rowsOf` does.
 */
export async function ask<T = Record<string, unknown>>(sql: string): Promise<T[]> {
  database ??= connect();
  const reader = await (await database).runAndReadAll(sql);
  return reader.getRowObjectsJS() as T[];
}

const TABLE_NAMES = [
  ...["models", "models_v1", "scores", "history", "intervals", "days", "runs", "sources"],
];

async function connect() {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const key = `model || '|' || concat_ws(' · ', precision,
    CASE WHEN weight_type <> 'Original' THEN lower(weight_type) END,
    CASE WHEN chat_template THEN 'chat template' END) AS key`;
  for (const name of TABLE_NAMES) {
    const columns = name.startsWith("models") ? `*, ${key}` : "*";
    await connection.run(
      `CREATE VIEW ${name} AS SELECT ${columns} FROM '${join(TABLES, name)}.parquet'`,
    );
  }
  return connection;
}

/** Name of the dated snapshot that the site is built from: a day, or a later edition of it. */
export async function latestSnapshot(): Promise<string> {
  const index = await readFile(join(TABLES, "../index.json"), "utf8");
  return (JSON.parse(index) as { latest: string }).latest;
}

/** What the page hides unless asked otherwise. */
export const SHOWN = "flagged IS NOT TRUE AND on_hub IS NOT FALSE";

/**
 * A relation of the evaluations that figures start from: those that the page shows, of equal scores under
 * several names one.
 *
 * @param where narrows them down first
 */
export function figured(where = "TRUE", table = "models"): string {
  return `(SELECT * FROM ${table} WHERE ${SHOWN} AND ${where}
    QUALIFY row_number() OVER (
      PARTITION BY coalesce(twin_of, eval_id) ORDER BY twin_of IS NOT NULL, eval_id) = 1)`;
}

/** The order in which the page opens. */
export const BEST_FIRST = "average DESC NULLS LAST, eval_id";

// What pages say while what they need is on its way, and where it does not come.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "../../src/core/records/manifest.ts";
import {
  launchBrowser,
  type OpenPage,
  openPage,
  type PageOptions,
} from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { ask, figured, SHOWN, SITE, textOf, WIDE } from "./site.ts";
import { type Slow, slowLink } from "./slow.ts";

const LONG = { timeout: 60_000 };
const CORRELATIONS = "/analysis/correlations/";
const WORKING = "Working this figure out for your filters …";
const FAILED = "This figure could not be worked out for your filters.";

/** What Chromium and DuckDB say of files that do not come. */
const EXPECTED =
  /Failed to load resource|Failed to fetch|^ErrorEvent$|duckdb worker|HTTP status code is not ok/;

let server: Server;
let link: Slow;
let browser: Browser;
let visits: OpenPage[] = [];

beforeAll(async () => {
  server = await serve(SITE);
  [link, browser] = await Promise.all([slowLink(server.url), launchBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await link?.close();
  await server?.close();
});

afterEach(async () => {
  link.slow(null);
  const seen = visits;
  visits = [];
  await Promise.all(seen.map((visit) => visit.close()));
  // What fails on purpose is an error in the console; nothing may be asked of others, and nothing may break.
  expect(seen.flatMap((visit) => visit.outside)).toEqual([]);
  const errors = seen.flatMap((visit) => visit.errors);
  expect(errors.filter((text) => !EXPECTED.test(text))).toEqual([]);
});

async function open(path: string, origin = server.url, options: PageOptions = {}): Promise<Page> {
  const visit = await openPage(browser, `${origin}${path}`, { viewport: WIDE, ...options });
  visits.push(visit);
  visit.page.setDefaultTimeout(30_000);
  return visit.page;
}

/** Keeps files from coming, until what it gives is called. */
async function block(page: Page, files: RegExp, status: number | null = null) {
  await page
    .context()
    .route(files, (route) => (status ? route.fulfill({ status }) : route.abort()));
  return () => page.context().unroute(files);
}

const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"]`);
const part = (of: Locator, name: string) => of.locator(`[data-part="${name}"]`);
const title = (of: Locator) => part(of, "title").textContent();
const number = (n: unknown) => Number(n).toLocaleString("en");

async function chatCount(): Promise<string> {
  const rows = await ask(`SELECT 1 FROM ${figured("model_type = 'chat'")}`);
  return `${number(rows.length)} evaluations`;
}

/** The rows that the leaderboard lists of them: equal scores under several names are each listed. */
async function listedCount(): Promise<string> {
  return number((await ask(`SELECT 1 FROM models WHERE ${SHOWN} AND model_type = 'chat'`)).length);
}

/** Nothing of a figure can be taken for the answer. */
async function expectStale(of: Locator, before: string): Promise<void> {
  expect(await title(of)).not.toBe(before);
  const plot = part(of, "plot");
  await expect.poll(() => plot.evaluate((e) => getComputedStyle(e).opacity)).toBe("0.25");
  expect(await plot.evaluate((e: HTMLElement) => e.inert)).toBe(true);
  expect(await part(of, "count").textContent()).toBe("…");
  expect(await part(of, "rows").locator("tr").count()).toBe(0);
  for (const button of await of.locator("[data-save]").all())
    expect(await button.isDisabled()).toBe(true);
}

/** A figure of which all can be taken for the answer. */
async function expectAnswered(of: Locator): Promise<void> {
  expect(await part(of, "state").isVisible()).toBe(false);
  expect(await of.getAttribute("aria-busy")).toBe(null);
  const plot = part(of, "plot");
  await expect.poll(() => plot.evaluate((e) => getComputedStyle(e).opacity)).toBe("1");
  expect(await plot.evaluate((e: HTMLElement) => e.inert)).toBe(false);
  expect(await of.locator("[data-save]").first().isEnabled()).toBe(true);
}

describe("a figure whose engine is on its way", () => {
  test("shows no other filters' finding, and says what is loaded, how big, how far", async () => {
    const page = await open(CORRELATIONS, link.url);
    const first = figure(page, "correlations");
    const before = (await title(first))!;
    link.slow(/\.wasm$/);
    await page.click('button[data-type="chat"]');
    await expect.poll(() => title(first)).toBe(WORKING);
    await expectStale(first, before);
    expect(await first.getAttribute("aria-busy")).toBe("true");
    expect(await part(first, "said").textContent()).toBe(
      "Loading the query engine and its tables, once for this page:",
    );
    // The sizes of the very files, as a host that compresses sends them.
    const names = (await readdir(join(SITE, "_assets"))).filter((f) =>
      /^duckdb.*(wasm|worker)/.test(f),
    );
    expect(names).toHaveLength(2);
    const files = await Promise.all(names.map((f) => readFile(join(SITE, "_assets", f))));
    const engine = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
    const manifest: Manifest = JSON.parse(
      await readFile(join(SITE, "data/latest/manifest.json"), "utf8"),
    );
    const tables = ["models", "models_v1"].map((t) => manifest.files[`${t}.parquet`]!.bytes);
    const total = (engine + tables[0]! + tables[1]!) / 1e6;
    const far = () => part(first, "far").textContent();
    const share = async () => {
      const [, done, all] = /^([\d.]+) of ([\d.]+) MB$/.exec((await far()) ?? "") ?? [];
      expect(Math.abs(Number(all) - total)).toBeLessThan(0.25);
      return Number(done) / Number(all);
    };
    const early = await share();
    await expect.poll(share).toBeGreaterThan(early);
    const late = await share();
    expect(late).toBeLessThan(1);
    expect(
      await part(first, "progress").evaluate((e) => {
        const bar = e as HTMLProgressElement;
        return bar.value / bar.max;
      }),
    ).toBeGreaterThan(0.05);
    await expect.poll(() => part(first, "count").textContent(), LONG).toContain(await chatCount());
    await expectAnswered(first);
    const fresh = await open(`${CORRELATIONS}?type=chat`);
    const same = figure(fresh, "correlations");
    await expect.poll(() => part(same, "count").textContent(), LONG).toContain(await chatCount());
    expect(await title(first)).toBe(await title(same));
    expect(await title(first)).not.toBe(before);
  });

  test("never shows the finding of the page's first view where the address asks for another", async () => {
    link.slow(/Analysis\.astro.*\.js$/);
    const page = await open("/404.html", link.url);
    await page.goto(`${link.url}${CORRELATIONS}?type=chat`, { waitUntil: "commit" });
    const first = figure(page, "correlations");
    await first.waitFor();
    // The HTML is there, its script is not.
    expect(await page.locator("html[data-asked]").count()).toBe(1);
    expect(await part(first, "title").evaluate((e) => getComputedStyle(e).visibility)).toBe(
      "hidden",
    );
    expect(await page.isVisible(".asked-note")).toBe(true);
    await expect.poll(() => page.locator("html[data-asked]").count(), LONG).toBe(0);
    expect(await title(first)).not.toContain("0.9");
    await expect.poll(() => part(first, "count").textContent(), LONG).toContain(await chatCount());
    await expectAnswered(first);
  });
});

describe("a figure whose engine does not come", () => {
  test.each([
    ["its code", /\.wasm$/, null],
    ["its code, refused", /\.wasm$/, 503],
    ["its worker", /duckdb-browser-eh\.worker.*\.js$/, null],
    ["a table", /models_v1\.parquet$/, null],
    ["a table, refused", /models\.parquet$/, 404],
  ] as const)("says so beside a button, which then works: %s", async (_, files, status) => {
    const page = await open(CORRELATIONS);
    const first = figure(page, "correlations");
    const before = (await title(first))!;
    const release = await block(page, files, status);
    await page.click('button[data-type="chat"]');
    await expect.poll(() => title(first), LONG).toBe(FAILED);
    await expectStale(first, before);
    expect(await first.getAttribute("aria-busy")).toBe(null);
    expect(await part(first, "said").textContent()).toMatch(
      /^The (query engine|table) could not be loaded(: .+\.| \(HTTP 404\)\.)|is there a connection\?$/,
    );
    // In sight, below the heading.
    const [heading, said, retry] = await Promise.all(
      ["title", "said", "retry"].map((name) => part(first, name).boundingBox()),
    );
    expect(said!.y - heading!.y).toBeLessThan(250);
    expect(Math.abs(retry!.y - said!.y)).toBeLessThan(40);
    // Again in vain.
    await part(first, "retry").click();
    await expect.poll(() => title(first), LONG).toBe(FAILED);
    await release();
    await part(first, "retry").click();
    await expect.poll(() => part(first, "count").textContent(), LONG).toContain(await chatCount());
    await expectAnswered(first);
    // What kept one has kept the others, which come by themselves.
    const pair = figure(page, "pair");
    await expect.poll(() => part(pair, "state").isVisible(), LONG).toBe(false);
    expect(await title(pair)).not.toBe(FAILED);
  });

  test("comes back from being offline", async () => {
    const page = await open(CORRELATIONS);
    const first = figure(page, "correlations");
    await page.context().setOffline(true);
    await page.click('button[data-type="chat"]');
    await expect.poll(() => title(first), LONG).toBe(FAILED);
    await part(first, "retry").click();
    await expect
      .poll(() => part(first, "said").textContent())
      .toBe("There is still no connection to this site.");
    await page.context().setOffline(false);
    await part(first, "retry").click();
    await expect.poll(() => part(first, "count").textContent(), LONG).toContain(await chatCount());
    await expectAnswered(figure(page, "correlations"));
  });

  test("takes another filter after a failure, and the first view without the engine", async () => {
    const page = await open(CORRELATIONS);
    const first = figure(page, "correlations");
    const before = (await title(first))!;
    await block(page, /\.wasm$/);
    await page.click('button[data-type="chat"]');
    await expect.poll(() => title(first), LONG).toBe(FAILED);
    await page.click('button[data-type="chat"]');
    await expect.poll(() => title(first), LONG).toBe(before);
    await expectAnswered(first);
  });

  test("keeps what the HTML says where only its rows are missing", async () => {
    const page = await open(CORRELATIONS);
    const first = figure(page, "correlations");
    const before = (await title(first))!;
    const release = await block(page, /\/figures\/correlations\.json/);
    await part(first, "plot").hover();
    await expect
      .poll(() => part(first, "said").textContent())
      .toBe("The figure's rows could not be loaded: there is no connection to this site.");
    expect(await title(first)).toBe(before);
    expect(await part(first, "plot").evaluate((e) => getComputedStyle(e).opacity)).toBe("1");
    await release();
    await part(first, "retry").click();
    await expect.poll(() => part(first, "state").isVisible()).toBe(false);
    expect(await title(first)).toBe(before);
  });
});

describe("a table that does not come", () => {
  test("leaves the rows of the HTML, and is asked for again", async () => {
    const page = await open("/404.html");
    const release = await block(page, /\/table\/models\.bin/);
    await page.goto(`${server.url}/`);
    await expect
      .poll(() => textOf(page, "#notice"))
      .toBe(
        "The table could not be loaded: there is no connection to this site. The rows below still stand; searching and filtering wait for it. Retry",
      );
    expect(await page.locator("#rows tr").first().isVisible()).toBe(true);
    await release();
    await page.click("#notice button");
    await page.waitForSelector(".board.ready");
    expect(await page.isVisible("#notice")).toBe(false);
  });

  test("leaves none where the address asks for others", async () => {
    const page = await open("/404.html");
    const release = await block(page, /\/table\/models\.bin/);
    await page.goto(`${server.url}/?type=chat`);
    await expect
      .poll(() => textOf(page, "#notice"))
      .toBe("The table could not be loaded: there is no connection to this site. Retry");
    expect(await page.locator("#rows tr").first().isVisible()).toBe(false);
    expect(await page.isVisible("#status")).toBe(false);
    await release();
    await page.click("#notice button");
    await page.waitForSelector(".board.ready");
    expect(await page.locator("#rows tr[aria-rowindex]").first().isVisible()).toBe(true);
    expect(await textOf(page, "#status strong")).toBe(await listedCount());
  });

  test("is asked for again by the comparison", async () => {
    const page = await open("/404.html");
    const release = await block(page, /\/table\/models\.bin/);
    await page.goto(`${server.url}/compare/?m=EleutherAI/pythia-2.8b`);
    await expect.poll(() => textOf(page, "#notice")).toContain("The table could not be loaded");
    await release();
    await page.click("#notice button");
    await page.waitForSelector("#compare-result:not([hidden])");
    expect(await page.isVisible("#notice")).toBe(false);
  });
});

describe("a comparison of snapshots that does not come", () => {
  test("shows no other pair's, and is asked for again", async () => {
    const page = await open("/data/diff/");
    const [from, to] = await page.$$eval("#from option", (options) =>
      options.slice(-2).map((o) => (o as HTMLOptionElement).value),
    );
    const release = await block(page, /\/data\/(diff\/.*\.json|\d{4}.*\.parquet)$/);
    await page.selectOption("#to", from!);
    await expect.poll(() => textOf(page, "#notice")).toMatch(/could not be loaded: .* Retry$/);
    expect(await textOf(page, "#diff-report")).toBe("");
    await release();
    await page.click("#notice button");
    await expect.poll(() => textOf(page, "#diff-report")).not.toBe("");
    expect(await page.isVisible("#notice")).toBe(false);
    expect(to).toBeDefined();
  });

  test("says which pair it works on, and shows no other meanwhile", async () => {
    const page = await open("/data/diff/", link.url);
    const options = await page.$$eval("#from option", (all) =>
      all.map((o) => (o as HTMLOptionElement).value),
    );
    link.slow(/\/data\/(diff\/.*\.json|\d{4}.*\.parquet)$/);
    await page.selectOption("#from", options.at(-1)!);
    const words = `Comparing ${options.at(-1)} with ${await page.inputValue("#to")} …`;
    await expect.poll(() => textOf(page, "#diff-loading")).toBe(words);
    expect(await page.isVisible("#diff-report")).toBe(false);
    await expect.poll(() => page.isVisible("#diff-report"), LONG).toBe(true);
    expect(await page.isVisible("#diff-loading")).toBe(false);
  });
});

describe("an embed whose view does not come", () => {
  test.each([
    ["a figure's engine", "correlations/?type=chat", /\.wasm$/],
    ["a table", "leaderboard/?type=chat", /\/table\/models\.bin/],
    ["its code", "correlations/?type=chat", /\/_assets\/figure\.[^/]*\.js$/],
  ] as const)("says so beside a button, which then works: %s", async (_, path, files) => {
    const page = await open("/404.html");
    const release = await block(page, files);
    await page.goto(`${server.url}/embed/${path}`);
    const status = page.locator("[data-part=status]");
    await expect
      .poll(() => status.textContent(), LONG)
      .toMatch(/^This view cannot be shown here\./);
    expect(await page.locator("[data-part=title]").isVisible()).toBe(false);
    await release();
    await status.locator("button").click();
    await page.waitForSelector("html[data-embed]:not([data-asked])", LONG);
    expect(await page.locator("[data-part=caption]").textContent()).toContain(
      path.startsWith("leaderboard") ? await listedCount() : await chatCount(),
    );
    expect(await status.textContent()).toBe("");
  });
});

describe("the query engine of a panel and of the console", () => {
  test("says how big it is, and works after a failure", async () => {
    const page = await open("/");
    await page.waitForSelector(".board.ready");
    const release = await block(page, /\.wasm$/);
    await page.click('button[aria-controls="panel-sql"]');
    await page.click("#sql-run");
    await expect
      .poll(() => textOf(page, "#sql-status"), LONG)
      .toBe(
        "DuckDB could not answer: The query engine could not be loaded: is there a connection?",
      );
    await release();
    await page.click("#sql-run");
    await expect
      .poll(() => textOf(page, "#sql-status"), LONG)
      .toContain("the same rows in the same order as the table");
    const shell = await open("/sql/");
    await shell.waitForSelector("#console.ready");
    const again = await block(shell, /\.wasm$/);
    await shell.click("#run");
    await expect.poll(() => textOf(shell, "#error"), LONG).toContain("is there a connection?");
    await again();
    await shell.click("#run");
    await expect.poll(() => shell.isVisible("#answer"), LONG).toBe(true);
    expect(await shell.isVisible("#error")).toBe(false);
  });
});

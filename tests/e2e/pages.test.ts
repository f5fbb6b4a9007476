import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import config from "../../leaderboard.config.ts";
import { leaderboardSchema } from "../../src/core/records/leaderboard.ts";
import { launchBrowser, openPage } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { axe } from "./axe.ts";

/** Expects a built site, by default the one of `npm run build`. */
const SITE = process.env.SITE_DIR ?? "dist";
const { suites } = leaderboardSchema.parse(config);

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await serve(SITE);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

const open = (path: string, options = {}) => openPage(browser, server.url + path, options);

const PAGES = [
  "/data/",
  "/docs/scores/",
  "/docs/repeat/",
  "/docs/leaderboard/",
  "/docs/formats/",
  "/docs/api/",
  "/docs/publish/",
  "/docs/queue/",
  "/docs/queue/maintainers/",
  "/docs/decisions/",
  "/docs/runner/",
  "/no/such/page/",
];

it("has no page of a queue that its tables do not have, and does not speak of one", async () => {
  for (const path of ["/queue/", "/feeds/queue.xml"]) {
    expect((await fetch(server.url + path)).status, path).toBe(404);
  }
  for (const path of ["/", "/docs/queue/"]) {
    const { page, close } = await open(path);
    expect(await page.locator('a[href="/queue/"], a[href="/feeds/queue.xml"]').count()).toBe(0);
    await close();
  }
});

describe.each(PAGES)("%s", (path) => {
  it.each([
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
  ] as const)("is accessible, fits and stays on this site at %i px, %s", async (width, scheme) => {
    const { page, errors, outside, close } = await open(path, {
      viewport: { width, height: 844 },
      colorScheme: scheme,
    });
    await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    expect(outside).toEqual([]);
    // The page that is missing is one error, reported by the browser itself.
    expect(errors.filter((e) => !(path.startsWith("/no/") && e.includes("404")))).toEqual([]);
    await close();
  });

  it("links only to what is there", async () => {
    const { page, close } = await open(path);
    const links = await page.$$eval("a[href], link[rel=icon]", (all) =>
      all.map((a) => (a as HTMLAnchorElement).href),
    );
    const here = links.filter((link) => new URL(link).origin === server.url);
    const paths = [...new Set(here.map((link) => new URL(link).pathname))];
    for (const target of paths.filter((p) => p !== path)) {
      expect((await fetch(server.url + target, { method: "HEAD" })).status, target).toBe(200);
    }
    const anchors = here.filter((link) => new URL(link).pathname === path && link.includes("#"));
    for (const anchor of anchors) {
      expect(await page.$(new URL(anchor).hash), anchor).not.toBeNull();
    }
    await close();
  });
});

describe("/data/", () => {
  it("gives every file with the digest that it has", async () => {
    const { page, close } = await open("/data/");
    const files = await page.$$eval("[aria-labelledby=downloads] .files > li", (items) =>
      items.map((li) => ({
        href: li.querySelector("a")!.href,
        digest: li.querySelector(".digest code")!.textContent,
        columns: li.querySelectorAll("tbody tr").length,
      })),
    );
    expect(files.length).toBeGreaterThanOrEqual(5);
    for (const { href, digest, columns } of files) {
      const bytes = Buffer.from(await (await fetch(href)).arrayBuffer());
      expect(createHash("sha256").update(bytes).digest("hex"), href).toBe(digest);
      expect(columns).toBeGreaterThan(0);
    }
    await close();
  });

  it("shows SQL that runs, on the address of this site", async () => {
    const { page, close } = await open("/data/");
    const sql = await page.textContent("[data-title=DuckDB] pre");
    const address = /'([^']+)'/.exec(sql!)![1]!;
    expect(new URL(address).pathname).toMatch(/\/data\/latest\/\w+\.parquet$/);
    const file = `${SITE}/data/latest/${address.split("/").at(-1)}`;
    const db = await (await DuckDBInstance.create()).connect();
    const result = await db.runAndReadAll(sql!.replace(address, file));
    expect(result.getRowObjectsJson()).toHaveLength(10);
    expect(result.getRowObjectsJson()[0]!.rank).toBe(1);
    await close();
  });

  it("copies a snippet, or says that it cannot", async () => {
    const { page, close } = await open("/data/");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.click("[data-title=curl] button");
    await page.waitForSelector("[data-title=curl] button:text('Copied')");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
      await page.textContent("[data-title=curl] pre"),
    );
    await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error())");
    await page.evaluate("document.execCommand = () => false");
    await page.click("[data-title=DuckDB] button");
    await page.waitForSelector("[data-title=DuckDB] button:text('by hand')");
    await close();
  });

  it("lists every flagged model of the tables", async () => {
    const { page, close } = await open("/data/");
    const listed = await page.$$eval("section[aria-labelledby=flagged] tbody th", (cells) =>
      cells.map((c) => c.textContent),
    );
    const db = await (await DuckDBInstance.create()).connect();
    for (const suite of suites) {
      const file = `${SITE}/data/latest/${suite.table}.parquet`;
      const result = await db.runAndReadAll(
        `SELECT DISTINCT model FROM read_parquet('${file}') WHERE flagged`,
      );
      for (const { model } of result.getRowObjectsJson()) expect(listed).toContain(model);
    }
    await close();
  });
});

describe("/docs/scores/", () => {
  it("describes every benchmark and subtask of the suites", async () => {
    const { page, close } = await open("/docs/scores/");
    const text = await page.textContent("main");
    for (const suite of suites) {
      for (const b of suite.benchmarks) {
        for (const word of [b.name, b.area, ...b.metrics.map((m) => m.name)]) {
          expect(text).toContain(word);
        }
      }
    }
    for (const s of suites[0]!.benchmarks.flatMap((b) => b.subtasks))
      expect(text).toContain(s.task);
    await close();
  });

  it("shows a worked example that is right", async () => {
    const { page, close } = await open("/docs/scores/");
    const line = await page.textContent(".aside .formula");
    const [raw, baseline, , again, , score] = line!.match(/[\d.]+/g)!.map(Number);
    expect(again).toBe(baseline);
    const expected = ((raw! - baseline!) / (1 - baseline!)) * 100;
    // Raw is shown with four digits: half a digit of the last is 0.005 × 1 / (1 − baseline) points.
    expect(Math.abs(score! - expected)).toBeLessThan(0.005 / (1 - baseline!) + 0.005);
    await close();
  });

  it("has examples of addresses that the leaderboard understands", async () => {
    const { page, close } = await open("/docs/scores/");
    const links = await page.$$eval("section[aria-labelledby=address] tbody a", (all) =>
      all.map((a) => (a as HTMLAnchorElement).href),
    );
    expect(links.length).toBeGreaterThan(8);
    // That all are understood is a unit test; that links arrive as written is this one.
    for (const link of links.filter((_, i) => i % 5 === 0)) {
      await page.goto(link);
      await page.waitForSelector(".ready");
      expect(await page.isVisible("#notice"), link).toBe(false);
    }
    await close();
  });
});

describe("the pages of documentation", () => {
  it("link to each other, and each says which it is", async () => {
    const { page, close } = await open("/docs/scores/");
    const linked = () =>
      page.$$eval('nav[aria-label="Documentation"] a', (all) =>
        all.map((a) => new URL((a as HTMLAnchorElement).href).pathname),
      );
    const paths = await linked();
    for (const name of ["scores", "leaderboard", "formats", "publish", "api", "embed"]) {
      expect(paths).toContain(`/docs/${name}/`);
    }
    for (const path of paths) {
      await page.goto(server.url + path);
      expect(await linked()).toEqual(paths);
      expect(await page.getAttribute("nav.docs-links [aria-current=page]", "href")).toBe(path);
      expect((await page.textContent(".site-head [aria-current]"))?.trim()).toBe("Method");
    }
    await close();
  });

  it("show the example's files as they are", async () => {
    const { page, close } = await open("/docs/leaderboard/");
    const codeOf = (title: string) => page.textContent(`[data-title="${title}"] pre`);
    const paths = (await codeOf("In your folder"))!.split("\n");
    expect(paths).toHaveLength(9);
    let shown = 0;
    for (const path of paths) {
      const text = await readFile(`examples/sailing/${path}`, "utf8");
      if ((await page.locator(`[data-title="${path}"]`).count()) === 0) continue;
      expect(await codeOf(path), path).toBe(text.trimEnd());
      shown++;
    }
    // All but three of the four runs.
    expect(shown).toBe(6);
    await close();
  });
});

describe("the page for what is missing", () => {
  it("searches the leaderboard, also without JavaScript", async () => {
    for (const javaScriptEnabled of [true, false]) {
      const { page, close } = await open("/no/such/page/", { javaScriptEnabled });
      await page.fill("input[name=q]", "qwen 7b");
      await page.click("button[type=submit]");
      await page.waitForURL("**/?q=qwen+7b");
      if (javaScriptEnabled) {
        await page.waitForSelector(".ready");
        expect(await page.inputValue("#q")).toBe("qwen 7b");
      }
      await close();
    }
  });
});

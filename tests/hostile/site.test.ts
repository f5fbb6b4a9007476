// Every page, picture, feed and file of a leaderboard full of attacks: read by strict parsers, and opened.
import { glob, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { XmlDocument } from "libxml2-wasm";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { launchBrowser, openPage } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { tried } from "./counts.ts";
import { ATTACKS, buildHostile, NAMES, RAN } from "./site.ts";

let folder: string;
let dist: string;
let server: Server;
let browser: Browser;
let files: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hostile-site-"));
  ({ dist } = await buildHostile(folder));
  files = [];
  for await (const file of glob("**/*", { cwd: dist, withFileTypes: true })) {
    if (file.isFile()) files.push(join(file.parentPath, file.name));
  }
  [server, browser] = await Promise.all([serve(dist), launchBrowser()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

const withEnding = (...endings: string[]) => files.filter((f) => endings.includes(extname(f)));
const textOf = (file: string) => readFile(file, "utf8");
/** The address of a file, as a page would link to it. */
const pathOf = (file: string) =>
  file
    .slice(dist.length)
    .replace(/index\.html$/, "")
    .split("/")
    .map(encodeURIComponent)
    .join("/");

test("the attacks are in the tables, so that the rest of these tests means something", async () => {
  const db = await (await DuckDBInstance.create(":memory:")).connect();
  const ask = async (sql: string) => (await db.runAndReadAll(sql)).getRowObjectsJS();
  const models = await ask(`SELECT * FROM '${join(dist, "data/latest/models.parquet")}'`);
  for (const name of NAMES) expect(models.map((m) => m.model)).toContain(name);
  const licenses = models.map((m) => m.license);
  for (const kind of ["element", "script", "formula", "formula2", "yaml", "sql"] as const)
    expect(licenses).toContain(ATTACKS[kind].replaceAll("\n", " "));
  expect(await textOf(join(dist, "data/latest/rejected.json"))).toContain("must be a model name");
  // What a dataset's files call their fields and columns, and how they are called themselves.
  const { drift } = JSON.parse(await textOf(join(dist, "data/latest/manifest.json")));
  const data = await textOf(join(dist, "data/index.html"));
  for (const name of [ATTACKS.element, ATTACKS.markdown].map((text) => text.slice(0, 40))) {
    expect(Object.keys(drift.unknown_fields.names).join("\n")).toContain(name);
    expect(drift.columns.flatMap((c: { new: string[] }) => c.new).join("\n")).toContain(name);
  }
  expect(drift.set_aside.files).toBeGreaterThan(10);
  expect(data).toContain("files and records were set aside");
});

test("no page runs any of it, asks another host, or grows an element", async () => {
  const pages = withEnding(".html");
  expect(pages.length).toBeGreaterThan(NAMES.length + 15);
  for (const file of pages) {
    const path = pathOf(file);
    const { page, errors, outside, close } = await openPage(browser, `${server.url}${path}`);
    await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
    for (const each of await page.locator("button[aria-expanded=false]").all())
      await each.click({ timeout: 1000 }).catch(() => undefined);
    const found = await page.evaluate((ran) => {
      const all = [...document.querySelectorAll("*")];
      return {
        ran: ran in window,
        strangers: all.filter((e) =>
          e.matches('img[src="x"], svg[onload], script:not([src], [type])'),
        ).length,
        handlers: all.filter((e) => e.getAttributeNames().some((n) => /^on/i.test(n))).length,
        links: all.filter((e) =>
          /^\s*(javascript|data|vbscript):/i.test(e.getAttribute("href") ?? ""),
        ).length,
      };
    }, RAN);
    // The one script is the theme's.
    expect(found, path).toEqual({ ran: false, strangers: 1, handlers: 0, links: 0 });
    expect(outside, path).toEqual([]);
    // What an analysis page cannot compute it says in words, not in the console.
    expect(
      errors.filter((e) => !(path.includes("404") && e.includes("404"))),
      path,
    ).toEqual([]);
    await close();
  }
  tried(
    "hostile pages opened",
    pages.length,
    `of a site with ${Object.keys(ATTACKS).length} attacks in ${files.length} files, 0 executions`,
  );
}, 180_000);

test("parameters of an address never become markup", async () => {
  const paths = [
    "/",
    "/compare/",
    "/analysis/correlations/",
    "/sql/",
    "/data/diff/",
    "/embed/leaderboard/",
  ];
  const there = new Set(withEnding(".html").map(pathOf));
  const names = [
    "q",
    "m",
    "type",
    "sort",
    "columns",
    "x",
    "y",
    "from",
    "to",
    "theme",
    "as-of",
    "rows",
    "license",
  ];
  for (const path of paths.filter((p) => there.has(p))) {
    for (const attack of [
      ATTACKS.element,
      ATTACKS.script,
      ATTACKS.style,
      ATTACKS.sql,
      ATTACKS.url,
    ]) {
      const query = new URLSearchParams(names.map((name) => [name, attack]));
      const { page, outside, close } = await openPage(
        browser,
        `${server.url}${path}?${query}#${encodeURIComponent(attack)}`,
      );
      await page.waitForTimeout(150);
      const found = await page.evaluate(
        (ran) => [ran in window, document.querySelectorAll('img[src="x"], svg[onload]').length],
        RAN,
      );
      expect(found, `${path} ${attack}`).toEqual([false, 0]);
      expect(outside, path).toEqual([]);
      await close();
    }
  }
}, 180_000);

test("pictures and feeds are strict XML without scripts, handlers or outside references", async () => {
  const documents = withEnding(".svg", ".xml").filter((f) => !f.includes("_assets"));
  expect(documents.length).toBeGreaterThan(5);
  for (const file of documents) {
    const document = XmlDocument.fromString(await textOf(file));
    try {
      const bad = document.find(
        '//*[local-name()="script" or local-name()="foreignObject" or local-name()="img"] | //@*[starts-with(local-name(), "on")]',
      );
      expect(bad.length, file).toBe(0);
      const links = document
        .find('//@*[local-name()="href" or local-name()="src"]')
        .map((a) => a.content);
      for (const link of links) expect(link, file).toMatch(/^(https?:\/\/localhost|#)/);
    } finally {
      document.dispose();
    }
  }
});

test("JSON is JSON, and what stands in a page as JSON ends where it should", async () => {
  for (const file of withEnding(".json", ".jsonld")) JSON.parse(await textOf(file));
  for (const file of withEnding(".html")) {
    const html = await textOf(file);
    for (const [, json] of html.matchAll(
      /<script type="application\/(?:ld\+)?json"[^>]*>(.*?)<\/script>/gs,
    ))
      JSON.parse(json!);
  }
});

test("no cell of a CSV file begins a formula", async () => {
  const db = await (await DuckDBInstance.create(":memory:")).connect();
  const tables = withEnding(".csv");
  expect(tables.length).toBeGreaterThan(0);
  for (const file of tables) {
    const reader = await db.runAndReadAll(`SELECT * FROM read_csv('${file}', all_varchar = true)`);
    for (const row of reader.getRowsJS())
      for (const cell of row)
        if (typeof cell === "string" && !/^-?\d/.test(cell))
          expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  }
});

test("YAML and the data card's front matter hold texts, and nothing that a parser would act on", async () => {
  const texts = await Promise.all(withEnding(".yaml", ".yml", ".cff").map(textOf));
  for (const file of withEnding(".md")) {
    const [, front] = /^---\n(.*?)\n---\n/s.exec(await textOf(file)) ?? [];
    if (front) texts.push(front);
  }
  for (const text of texts) {
    for (const document of parseAllDocuments(text)) {
      expect(document.errors).toEqual([]);
      expect(document.warnings).toEqual([]);
      expect(JSON.stringify(document.toJS())).not.toContain('"evil"');
    }
  }
});

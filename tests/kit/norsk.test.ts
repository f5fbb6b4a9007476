// A whole leaderboard of others, from the packed package in an empty folder to pages in a browser.
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openPage } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { axe } from "../e2e/axe.ts";
import { query } from "../pipeline/snapshot/snapshot.ts";
import { installed, type } from "./kit.ts";

/** Stands in the place of our page on scores. */
const OWN_METHOD = `---
layout: open-leaderboard/Page.astro
title: Vår metode
description: Slik regner vi.
lang: nb
---
Vi **regner** selv.
`;

let folder: string;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  folder = await installed("norsk");
  await mkdir(join(folder, "src/pages/docs"), { recursive: true });
  await writeFile(join(folder, "src/pages/docs/scores.md"), OWN_METHOD);
  const lines = ["npx leaderboard data --source results", "npx leaderboard build"];
  const { code, out } = await type(folder, lines);
  expect(code, out.slice(-3000)).toBe(0);
  [server, browser] = await Promise.all([serve(join(folder, "dist")), launchBrowser()]);
}, 300_000);

afterAll(() => Promise.all([server?.close(), browser?.close()]));

const open = (path: string, colorScheme: "light" | "dark" = "light") =>
  openPage(browser, server.url + path, { colorScheme, viewport: { width: 1280, height: 800 } });

test("its table is the one that was worked out without this code", async () => {
  const wanted: Record<string, unknown>[] = JSON.parse(
    await readFile(join(folder, "expected.json"), "utf8"),
  );
  const rows = await query(`SELECT * FROM '${folder}/public/data/latest/models.parquet'`);
  expect(rows).toHaveLength(wanted.length);
  for (const want of wanted) {
    const found = rows.filter(
      (r) => r.model === want.model && r.chat_template === want.chat_template,
    );
    expect(found).toHaveLength(1);
    for (const [name, value] of Object.entries(want)) {
      const near = typeof value === "number" ? expect.closeTo(value, 5) : value;
      expect(found[0], `${want.model} ${name}`).toMatchObject({ [name]: near });
    }
  }
});

test("the front page has its words, its rows and a way to its own page", async () => {
  const { page, errors, outside, close } = await open("/");
  await page.waitForSelector(".board.ready");
  expect(await page.textContent("h1")).toMatch(/Norwegian/);
  expect(await page.textContent(".intro")).toMatch(/made up/);
  expect(await page.textContent("#status")).toMatch(/16/);
  await page.click("nav >> text=Om tavlen");
  await page.waitForURL("**/om/");
  expect(await page.textContent("h1")).toBe("Om tavlen");
  expect(await page.getAttribute("article", "lang")).toBe("nb");
  expect(await page.getAttribute("nav a[aria-current=page]", "href")).toBe("/om/");
  expect(await axe(page)).toEqual([]);
  expect([errors, outside]).toEqual([[], []]);
  await close();
});

test("its colours are everywhere: on pages in light and dark, in embeds and in pictures", async () => {
  const accent = "getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()";
  for (const path of ["/", "/embed/leaderboard/"]) {
    for (const [scheme, colour] of [
      ["light", "#14507f"],
      ["dark", "#86bdea"],
    ] as const) {
      const { page, close } = await open(path, scheme);
      expect(await page.evaluate(accent), `${path} ${scheme}`).toBe(colour);
      await close();
    }
  }
  // hsl(207 72% 41%) of its heat scale is there, and the teal that is ours is not.
  const svg = await readFile(join(folder, "dist/charts/leaderboard.svg"), "utf8");
  expect(svg).toMatch(/#1d70b4/i);
  expect(svg).not.toMatch(/#17978e|#0b5f66/i);
});

test("what the package brings is published, and every page stands the check", async () => {
  for (const name of ["favicon.svg", "_headers", "404.html", "docs/leaderboard/index.html"]) {
    expect((await stat(join(folder, "dist", name))).size, name).toBeGreaterThan(0);
  }
  const checked = await type(folder, ["npx leaderboard check"]);
  expect(checked, checked.out).toMatchObject({ code: 0 });
  expect(checked.out).toContain("all is as it should be");
});

test("a page of one's own stands in the place of ours, also as Markdown", async () => {
  const html = await readFile(join(folder, "dist/docs/scores/index.html"), "utf8");
  expect(html).toContain("<strong>regner</strong>");
  expect(html).toContain("<title>Vår metode · Norsk tavle</title>");
  expect(html).not.toContain("tandard error");
});

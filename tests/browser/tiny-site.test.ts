import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Server, serve } from "../../scripts/serve.ts";
import { readFeed } from "../feeds/valid.ts";
import tiny from "../fixtures/tiny-suite.json" with { type: "json" };
import { textsOf } from "../pictures/xml.ts";
import { axe, launchBrowser, openPage } from "./browser.ts";

/**
 * Another team's leaderboard: its own suite, config and (synthetic) figures, the same code. Built by
 * the project's own command, then opened.
 */
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tiny-site-"));
  await mkdir(join(folder, "public"));
  await copyFile("public/favicon.svg", join(folder, "public/favicon.svg"));
  const env = {
    ...process.env,
    LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts",
    PUBLIC_DIR: join(folder, "public"),
    OUT_DIR: join(folder, "dist"),
  };
  const built = spawnSync(process.execPath, ["scripts/astro.ts", "build"], {
    env,
    encoding: "utf8",
  });
  expect(built.status, built.stderr).toBe(0);
  server = await serve(join(folder, "dist"));
});

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

test("every page of a made-up leaderboard works, with its own benchmarks and no other", async () => {
  const browser = await launchBrowser();
  try {
    const paths = [
      "/",
      "/compare/",
      "/sql/",
      "/data/",
      "/data/latest/",
      "/data/diff/",
      "/docs/scores/",
      "/docs/api/",
      "/analysis/",
      "/analysis/correlations/",
    ];
    for (const path of paths) {
      const { page, errors, outside, close } = await openPage(browser, `${server.url}${path}`);
      expect(outside, path).toEqual([]);
      expect(errors, path).toEqual([]);
      expect(await axe(page), path).toEqual([]);
      expect(await page.content(), path).not.toMatch(/IFEval|MMLU|HellaSwag|Open LLM/);
      await close();
    }
  } finally {
    await browser.close();
  }
});

test("its pictures and cards are its own, and none is of an archive that it does not have", async () => {
  const dist = join(folder, "dist");
  const charts = await readdir(join(dist, "charts"));
  expect(charts).toContain("leaderboard.dark.png");
  expect(charts.filter((f) => f.startsWith("archive"))).toEqual([]);
  const texts = textsOf(await readFile(join(dist, "charts/leaderboard.svg"), "utf8"), "text");
  for (const { name } of tiny.benchmarks) expect(texts).toContain(name);
  const cards = await readdir(join(dist, "cards"));
  expect(cards).toContain("site.png");
  expect(cards).not.toContain("archive.png");
  const html = await readFile(join(dist, "index.html"), "utf8");
  expect(html).toContain('property="og:image" content="http://localhost:4321/cards/site.png"');
});

test("its table is searched, sorted and links to its models", async () => {
  const browser = await launchBrowser();
  try {
    const { page, errors, close } = await openPage(browser, `${server.url}/`);
    await page.waitForSelector(".board.ready");
    const head = await page.locator("#head button").allTextContents();
    for (const { name } of tiny.benchmarks) expect(head).toContain(name);
    expect(await page.locator('nav a[href="/archive/"]').count()).toBe(0);
    const link = page.locator("#rows a").first();
    await link.click();
    await page.waitForURL("**/models/**");
    expect(await page.locator(".scores tbody tr").count()).toBe(tiny.benchmarks.length);
    expect(errors).toEqual([]);
    await close();
  } finally {
    await browser.close();
  }
});

test("its one snapshot has nothing to be compared with, and feeds that are valid", async () => {
  const browser = await launchBrowser();
  try {
    const { page, errors, close } = await openPage(browser, `${server.url}/data/diff/`);
    expect(await page.textContent("main")).toContain("There is only one snapshot so far");
    expect(await page.locator("select").count()).toBe(0);
    await page.goto(`${server.url}/data/`);
    expect(await page.locator(".snapshots tbody tr").count()).toBe(1);
    expect(errors).toEqual([]);
    await close();
  } finally {
    await browser.close();
  }
  const read = async (path: string) =>
    readFeed(await readFile(join(folder, "dist/feeds", path), "utf8"));
  expect((await read("new.xml")).entries).toHaveLength(1);
  expect((await read("top-100.xml")).entries).toEqual([]);
  for (const file of await readdir(join(folder, "dist/feeds/owners"))) await read(`owners/${file}`);
});

test("its SQL console answers every example over its own tables", async () => {
  const browser = await launchBrowser();
  try {
    const { page, errors, close } = await openPage(browser, `${server.url}/sql/`);
    await page.waitForSelector("#console.ready");
    const count = await page.locator("[data-example]").count();
    expect(count).toBeGreaterThan(7);
    for (let i = 0; i < count; i++) {
      await page.$eval(`[data-example="${i}"]`, (button) => (button as HTMLElement).click());
      await page.waitForSelector('#console[aria-busy="false"]');
      expect(await page.textContent("#error")).toBe("");
      expect(await page.textContent("#summary")).toMatch(/^[1-9]\d* rows? · /);
    }
    expect(errors).toEqual([]);
    await close();
  } finally {
    await browser.close();
  }
});

test("its embeds show its own table and figures, and pin to no snapshot that it does not have", async () => {
  const browser = await launchBrowser();
  try {
    const { page, errors, close } = await openPage(browser, `${server.url}/embed/leaderboard/`);
    expect(await page.locator("[data-part=table] tbody tr").count()).toBeGreaterThan(5);
    await page.goto(`${server.url}/embed/leaderboard/?sort=model&rows=10&cols=model,average`);
    await page.waitForSelector("html:not([data-asked])");
    const models = await page.locator("[data-part=table] tbody a").allTextContents();
    expect(models).toHaveLength(10);
    expect(models.map((m) => m.toLowerCase())).toEqual(
      models.map((m) => m.toLowerCase()).toSorted(),
    );
    for (const chart of ["records", "leaderboard"]) {
      await page.goto(`${server.url}/embed/${chart}/?as-of=2020-01-01`);
      await page.waitForSelector("html:not([data-asked])");
      expect(await page.textContent("h1")).toContain("There is no snapshot “2020-01-01”");
    }
    await page.goto(`${server.url}/docs/embed/`);
    expect(await page.content()).not.toMatch(/IFEval|MMLU|HellaSwag|Open LLM/);
    expect(errors).toEqual([]);
    await close();
  } finally {
    await browser.close();
  }
});

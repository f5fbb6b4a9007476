// The queue's page, of a made-up leaderboard whose datasets have requests of every kind: pulled, made and
// built by the project's own commands, then opened.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CAUSES } from "../../src/core/queue/failures.ts";
import { launchBrowser, openPage, type PageOptions } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { readFeed } from "../core/feeds/valid.ts";
import harbour from "../fixtures/queue.config.ts";
import { addHarbour } from "../pipeline/hub/harbour.ts";
import { openStandIn, type StandIn } from "../pipeline/hub/stand-in.ts";
import { query } from "../pipeline/snapshot/snapshot.ts";
import type { Ended } from "../scripts/process.ts";
import { axe } from "./axe.ts";
import { error, settled } from "./console.ts";
import { type OwnSite, ownSite } from "./own-site.ts";
import { pagesOfTests } from "./pages-of-tests.ts";
import {
  FINISHED,
  HOSTILE,
  ODD_STATUSES,
  queueRequests,
  queueVotes,
  WAITING,
} from "./queue-requests.ts";
import { NARROW, textOf, WIDE } from "./site.ts";

/** Bytes that the page may have, compressed. */
const MOST_BYTES = 60_000;

const SHOWN = 100;

let site: OwnSite;
let dist: string;
let hub: StandIn;
let server: Server;
let browser: Browser;
let checked: Ended;
const kept = pagesOfTests();

beforeAll(async () => {
  hub = await openStandIn();
  addHarbour(hub);
  hub.dataset(harbour.hub!.requests!, queueRequests());
  hub.dataset(harbour.hub!.votes!, queueVotes());
  site = await ownSite("queue-site", "tests/fixtures/queue.config.ts", hub);
  ({ dist } = site);
  const { run } = site;
  const cache = ["--cache", site.cache];
  await run("pull", cache);
  await run("data", ["--hub", ...cache]);
  await run("astro", ["build"]);
  checked = await run("check-site", [dist]);
  [server, browser] = await Promise.all([serve(dist), launchBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await hub?.close();
  await site?.close();
});

async function open(path: string, options: PageOptions = {}): Promise<Page> {
  return kept(await openPage(browser, `${server.url}${path}`, { viewport: WIDE, ...options }));
}

/** What the page says of one model. */
const item = (page: Page, model: string) => page.locator(`[data-model="${model}"]`);

/** How many rows the SQL console finds by the query that it was opened with. */
async function answerOf(page: Page): Promise<string> {
  await page.waitForSelector("#console.ready");
  await page.focus(".cm-content");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.querySelector("#summary")?.textContent);
  await settled(page);
  expect(await error(page)).toBe("");
  return textOf(page, "#summary");
}

const titles = (page: Page) => page.locator("section.requests h2:visible").allTextContents();

test("npm run check:site finds nothing that would keep it from being published", () => {
  expect(checked.out).toContain("every published file compared: all is as it should be.\n");
});

test("the page shows every status with its number, also those that no format knows", async () => {
  const page = await open("/queue/");
  expect(await page.locator('nav a[href="/queue/"]').getAttribute("aria-current")).toBe("page");
  const expected = [
    ["Running", 3],
    ["Waiting", WAITING + 4],
    ["Failed", CAUSES.length + 1 + HOSTILE.length + 1],
    ["Finished", FINISHED],
    ["Withdrawn", 1],
    ...ODD_STATUSES.toSorted().map((status) => [status, 1]),
  ].map(([title, n]) => `${title} ${n!.toLocaleString("en")}`);
  expect(await titles(page)).toEqual(expected);
  expect(await page.locator(".queue-numbers a").count()).toBe(expected.length);
  expect(await textOf(page, "header p")).toBe(
    `3 requests run and ${WAITING + 4} wait. syntetisk/Jolle-2B is next. Of 5,021 that ended, 5,000 finished.`,
  );
  // Nobody is lost on the way from the files to the table.
  const rows = await query(
    `SELECT count(*) AS n FROM '${join(dist, "data/latest/requests.parquet")}'`,
  );
  expect(Number(rows[0]!.n)).toBe(Object.keys(queueRequests()).length);
});

test("of long lists it has the first or newest hundred, and leads to the whole", async () => {
  const page = await open("/queue/");
  const section = (key: string) => page.locator(`section[aria-labelledby="${key}"]`);
  for (const key of ["waiting", "finished"]) {
    expect(await section(key).locator("[data-model]").count()).toBe(SHOWN);
  }
  // The one of 28 April 2025; of the others the last submitted.
  const finished = await section("finished").locator("[data-model]").all();
  const models = await Promise.all(finished.map((one) => one.getAttribute("data-model")));
  expect(models.slice(0, 3)).toEqual([
    "syntetisk/Anker-7B",
    "flaade-28/Ship-4998",
    "flaade-27/Ship-4997",
  ]);
  const table = section("finished").getByRole("link", { name: "requests.parquet" });
  expect((await page.request.get(`${server.url}${await table.getAttribute("href")}`)).ok()).toBe(
    true,
  );
  await section("finished").getByRole("link", { name: "the SQL console asks" }).click();
  expect(await answerOf(page)).toMatch(/^5,000 rows /);
});

test("those that wait have places without gaps, a reason, votes, and when they may start", async () => {
  const page = await open("/queue/");
  const places = await page.locator('[aria-labelledby="waiting"] .place').allTextContents();
  expect(places).toEqual(Array.from({ length: SHOWN }, (_, i) => `Place ${i + 1}`));
  // Worked out by hand: it came on 3 April at 8, and the newest change is of 30 April at 10.
  const first = item(page, "syntetisk/Jolle-2B");
  expect(await first.textContent()).toMatch(/27\.1 days of waiting/);
  const voted = item(page, "syntetisk/Skonnert-70B");
  // Five accounts: 5 × log2(6) days.
  expect(await voted.textContent()).toMatch(/5 votes count as 12\.9/);
  expect(await voted.locator(".when").textContent()).toMatch(
    /^5 votes, 1 unproven.*starts about 2025-0[56]-\d\d$/,
  );
});

test("those that run say since when and how far; another program's does not know", async () => {
  const page = await open("/queue/");
  const own = await item(page, "syntetisk/Fyr-30B").textContent();
  expect(own).toContain("evaluation, 2 of 6 commands (2025-04-30T11:00Z)");
  expect(own).toContain("since 2025-04-30 09:00");
  expect(await item(page, "syntetisk/Fyr-30B").getByTitle("Maintainers’ choice").count()).toBe(1);
  const other = await item(page, "syntetisk/Anden-3B").textContent();
  expect(other).toContain("How far it is, its file does not say.");
  expect(other).toContain("since when is not known");
});

test("those that failed say why and what would mend it; those that finished lead to their rows", async () => {
  const page = await open("/queue/");
  const late = await item(page, "syntetisk/Forlis-timeout").textContent();
  expect(late).toMatch(/was not done in the time .*What would mend it: Only the maintainers/);
  const silent = await item(page, "syntetisk/Tavs-1B").textContent();
  expect(silent).toContain("Its file gives no reason");
  expect(await item(page, "flaade-28/Ship-4998").textContent()).toContain(
    "Not in the tables of 2025-05-06.",
  );
  await item(page, "syntetisk/Anker-7B").getByRole("link").first().click();
  await page.waitForURL("**/models/syntetisk/Anker-7B/");
});

test("what happened to a request is told in its order, earlier requests first", async () => {
  const page = await open("/queue/");
  const voted = item(page, "syntetisk/Skonnert-70B");
  await voted.locator("summary").focus();
  await page.keyboard.press("Enter");
  const steps = await voted.locator(".steps li").allTextContents();
  expect(steps.map((s) => s.replace(/\s+/g, " ").trim())).toEqual([
    `2025-04-03 08:00 An earlier request for ${steps[0]!.match(/for ([0-9a-f]{7}):/)![1]}: failed. ${HOSTILE[1]}`,
    "2025-04-25 08:00 Submitted by pull request 77.",
  ]);
  const link = voted.locator(".steps a");
  expect(await link.getAttribute("href")).toBe(
    `https://huggingface.co/datasets/${harbour.hub!.requests}/discussions/77`,
  );
});

test("whatever a stranger writes is text, and pushes nothing wide", async () => {
  for (const viewport of [WIDE, NARROW]) {
    const page = await open("/queue/", { viewport });
    await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
    expect(await page.title()).toBe("Queue · Havnetavlen");
    expect(await page.locator("h1").allTextContents()).toEqual(["Queue"]);
    expect(await page.locator("main :is(img, script:not([src]), b, iframe)").count()).toBe(0);
    for (const [i, text] of HOSTILE.entries()) {
      const shown = (await item(page, `syntetisk/Ond-${i}B`)
        .locator(".said p")
        .first()
        .textContent())!;
      // Without what turns the direction, and cut where it is very long.
      const clean = text.replace(/[\u202a-\u202e]/g, " ").trim();
      expect(shown).toBe(clean.length > 400 ? `${clean.slice(0, 400)} …` : clean);
    }
  }
});

test("the page is accessible at both widths, in light and dark", async () => {
  for (const [viewport, colorScheme, path] of [
    [NARROW, "light", "/queue/"],
    [WIDE, "dark", "/queue/?q=syntetisk/"],
    [NARROW, "dark", "/queue/?q=skonnert"],
    [WIDE, "light", "/queue/?q=nobody"],
  ] as const) {
    const page = await open(path, { viewport, colorScheme });
    expect(await axe(page), `${path} ${viewport.width} ${colorScheme}`).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
  }
});

test("without scripts all of it is there, and nothing that does nothing", async () => {
  const page = await open("/queue/?q=skonnert", { javaScriptEnabled: false });
  expect(await page.locator("#queue-find").isVisible()).toBe(false);
  expect(await page.locator("main button").count()).toBe(0);
  expect((await titles(page)).length).toBe(5 + ODD_STATUSES.length);
  expect(await page.locator("[data-model]:visible").count()).toBe(
    await page.locator("[data-model]").count(),
  );
  const first = item(page, "syntetisk/Jolle-2B");
  await first.locator("summary").click();
  expect(await first.locator(".steps").textContent()).toContain("Begun once, and put back.");
});

test("the search finds by keyboard, says what it looked through, and is in the address", async () => {
  const page = await open("/queue/");
  await page.getByRole("searchbox", { name: "Find a model" }).focus();
  await page.keyboard.type("@syntetisk skonnert");
  await expect.poll(() => titles(page)).toEqual([`Waiting ${WAITING + 4}`]);
  expect(await page.locator("[data-model]:visible").count()).toBe(1);
  const held = await page.locator("[data-model]").count();
  const rest = Object.keys(queueRequests()).length - held;
  expect(await page.getByRole("status").textContent()).toBe(
    `1 of ${held} requests fits. ${rest.toLocaleString("en")} more are only in the table.`,
  );
  await page.waitForURL((url) => url.searchParams.get("q") === "@syntetisk skonnert");
  const again = await open(new URL(page.url()).pathname + new URL(page.url()).search);
  expect(await again.getByRole("searchbox").inputValue()).toBe("@syntetisk skonnert");
  expect(await again.locator("[data-model]:visible").count()).toBe(1);
  await again.getByRole("searchbox").fill("ship-42 <b>");
  await expect
    .poll(() => again.getByRole("status").textContent())
    .toMatch(/^No request on this page/);
  await again.getByRole("searchbox").fill("ship-42");
  await again.getByRole("link", { name: "Ask the table" }).click();
  // Ship-42, and those from Ship-420 to 429 and from 4200 to 4299.
  expect(await answerOf(again)).toMatch(/^111 rows /);
});

test("it weighs little, whatever the table has", async () => {
  const html = await readFile(join(dist, "queue/index.html"));
  expect(gzipSync(html).length).toBeLessThan(MOST_BYTES);
});

test("its rules are the configuration's", async () => {
  const page = await open("/queue/");
  const rule = await textOf(page, '[aria-labelledby="order"]');
  expect(rule).toContain(
    "1 vote counts as 5 days of waiting, 3 votes as 10 days, 7 votes as 15 days",
  );
  expect(rule).toContain("the maintainers’ choice counts as 40 days");
  expect(rule).toContain("Of 6 that are begun one after the other, at most 2 are of one account");
});

test("its feed is valid and has what happened last", async () => {
  const { entries } = readFeed(await readFile(join(dist, "feeds/queue.xml"), "utf8"));
  expect(entries).toHaveLength(100);
  expect(entries.slice(0, 2).map((e) => [e.updated, e.title])).toEqual([
    ["2025-04-30T10:00:00Z", "syntetisk/Ond-9B was begun"],
    ["2025-04-30T09:00:00Z", "syntetisk/Fyr-30B was begun"],
  ]);
  expect(entries.map((e) => e.content).join()).toContain(HOSTILE[1]);
});

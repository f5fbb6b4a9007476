// A visitor votes for what waits, and finds what is theirs, in a real browser with the stand-in in the
// Hub's place; and the whole way of a submission and a vote, from the browser to the pages made anew.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser, type PageOptions } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { REVISION } from "../pipeline/hub/harbour.ts";
import { commitFiles, openPullRequest, type Repo, type StandIn } from "../pipeline/hub/stand-in.ts";
import { commentsOf } from "../pipeline/hub/stand-in-discussions.ts";
import { start } from "../scripts/process.ts";
import { axe } from "./axe.ts";
import { CLIENT, HUB, NEW, openHub, REQUESTS, VOTES, WAITING } from "./open-hub.ts";
import { type OpenSite, openSite } from "./open-site.ts";
import { openVisit, type Visit } from "./open-visit.ts";
import { NARROW, textOf, WIDE } from "./site.ts";

const [SCHOONER, DINGHY, PRAM] = WAITING as [string, string, string];

/** What the site is pulled from. */
let first: StandIn;
let hub: StandIn;
let site: OpenSite;
let server: Server;
let browser: Browser;
let visits: Visit[] = [];

beforeAll(async () => {
  first = await openHub();
  site = await openSite(first);
  [server, browser] = await Promise.all([serve(site.dist), launchBrowser()]);
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await site?.close();
  await first?.close();
});

beforeEach(async () => {
  hub = await openHub();
  register(hub);
});

afterEach(async () => {
  const seen = visits;
  visits = [];
  for (const visit of seen) await visit.end();
  await hub.close();
});

function register({ oauth }: StandIn): void {
  oauth.clients.set(CLIENT, [`${server.url}/submit/`, `${server.url}/queue/`]);
}

async function open(path = "/queue/", options: PageOptions = {}, at = hub): Promise<Page> {
  const visit = await openVisit(browser, server.url, at, options);
  visits.push(visit);
  await visit.page.goto(`${server.url}${path}`);
  return visit.page;
}

const row = (page: Page, model: string) => page.locator(`li[data-model="${model}"]`);
const button = (page: Page, model: string) => row(page, model).locator("button.vote");
const note = (page: Page, model: string) => row(page, model).locator(".voting span").textContent();

async function logIn(page: Page): Promise<void> {
  await page.click("#log-in");
  await page.click("#allow");
  await page.waitForSelector("#log-out:not([hidden])");
}

const votesOf = (at: StandIn): Repo => at.repos.get(`datasets/${VOTES}`)!;

/** Lines of the account's file in a pull request. */
function linesOf(index: number): unknown[] {
  const { commit } = votesOf(hub).pullRequests[index]!;
  const text = commit.files.get("matros/votes_data.jsonl")!.toString();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const choice = (model: string) => ({ model, revision: REVISION(model), precision: "bfloat16" });

/** As the collector writes it. */
const standing = (model: string, pull_request: number) => ({
  ...choice(model),
  username: "matros",
  timestamp: "2025-05-01T08:00:00Z",
  pull_request,
});

function votesOnMain(...lines: object[]): void {
  const files = Object.fromEntries(votesOf(hub).commits.at(-1)!.files);
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  commitFiles(votesOf(hub), { ...files, "matros/votes_data.jsonl": text });
}

test("votes chosen before the login are sent after it, several as one pull request", async () => {
  const page = await open();
  await button(page, SCHOONER).click();
  await button(page, PRAM).click();
  await button(page, DINGHY).click();
  await button(page, DINGHY).click();
  expect(await button(page, SCHOONER).getAttribute("aria-pressed")).toBe("true");
  expect(await button(page, DINGHY).getAttribute("aria-pressed")).toBe("false");
  expect(await textOf(page, "#ballot-status")).toBe("2 votes chosen. Log in to send them.");
  expect(await page.isVisible("#cast")).toBe(false);
  await logIn(page);
  expect(page.url()).toBe(`${server.url}/queue/`);
  await page.waitForSelector("#cast:not([hidden])");
  expect(await textOf(page, "#cast")).toBe("Send 2 votes");
  await page.click("#cast");
  await page.waitForSelector("#ballot-status a");
  expect(await page.getAttribute("#ballot-status a", "href")).toBe(
    `${HUB}/datasets/${VOTES}/discussions/1`,
  );
  expect(votesOf(hub).pullRequests).toMatchObject([{ author: "matros", title: "Votes of matros" }]);
  const vote = (model: string) => ({
    ...choice(model),
    username: "matros",
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  expect(linesOf(0)).toEqual([vote(SCHOONER), vote(PRAM)]);
  expect(await note(page, SCHOONER)).toBe("your vote, in pull request 1");
  expect(await button(page, SCHOONER).textContent()).toBe("Take back");
  expect(await button(page, DINGHY).textContent()).toBe("Vote");
  // Whoever comes again finds it.
  await page.reload();
  await logIn(page);
  await expect.poll(() => note(page, PRAM)).toBe("your vote, in pull request 1");
  const kept = await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])");
  expect(kept).toBe("[{},{}]");
});

test("a vote that stands is shown, and taken back by a line; all other lines stay", async () => {
  const foreign = { model: "a/b", revision: "main", username: "other", timestamp: "2024-01-01" };
  votesOnMain(foreign, standing(SCHOONER, 3), standing(DINGHY, 4));
  const page = await open("/queue/?q=syntetisk");
  await button(page, SCHOONER).click();
  await logIn(page);
  // The search is there again, and nothing of the login.
  expect(page.url()).toBe(`${server.url}/queue/?q=syntetisk`);
  expect(await page.inputValue("#queue-search")).toBe("syntetisk");
  await expect.poll(() => note(page, SCHOONER)).toBe("your vote");
  // It was chosen before the login, and stands already.
  expect(await button(page, SCHOONER).getAttribute("aria-pressed")).toBe("false");
  await button(page, DINGHY).click();
  await page.click("#cast");
  await page.waitForSelector("#ballot-status a");
  expect(linesOf(0)).toEqual([
    foreign,
    standing(SCHOONER, 3),
    standing(DINGHY, 4),
    { ...choice(DINGHY), username: "matros", timestamp: expect.any(String), withdrawn: true },
  ]);
  expect(await note(page, DINGHY)).toBe("taken back, in pull request 1");
  expect(await button(page, DINGHY).textContent()).toBe("Vote");
});

test("what the visitor has submitted comes first, as text whatever its title is", async () => {
  const requests = hub.repos.get(`datasets/${REQUESTS}`)!;
  const hostile = '<img src=x onerror="window.ran=1">\u202E';
  Object.assign(requests.pullRequests[1]!, { author: "matros", title: "Mine" });
  openPullRequest(requests, { author: "matros", files: { "z.json": "{}" }, title: hostile });
  const page = await open();
  await logIn(page);
  await page.waitForSelector("#own-requests li");
  const items = await page.$$eval("#own-requests li", (all) =>
    all.map((li) => [li.querySelector("a")?.textContent, li.querySelector("span")?.textContent]),
  );
  expect(items).toEqual([
    [hostile, "not collected yet"],
    // The tables have a request that came by pull request 2.
    ["Mine", "waits, place 2"],
  ]);
  expect(await page.$("#own-requests img")).toBeNull();
  expect(await page.evaluate("'ran' in window")).toBe(false);
  await page.click("#log-out");
  expect(await page.isVisible("#own-requests")).toBe(false);
  expect(await page.evaluate("document.activeElement.id")).toBe("log-in");
});

test("a pull request that the Hub refuses, or of which the answer is lost, is not sent twice", async () => {
  const page = await open();
  await logIn(page);
  await button(page, SCHOONER).click();
  hub.instead = ({ operation }, response) => {
    if (operation !== "commit") return false;
    response.statusCode = 403;
    response.end("{}");
    return true;
  };
  await page.click("#cast");
  await expect.poll(() => textOf(page, "#ballot-status")).toContain("does not let your account");
  expect(await page.isEnabled("#cast")).toBe(true);
  hub.instead = () => false;
  hub.faults.once("commit", ["500 after"]);
  await page.click("#cast");
  await page.waitForSelector("#ballot-status a");
  expect(await textOf(page, "#ballot-status")).toContain("Look whether your pull request is there");
  expect(await page.isEnabled("#cast")).toBe(false);
  expect(votesOf(hub).pullRequests).toHaveLength(1);
});

test("where the Hub does not say what is the visitor's, nothing can be sent", async () => {
  const page = await open();
  hub.faults.once("discussions", ["500", "500"]);
  await button(page, SCHOONER).click();
  await logIn(page);
  await expect.poll(() => textOf(page, "#ballot-status")).toContain("HTTP 500");
  expect(await page.isVisible("#cast")).toBe(false);
});

test("a model's page leads to it in the queue", async () => {
  const page = await open(`/models/${PRAM}/`);
  await page.click("text=In the queue");
  await row(page, PRAM).waitFor();
  expect(page.url()).toBe(`${server.url}/queue/?q=${encodeURIComponent(PRAM)}`);
  expect(await row(page, SCHOONER).isVisible()).toBe(false);
});

test("it works by keyboard, without JavaScript there is nothing to press, and axe finds nothing", async () => {
  const still = await open("/queue/", { javaScriptEnabled: false });
  expect(await still.isVisible("#yours")).toBe(false);
  expect(await still.locator("button.vote").count()).toBe(0);
  for (const viewport of [NARROW, WIDE]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await open("/queue/", { viewport, colorScheme });
      await button(page, SCHOONER).focus();
      await page.keyboard.press("Space");
      expect(await note(page, SCHOONER)).toBe("not sent yet, send it above");
      expect(await axe(page)).toEqual([]);
      await page.focus("#log-in");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#allow");
      await page.click("#allow");
      await page.waitForSelector("#cast:not([hidden])");
      expect(await axe(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
    }
  }
});

test("from the form and a vote to the place in the queue: collected, made anew, shown", async () => {
  register(first);
  first.users.set("matros", "2020-01-01T00:00:00.000Z");
  first.tokens.set("hf_collector", {
    ...{ account: "havnefoged", displayName: "collector", role: "write" },
  });
  for (const name of [REQUESTS, VOTES])
    first.repos.get(`datasets/${name}`)!.members = ["havnefoged"];

  const form = await open("/submit/", {}, first);
  await form.waitForSelector("#submit-form.ready");
  await form.fill("#model", NEW);
  await form.selectOption("#model_type", "fine_tuned");
  await form.click("#check");
  await form.click("#log-in");
  await form.click("#allow");
  await form.waitForSelector("#send:not([hidden])");
  await form.click("#send");
  await form.waitForSelector("#sent:not([hidden])");
  const queue = await open("/queue/", {}, first);
  await button(queue, PRAM).click();
  await logIn(queue);
  await queue.click("#cast");
  await queue.waitForSelector("#ballot-status a");

  const collected = await start("queue", ["collect", "--tables", `${site.dist}/data/latest`], {
    env: {
      HF_ENDPOINT: first.url,
      HF_TOKEN: "hf_collector",
      VOTES_KEY: "k".repeat(32),
      LEADERBOARD_CONFIG: "tests/fixtures/open.config.ts",
    },
  }).ended;
  expect(collected, collected.out).toMatchObject({ code: 0 });
  const requests = first.repos.get(`datasets/${REQUESTS}`)!;
  const [own] = requests.pullRequests.slice(WAITING.length);
  expect(own).toMatchObject({ author: "matros", status: "closed" });
  const file = `${NEW}_eval_request_False_bfloat16_Original.json`;
  const onMain = requests.commits.find(({ oid }) => oid === requests.branches.get("main"))!.files;
  const comments = commentsOf(own!).join("\n");
  expect(JSON.parse(onMain.get(file)?.toString() ?? "{}"), comments).toMatchObject({
    status: "PENDING",
    sender: "matros",
    pull_request: 4,
  });
  expect(votesOf(first).pullRequests.map(({ status }) => status)).toEqual(["closed"]);

  await site.rebuild();
  const page = await open("/queue/", {}, first);
  const names = await page.$$eval("section[aria-labelledby=waiting] li[data-model]", (all) =>
    all.map((li) => (li as HTMLElement).dataset.model),
  );
  expect([...names].sort()).toEqual([NEW, ...WAITING].sort());
  expect(await row(page, PRAM).textContent()).toContain("1 vote");
  expect(await row(page, NEW).textContent()).toContain("7B");
  await logIn(page);
  await expect.poll(() => note(page, PRAM)).toBe("your vote");
  await expect.poll(() => textOf(page, "#own-requests")).toMatch(/Ny-7B.*waits, place \d/);
}, 600_000);

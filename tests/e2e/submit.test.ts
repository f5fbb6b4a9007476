// A visitor submits a model: the form, its check, the login and the pull request, in a real browser with
// the stand-in in the Hub's place.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser, type PageOptions } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { REVISION } from "../pipeline/hub/harbour.ts";
import { openPullRequest, type StandIn } from "../pipeline/hub/stand-in.ts";
import type { PullRequest } from "../pipeline/hub/stand-in-discussions.ts";
import { axe } from "./axe.ts";
import {
  ADAPTER,
  addModel,
  CLIENT,
  EVALUATED,
  HUB,
  NEW,
  openHub,
  POOR,
  REQUESTS,
  WAITING,
} from "./open-hub.ts";
import { type OpenSite, openSite } from "./open-site.ts";
import { openVisit, type Visit } from "./open-visit.ts";
import { NARROW, textOf, WIDE } from "./site.ts";

let hub: StandIn;
let site: OpenSite;
let server: Server;
let browser: Browser;
let visits: Visit[] = [];

beforeAll(async () => {
  const first = await openHub();
  site = await openSite(first);
  await first.close();
  [server, browser] = await Promise.all([serve(site.dist), launchBrowser()]);
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await site?.close();
});

beforeEach(async () => {
  hub = await openHub();
  hub.oauth.clients.set(CLIENT, [`${server.url}/submit/`]);
});

afterEach(async () => {
  const seen = visits;
  visits = [];
  for (const visit of seen) await visit.end();
  await hub.close();
});

async function open(path = "/submit/", options: PageOptions = {}): Promise<Page> {
  const visit = await openVisit(browser, server.url, hub, options);
  visits.push(visit);
  await visit.page.goto(`${server.url}${path}`);
  if (options.javaScriptEnabled !== false) await visit.page.waitForSelector("#submit-form.ready");
  return visit.page;
}

async function check(page: Page, model: string, more: Record<string, string> = {}): Promise<void> {
  await page.fill("#model", model);
  await page.selectOption("#model_type", "fine_tuned");
  for (const [id, value] of Object.entries(more)) {
    if (id === "weight_type" || id === "precision") await page.selectOption(`#${id}`, value);
    else await page.fill(`#${id}`, value);
  }
  await page.click("#check");
  await page.waitForSelector("#result:not([hidden])");
}

async function logIn(page: Page): Promise<void> {
  await page.click("#log-in");
  await page.click("#allow");
  await page.waitForURL(`${server.url}/submit/`);
}

const objections = (page: Page) =>
  page.$$eval("#objections > li", (all) => all.map((li) => (li as HTMLElement).dataset.id));

const requests = () => hub.repos.get(`datasets/${REQUESTS}`)!;
const headOf = (model: string) => hub.repos.get(`models/${model}`)!.branches.get("main")!;

/** Pull requests opened here: those before are of the models that wait. */
const opened = () => requests().pullRequests.slice(WAITING.length);

/** Files that a pull request adds or changes. */
function filesOf({ commit, parent }: PullRequest): Record<string, string> {
  const before = requests().commits.find(({ oid }) => oid === parent)!.files;
  const changed = [...commit.files].filter(([path, bytes]) => !before.get(path)?.equals(bytes));
  return Object.fromEntries(changed.map(([path, bytes]) => [path, bytes.toString()]));
}

test("a model is checked, its submitter logs in, and a pull request in their name has its file", async () => {
  const page = await open();
  await check(page, NEW);
  expect(await textOf(page, "#result-title")).toBe("Nothing stands against it");
  expect(await page.isHidden("#send")).toBe(true);
  const facts = await page.$$eval("#preview > div", (all) =>
    Object.fromEntries(all.map((div) => [...div.children].map((c) => c.textContent ?? ""))),
  );
  expect(facts).toMatchObject({
    Model: NEW,
    Commit: headOf(NEW).slice(0, 12),
    Licence: "apache-2.0",
    Parameters: "7B",
    // 7e9 weights × 2 bytes × 1.2, 2 GiB of keys and values, and 1.5 GiB around: 20.56e9.
    "Memory needed": "about 20.6 GB of 80 GB at most",
  });
  // Three wait, all of one account, which had one begun before: of ten in a row at most three are its.
  expect(await textOf(page, "#place")).toContain(
    "place 3 of 4, by the queue as it stood on 2025-05-03 06:00 UTC",
  );

  await page.click("#log-in");
  const asked = new URL(page.url()).searchParams;
  await page.waitForSelector("#allow");
  expect(new URL(page.url()).searchParams.get("scope")).toBe("openid profile write-discussions");
  expect(asked.get("client_secret")).toBeNull();
  await page.click("#allow");
  await page.waitForSelector("#send:not([hidden])");
  expect(page.url()).toBe(`${server.url}/submit/`);
  expect(await textOf(page, "#login-status")).toBe(
    "Logged in as matros, until you leave this page.",
  );
  expect(await page.inputValue("#model")).toBe(NEW);

  await page.click("#send");
  await page.waitForSelector("#sent:not([hidden])");
  expect(await page.getAttribute("#sent-link a", "href")).toBe(
    `${HUB}/datasets/${REQUESTS}/discussions/4`,
  );
  expect(await page.evaluate("document.activeElement.id")).toBe("sent-title");
  expect(opened()).toMatchObject([{ author: "matros", title: `Request: ${NEW} in bfloat16` }]);
  const files = filesOf(opened()[0]!);
  expect(Object.keys(files)).toEqual([`${NEW}_eval_request_False_bfloat16_Original.json`]);
  expect(JSON.parse(Object.values(files)[0]!)).toEqual({
    model: NEW,
    base_model: "",
    revision: headOf(NEW),
    precision: "bfloat16",
    weight_type: "Original",
    model_type: "🔶 : fine-tuned on domain-specific datasets",
    use_chat_template: false,
    status: "PENDING",
  });

  // The token is in no place where something else could find it.
  const tokens = [...hub.tokens.keys()].filter((token) => token.startsWith("hf_oauth_"));
  expect(tokens).toHaveLength(1);
  const kept = await page.evaluate(
    "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state])",
  );
  expect(kept).toBe('[{},{},"",null]');
  expect(await page.content()).not.toContain(tokens[0]!);
  await page.reload();
  await page.waitForSelector("#submit-form.ready");
  expect(await page.isVisible("#log-out")).toBe(false);
});

test("who has asked for a model is told so when they ask again, and no more than allowed is taken", async () => {
  const page = await open();
  await check(page, NEW);
  await logIn(page);
  await page.waitForSelector("#send:not([hidden])");
  await page.click("#send");
  await page.waitForSelector("#sent:not([hidden])");
  await page.click("#check");
  await expect.poll(() => objections(page)).toEqual(["queued"]);
  expect(await textOf(page, "#objections")).toContain("pull request 4");
  openPullRequest(requests(), { author: "matros", files: { "a.txt": "a" }, title: "Another" });
  await check(page, "syntetisk/Nyere-7B");
  expect(await objections(page)).toEqual(["per-author"]);
  expect(await textOf(page, "#objections")).toContain("2 are allowed");
  expect(await textOf(page, "#place")).toMatch(/^Mended and submitted now, it would have place /);
  expect(await page.isVisible("#file-part")).toBe(false);
});

test("an adapter is checked with its base, whose field is there only then", async () => {
  const page = await open();
  expect(await page.isVisible("#base_model")).toBe(false);
  await check(page, ADAPTER, { weight_type: "Adapter", base_model: NEW });
  expect(await objections(page)).toEqual([]);
  expect(await textOf(page, "#preview")).toContain(`Adapter, on top of ${NEW}`);
  const file = JSON.parse(await textOf(page, "#file-text"));
  // Both are loaded by one revision: a commit would be of one of them.
  expect(file).toMatchObject({ revision: "main", base_model: NEW, weight_type: "Adapter" });
});

test("each refusal says what is wrong and what mends it, and nothing can be sent", async () => {
  const page = await open();
  await check(page, POOR);
  expect(await objections(page)).toEqual([
    "license",
    "card",
    "safetensors",
    "remote-code",
    "tokenizer",
  ]);
  expect(await textOf(page, "#result-title")).toBe("5 things to mend");
  const items = await page.$$eval("#objections > li", (all) =>
    all.map((li) => [...li.children].map((p) => p.textContent ?? "")),
  );
  for (const [what, fix] of items) {
    expect(what).toContain(POOR);
    expect(fix).toMatch(/^What mends it: ./);
  }
  expect(await page.isVisible("#file-part")).toBe(false);
  expect(await textOf(page, "#fine")).not.toContain("size");
  expect(await page.evaluate("document.activeElement.id")).toBe("result-title");

  const cases: [string, Record<string, string>, string[], RegExp][] = [
    ["syntetisk/Borte-7B", {}, ["missing"], /not on the Hub/],
    [NEW, { revision: "kladde" }, ["revision"], /no branch, tag or commit "kladde"/],
    ["piraterne/Ny-7B", { revision: "main" }, ["never"], /They board other ships/],
    [EVALUATED, {}, ["evaluated"], /evaluated at this very commit/],
    [WAITING[0]!, {}, ["queued"], /waits in the queue/],
  ];
  addModel(hub, WAITING[0]!);
  for (const [model, more, ids, words] of cases) {
    await check(page, model, more);
    expect(await objections(page), model).toEqual(ids);
    expect(await textOf(page, "#objections"), model).toMatch(words);
  }
});

test("what is not filled in or cannot be a name is said at its field, before anything is asked", async () => {
  const page = await open();
  const before = hub.log.length;
  await page.fill("#revision", "../../x");
  await page.selectOption("#weight_type", "Delta");
  await page.click("#check");
  await page.waitForSelector("#model-problem:not([hidden])");
  expect(await textOf(page, "#model-problem")).toBe("The model is missing: OWNER/NAME on the Hub.");
  expect(await textOf(page, "#revision-problem")).toMatch(/^The revision must be a branch, tag/);
  expect(await textOf(page, "#base_model-problem")).toMatch(/^The base model is missing/);
  expect(await textOf(page, "#model_type-problem")).toBe("The type is missing: choose one.");
  expect(await page.evaluate("document.activeElement.id")).toBe("model");
  expect(await page.getAttribute("#model", "aria-invalid")).toBe("true");
  expect(await page.getAttribute("#model", "aria-describedby")).toContain("model-problem");
  for (const name of [
    "<img src=x onerror=alert(1)>/x",
    "syntetisk/Ny‑7B",
    "syntetisk/\u202EB7-yN",
    "syntetisk/../../api/whoami",
    "syntetisk%2FNy-7B",
    "ѕyntetisk/Ny-7B",
    "x".repeat(200),
  ]) {
    await page.fill("#model", name);
    await page.click("#check");
    await page.waitForSelector("#model-problem:not([hidden])");
    expect(await textOf(page, "#model-problem"), name).toMatch(/^The model /);
  }
  const asked = hub.log.slice(before).filter(({ operation }) => operation !== "search");
  expect(asked).toEqual([]);
});

test("models are found while somebody types, by keyboard alone, and only names are offered", async () => {
  const page = await open();
  await page.focus("#model");
  await page.keyboard.type("ny-7");
  await page.waitForSelector("#model-list li");
  expect(await page.$$eval("#model-list li", (all) => all.map((li) => li.textContent))).toEqual([
    NEW,
    ADAPTER,
    "piraterne/Ny-7B",
  ]);
  expect(await page.getAttribute("#model", "aria-expanded")).toBe("true");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const active = await page.getAttribute("#model", "aria-activedescendant");
  expect(await textOf(page, `#${active}`)).toBe(ADAPTER);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  expect(await page.inputValue("#model")).toBe(NEW);
  expect(await page.isVisible("#model-popup")).toBe(false);
  // On to the type, by its first letters, and Enter in a box checks.
  for (let i = 0; i < 4; i++) await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.id")).toBe("model_type");
  await page.keyboard.type("Fine");
  await page.keyboard.press("Shift+Tab");
  await page.focus("#revision");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#result:not([hidden])");
  expect(await objections(page)).toEqual([]);

  const hostile = [
    { id: '<img src=x onerror="window.ran=1">/x' },
    { id: "a/\u202Egnissob" },
    { id: "a/b/../../c" },
    { id: 7 },
    null,
    "a/b",
    { id: `a/${"x".repeat(300)}` },
    { id: "god/Model-1B" },
  ];
  hub.instead = (request, response) => {
    if (request.operation !== "search") return false;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(hostile));
    return true;
  };
  await page.fill("#model", "ond");
  await expect
    .poll(() => page.$$eval("#model-list li", (all) => all.map((li) => li.textContent)))
    .toEqual(["god/Model-1B"]);
  expect(await page.$("#model-popup img")).toBeNull();
  expect(await page.evaluate("'ran' in window")).toBe(false);

  // A search that fails is no obstacle.
  hub.instead = (request, response) => {
    if (request.operation !== "search") return false;
    response.statusCode = 500;
    response.end("<h1>Oops</h1>");
    return true;
  };
  await page.fill("#model", "syntetisk/Nyere-7B");
  await expect.poll(() => textOf(page, "#model-status")).toContain("does not answer");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#result:not([hidden])");
  expect(await objections(page)).toEqual([]);
});

test("a login that was refused, forged, not begun here or is not enough is none", async () => {
  const page = await open();
  await check(page, NEW);
  const exchanged = () => hub.log.filter(({ path }) => path === "/oauth/token").length;
  /** What can be seen. */
  const said = () => page.evaluate<string>("document.querySelector('article').innerText");
  const isOut = async () => {
    expect(await page.isVisible("#log-out")).toBe(false);
    expect(page.url()).toBe(`${server.url}/submit/`);
  };

  await page.click("#log-in");
  await page.click("#deny");
  await expect.poll(said).toContain("You are not logged in");
  expect(await page.inputValue("#model")).toBe(NEW);
  await isOut();

  // Somebody else's code, with a state that this page did not give.
  await page.click("#log-in");
  await page.waitForSelector("#allow");
  const state = JSON.stringify({ nonce: "theirs", redirectUri: `${server.url}/submit/` });
  await page.goto(`${server.url}/submit/?${new URLSearchParams({ code: "theirs", state })}`);
  await expect.poll(said).toContain("The login did not succeed: log in again.");
  await isOut();
  await page.goto(`${server.url}/submit/?${new URLSearchParams({ code: "theirs", state })}`);
  await expect.poll(said).toContain("was not begun on this page");
  await isOut();
  expect(exchanged()).toBe(0);
  expect(await page.inputValue("#model")).toBe("");

  // A code that is not for this page's verifier.
  await check(page, NEW);
  await page.click("#log-in");
  await page.waitForSelector("#allow");
  for (const grant of hub.oauth.codes.values()) grant.challenge = "another";
  await page.click("#allow");
  await expect.poll(said).toContain("The login did not succeed: log in again.");
  expect(exchanged()).toBe(1);
  await isOut();

  hub.oauth.scope = "openid profile";
  await page.click("#log-in");
  await page.click("#allow");
  await expect.poll(said).toContain("not allowed to open pull requests");
  await isOut();

  hub.oauth.account = "../../etc";
  hub.oauth.scope = null;
  await page.click("#log-in");
  await page.click("#allow");
  await expect.poll(said).toContain("does not say which account");
  await isOut();
  hub.instead = ({ path }, response) => {
    if (path !== "/oauth/userinfo") return false;
    response.end("{}");
    return true;
  };
  await page.click("#log-in");
  await page.click("#allow");
  await expect.poll(said).toContain("does not say which account");
  await isOut();
  expect(await page.evaluate("JSON.stringify({ ...sessionStorage })")).toBe("{}");
});

test("a Hub that sends its login elsewhere, or does not answer, is not followed", async () => {
  const page = await open();
  await check(page, NEW);
  hub.instead = (request, response) => {
    if (!request.path.startsWith("/.well-known/")) return false;
    const to = (path: string) => `https://evil.example/${path}`;
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        authorization_endpoint: to("authorize"),
        token_endpoint: to("token"),
        userinfo_endpoint: to("userinfo"),
      }),
    );
    return true;
  };
  await page.click("#log-in");
  await expect.poll(() => textOf(page, "#login-status")).toContain("another host");
  hub.instead = () => false;
  hub.faults.once("oauth", ["500"]);
  await page.click("#log-in");
  await expect.poll(() => textOf(page, "#login-status")).toContain("does not answer");
  expect(page.url()).toBe(`${server.url}/submit/`);
});

test("what the Hub refuses or leaves open is said, and nothing is sent twice", async () => {
  const page = await open();
  await check(page, NEW);
  await logIn(page);
  await page.waitForSelector("#send:not([hidden])");
  const said = () => textOf(page, "#send-status");
  const answer = (status: number) => {
    hub.instead = (request, response) => {
      if (request.operation !== "commit") return false;
      response.statusCode = status;
      response.setHeader("content-type", "application/json");
      response.end('{"error":"<b>no</b>"}');
      return true;
    };
  };
  answer(403);
  await page.click("#send");
  await expect.poll(said).toBe("The Hub does not let your account open pull requests there.");
  answer(429);
  await page.click("#send");
  await expect.poll(said).toBe("The Hub asks for patience: try again in some minutes.");
  expect(await page.isEnabled("#send")).toBe(true);
  expect(opened()).toEqual([]);

  // The answer is lost, though the pull request was made.
  hub.instead = () => false;
  hub.faults.once("commit", ["reset after"]);
  await page.click("#send");
  await expect.poll(said).toContain("may be there all the same");
  expect(await page.getAttribute("#send-status a", "href")).toBe(
    `${HUB}/datasets/${REQUESTS}/discussions`,
  );
  expect(await page.isEnabled("#send")).toBe(false);
  expect(opened()).toHaveLength(1);
  await page.click("#check");
  await expect.poll(() => objections(page)).toEqual(["queued"]);

  // A login that the Hub has forgotten.
  await check(page, "syntetisk/Nyere-7B");
  hub.tokens.clear();
  await page.click("#send");
  await expect.poll(said).toBe("Your login is over: log in again.");
  expect(await page.isVisible("#log-in")).toBe(true);
});

test("a check that the Hub does not answer says so, and can be tried again", async () => {
  const page = await open();
  await page.fill("#model", NEW);
  await page.selectOption("#model_type", "chat");
  for (const [fault, words] of [
    ["429", /429: try again in some minutes/],
    ["500", /500: try again in some minutes/],
    ["reset", /The Hub does not answer/],
    ["truncated", /cannot be read/],
  ] as const) {
    hub.faults.once("info", [fault]);
    await page.click("#check");
    await expect.poll(() => textOf(page, "#check-status"), { message: fault }).toMatch(words);
    expect(await page.isVisible("#result")).toBe(false);
    expect(await page.isEnabled("#check")).toBe(true);
  }
  await page.click("#check");
  await page.waitForSelector("#result:not([hidden])");
  // What is typed after a check makes it void.
  await page.fill("#revision", "kladde");
  expect(await page.isVisible("#result")).toBe(false);
  expect(await textOf(page, "#check-status")).toBe("Changed: check it again.");
});

test("without JavaScript it says how to submit by hand, and the file is one that is taken", async () => {
  const page = await open("/submit/", { javaScriptEnabled: false });
  expect(await page.isVisible("#submit-form")).toBe(false);
  expect(await textOf(page, "#needs-script")).toContain("by hand");
  expect(JSON.parse((await page.textContent("[data-title='The file'] pre"))!)).toEqual({
    model: "OWNER/NAME",
    base_model: "",
    revision: "main",
    precision: "bfloat16",
    weight_type: "Original",
    model_type: "🔶 : fine-tuned on domain-specific datasets",
    use_chat_template: false,
    status: "PENDING",
  });
  expect(await page.getAttribute("ol.steps a", "href")).toBe(
    `${HUB}/datasets/${REQUESTS}/new/main`,
  );
  expect(hub.log).toEqual([]);
});

test("it is as accessible as other pages, narrow and wide, light and dark", async () => {
  for (const viewport of [NARROW, WIDE]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await open("/submit/", { viewport, colorScheme });
      expect(await axe(page)).toEqual([]);
      await page.fill("#model", "ny-7");
      await page.waitForSelector("#model-list li");
      await page.keyboard.press("ArrowDown");
      expect(await axe(page)).toEqual([]);
      await page.click("#check");
      await page.waitForSelector("#model-problem:not([hidden])");
      expect(await axe(page)).toEqual([]);
      for (const model of [POOR, NEW]) {
        await check(page, model);
        expect(await axe(page)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
      }
    }
  }
});

test("only the pages that send something to the Hub may ask it, and no other host", async () => {
  const policyOf = async (path: string) => {
    const html = await readFile(join(site.dist, path, "index.html"), "utf8");
    return /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "";
  };
  for (const path of ["submit", "queue"]) {
    const policy = await policyOf(path);
    expect(policy, path).toContain(`connect-src 'self' ${HUB};`);
    expect(policy.replace(HUB, ""), path).not.toMatch(/https?:|\*|unsafe-inline|'unsafe-eval'/);
  }
  for (const path of ["", "sql", "data", `models/${EVALUATED}`, "docs/queue"]) {
    const policy = await policyOf(path);
    expect(policy, path).toContain("connect-src 'self';");
    expect(policy, path).not.toContain("huggingface");
  }
});

test("of the Hub's client nothing is loaded before it is needed", async () => {
  const page = await open();
  const scripts = () =>
    page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter(({ name }) => name.endsWith(".js"))
        .map(({ name }) => name.split("/").at(-1)!),
    );
  const atFirst = await scripts();
  expect(atFirst.length).toBeGreaterThan(0);
  expect(atFirst.filter((name) => /^(?:check|hub-login|propose)\./.test(name))).toEqual([]);
  await check(page, NEW);
  expect((await scripts()).filter((name) => /^(?:hub-login|propose)\./.test(name))).toEqual([]);
});

test("the model's revision that was checked is the one that is evaluated", async () => {
  const page = await open();
  await check(page, NEW, { revision: headOf(NEW) });
  expect(await objections(page)).toEqual([]);
  expect(JSON.parse(await textOf(page, "#file-text")).revision).toBe(headOf(NEW));
  expect(headOf(NEW)).not.toBe(REVISION(NEW));
});

// Another team's leaderboard, from its datasets on the Hub to its pages: pulled, made and built by the
// project's own commands, then opened.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { ModelFacts } from "../../src/core/records/facts.ts";
import type { Manifest } from "../../src/core/records/manifest.ts";
import { launchBrowser, openPage, type PageOptions } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { writeFacts } from "../../src/pipeline/cache/facts.ts";
import { readFeed } from "../core/feeds/valid.ts";
import harbour from "../fixtures/harbour.config.ts";
import suite from "../fixtures/harbour-suite.json" with { type: "json" };
import {
  addHarbour,
  headOf,
  ODD,
  ODD_SAILORS,
  OLD,
  SAILORS,
  type Sailor,
} from "../pipeline/hub/harbour.ts";
import { openStandIn, type StandIn } from "../pipeline/hub/stand-in.ts";
import { textsOf } from "../pipeline/pictures/xml.ts";
import { query, readJson } from "../pipeline/snapshot/snapshot.ts";
import type { Ended } from "../scripts/process.ts";
import { axe } from "./axe.ts";
import { type OwnSite, ownSite } from "./own-site.ts";
import { pagesOfTests } from "./pages-of-tests.ts";
import { firstRows, NARROW, textOf, WIDE } from "./site.ts";

/** What the Hub was asked about a model that has gone since. */
const GONE: ModelFacts = {
  model: "syntetisk/Orakel-7B",
  checked_at: "2026-11-20T08:00:00Z",
  known_at: "2026-11-01T08:00:00Z",
  on_hub: false,
  gone_at: "2026-11-10",
  renamed_to: null,
  sha: null,
  likes: 3,
  license: null,
  base_models: [],
  params: null,
  context_length: null,
};

let site: OwnSite;
let dist: string;
let hub: StandIn;
let server: Server;
let browser: Browser;
let data: Ended;
let checked: Ended;
const kept = pagesOfTests();

beforeAll(async () => {
  hub = await openStandIn();
  addHarbour(hub);
  site = await ownSite("harbour-site", "tests/fixtures/harbour.config.ts", hub);
  ({ dist } = site);
  const { run } = site;
  const cache = ["--cache", site.cache];
  await run("pull", cache);
  await writeFacts(site.cache, [GONE]);
  data = await run("data", ["--hub", ...cache]);
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
  const page = kept(await openPage(browser, `${server.url}${path}`, options));
  if (await page.$("#scroller")) await page.waitForSelector(".board.ready");
  return page;
}

const latest = (file = "") => join(site.folder, "public/data/latest", file);

/** A row of the table, worked out from the numbers of right answers. */
interface Expected {
  model: string;
  chat: boolean;
  tides: number;
  knots: number;
  average: number;
  rank: number | null;
}

/** Share of right answers in points above what guessing gives; below it, 0. */
const above = (right: number, of: number, guessing: number) =>
  Math.max(0, (right / of - guessing) / (1 - guessing)) * 100;

function expectedRows(): Expected[] {
  const scored = ({ model, north, south, knots, chat = false }: Sailor) => ({
    model,
    chat,
    tides: (above(north, 40, 1 / 4) + above(south, 60, 1 / 2)) / 2,
    knots: above(knots, 50, 0.1),
  });
  const old = { model: OLD.model, chat: false, tides: OLD.tides, knots: above(OLD.knots, 50, 0.1) };
  const rows = [...[...SAILORS, ...ODD_SAILORS].map(scored), old];
  const averages = rows.map((r) => (r.tides + r.knots) / 2);
  const isFlagged = (model: string) => model === "syntetisk/Orakel-7B";
  return rows.map((row, i) => {
    const average = averages[i]!;
    const better = rows.filter((r, j) => !isFlagged(r.model) && averages[j]! > average + 1e-9);
    return { ...row, average, rank: isFlagged(row.model) ? null : better.length + 1 };
  });
}

test("npm run check:site finds nothing that would keep it from being published", () => {
  expect(checked.out).toContain("every published file compared: all is as it should be.\n");
});

test("its table has the numbers worked out from the questions that were answered right", async () => {
  const expected = expectedRows();
  // By hand: 34 of 40 and 54 of 60 are 80 points each, 41 of 50 are 80.
  expect(expected[0]).toMatchObject({ average: expect.closeTo(80, 9), rank: 2 });
  expect(expected.filter((r) => r.rank === 3).map((r) => r.model)).toEqual([
    "syntetisk/Anker-7B",
    "syntetisk/Bolvaerk-7B",
  ]);
  expect(expected[4]).toMatchObject({ tides: expect.closeTo(10, 9), knots: 0 });
  const rows = await query(
    `SELECT model, chat_template AS chat, tidevand AS tides, knob AS knots, average, rank
     FROM '${latest("modeller.parquet")}' ORDER BY model, chat`,
  );
  const order = (r: { model: string; chat: boolean }) => `${r.model} ${r.chat}`;
  const sorted = expected.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  const close = (n: number) => expect.closeTo(n, 9);
  expect(rows).toEqual(
    sorted.map((r) => ({
      ...r,
      tides: close(r.tides),
      knots: close(r.knots),
      average: close(r.average),
    })),
  );
  // What the published table says of a model, and the curated lists.
  const facts = await query(
    `SELECT model_type, likes, maintainers_choice AS star FROM '${latest("modeller.parquet")}'
     WHERE model = 'syntetisk/Fyr-30B' ORDER BY chat_template`,
  );
  expect(facts[0]).toEqual({ model_type: "pretrained", likes: 41, star: true });
});

test("a model that has gone says when it was last seen", async () => {
  const page = await open(`/models/${GONE.model}/`);
  expect(await textOf(page, ".gone")).toMatch(
    /^No longer on the Hub\. It was last seen there on 2026-11-01, and no more on 2026-11-10\. Its scores stay/,
  );
});

test("its front page shows title and rows, best first, and hides what is flagged", async () => {
  const page = await open("/");
  expect(await page.title()).toContain("Havnetavlen");
  expect(await textOf(page, "header")).toContain("Havnetavlen");
  expect(await textOf(page, "h1")).toBe("Syntetiske modeller om søen, kun til test");
  const head = await page.locator("#head button").allTextContents();
  for (const { name } of suite.benchmarks) expect(head).toContain(name);
  expect(await page.locator('nav a[href="/archive/"]').count()).toBe(0);
  const expected = expectedRows()
    .filter((r) => r.rank !== null)
    .toSorted((a, b) => a.rank! - b.rank!);
  expect(await textOf(page, "#status")).toContain(
    `${expected.length} of ${expected.length + 1} evaluations`,
  );
  const shown = (await firstRows(page, 100)).map(({ key, cells }) => ({
    model: key.split("|")[0]!,
    chat: key.includes("chat template"),
    rank: cells.rank,
    cells: [cells.average, cells.tidevand, cells.knob],
  }));
  expect(shown.map((r) => r.rank)).toEqual(expected.map((r) => String(r.rank)));
  const told = (r: Expected) => ({
    model: r.model,
    chat: r.chat,
    rank: String(r.rank),
    cells: [r.average, r.tides, r.knots].map((n) => n.toFixed(2)),
  });
  for (const row of expected) expect(shown).toContainEqual(told(row));
});

test("a model's page says what it got, part by part, and how to repeat it", async () => {
  const page = await open("/");
  await page.locator('#rows a[title="syntetisk/Anker-7B"]').click();
  await page.waitForURL("**/models/syntetisk/Anker-7B/");
  const text = await textOf(page, "main");
  expect(text).toContain("Rank 3 of 26");
  expect(text).toContain("Average 55.00");
  expect(text).toContain("Fine-tuned");
  const rows = await page.locator(".scores tbody tr").allTextContents();
  expect(rows).toHaveLength(suite.benchmarks.length);
  expect(rows[0]).toMatch(/Tidevand.*50\.00/s);
  expect(rows[1]).toMatch(/Knob på reb.*60\.00.*0\.6400/s);
  // 28 of 40 and 42 of 60 are 0.7 each: 60 points of four choices, 40 of two.
  const parts = await page.$$eval('[aria-label="Subtasks"] tbody tr', (trs) =>
    trs.map((tr) => [...tr.children].map((cell) => cell.textContent?.trim())),
  );
  const error = expect.stringMatching(/^\d+\.\d\d$/);
  expect(parts).toEqual([
    ["Tidevand", "nord", "60.00", error, "0.7000", "40"],
    ["Tidevand", "syd", "40.00", error, "0.7000", "60"],
  ]);
  expect(text).toContain("--tasks havn_tidevand --num_fewshot 5");
  expect(text).toContain("--tasks havn_knob --num_fewshot 2");
});

test("the manifest names each dataset and its commit; the tables are as it says", async () => {
  const manifest = await readJson<Manifest>(join(dist, "data/latest"), "manifest.json");
  expect(manifest).toMatchObject({ title: "Havnetavlen", as_of: "2025-05-06", rejected: 4 });
  expect(manifest.suites).toEqual([
    { id: "havneproeven", version: "1.2.0", name: "Havneprøven (syntetisk)", table: "modeller" },
  ]);
  const runs = SAILORS.length + Object.keys(ODD).length;
  const notes = [`${runs} result files`, "3 rows of contents", "2 requests", "2 votes"];
  expect(manifest.sources.map(({ source, commit, note }) => [source, commit, note])).toEqual([
    ...Object.values(harbour.hub as object).map((name, i) => [
      `hf://datasets/${name}`,
      headOf(hub, name),
      notes[i],
    ]),
    ["facts", undefined, "model facts from the Hub, checked 2026-11-20 to 2026-11-20"],
  ]);
  const files = { ...manifest.files, ...manifest.documents };
  expect(Object.keys(files)).toContain("facts.parquet");
  for (const [name, { sha256 }] of Object.entries(files)) {
    const bytes = await readFile(join(dist, "data/latest", name));
    expect(createHash("sha256").update(bytes).digest("hex"), name).toBe(sha256);
  }
});

test("requests and votes are tables of their own, published and listed", async () => {
  const rows = (table: string) =>
    query(`SELECT * FROM '${join(dist, "data/latest", table)}.parquet'`);
  expect(await rows("requests")).toEqual([
    expect.objectContaining({
      model: "syntetisk/Anker-7B",
      status: "FINISHED",
      job_id: "17",
      submitted_at: "2025-05-01T09:30:00Z",
      started_at: "2025-05-03T06:00:00Z",
    }),
    expect.objectContaining({ model: "syntetisk/Skonnert-70B", status: "PENDING", job_id: null }),
  ]);
  const model = "syntetisk/Skonnert-70B";
  // Lines that no pull request proves, of two accounts; without a key nothing more is told of who they are.
  const old = { model, revision: "main", precision: null, voter: null, proven: false };
  expect(await rows("votes")).toEqual([
    { ...old, voted_at: "2025-05-03T10:00:00Z", account: 1 },
    { ...old, voted_at: "2025-05-04T10:00:00Z", account: 2 },
  ]);
  const page = await open("/data/");
  for (const name of ["modeller.parquet", "requests.parquet", "votes.parquet"]) {
    const link = page.locator(`a[href$="/data/latest/${name}"]`).first();
    expect((await page.request.get(`${server.url}${await link.getAttribute("href")}`)).ok()).toBe(
      true,
    );
  }
});

test("its data page names each dataset at its commit, with a link to the files as they were read", async () => {
  const page = await open("/data/");
  const [named, facts] = await page.$$eval(".datasets > li", (items) => {
    const read = items.map((li) => [
      li.querySelector("a")?.getAttribute("href"),
      li.querySelector("a")?.textContent,
      li.querySelector(".digest code")?.textContent,
    ]);
    return [read.slice(0, -1), read.at(-1)];
  });
  const names = Object.values(harbour.hub as object) as string[];
  expect(named).toEqual(
    names.map((name) => {
      const commit = headOf(hub, name);
      const url = `https://huggingface.co/datasets/${name}/tree/${commit}`;
      return [url, `${name} at ${commit.slice(0, 7)}`, commit];
    }),
  );
  // And what the Hub was asked about models, beside the tables.
  const file = await readFile(join(dist, "data/latest/facts.parquet"));
  const sha256 = createHash("sha256").update(file).digest("hex");
  expect(facts).toEqual(["/data/latest/facts.parquet", "facts.parquet", sha256]);
  expect(await page.textContent("[aria-labelledby=sources]")).toMatch(/who voted .* left out/);
  const again = await page.textContent('[data-title="The same tables again"] pre');
  for (const name of names) expect(again).toContain(`${name}@${headOf(hub, name)}`);
});

test("its data page says what was not as expected, and what that means for the scores", async () => {
  for (const viewport of [WIDE, NARROW]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await open("/data/", { viewport, colorScheme });
      const parts = await page.locator(".drift > li > p:first-child").allTextContents();
      expect(parts).toEqual([
        "4 files and records were set aside.",
        "1 result file has fields that are not known here.",
        "1 result file has less than usual to say about the run.",
        "The columns of havnelauget/tavle/data/train-00000-of-00001.parquet are not those that were known.",
      ]);
      await page.evaluate(
        "for (const d of document.querySelectorAll('.drift details')) d.open = true",
      );
      expect(await page.locator(".drift > li >> nth=1").textContent()).toContain("kajplads");
      expect(await page.textContent(".drift > li >> nth=0")).toContain("is half-finished");
      expect(await axe(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
    }
  }
});

test("a model's page leads to the datasets that its figures are from", async () => {
  const page = await open("/models/syntetisk/Anker-7B/");
  const links = await page.$$eval(".model-page > p a", (all) =>
    all.map((a) => a.getAttribute("href")),
  );
  const tree = (name: string) =>
    `https://huggingface.co/datasets/${name}/tree/${headOf(hub, name)}`;
  const { results, contents } = harbour.hub as Record<string, string>;
  expect(links).toEqual([tree(results!), tree(contents!), "/data/#sources"]);
  const own = page.locator(".from a").first();
  const [address, path] = (await own.getAttribute("href"))!.split(
    `/blob/${headOf(hub, results!)}/`,
  );
  expect(address).toBe(`https://huggingface.co/datasets/${results}`);
  const { commits } = hub.repos.get(`datasets/${results}`)!;
  const { files } = commits.find((c) => c.oid === headOf(hub, results!))!;
  expect([...files.keys()]).toContain(path);
  expect(path).toMatch(/^syntetisk\/Anker-7B\/results_/);
  expect(await own.textContent()).toBe(path!.split("/").at(-1));
});

test("what was not as it was known is counted where it is printed, and in the manifest", async () => {
  const { drift } = await readJson<Manifest>(latest(), "manifest.json");
  expect(drift).toEqual({
    unknown_fields: { files: 1, names: { kajplads: 1 }, more: 0 },
    missing_fields: { files: 1, names: { "n-samples": 1 }, more: 0 },
    set_aside: { files: 4, names: expect.any(Object), more: 0 },
    columns: [
      {
        source: "havnelauget/tavle/data/train-00000-of-00001.parquet",
        new: ["Havn", "Hub Licens"],
        missing: ["hub_license"],
        changed: [],
      },
    ],
  });
  expect(data.out).toContain(
    "Result files accepted with fields that are not known: 1\n  kajplads: 1\n" +
      "Result files accepted without fields that say more: 1\n  n-samples: 1\n" +
      "Files and records set aside: 4\n",
  );
  expect(data.out).toContain(
    "Columns of havnelauget/tavle/data/train-00000-of-00001.parquet are not those that were known\n" +
      "  new: Havn, Hub Licens\n  missing: hub_license\n",
  );
  const rejected = await readJson<{ path: string; reason: string }[]>(latest(), "rejected.json");
  expect(rejected.map(({ path, reason }) => [path, reason.replace(/[:,] .*/, "")])).toEqual([
    [`havnelauget/resultater/${ODD.cutShort}`, "is not valid JSON (broken or cut short)"],
    [expect.stringMatching(/^havnelauget\/anmodninger\/.*Hvalp-1B_eval_request/), "field status"],
    ["havnelauget/stemmer/votes_data.jsonl#4", "field username"],
    // What no file, nor all together, has whole is known when all are read.
    [`havnelauget/resultater/${ODD.halfFinished}`, "tidevand"],
  ]);
});

test("its languages, authors, licence and home are in the descriptions of its tables", async () => {
  const read = (name: string) => readFile(join(dist, "data/latest", name), "utf8");
  const [card] = parseAllDocuments(await read("README.md"));
  expect(card!.toJS()).toMatchObject({
    pretty_name: "Havnetavlen",
    language: ["da", "kl"],
    license: "cc-by-4.0",
  });
  const croissant = JSON.parse(await read("croissant.json"));
  expect(croissant).toMatchObject({ name: "Havnetavlen", inLanguage: ["da", "kl"] });
  expect(await read("CITATION.cff")).toMatch(/Strøm/);
  const html = await readFile(join(dist, "data/index.html"), "utf8");
  expect(html).toContain('"inLanguage":["da","kl"]');
  expect(html).toContain("Havnelauget");
});

test("nothing of it speaks of the leaderboard that this project was made for", async () => {
  const names = await readdir(dist, { recursive: true, withFileTypes: true });
  const files = names
    .filter((f) => f.isFile() && /\.(?:html|json|css|js|xml|svg|md|cff|csv)$/.test(f.name))
    .map((f) => join(f.parentPath, f.name));
  expect(files.length).toBeGreaterThan(150);
  const others =
    /open[ _-]?llm|open_llm|fourrier|ifeval|\bbbh\b|gpqa|musr|mmlu|hellaswag|winogrande|truthfulqa|gsm8k|kitchen/i;
  for (const file of files) {
    const text = await readFile(file, "utf8");
    // What other programs write is shown as they write it, with the tasks that everybody knows.
    const isShown = file.endsWith("docs/formats/index.html");
    const named = isShown ? /open[ _-]?llm|fourrier|kitchen/i : others;
    expect(named.exec(text)?.[0], file).toBeUndefined();
    // Its API has a version, and Parquet's pages have; nothing else may.
    const rest = text.replace(/\/api\/v1\b/g, "").replace(/data page header v2/g, "");
    if (!file.endsWith(".js")) expect(/\bv[12]\b/i.exec(rest)?.[0], file).toBeUndefined();
  }
});

test("every page works", async () => {
  const paths = [
    "/",
    "/compare/",
    "/sql/",
    "/data/",
    "/data/latest/",
    "/data/diff/",
    "/docs/scores/",
    "/docs/api/",
    "/docs/embed/",
    "/docs/leaderboard/",
    "/docs/publish/",
    "/submit/",
    "/docs/queue/",
    "/docs/queue/maintainers/",
    "/queue/",
    "/analysis/",
    "/analysis/correlations/",
  ];
  for (const path of paths) {
    const page = await open(path);
    expect(await axe(page), path).toEqual([]);
  }
});

test("where nobody opened the queue, there is no form and no login, and the Hub is not asked", async () => {
  const html = await readFile(join(dist, "submit/index.html"), "utf8");
  expect(html).toContain("This leaderboard takes no submissions.");
  expect(html).toContain("connect-src 'self';");
  expect(html).not.toMatch(/<form|<input|log-in/);
  const page = await open("/");
  expect(await page.locator('nav a[href="/submit/"]').count()).toBe(0);
});

test("its pictures and cards are its own, and none is of an archive that it does not have", async () => {
  const charts = await readdir(join(dist, "charts"));
  expect(charts).toContain("leaderboard.dark.png");
  expect(charts.filter((f) => f.startsWith("archive"))).toEqual([]);
  // Nor does it have an announcement to be judged.
  expect(await readdir(join(dist, "analysis"))).not.toContain("announcement");
  expect(await readFile(join(dist, "analysis/index.html"), "utf8")).not.toContain("announcement");
  const texts = textsOf(await readFile(join(dist, "charts/leaderboard.svg"), "utf8"), "text");
  for (const { name } of suite.benchmarks) expect(texts).toContain(name);
  const cards = await readdir(join(dist, "cards"));
  expect(cards).toContain("site.png");
  expect(cards).not.toContain("archive.png");
  const html = await readFile(join(dist, "index.html"), "utf8");
  expect(html).toContain('property="og:image" content="http://localhost:4321/cards/site.png"');
});

test("its one snapshot has nothing to be compared with, and feeds that are valid", async () => {
  const page = await open("/data/diff/");
  expect(await page.textContent("main")).toContain("There is only one snapshot so far");
  expect(await page.locator("select").count()).toBe(0);
  await page.goto(`${server.url}/data/`);
  expect(await page.locator(".snapshots tbody tr").count()).toBe(1);
  const read = async (path: string) => readFeed(await readFile(join(dist, "feeds", path), "utf8"));
  expect((await read("new.xml")).entries).toHaveLength(1);
  expect((await read("top-100.xml")).entries).toEqual([]);
  for (const file of await readdir(join(dist, "feeds/owners"))) await read(`owners/${file}`);
});

test("its SQL console answers every example over its own tables", async () => {
  const page = await open("/sql/");
  await page.waitForSelector("#console.ready");
  const count = await page.locator("[data-example]").count();
  expect(count).toBeGreaterThan(5);
  for (let i = 0; i < count; i++) {
    await page.$eval(`[data-example="${i}"]`, (button) => (button as HTMLElement).click());
    await page.waitForSelector('#console[aria-busy="false"]');
    expect(await page.textContent("#error")).toBe("");
    // It has no dated tables, so nothing is asked about its history.
    expect(await page.textContent("#summary")).toMatch(/^[1-9]\d* rows? · /);
  }
  const titles = await page
    .locator("[data-example]")
    .evaluateAll((all) => all.map((b) => b.getAttribute("aria-label")));
  expect(titles.slice(-2)).toEqual(["Run: Where requests stand", "Run: What is voted for"]);
});

test("its embeds show its own table and figures, and pin to no snapshot that it does not have", async () => {
  const page = await open("/embed/leaderboard/");
  expect(await page.locator("[data-part=table] tbody tr").count()).toBeGreaterThan(5);
  await page.goto(`${server.url}/embed/leaderboard/?sort=model&rows=10&cols=model,average`);
  await page.waitForSelector("html:not([data-asked])");
  const models = await page.locator("[data-part=table] tbody a").allTextContents();
  expect(models).toHaveLength(10);
  expect(models.map((m) => m.toLowerCase())).toEqual(models.map((m) => m.toLowerCase()).toSorted());
  for (const chart of ["records", "leaderboard"]) {
    await page.goto(`${server.url}/embed/${chart}/?as-of=2020-01-01`);
    await page.waitForSelector("html:not([data-asked])");
    expect(await page.textContent("h1")).toContain("There is no snapshot “2020-01-01”");
  }
});

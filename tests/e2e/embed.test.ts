// Embeds, alone and in somebody else's page on another origin, in a real browser.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { axe } from "./axe.ts";
import { type Host, startHost } from "./host.ts";
import { ask, BEST_FIRST, figured, latestSnapshot, NARROW, SHOWN, SITE, WIDE } from "./site.ts";

let site: Server;
let host: Host;
let browser: Browser;
let pages: Page[] = [];
const SLOW = { timeout: 30_000 };

beforeAll(async () => {
  [site, host, browser] = await Promise.all([serve(SITE), startHost(), launchBrowser()]);
});

afterEach(async () => {
  const seen = pages;
  pages = [];
  await Promise.all(seen.map((page) => page.context().close()));
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([site?.close(), host?.close()]);
});

interface Visit {
  page: Page;
  /** Paths asked of the site. */
  asked: string[];
  errors: string[];
}

async function visit(
  url: string,
  options: Parameters<Browser["newContext"]>[0] = {},
  prepare?: (page: Page) => Promise<unknown>,
): Promise<Visit> {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  pages.push(page);
  const asked: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin === site.url) asked.push(pathname);
  });
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  await prepare?.(page);
  await page.goto(url);
  return { page, asked, errors };
}

const embed = (path: string, options = {}) => visit(`${site.url}/embed/${path}`, options);
const script = () => `<script async src="${site.url}/embed.js"></script>`;
const part = (page: Page | Frame, name: string) => page.locator(`[data-part="${name}"]`);
const titleOf = (page: Page | Frame) => part(page, "title").textContent();

/** Waits until an embed shows what its address asks for. */
async function drawn(page: Page | Frame): Promise<void> {
  await page.waitForSelector("html[data-embed]:not([data-asked])", { timeout: 30_000 });
}

/** Names, variants and scores of the rows of an embedded table. */
const rowsOf = (page: Page | Frame) =>
  page.$$eval("[data-part=table] tbody tr", (rows) =>
    rows.map((row) => [
      row.querySelector("a")?.title ?? "",
      ...[...row.querySelectorAll("td:not(.place)")].map((cell) => cell.textContent ?? ""),
    ]),
  );

/** The frame of the n-th element or iframe of a host page, once it has drawn. */
async function frameOf(page: Page, path: string): Promise<Frame> {
  const find = () => page.frames().find((f) => f.url().includes(`/embed/${path}`));
  await expect.poll(find, SLOW).toBeDefined();
  const frame = find()!;
  await drawn(frame);
  return frame;
}

const dated = (day: string, table = "models") =>
  `'${join(import.meta.dirname, `../../public/data/${day}/${table}.parquet`)}'`;

/** Every chart has an embed, an oEmbed file and a picture. */
const charts = async () =>
  (await readdir(join(SITE, "embed"), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

describe("an embed by itself", () => {
  test("takes at most 60 kB until somebody points at it, whichever chart it is", async () => {
    const names = await charts();
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const html = await readFile(join(SITE, "embed", name, "index.html"));
      const files = new Set(
        [...html.toString().matchAll(/(?:href|src)="([^"]+\.(?:css|js))"/g)].map((m) => m[1]!),
      );
      const sizes = await Promise.all(
        [...files].map(async (file) => gzipSync(await readFile(join(SITE, file))).length),
      );
      const total = gzipSync(html).length + sizes.reduce((a, b) => a + b, 0);
      expect(total, name).toBeLessThanOrEqual(60_000);
    }
    // And the browser asks for no more than those, until it is pointed at.
    const { page, asked } = await embed("sizes/");
    const before = asked.filter((path) => !path.endsWith(".svg"));
    expect(before.filter((path) => path.endsWith(".js"))).toHaveLength(3);
    expect(before.some((path) => /json|wasm|duckdb/.test(path))).toBe(false);
    await page.hover("[data-embed-figure]");
    await expect.poll(() => asked.some((path) => path === "/figures/sizes.json"), SLOW).toBe(true);
    expect(asked.some((path) => /wasm/.test(path))).toBe(false);
  });

  test("shows the chart without JavaScript, with its source and a link back", async () => {
    const { page } = await embed("correlations/", { javaScriptEnabled: false });
    expect(await titleOf(page)).toMatch(/^BBH and MMLU-Pro agree most \(0\.96, /);
    const [n] = await ask(`SELECT count(*) AS n FROM ${figured()}`);
    expect(await part(page, "caption").textContent()).toMatch(
      new RegExp(
        `^n = ${Number(n!.n).toLocaleString("en")} evaluations of [\\d,]+ families · source: models\\.parquet of 2025-03-21$`,
      ),
    );
    const link = part(page, "link");
    expect(await link.textContent()).toBe("Open LLM Leaderboard · figures of 2025-03-21");
    expect(await link.getAttribute("href")).toBe("/analysis/correlations/#figure-correlations");
    expect(await link.getAttribute("target")).toBe("_blank");
    expect(await page.locator("svg.chart").isVisible()).toBe(true);
    expect(await page.getAttribute("meta[name=robots]", "content")).toBe("noindex");
    expect(await page.getAttribute("link[rel=canonical]", "href")).toMatch(
      /\/analysis\/correlations\/$/,
    );
  });

  test("links to the page, at a figure that stands there, for every chart", async () => {
    for (const name of await charts()) {
      const html = await readFile(join(SITE, "embed", name, "index.html"), "utf8");
      const [, place = ""] = /data-place="([^"]+)"/.exec(html) ?? [];
      const [path = "", hash] = place.split("#");
      const page = await readFile(join(SITE, path, "index.html"), "utf8");
      if (hash) expect(page, name).toContain(`id="${hash}"`);
      else expect(page, name).toContain('id="scroller"');
      expect(page, name).toContain(`/oembed/${name}.json"`);
    }
  });

  test("the table is the page's first rows, the same from the HTML and from the script", async () => {
    const best = await ask(`SELECT model, rank, average, ifeval, bbh, math, gpqa, musr, mmlu_pro
      FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST} LIMIT 20`);
    const expected = best.map(({ model, rank, ...scores }) => [
      String(model),
      Number(rank).toLocaleString("en"),
      ...Object.values(scores).map((v) => Number(v).toFixed(2)),
    ]);
    const { page: still } = await embed("leaderboard/", { javaScriptEnabled: false });
    expect((await rowsOf(still)).map((row) => row.slice(0, 9))).toEqual(expected);
    const { page, asked } = await embed("leaderboard/?utm_source=blog");
    await drawn(page);
    expect(asked).toContain("/table/models.bin");
    const markup = (of: Page) =>
      of.$eval("[data-part=table]", (table) =>
        table.outerHTML
          .replace(/<([a-z]+)[^>]*>/g, (tag) => tag.replace(/ (?:aria-hidden|xmlns)="[^"]*"/g, ""))
          .replace(/\s+/g, " ")
          .replace(/ (?=<)|(?<=>) /g, ""),
      );
    expect(await markup(page)).toBe(await markup(still));
  });

  test("the table follows its address: search, filters, order, columns, rows", async () => {
    const view =
      "q=qwen&size=consumer&sort=params_b&cols=model,params_b,ifeval&rows=12&weights=ifeval:2";
    const expected = await ask(`SELECT model, params_b, params_doubt, ifeval FROM (
        SELECT *, (2 * ifeval + bbh + math + gpqa + musr + mmlu_pro) / 7 AS own FROM models)
      WHERE ${SHOWN} AND params_b >= 5 AND params_b < 12
        AND concat_ws(' ', model, architecture, license) ILIKE '%qwen%'
      ORDER BY params_b, own DESC, eval_id LIMIT 12`);
    const { page } = await embed(`leaderboard/?${view}`);
    await drawn(page);
    expect(await rowsOf(page)).toEqual(
      expected.map((row) => [
        row.model,
        `${Number(Number(row.params_b).toFixed(1))}B${row.params_doubt === null ? "" : " ?"}`,
        Number(row.ifeval).toFixed(2),
      ]),
    );
    expect(await part(page, "filters").textContent()).toBe("“qwen” · 5–<12B");
    const link = new URL((await part(page, "link").getAttribute("href")) ?? "", site.url);
    expect(link.pathname).toBe("/");
    const wanted = new URLSearchParams(view);
    wanted.delete("rows");
    expect(new Map(link.searchParams)).toEqual(new Map(wanted));
  });

  test("a table's places are by what it is sorted by", async () => {
    const wanted = await ask(`SELECT model, rank() OVER (ORDER BY math DESC) AS place
      FROM models WHERE ${SHOWN} ORDER BY math DESC NULLS LAST, ${BEST_FIRST} LIMIT 15`);
    const { page } = await embed("leaderboard/?sort=-math&rows=15");
    await drawn(page);
    const places = await page.$$eval("[data-part=table] tbody tr", (rows) =>
      rows.map((row) => [row.querySelector("a")?.title, row.querySelector(".place")?.textContent]),
    );
    expect(places).toEqual(wanted.map((row) => [row.model, String(row.place)]));
    expect(await part(page, "place").getAttribute("title")).toBe(
      "Place by MATH Lvl 5 among the rows shown, highest first",
    );
  });

  test("the archive's table, too", async () => {
    const [first] = await ask(
      `SELECT model, gsm8k FROM models_v1 WHERE ${SHOWN} ORDER BY gsm8k DESC NULLS LAST, ${BEST_FIRST} LIMIT 1`,
    );
    const { page } = await embed("archive/?sort=-gsm8k&rows=10");
    await drawn(page);
    expect(await rowsOf(page)).toHaveLength(10);
    expect(await titleOf(page)).toContain(
      `${first!.model} has the highest GSM8K (${Number(first!.gsm8k).toFixed(2)})`,
    );
  });

  test("a figure is what its analysis page shows for the same address", async () => {
    const query = "type=chat&size=consumer&method=spearman";
    const { page: analysis } = await visit(`${site.url}/analysis/correlations/?${query}`);
    const block = analysis.locator("[data-figure=correlations]");
    const [n] = await ask(
      `SELECT count(*) AS n FROM ${figured("model_type = 'chat' AND params_b >= 5 AND params_b < 12")}`,
    );
    const count = `${Number(n!.n).toLocaleString("en")} evaluations`;
    await expect
      .poll(() => part(analysis, "count").first().textContent(), SLOW)
      .toMatch(new RegExp(`^${count} of \\d+ families$`));
    const { page } = await embed(`correlations/?${query}`);
    await drawn(page);
    expect(await titleOf(page)).toBe(await block.locator("[data-part=title]").textContent());
    expect(await part(page, "caption").textContent()).toContain(`n = ${count}`);
    expect(await part(page, "filters").textContent()).toBe(
      "5–<12B · Chat · Correlation: Spearman (of ranks)",
    );
    const texts = (of: Page) => of.locator("svg.chart").first().locator("text").allTextContents();
    expect(await texts(page)).toEqual(await texts(analysis));
    expect(await part(page, "link").getAttribute("href")).toBe(
      "/analysis/correlations/?size=consumer&type=chat&method=spearman#figure-correlations",
    );
  });

  test("never shows the default view first when another is asked for", async () => {
    const { page } = await visit(`${site.url}/embed/sizes/?type=chat`, {}, (page) =>
      page.route("**/embed/setup.json*", (route) =>
        setTimeout(() => void route.continue().catch(() => {}), 1500),
      ),
    );
    expect(await part(page, "title").isVisible()).toBe(false);
    expect(await page.locator("svg.chart").isVisible()).toBe(false);
    await drawn(page);
    expect(await page.locator("svg.chart").isVisible()).toBe(true);
    expect(await part(page, "filters").textContent()).toBe("Chat");
  });

  test("says which parameters it does not know, and takes none for markup", async () => {
    const attack = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script>`;
    const names = ["q", "theme", "rows", "type", "sort", "cols", "method", "x", attack];
    const query = new URLSearchParams(names.map((name) => [name, attack]));
    const { page } = await embed("records/");
    for (const path of ["leaderboard/", "correlations/", "as-of/"]) {
      await page.goto(`${site.url}/embed/${path}?${query}`);
      await drawn(page);
      expect(await part(page, "notice").isVisible(), path).toBe(true);
      expect(await page.evaluate(() => "ran" in window), path).toBe(false);
      expect(await page.locator("img").count(), path).toBe(0);
      await page.goto(`${site.url}/embed/${path}?as-of=${encodeURIComponent(attack)}`);
      await drawn(page);
      expect(await titleOf(page)).toContain('There is no snapshot “"><img src=x');
      expect(await page.locator("img").count()).toBe(0);
    }
  });

  test("takes its theme from its address, whatever was chosen on the site", async () => {
    const paper = (page: Page) =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const { page } = await embed("leaderboard/?theme=dark");
    expect(await page.getAttribute("html", "data-asked")).toBeNull();
    const dark = await paper(page);
    await page.evaluate(() => localStorage.setItem("theme", "dark"));
    await page.goto(`${site.url}/embed/leaderboard/?theme=light`);
    const light = await paper(page);
    expect(light).not.toBe(dark);
    await page.goto(`${site.url}/embed/leaderboard/`);
    expect(await paper(page)).toBe(light);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await paper(page)).toBe(dark);
  });

  test("works where nothing can be stored", async () => {
    const { page, errors } = await visit(`${site.url}/embed/sizes/?type=chat`, {}, (page) =>
      page.addInitScript(() => {
        for (const name of ["localStorage", "sessionStorage", "indexedDB"])
          Object.defineProperty(window, name, {
            get: () => {
              throw new DOMException("Denied", "SecurityError");
            },
          });
      }),
    );
    await drawn(page);
    expect(errors).toEqual([]);
    expect(await page.context().cookies()).toEqual([]);
  });

  test.each([
    ["wide, light", WIDE, "light"],
    ["narrow, dark", NARROW, "dark"],
  ] as const)("is accessible and fits, %s", async (_, viewport, colorScheme) => {
    const paths = [
      "leaderboard/",
      "leaderboard/?type=chat&rows=10&nonsense=1",
      "efficiency/",
      "correlations/?as-of=2024-07-13",
      "records/?as-of=1999-01-01",
    ];
    const { page } = await embed("sizes/", { viewport, colorScheme });
    for (const path of paths) {
      await page.goto(`${site.url}/embed/${path}`);
      await drawn(page);
      expect(await axe(page), path).toEqual([]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBe(viewport.width);
    }
  });

  test("its marks are read by pointer and keys, and lead out of the frame", async () => {
    const { page } = await embed("sizes/");
    await page.focus("[data-embed-figure]");
    await expect
      .poll(async () => {
        await page.keyboard.press("ArrowRight");
        return page.locator(".tooltip strong").allTextContents();
      }, SLOW)
      .not.toEqual([]);
    const model = await page.locator(".tooltip strong").textContent();
    const opened = page.context().waitForEvent("page");
    await page.keyboard.press("Enter");
    expect((await opened).url()).toBe(`${site.url}/models/${model}/`);
    expect(page.url()).toBe(`${site.url}/embed/sizes/`);
  });
});

describe("an embed of a dated snapshot", () => {
  test("shows that day's figures, ready or worked out, and says the day", async () => {
    const day = "2024-10-09";
    const then = figured("TRUE", dated(day));
    const [all] = await ask(`SELECT corr(bbh, mmlu_pro) AS r, count(*) AS n FROM ${then}`);
    const { page, asked } = await embed(`correlations/?as-of=${day}`);
    await drawn(page);
    const cells = (of: Page) => of.locator("svg.chart text").allTextContents();
    expect(await cells(page)).toContain(Number(all!.r).toFixed(2));
    expect(await part(page, "caption").textContent()).toMatch(
      new RegExp(
        `^n = ${Number(all!.n).toLocaleString("en")} evaluations of \\d+ families · source: models\\.parquet of ${day}$`,
      ),
    );
    expect(await part(page, "link").textContent()).toBe(`Open LLM Leaderboard · figures of ${day}`);
    expect(await part(page, "newest").textContent()).toBe("the newest are of 2025-03-21");
    expect(asked.some((path) => /wasm|data\/latest/.test(path))).toBe(false);

    const [chat] = await ask(
      `SELECT corr(bbh, mmlu_pro) AS r, count(*) AS n FROM ${figured("model_type = 'chat'", dated(day))}`,
    );
    const { page: filtered, asked: files } = await embed(`correlations/?type=chat&as-of=${day}`);
    await drawn(filtered);
    expect(await cells(filtered)).toContain(Number(chat!.r).toFixed(2));
    expect(await part(filtered, "caption").textContent()).toContain(
      `n = ${Number(chat!.n).toLocaleString("en")} evaluations`,
    );
    expect(files).toContain(`/data/${day}/models.parquet`);
    expect(files.some((path) => path.includes("data/latest"))).toBe(false);
  });

  test("draws figures of a day whose rows do not lie ready from its tables", async () => {
    const day = "2024-08-20";
    const { page: ready } = await embed(`records/?as-of=${day}`);
    await drawn(ready);
    const { page, asked } = await visit(`${site.url}/embed/records/?as-of=${day}`, {}, (page) =>
      page.route("**/embed/setup.json*", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...(await response.json()), prepared: {} } });
      }),
    );
    await drawn(page);
    expect(asked.some((path) => path.endsWith(".bin"))).toBe(false);
    expect(await titleOf(page)).toBe(await titleOf(ready));
    expect(await page.locator("svg.chart").innerHTML()).toBe(
      await ready.locator("svg.chart").innerHTML(),
    );
  });

  test("every figure of the earliest day is drawn, or says why not", async () => {
    const { page, errors } = await embed("leaderboard/?as-of=2024-07-13");
    for (const name of await charts()) {
      await page.goto(`${site.url}/embed/${name}/?as-of=2024-07-13`);
      await drawn(page);
      expect(errors, name).toEqual([]);
      expect(await part(page, "caption").textContent(), name).toContain("2024-07-13");
    }
  }, 120_000);

  test("the table is that day's", async () => {
    const day = "2024-09-15";
    const best = await ask(`SELECT model, average FROM ${dated(day)} WHERE ${SHOWN}
      ORDER BY ${BEST_FIRST} LIMIT 15`);
    const { page } = await embed(`leaderboard/?as-of=${day}&rows=15&cols=model,average`);
    await drawn(page);
    expect(await rowsOf(page)).toEqual(
      best.map((row) => [row.model, Number(row.average).toFixed(2)]),
    );
    expect(await part(page, "caption").textContent()).toContain(`models.parquet of ${day}`);
  });

  test("the newest by its name is what stands in the HTML", async () => {
    const { page, asked } = await embed(`sizes/?as-of=${await latestSnapshot()}`);
    expect(await page.getAttribute("html", "data-asked")).toBeNull();
    expect(asked.some((path) => path.includes("setup.json"))).toBe(false);
    expect(await page.locator("svg.chart").isVisible()).toBe(true);
  });

  test("a day without one is said to be so, with a link to the newest", async () => {
    const { page } = await embed("sizes/?as-of=2024-01-01");
    await drawn(page);
    expect(await titleOf(page)).toBe("There is no snapshot “2024-01-01” of this leaderboard.");
    expect(await page.locator("svg.chart").isVisible()).toBe(false);
    expect(await part(page, "link").textContent()).toBe(
      "Open LLM Leaderboard · newest figures, of 2025-03-21",
    );
  });
});

describe("in a page on another origin", () => {
  const fallback = `<p class="fallback"><a href="https://example.org/">A picture, as it was</a></p>`;
  const chart = (attributes: string) =>
    `<leaderboard-chart ${attributes}>${fallback}</leaderboard-chart>`;
  const fallbackShown = (page: Page, n = 0) => page.locator(".fallback").nth(n).isVisible();

  test("several elements size themselves, keep their themes and views, and store nothing", async () => {
    const { page, errors } = await visit(
      host.page(
        `${script()}${chart('name="correlations" theme="dark"')}${chart('name="leaderboard" view="?type=chat" rows="10"')}`,
      ),
    );
    const first = await frameOf(page, "correlations/");
    const second = await frameOf(page, "leaderboard/");
    await expect.poll(() => fallbackShown(page, 0), SLOW).toBe(false);
    await expect.poll(() => fallbackShown(page, 1), SLOW).toBe(false);
    const paper = (frame: Frame) =>
      frame.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await paper(first)).not.toBe(await paper(second));
    expect(await rowsOf(second)).toHaveLength(10);
    expect(await part(second, "link").getAttribute("href")).toBe("/?type=chat");
    for (const frame of [first, second]) {
      const fits = () =>
        frame.evaluate(() => [
          innerHeight - Math.ceil(document.body.getBoundingClientRect().height),
          document.documentElement.scrollHeight - innerHeight,
        ]);
      await expect.poll(fits, SLOW).toEqual([0, 0]);
    }
    // Narrower, they grow, and stay.
    const height = () =>
      page
        .locator("leaderboard-chart")
        .first()
        .evaluate((e) => e.clientHeight);
    const before = await height();
    await page.setViewportSize(NARROW);
    await expect.poll(height, SLOW).not.toBe(before);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(NARROW.width);
    expect(await page.context().cookies()).toEqual([]);
    expect(errors).toEqual([]);
    const frame = page.locator("leaderboard-chart iframe").first();
    expect(await frame.getAttribute("sandbox")).not.toContain("top-navigation");
    expect(await frame.getAttribute("title")).toContain("correlations");
  });

  test("loads only what is near, and the link back opens a page that works", async () => {
    const far = '<div style="height:4000px"></div>';
    const { page, asked } = await visit(
      host.page(`${script()}${chart('name="sizes"')}${far}${chart('name="records"')}`),
    );
    const frame = await frameOf(page, "sizes/");
    expect(asked).not.toContain("/embed/records/");
    const opened = page.context().waitForEvent("page");
    await part(frame, "link").click();
    const other = await opened;
    await other.waitForSelector("[data-figure=sizes]");
    expect(other.url()).toBe(`${site.url}/analysis/trends/#figure-sizes`);
    // Not held by the frame's sandbox.
    expect(await other.locator(".site-head").isVisible()).toBe(true);
    await page.bringToFront();
    await page.locator("leaderboard-chart").nth(1).scrollIntoViewIfNeeded();
    await frameOf(page, "records/");
  });

  test("DuckDB waits until the embed is in sight", async () => {
    const { page, asked } = await visit(
      host.page(
        `<div style="height:3000px"></div><iframe src="${site.url}/embed/sizes/?type=chat" width="700" height="600"></iframe>`,
      ),
    );
    await page.waitForTimeout(1000);
    expect(asked).toContain("/embed/sizes/");
    expect(asked.filter((path) => path.endsWith(".wasm"))).toEqual([]);
    await page.locator("iframe").scrollIntoViewIfNeeded();
    await frameOf(page, "sizes/");
    expect(asked.filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
  });

  test("plain frames that are marked size themselves, others are left alone", async () => {
    const frame = (rest: string) =>
      `<iframe src="${site.url}/embed/correlations/" width="100%" height="333" ${rest}></iframe>`;
    const { page } = await visit(host.page(`${script()}${frame("data-leaderboard")}${frame("")}`));
    const heights = () => page.$$eval("iframe", (all) => all.map((f) => f.clientHeight));
    await expect.poll(async () => (await heights())[0], SLOW).toBeGreaterThan(500);
    expect((await heights())[1]).toBe(333);
  });

  test("heeds no message but those of its own frames at its own origin", async () => {
    const forged = `{type:"leaderboard-embed",version:1,state:"drawn",height:4321}`;
    // A stranger's frame, which posts to the page, and to the embed.
    const stranger = host.page(
      `<script>parent.postMessage(${forged},"*"); for (let i = 0; i < parent.length; i++) parent[i].postMessage({type:"leaderboard-embed",version:1,state:"failed",theme:"<img src=x>"},"*");</script>`,
    );
    const { page } = await visit(
      host.page(
        `${script()}${chart('name="correlations"')}<iframe id="stranger" data-leaderboard src="${stranger}" height="150"></iframe>`,
      ),
    );
    const frame = await frameOf(page, "correlations/");
    await expect.poll(() => fallbackShown(page), SLOW).toBe(false);
    const before = await page.$$eval("leaderboard-chart, iframe", (all) =>
      all.map((e) => e.clientHeight),
    );
    // The page itself, with the right words, and a frame of ours with wrong ones.
    await page.evaluate(`postMessage(${forged}, "*")`);
    for (const words of [
      "{type:'leaderboard-embed',version:1,state:'drawn',height:1e9}",
      "{type:'leaderboard-embed',version:1,state:'drawn',height:'<img>'}",
      "{type:'leaderboard-embed',version:2,state:'drawn',height:4321}",
      "{type:'other',version:1,state:'drawn',height:4321}",
      "null",
      "'leaderboard-embed'",
    ])
      await frame.evaluate(`parent.postMessage(${words}, "*")`);
    await page.frame({ url: stranger })!.evaluate(`parent.postMessage(${forged}, "*")`);
    await page.waitForTimeout(300);
    expect(
      await page.$$eval("leaderboard-chart, iframe", (all) => all.map((e) => e.clientHeight)),
    ).toEqual(before);
    expect(await frame.locator("img").count()).toBe(0);
  });

  describe("what the author wrote stays", () => {
    const body = () => host.page(`${script()}${chart('name="correlations"')}`);

    test("when embed.js is not there", async () => {
      const { page } = await visit(body(), {}, (page) =>
        page.route("**/embed.js", (route) => route.fulfill({ status: 404, body: "" })),
      );
      expect(await fallbackShown(page)).toBe(true);
      expect(await page.locator("iframe").count()).toBe(0);
    });

    test("without JavaScript", async () => {
      const { page } = await visit(body(), { javaScriptEnabled: false });
      expect(await fallbackShown(page)).toBe(true);
    });

    test("when the embed's page is not there, or names no chart", async () => {
      const { page } = await visit(
        host.page(`${script()}${chart('name="nothing-of-that-name"')}${chart('name="../../x"')}`),
      );
      await page.waitForTimeout(500);
      expect(await fallbackShown(page, 0)).toBe(true);
      expect(await fallbackShown(page, 1)).toBe(true);
      // Not a page of the site: what stands for one may not be framed either.
      expect(await page.locator("leaderboard-chart iframe").count()).toBe(1);
    });

    test("when the server of the embeds is down, until patience ends", async () => {
      const { page } = await visit(body(), {}, async (page) => {
        await page.clock.install();
        await page.route("**/embed/correlations/", (route) => route.abort());
      });
      await expect.poll(() => page.locator("leaderboard-chart iframe").count(), SLOW).toBe(1);
      expect(await fallbackShown(page)).toBe(true);
      await page.clock.runFor(21_000);
      expect(await page.locator("leaderboard-chart iframe").count()).toBe(0);
      expect(await fallbackShown(page)).toBe(true);
    });

    test("when the view cannot be worked out", async () => {
      const { page } = await visit(
        host.page(`${script()}${chart('name="sizes" view="?type=chat"')}`),
        {},
        (page) => page.route("**/*.parquet", (route) => route.fulfill({ status: 503, body: "" })),
      );
      await expect.poll(() => page.locator("leaderboard-chart iframe").count(), SLOW).toBe(1);
      await expect.poll(() => page.locator("leaderboard-chart iframe").count(), SLOW).toBe(0);
      expect(await fallbackShown(page)).toBe(true);
    });

    test("when the page's policy allows no frames; with frames only, plain ones show", async () => {
      const { page } = await visit(
        host.page(`${script()}${chart('name="correlations"')}`, {
          policy: `default-src 'none'; script-src ${site.url}`,
        }),
      );
      await page.waitForTimeout(500);
      expect(await fallbackShown(page)).toBe(true);
      const { page: framed } = await visit(
        host.page(`<iframe src="${site.url}/embed/correlations/" height="600"></iframe>`, {
          policy: `default-src 'none'; frame-src ${site.url}`,
        }),
      );
      await frameOf(framed, "correlations/");
      const { page: both } = await visit(
        host.page(`${script()}${chart('name="correlations"')}`, {
          policy: `default-src 'none'; script-src ${site.url}; frame-src ${site.url}`,
        }),
      );
      await frameOf(both, "correlations/");
      await expect.poll(() => fallbackShown(both), SLOW).toBe(false);
    });
  });
});

describe("framing", () => {
  const frame = (path: string) =>
    host.page(`<iframe src="${site.url}${path}" width="900" height="700"></iframe>`);

  test("pages that are no embeds show a link to themselves and nothing else", async () => {
    for (const path of ["/?type=chat", "/compare/", "/docs/embed/", "/nothing/"]) {
      const { page } = await visit(frame(path));
      const inner = page.frames()[1]!;
      await inner.waitForLoadState();
      const shown = await inner.$$eval("body *", (all) =>
        all.filter((e) => e.checkVisibility()).map((e) => e.className),
      );
      expect(shown, path).toEqual(["framed"]);
      const link = inner.locator(".framed");
      expect(await link.evaluate((a) => (a as HTMLAnchorElement).href)).toBe(`${site.url}${path}`);
      await link.click();
      await page.waitForURL(`${site.url}${path}`);
      expect(await page.locator(".site-head").isVisible()).toBe(true);
    }
  });

  test("hosts that read _headers forbid it for every page but embeds", async () => {
    const rules = new Map<string, string[]>();
    let path = "";
    for (const line of (await readFile(join(SITE, "_headers"), "utf8")).split("\n")) {
      if (line.startsWith("/")) {
        path = line;
        rules.set(path, []);
      } else if (line.startsWith("  ")) rules.get(path)!.push(line.trim());
    }
    const coversOf = (page: string) =>
      [...rules].filter(([rule]) =>
        rule.endsWith("*") ? page.startsWith(rule.slice(0, -1)) : page === rule,
      );
    const top = (await readdir(SITE, { withFileTypes: true })).flatMap((entry) =>
      entry.isDirectory() && !["_assets", "embed"].includes(entry.name)
        ? [`/${entry.name}/`]
        : entry.name.endsWith(".html")
          ? [entry.name === "index.html" ? "/" : `/${entry.name}`]
          : [],
    );
    const withPages = await Promise.all(
      top.map(async (each) => {
        if (!each.endsWith("/") || each === "/") return each;
        const files = await readdir(join(SITE, each), { recursive: true });
        return files.some((f) => f.endsWith(".html")) ? each : null;
      }),
    );
    for (const page of withPages.filter((p) => p !== null)) {
      const headers = coversOf(page).flatMap(([, lines]) => lines);
      expect(headers, page).toContain("Content-Security-Policy: frame-ancestors 'self'");
      expect(headers, page).toContain("X-Frame-Options: SAMEORIGIN");
      // No header twice: hosts join those differently.
      const names = headers.map((h) => h.split(":")[0]);
      expect(new Set(names).size, page).toBe(names.length);
    }
    expect(
      coversOf("/embed/leaderboard/")
        .flatMap(([, lines]) => lines)
        .join(),
    ).not.toMatch(/frame/i);
  });
});

test("embed.js is small, and has no types and no imports left", async () => {
  const text = await readFile(join(SITE, "embed.js"), "utf8");
  expect(gzipSync(text).length).toBeLessThanOrEqual(3000);
  expect(text).not.toMatch(/\bimport\b|\bexport\b|interface /);
});

// The dialog that gives the code for an embed, its snippets and those of the docs, run in another page.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { launchBrowser } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { snippetOf, type Wanted } from "../../src/site/embed/snippets.ts";
import { ATTACKS } from "../hostile/site.ts";
import { axe } from "./axe.ts";
import { type Host, startHost } from "./host.ts";
import { latestSnapshot, NARROW, SITE, WIDE } from "./site.ts";

let site: Server;
let host: Host;
let browser: Browser;
const SLOW = { timeout: 30_000 };

beforeAll(async () => {
  [site, host, browser] = await Promise.all([serve(SITE), startHost(), launchBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([site?.close(), host?.close()]);
});

async function open(url: string, use: (page: Page) => Promise<void>, viewport = WIDE) {
  const context = await browser.newContext({ viewport });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: site.url });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  try {
    await page.goto(url);
    await use(page);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
  }
}

/** The texts of all four snippets, once the preview has drawn. */
async function snippetsOf(page: Page): Promise<Record<string, string>> {
  await previewOf(page);
  return page.$$eval("[data-snippet]", (all) =>
    Object.fromEntries(
      all.map((e) => [(e as HTMLElement).dataset.snippet ?? "", e.textContent ?? ""]),
    ),
  );
}

async function previewOf(page: Page) {
  const frame = page.frameLocator(".embed-preview iframe");
  await frame.locator("html[data-embed]:not([data-asked])").waitFor(SLOW);
  return frame;
}

async function openTableDialog(page: Page): Promise<void> {
  await page.waitForSelector(".board.ready");
  await page.click('button[aria-controls="panel-save"]');
  await page.click("[data-embed]");
  await page.waitForSelector("#embed-dialog[open]");
}

/** The frame of an embed in a page, drawn. */
async function embedIn(page: Page) {
  const find = () => page.frames().find((f) => /\/embed\/[a-z]/.test(f.url()));
  await expect.poll(find, SLOW).toBeDefined();
  await find()!.waitForSelector("html[data-embed]:not([data-asked])", SLOW);
  return find()!;
}

describe("the dialog", () => {
  test("gives the view of the table, and each snippet works in another page", async () => {
    let snippets: Record<string, string> = {};
    await open(`${site.url}/?q=qwen&type=chat`, async (page) => {
      await openTableDialog(page);
      await page.selectOption("[name=embed-rows]", "10");
      await page.check("[name=embed-theme][value=dark]");
      await page.check("[name=embed-pin]");
      await expect.poll(async () => (await snippetsOf(page)).script, SLOW).toContain('rows="10"');
      await expect
        .poll(async () => (await snippetsOf(page)).iframe, SLOW)
        .toContain(`as-of=${await latestSnapshot()}`);
      const preview = await previewOf(page);
      await expect.poll(() => preview.locator("tbody tr").count(), SLOW).toBe(10);
      const title = await preview.locator("[data-part=title]").textContent();
      await expect
        .poll(async () => (await snippetsOf(page)).iframe, SLOW)
        .toContain(`title="${title}"`);
      // Its height is the frame's.
      const [, height] = /height="(\d+)"/.exec((await snippetsOf(page)).iframe ?? "") ?? [];
      expect(Number(height)).toBe(
        await page.locator(".embed-preview iframe").evaluate((f) => f.clientHeight),
      );
      snippets = await snippetsOf(page);
      for (const [kind, text] of Object.entries(snippets)) {
        await page.click(`[data-copy-snippet=${kind}]`);
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
        await expect.poll(() => page.textContent("[data-part=copied]"), SLOW).toBe("Copied");
      }
    });
    for (const kind of ["script", "iframe"]) {
      await open(host.page(snippets[kind]!), async (page) => {
        const frame = await embedIn(page);
        expect(await frame.locator("tbody tr").count()).toBe(10);
        expect(await frame.getAttribute("html", "data-theme")).toBe("dark");
        expect(await frame.locator("[data-part=filters]").textContent()).toBe("“qwen” · Chat");
        expect(await frame.locator("[data-part=link]").getAttribute("href")).toBe(
          "/?q=qwen&type=chat",
        );
      });
    }
    await open(host.page(snippets.html!), async (page) => {
      await expect
        .poll(() => page.locator("img").evaluate((i) => (i as HTMLImageElement).naturalWidth), SLOW)
        .toBeGreaterThan(100);
      expect(await page.locator("img").getAttribute("src")).toContain(
        "/charts/leaderboard.dark.svg",
      );
      expect(await page.locator("a").getAttribute("href")).toBe(`${site.url}/?q=qwen&type=chat`);
      expect(await page.textContent("main p")).toContain("all evaluations");
    });
    const [, picture, link] = /^\[!\[[^\]]+\]\(([^)]+)\)\]\(([^)]+)\)$/.exec(snippets.markdown!)!;
    expect(link).toBe(`${site.url}/?q=qwen&type=chat`);
    expect((await fetch(picture!)).headers.get("content-type")).toBe("image/png");
  });

  test("gives a figure with its settings, and follows the width", async () => {
    await open(`${site.url}/analysis/correlations/?method=spearman`, async (page) => {
      const button = page.locator("[data-figure=correlations] [data-embed]");
      await button.click();
      const preview = await previewOf(page);
      expect(await preview.locator("[data-part=filters]").textContent()).toBe(
        "Correlation: Spearman (of ranks)",
      );
      expect((await snippetsOf(page)).script).toContain('view="?method=spearman"');
      expect((await snippetsOf(page)).html).toContain(
        `${site.url}/analysis/correlations/?method=spearman#figure-correlations`,
      );
      await page.fill("[name=embed-width]", "400");
      await expect
        .poll(() => page.locator(".embed-preview iframe").evaluate((f) => f.clientWidth), SLOW)
        .toBe(400);
    });
  });

  test("is used by keyboard: focus stays in it, Escape ends it, focus returns", async () => {
    await open(`${site.url}/analysis/trends/`, async (page) => {
      const button = page.locator("[data-figure=records] [data-embed]");
      await button.focus();
      await page.keyboard.press("Enter");
      await page.waitForSelector("#embed-dialog[open]");
      await previewOf(page);
      for (let i = 0; i < 25; i++) {
        await page.keyboard.press("Tab");
        const inside = await page.evaluate(() => {
          const { activeElement } = document;
          return activeElement === document.body || activeElement?.closest("dialog") !== null;
        });
        expect(inside).toBe(true);
      }
      await page.locator("[name=embed-width]").focus();
      await page.keyboard.press("Escape");
      // A dialog tells of its end a moment after it has ended.
      await page.waitForSelector("#embed-dialog", { state: "hidden" });
      await expect.poll(() => page.locator(".embed-preview iframe").count()).toBe(0);
      await expect.poll(() => button.evaluate((e) => e === document.activeElement)).toBe(true);
    });
  });

  test.each([WIDE, NARROW])("is accessible and fits, $width px", async (viewport) => {
    await open(
      `${site.url}/?q=pythia`,
      async (page) => {
        await openTableDialog(page);
        await previewOf(page);
        expect(await axe(page)).toEqual([]);
        const box = await page.locator("#embed-dialog").boundingBox();
        expect(box!.x).toBeGreaterThanOrEqual(0);
        expect(box!.x + box!.width).toBeLessThanOrEqual(viewport.width);
        // Its choices are its own.
        expect(await page.isChecked("[name=embed-theme][value=auto]")).toBe(true);
      },
      viewport,
    );
  });
});

/** Halves of characters become a replacement mark on their way through UTF-8. */
const wellFormed = (text: string) => Buffer.from(text).toString();

test("no title and no view breaks out of a snippet", async () => {
  await open(host.page(""), async (page) => {
    for (const attack of Object.values(ATTACKS)) {
      const view = new URLSearchParams({ q: attack }).toString();
      const wanted: Wanted = {
        root: "https://example.org/base/",
        name: "sizes",
        title: attack,
        view,
        page: `https://example.org/base/?${view}`,
        theme: "auto",
        asOf: null,
        rows: null,
        width: 768,
        height: 600,
      };
      const parsed = await page.evaluate(
        (codes) =>
          codes.map((code) => {
            const { body, head } = new DOMParser().parseFromString(code, "text/html");
            return [...head.querySelectorAll("*"), ...body.querySelectorAll("*")].map((e) => ({
              tag: e.localName,
              attributes: e.getAttributeNames(),
              title: e.getAttribute("title"),
              view: e.getAttribute("view"),
              src: e.getAttribute("src"),
            }));
          }),
        [snippetOf("script", wanted), snippetOf("iframe", wanted), snippetOf("html", wanted)],
      );
      const tags = parsed.map((all) => all.map((e) => e.tag));
      expect(tags).toEqual([
        ["script", "leaderboard-chart", "a", "picture", "source", "img", "p"],
        ["iframe"],
        ["a", "picture", "source", "img", "p"],
      ]);
      const attributes = parsed.flat().flatMap((e) => e.attributes);
      expect(attributes.filter((name) => name.startsWith("on"))).toEqual([]);
      // HTML has no NUL, and no halves of characters.
      const text = (value: string) => wellFormed(value).replaceAll("\u0000", "\ufffd");
      expect(text(parsed[0]![1]!.title!)).toBe(text(attack));
      expect(new URLSearchParams(parsed[0]![1]!.view!).get("q")).toBe(wellFormed(attack));
      const { searchParams } = new URL(parsed[1]![0]!.src!);
      expect(searchParams.get("q")).toBe(wellFormed(attack));
      const markdown = snippetOf("markdown", { ...wanted, view: "" });
      expect(markdown).not.toContain("\n");
      // One picture in one link: every bracket of the title is escaped, and none is in an address.
      expect(markdown).toMatch(/^\[!\[(?:[^\\[\]]|\\.)*\]\([^()\s<>]+\)\]\([^()\s<>]+\)$/);
    }
  });
});

describe("the docs", () => {
  test("every snippet shown works as it is in another page", async () => {
    const html = await readFile(join(SITE, "docs/embed/index.html"), "utf8");
    let codes: [string, string][] = [];
    await open(`${site.url}/docs/embed/`, async (page) => {
      codes = await page.$$eval("[data-example]", (all) =>
        all.map((e) => [(e as HTMLElement).dataset.example ?? "", e.textContent ?? ""]),
      );
      // What stands below each is alive, too.
      await page.locator("[data-live=script]").scrollIntoViewIfNeeded();
      await embedIn(page);
      expect(await axe(page)).toEqual([]);
    });
    const [, built = ""] = /<link rel="canonical" href="(https?:\/\/[^/"]+)/.exec(html) ?? [];
    expect(codes.map(([kind]) => kind)).toEqual(["script", "iframe", "html", "markdown"]);
    for (const [kind, text] of codes) {
      const code = text.replaceAll(built, site.url);
      expect(code, kind).toContain(site.url);
      if (kind === "markdown") {
        const [, picture] = /^\[!\[.+\]\(([^)]+)\)\]\(([^)]+)\)$/.exec(code)!;
        expect((await fetch(picture!)).status).toBe(200);
        continue;
      }
      await open(host.page(code), async (page) => {
        if (kind !== "html") {
          const frame = await embedIn(page);
          expect(await frame.locator("[data-part=title]").isVisible()).toBe(true);
          return;
        }
        const width = () =>
          page.locator("img").evaluate((i) => (i as HTMLImageElement).naturalWidth);
        await expect.poll(width, SLOW).toBeGreaterThan(100);
      });
    }
  });
});

describe("oEmbed", () => {
  /** https://oembed.com, section 2.3.4, for type rich: what is required, and what comes together. */
  const address = z.string().regex(/^https?:\/\//);
  const size = z.int().positive();
  const rich = z.strictObject({
    type: z.literal("rich"),
    version: z.literal("1.0"),
    title: z.string().min(1),
    provider_name: z.string().min(1),
    provider_url: address,
    cache_age: size,
    thumbnail_url: address,
    thumbnail_width: size,
    thumbnail_height: size,
    html: z.string().min(1),
    width: size,
    height: size,
  });

  test("every chart has a valid answer, whose picture has the size it says", async () => {
    const names = (await readFile(join(SITE, "docs/embed/index.html"), "utf8")).matchAll(
      /href="\/embed\/([a-z0-9-]+)\/"/g,
    );
    const charts = [...new Set([...names].map((m) => m[1]!))];
    expect(charts.length).toBeGreaterThan(20);
    for (const name of charts) {
      const answer = rich.parse(
        JSON.parse(await readFile(join(SITE, `oembed/${name}.json`), "utf8")),
      );
      const png = await readFile(join(SITE, new URL(answer.thumbnail_url).pathname));
      expect([png.readUInt32BE(16), png.readUInt32BE(20)], name).toEqual([
        answer.thumbnail_width,
        answer.thumbnail_height,
      ]);
      expect(answer.html).toContain(`/embed/${name}/"`);
    }
  });

  test("its frame is as high as what it shows, nearly", async () => {
    for (const name of ["leaderboard", "correlations", "efficiency", "as-of"]) {
      const answer = rich.parse(
        JSON.parse(await readFile(join(SITE, `oembed/${name}.json`), "utf8")),
      );
      const html = answer.html.replace(new URL(answer.provider_url).origin, site.url);
      await open(host.page(html), async (page) => {
        const frame = await embedIn(page);
        const height = await frame.evaluate(() => document.body.getBoundingClientRect().height);
        expect(answer.height - height, name).toBeGreaterThanOrEqual(0);
        expect(answer.height - height, name).toBeLessThan(90);
      });
    }
  });

  test("is found from the pages that have the charts, the first chart first", async () => {
    for (const [path, name] of [
      ["index.html", "leaderboard"],
      ["archive/index.html", "archive"],
      ["analysis/trends/index.html", "records"],
      ["embed/sizes/index.html", "sizes"],
    ] as const) {
      const html = await readFile(join(SITE, path), "utf8");
      const [, first] =
        /<link rel="alternate" type="application\/json\+oembed" href="([^"]+)"/.exec(html) ?? [];
      expect(first, path).toMatch(new RegExp(`/oembed/${name}\\.json$`));
    }
  });
});

import { DuckDBInstance } from "@duckdb/node-api";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import config from "../../leaderboard.config.ts";
import { leaderboardSchema } from "../../src/core/records/leaderboard.ts";
import {
  launchBrowser,
  type OpenPage,
  openPage,
  type PageOptions,
} from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { axe } from "./axe.ts";

/** Expects a built site, by default the one of `npm run build`. */
const SITE = process.env.SITE_DIR ?? "dist";
const suite = leaderboardSchema.parse(config).suites[0]!;
const TABLE = `read_parquet('${SITE}/data/latest/${suite.table}.parquet')`;

let server: Server;
let browser: Browser;
let opened: OpenPage[] = [];
/** Models found in the table: the three best that are listed, a hidden one, one evaluated twice. */
let best: string[];
let flaggedModel: string;
let twice: { model: string; first: string; second: string };

beforeAll(async () => {
  server = await serve(SITE);
  browser = await launchBrowser();
  const listed = "FROM T WHERE rank IS NOT NULL AND on_hub";
  best = await column(`SELECT model ${listed} GROUP BY model ORDER BY min(rank) LIMIT 6`);
  [flaggedModel = ""] = await column("SELECT model FROM T WHERE flagged LIMIT 1");
  const [pair] = await query(
    `SELECT model, arg_min(eval_id, rank) AS first, arg_max(eval_id, rank) AS second
     FROM T WHERE rank IS NOT NULL GROUP BY model
     HAVING count(*) = 2 AND count(DISTINCT rank) = 2 ORDER BY model LIMIT 1`,
  );
  twice = pair as typeof twice;
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const db = await (await DuckDBInstance.create()).connect();
  const result = await db.runAndReadAll(sql.replaceAll(/\bT\b/g, TABLE));
  return result.getRowObjectsJson() as Record<string, unknown>[];
}

async function column(sql: string): Promise<string[]> {
  return (await query(sql)).map((row) => String(Object.values(row)[0]));
}

const address = (...m: string[]) =>
  `/compare/${m.length > 0 ? `?${m.map((text) => `m=${text}`).join("&")}` : ""}`;

/** Opens the page and waits for the table; what went wrong is checked when the test is done. */
async function open(path: string, options: PageOptions = {}): Promise<Page> {
  const page = await openPage(browser, server.url + path, {
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  opened.push(page);
  if (options.javaScriptEnabled !== false) {
    await page.page.waitForSelector("#picker:enabled");
    await page.page.waitForSelector("#compare-loading", { state: "hidden" });
  }
  return page.page;
}

async function clean(): Promise<void> {
  for (const { errors, outside, close } of opened) {
    expect(errors).toEqual([]);
    expect(outside).toEqual([]);
    await close();
  }
  opened = [];
}

const names = (page: Page) =>
  page.$$eval("#compare-head th .model-line a", (links) =>
    links.map((a) => decodeURI(new URL((a as HTMLAnchorElement).href).pathname).slice(8, -1)),
  );
const asked = (page: Page) => new URL(page.url()).searchParams.getAll("m");
const texts = (page: Page, selector: string) =>
  page.$$eval(selector, (all) => all.map((e) => e.textContent));

describe("choosing models", () => {
  it("works by typing and keys; the address follows and Back undoes it", async () => {
    const page = await open(address());
    expect(await page.isVisible("#compare-empty")).toBe(true);
    const [first, second] = best as [string, string];
    await page.focus("#picker");
    await page.keyboard.type(first);
    await page.keyboard.press("Enter");
    expect(asked(page)).toEqual([first]);
    expect(await page.isVisible("#compare-suggestions")).toBe(true);
    await page.keyboard.type(second.split("/")[1]!);
    const options = await texts(page, "#picker-list [role=option] .option-model");
    const index = options.indexOf(second);
    for (let i = 0; i < index; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(asked(page)).toEqual([first, second]);
    expect(await names(page)).toEqual([first, second]);
    expect(await page.inputValue("#picker")).toBe("");

    await page.goBack();
    expect(await names(page)).toEqual([first]);
    await page.goBack();
    expect(await page.isVisible("#compare-empty")).toBe(true);
    expect(await page.isVisible("#compare-result")).toBe(false);
    await page.goForward();
    await page.goForward();
    expect(await names(page)).toEqual([first, second]);
    await clean();
  });

  it("is a combobox: opens, moves around, closes, clears", async () => {
    const page = await open(address());
    const state = () =>
      page.$eval("#picker", (input) => ({
        expanded: input.getAttribute("aria-expanded"),
        active: document.getElementById(input.getAttribute("aria-activedescendant") ?? "")
          ?.textContent,
        focused: document.activeElement === input,
      }));
    await page.focus("#picker");
    expect((await state()).expanded).toBe("false");
    await page.keyboard.press("ArrowDown");
    const options = await texts(page, "#picker-list [role=option]");
    expect(options).toHaveLength(12);
    expect(await state()).toEqual({ expanded: "true", active: options[0], focused: true });
    await page.keyboard.press("ArrowUp");
    expect((await state()).active).toBe(options[11]);
    await page.keyboard.press("ArrowDown");
    expect((await state()).active).toBe(options[0]);
    expect(await page.$$("#picker-list [aria-selected=true]")).toHaveLength(1);
    await page.keyboard.type("no model has such a name");
    expect((await state()).expanded).toBe("false");
    expect(await page.textContent("#picker-status")).toBe("No model matches.");
    await page.keyboard.press("Enter");
    expect(asked(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await page.isVisible("#picker-popup")).toBe(false);
    await page.keyboard.press("Escape");
    expect(await page.inputValue("#picker")).toBe("");
    await page.click("#picker");
    await page.click("#picker-list [role=option] >> nth=2");
    expect(await names(page)).toHaveLength(1);
    await clean();
  });

  it("finds hidden models and marks them", async () => {
    const page = await open(address());
    await page.fill("#picker", flaggedModel);
    const option = page.locator("#picker-list [role=option]", { hasText: flaggedModel });
    expect(await option.textContent()).toContain("Flagged");
    await option.click();
    expect(await page.textContent("#compare-head")).toContain("Flagged");
    await clean();
  });

  it("offers a model's other evaluations", async () => {
    const page = await open(address(best[0]!, twice.model));
    const select = page.locator("#compare-head select");
    const note = "Best-ranked of 2 evaluations";
    expect(await page.textContent("#compare-head th:last-child .evaluation")).toContain(note);
    const average = () => page.textContent("tr.average td:last-child .value");
    const [first, second] = await column(
      `SELECT printf('%.2f', average) FROM T WHERE eval_id IN ('${twice.first}', '${twice.second}') ORDER BY rank`,
    );
    expect(await average()).toBe(first);
    await select.selectOption({ index: 1 });
    expect(asked(page)).toEqual([best[0], twice.second]);
    expect(await average()).toBe(second);
    await page.reload();
    await page.waitForSelector("tr.average");
    expect(await average()).toBe(second);
    await page.goto(server.url + address(twice.first, twice.model, twice.second));
    await page.waitForSelector("tr.average");
    expect(await names(page)).toEqual([twice.model, twice.model]);
    await clean();
  });

  it("makes another model the reference, and removes one", async () => {
    const [a, b, c] = best as [string, string, string];
    const page = await open(address(a, b, c));
    await page.click("#compare-head th:last-child .action-reference");
    expect(asked(page)).toEqual([c, a, b]);
    expect(await page.$eval(":focus", (e) => e.closest("th")?.className)).toBe("reference");
    await page.click("#compare-head th:nth-child(3) .action-remove");
    expect(asked(page)).toEqual([c, b]);
    expect(await page.$eval(":focus", (e) => e.id)).toBe("picker");
    await clean();
  });

  it("names what it does not know, drops what is given twice, stops at five", async () => {
    const nasty = "<img src=x onerror=alert(1)>";
    const page = await open(address(best[0]!, best[0]!, encodeURIComponent(nasty), best[1]!));
    expect(await names(page)).toEqual(best.slice(0, 2));
    expect(await page.textContent("#notice")).toBe(
      `“${nasty}” is not in this table and was left out.`,
    );
    await page.goto(server.url + address(...best));
    await page.waitForSelector("tr.average");
    expect(await names(page)).toEqual(best.slice(0, 5));
    expect(await page.textContent("#notice")).toContain("the first 5 of 6");
    await page.fill("#picker", "a");
    expect(await page.textContent("#picker-status")).toContain("remove one to add another");
    await page.click("#compare-head th:last-child .action-remove");
    expect(await page.isVisible("#notice")).toBe(false);
    await clean();
  });

  it("starts from examples and suggestions", async () => {
    const page = await open(address());
    expect(await page.$$("#compare-empty a[data-here]")).toHaveLength(3);
    await page.click("#compare-empty a[data-here] >> nth=0");
    expect(await names(page)).toEqual(best.slice(0, 3));
    await page.goto(server.url + address(best[1]!));
    await page.waitForSelector("tr.average");
    await page.click("#compare-suggestions a >> nth=0");
    expect(await names(page)).toHaveLength(2);
    expect(await page.$$(".compare-meaning svg.intervals")).toHaveLength(
      suite.benchmarks.length + 1,
    );
    await clean();
  });
});

describe("the figures", () => {
  it("are those of the published table", async () => {
    const models = [best[0]!, best[2]!, best[4]!, flaggedModel];
    const page = await open(address(...models));
    const keys = suite.benchmarks.map((b) => b.key);
    const squares = keys.map((key) => `${key}_stderr * ${key}_stderr`).join(" + ");
    const rows = await query(
      `WITH ranked AS (SELECT *, sqrt(${squares}) / ${keys.length} AS average_stderr,
         row_number() OVER (PARTITION BY model ORDER BY rank) AS place FROM T)
       SELECT * FROM ranked WHERE place = 1 AND model IN ('${models.join("', '")}')`,
    );
    const byModel = new Map(rows.map((row) => [row.model, row as Record<string, number>]));
    const reference = byModel.get(models[0]!)!;
    for (const key of ["average", ...keys]) {
      const values = models.map((model) => byModel.get(model)![key]!);
      for (const [i, model] of models.entries()) {
        const cell = page.locator(`tr[data-key="${key}"] td >> nth=${i}`);
        const row = byModel.get(model)!;
        const text = (selector: string) => cell.locator(selector).textContent();
        expect(await text(".value")).toBe(row[key]!.toFixed(2));
        expect(await text(".stderr")).toBe(`± ${row[`${key}_stderr`]!.toFixed(2)}`);
        expect(await cell.locator(".best").count()).toBe(row[key] === Math.max(...values) ? 1 : 0);
        if (i === 0) continue;
        const difference = row[key]! - reference[key]!;
        const errors = [row, reference].map((r) => r[`${key}_stderr`]! ** 2);
        const ratio = Math.abs(difference) / Math.sqrt(errors[0]! + errors[1]!);
        const words =
          ratio <= 1
            ? "within one standard error"
            : ratio <= 2
              ? "more than one standard error"
              : "more than two standard errors";
        expect(await text(".words")).toBe(words);
        const sign = Math.abs(difference) < 0.005 ? "" : difference > 0 ? "+" : "−";
        expect(await text(".signed")).toBe(sign + Math.abs(difference).toFixed(2));
      }
    }
    await clean();
  });

  it("come with the raw score on hover and by keys", async () => {
    const page = await open(address(best[0]!, best[1]!));
    const key = suite.benchmarks[0]!.key;
    const [raw] = await column(
      `SELECT printf('%.4f', arg_min(${key}_raw, rank)) FROM T WHERE model = '${best[1]}'`,
    );
    await page.hover(`tr[data-key="${key}"] td:last-child`);
    expect(await page.textContent("#tooltip")).toContain(`Raw${raw}`);
    await page.focus("#compare-scores td[tabindex='0']");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    expect(await page.textContent("#tooltip")).toContain(`Raw${raw}`);
    expect(await page.$$("#compare-scores td[tabindex='0']")).toHaveLength(1);
    await clean();
  });
});

describe("the page", () => {
  it.each([
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
    [360, "light"],
  ] as const)("is accessible and fits at %i px, %s", async (width, colorScheme) => {
    const options = { viewport: { width, height: 844 }, colorScheme };
    const page = await open(address(...best.slice(0, 3), flaggedModel, twice.model), options);
    expect(await axe(page)).toEqual([]);
    await page.click("#compare-head th:nth-child(5) .action-remove");
    await page.fill("#picker", "7b");
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    const empty = await open(address(), options);
    expect(await axe(empty)).toEqual([]);
    expect(await empty.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await clean();
  });

  it("says without JavaScript that it needs it", async () => {
    const page = await open(address(best[0]!), { javaScriptEnabled: false });
    expect(await page.textContent("noscript")).toContain("needs JavaScript");
    expect(await page.getAttribute("noscript a", "href")).toBe("/");
    await clean();
  });

  it("says so when the table cannot be had", async () => {
    const page = await open(address());
    await page.route("**/table/*", (route) => route.fulfill({ status: 503 }));
    await page.goto(server.url + address(best[0]!));
    await page.waitForSelector("#notice:visible");
    expect(await page.textContent("#notice")).toBe(
      "The table could not be loaded (HTTP 503). Retry",
    );
    opened[0]!.errors.length = 0; // The browser reports the 503 itself.
    await clean();
  });
});

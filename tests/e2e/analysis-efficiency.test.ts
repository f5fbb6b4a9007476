// The overview of the analyses and the efficiency page, in a real browser; numbers by hand-written SQL.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe } from "./axe.ts";
import { ask, figured } from "./site.ts";
import { visitor } from "./visit.ts";

const PATH = "/analysis/efficiency/";
const SLOW = { timeout: 30_000 };

const visit = visitor();

const part = (page: Page, figure: string, name: string) =>
  page.locator(`[data-figure="${figure}"] [data-part="${name}"]`);
const option = (page: Page, figure: string, name: string) =>
  page.locator(`[data-figure="${figure}"] [data-option="${name}"]`);
const title = (page: Page, figure: string) => part(page, figure, "title").textContent();
const number = (n: unknown) => Number(n).toLocaleString("en");

/** A size that nothing contradicts. */
const SOUND = "params_b >= 0.1 AND params_doubt IS NULL";

/** Models whose weights, of so many bytes each and a fifth more, fit; and the best of them. */
async function fitting(gb: number, bytes: string, where = "true") {
  const from = `FROM ${figured()} WHERE ${SOUND} AND flagged IS NOT TRUE AND ${where}
    AND params_b * ${bytes} * 1.2 <= ${gb}`;
  const [sum] = await ask(`SELECT count(DISTINCT model) AS n ${from}`);
  const [best] = await ask(
    `SELECT model, average, params_b * ${bytes} * 1.2 AS gb ${from} ORDER BY average DESC, eval_id LIMIT 1`,
  );
  return { n: number(sum!.n), model: String(best!.model), gb: Number(best!.gb).toFixed(1) };
}

const AS_EVALUATED = "CASE WHEN precision = '4bit' THEN 0.5 ELSE 2 END";

describe("efficiency", () => {
  test("stands in the page without JavaScript", async () => {
    const fits = await fitting(24, AS_EVALUATED);
    await visit(
      PATH,
      async (page) => {
        expect(await page.locator("svg.chart").count()).toBe(4);
        expect(await title(page, "efficiency")).toMatch(/^Nine tenths of the best average, 52\.1/);
        expect(await title(page, "fits")).toContain(`${fits.n} models fit`);
        expect(await title(page, "context-length")).toContain("context length");
      },
      { javaScriptEnabled: false },
    );
  });

  test("follows a filter: n and the cost of nine tenths of the best", async () => {
    const where = "model_type = 'chat' AND params_b >= 5 AND params_b < 12";
    const [top] = await ask(`SELECT count(*) AS n, max(average) AS best FROM ${figured(where)}`);
    const [near] = await ask(
      `SELECT min(co2_kg) AS kg FROM ${figured(where)} WHERE average >= 0.9 * ${top!.best}`,
    );
    await visit(PATH, async (page) => {
      await page.click('button[data-type="chat"]');
      await page.click('button[data-size="consumer"]');
      await expect
        .poll(() => part(page, "efficiency", "count").textContent(), SLOW)
        .toBe(`${number(top!.n)} evaluations`);
      const said = await title(page, "efficiency");
      expect(said).toContain(Number(top!.best).toFixed(1));
      expect(said).toContain(` ${Number(Number(near!.kg).toPrecision(2))} kg of CO₂.`);
      await option(page, "efficiency", "cost").selectOption("params_b");
      const [size] = await ask(
        `SELECT min(params_b) AS b FROM ${figured(where)} WHERE ${SOUND} AND average >= 0.9 * ${top!.best}`,
      );
      await expect
        .poll(() => title(page, "efficiency"), SLOW)
        .toContain(`no more than ${Number(Number(size!.b).toFixed(1))}B.`);
      expect(new URL(page.url()).searchParams.get("cost")).toBe("params_b");
    });
  });

  test("what fits a card follows its options, a filter and the link", async () => {
    await visit(PATH, async (page) => {
      await option(page, "fits", "card").selectOption("8");
      const plain = await fitting(8, AS_EVALUATED);
      await expect.poll(() => title(page, "fits"), SLOW).toContain(`${plain.n} models fit`);
      await option(page, "fits", "load").selectOption("4bit");
      const packed = await fitting(8, "0.5");
      await expect
        .poll(() => title(page, "fits"), SLOW)
        .toContain(`${packed.n} models fit a card of 8 GB in 4 bit; the best is ${packed.model}`);
      await page.click('button[data-size="edge"]');
      const small = await fitting(8, "0.5", "params_b < 5");
      await expect
        .poll(() => title(page, "fits"), SLOW)
        .toMatch(new RegExp(`^${small.n} models fit .*about ${small.gb} GB`));
      await page.reload();
      await expect.poll(() => title(page, "fits"), SLOW).toContain(`${small.n} models fit`);
      expect(await option(page, "fits", "card").inputValue()).toBe("8");
    });
  });

  test("context length is unknown for as many as are left", async () => {
    const [chat] = await ask(
      `SELECT count(context_length) AS known, count(*) - count(context_length) AS left
       FROM ${figured("model_type = 'chat'")}`,
    );
    await visit(`${PATH}?type=chat`, async (page) => {
      await expect
        .poll(() => part(page, "context-length", "count").textContent(), SLOW)
        .toMatch(
          new RegExp(
            `^${number(chat!.known)} evaluations of \\d+ families; context length unknown for ${number(chat!.left)}$`,
          ),
        );
    });
  });

  test("a mark says which model it is, and leads to its page", async () => {
    const { model } = await fitting(24, AS_EVALUATED);
    await visit(PATH, async (page) => {
      const plot = part(page, "fits", "plot");
      await plot.focus();
      await expect
        .poll(async () => {
          await page.keyboard.press("ArrowRight");
          return plot.locator(".tooltip strong").textContent({ timeout: 1000 });
        }, SLOW)
        .toBe(model);
      expect(await plot.locator(".tooltip").textContent()).toContain("GB");
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/models/${model}/`);
    });
  });

  test("hovering a dot of the frontier names it", async () => {
    const [best] = await ask(
      `SELECT model FROM ${figured()} ORDER BY average DESC, eval_id LIMIT 1`,
    );
    await visit(PATH, async (page) => {
      const plot = part(page, "efficiency", "plot");
      const path = (await plot.locator("svg.chart > .dots.group-1").getAttribute("d")) ?? "";
      const [x = 0, y = 0] = (path.match(/M(\d+) (\d+)h0$/) ?? []).slice(1).map(Number);
      await expect
        .poll(async () => {
          const box = (await plot.locator("svg.chart").boundingBox())!;
          const scale = box.width / 640;
          await page.mouse.move(0, 0);
          await page.mouse.move(box.x + x * scale, box.y + y * scale);
          return plot.locator(".tooltip strong").textContent({ timeout: 1000 });
        }, SLOW)
        .toBe(String(best!.model));
    });
  });

  test("the table, the query, its answer from DuckDB, and the CSV", async () => {
    await visit(PATH, async (page) => {
      const block = page.locator('[data-figure="fits"]');
      const { n, model } = await fitting(24, AS_EVALUATED);
      await block.locator("summary", { hasText: "SQL" }).click();
      expect(await part(page, "fits", "sql").textContent()).toContain("QUALIFY");
      await part(page, "fits", "run").click();
      await expect
        .poll(() => part(page, "fits", "status").textContent(), SLOW)
        .toContain(`: ${n} rows in`);
      await block.locator("summary", { hasText: "Table" }).click();
      await expect.poll(() => part(page, "fits", "rows").locator("tr").count()).toBe(200);
      expect(await part(page, "fits", "rows").locator("tr").first().textContent()).toContain(model);
      const download = page.waitForEvent("download");
      await block.locator("[data-save=csv]").click();
      const csv = (await readFile(await (await download).path(), "utf8")).trim().split("\n");
      expect(csv[0]).toMatch(/^model,score,gb,params_b,params_doubt,precision,on_hub,eval_id\r?$/);
      expect(number(csv.length - 1)).toBe(n);
    });
  });
});

describe("the overview", () => {
  test("has a card per analysis, with the finding of its page, which is there", async () => {
    await visit("/analysis/", async (page) => {
      const cards = await page.$$eval(".overview li", (items) =>
        items.map((item) => ({
          path: item.querySelector("a")?.getAttribute("href") ?? "",
          title: item.querySelector("h2")?.textContent ?? "",
          finding: item.querySelector("p")?.textContent ?? "",
          picture: item.querySelectorAll("svg.chart").length,
        })),
      );
      expect(cards.length).toBeGreaterThan(2);
      for (const { path, title, finding, picture } of cards) {
        const html = await (await fetch(`${new URL(page.url()).origin}${path}`)).text();
        const heading = await page.evaluate((text) => {
          const parsed = new DOMParser().parseFromString(text, "text/html");
          const one = (selector: string) => parsed.querySelector(selector)?.textContent ?? "";
          return [one("h1"), one('.figure [data-part="title"]')];
        }, html);
        expect([title, finding, picture]).toEqual([...heading, 1]);
      }
      expect(await page.getAttribute('nav a[href$="/analysis/"]', "aria-current")).toBe("page");
      await page.click(".overview li:last-child .thumb", { force: true });
      await page.waitForURL(`**${cards.at(-1)?.path}`);
      expect(await page.getAttribute('nav a[href$="/analysis/"]', "aria-current")).toBe("true");
    });
  });
});

for (const path of ["/analysis/", PATH]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${path}: nothing serious for axe, and nothing wider than the page, ${colorScheme}`, async () => {
      for (const width of [1280, 390]) {
        const options = { colorScheme, viewport: { width, height: 800 } };
        await visit(
          path,
          async (page) => {
            expect(await axe(page)).toEqual([]);
            expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
          },
          options,
        );
      }
    });
  }
}

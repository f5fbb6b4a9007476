// Normalization and trends in a real browser; numbers by hand-written SQL.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe } from "./axe.ts";
import { ask, figured, visitSite } from "./site.ts";

const { open } = visitSite();
const SLOW = { timeout: 30_000 };

const part = (page: Page, figure: string, name: string) =>
  page.locator(`[data-figure="${figure}"] [data-part="${name}"]`);
const title = (page: Page, figure: string) => part(page, figure, "title").textContent();
const number = (n: unknown) => Number(n).toLocaleString("en");

describe("normalization", () => {
  test("medians and moves follow a filter", async () => {
    const where = "model_type = 'pretrained'";
    const [field] = await ask(
      `SELECT count(*) AS n, median(gpqa_raw) * 100 AS raw FROM ${figured(where)}`,
    );
    const page = await open("/analysis/normalization/");
    await page.click('button[data-type="pretrained"]');
    await expect
      .poll(() => part(page, "distributions", "count").textContent(), SLOW)
      .toBe(`${number(field!.n)} evaluations`);
    const values = page.locator('[data-figure="distributions"] svg text');
    expect(await values.allTextContents()).toContain(Number(field!.raw).toFixed(1));
    await expect
      .poll(() => part(page, "moves", "count").textContent(), SLOW)
      .toBe(`${number(field!.n)} evaluations`);
  });

  test("the calculator starts with the announcement's figures and follows the reader's", async () => {
    const page = await open("/analysis/normalization/");
    const out = (name: string) => page.locator(`[data-out="${name}"]`).textContent();
    expect(await out("a-rawAverage")).toBe("26");
    expect(await out("b-rawAverage")).toBe("25");
    expect(await out("a-average")).toBe("2");
    expect(await out("b-average")).toBe("5");
    // Four choices: guessing scores 25, so 52 becomes (52 − 25) / 75 = 36 %, the average 18.
    await page.fill('input[name="choices"]', "4");
    await expect.poll(() => out("a-average")).toBe("18");
    expect(await out("guessing")).toBe("25");
  });
});

describe("trends", () => {
  test("the record and its day are those of the table, also after a filter", async () => {
    const best = (where: string) =>
      ask(`SELECT max(i.average) AS average FROM intervals AS i LEFT JOIN models AS m USING (eval_id)
        WHERE i.flagged IS NOT TRUE AND m.flagged IS NOT TRUE AND ${where}`);
    const [all] = await best("TRUE");
    const [chat] = await best("m.model_type = 'chat'");
    const page = await open("/analysis/trends/");
    expect(await title(page, "records")).toContain(Number(all!.average).toFixed(2));
    await page.click('button[data-type="chat"]');
    await expect
      .poll(() => title(page, "records"), SLOW)
      .toContain(Number(chat!.average).toFixed(2));
  });

  test("the slider shows the board of a day, and says which table that is", async () => {
    const [best] = await ask(
      "SELECT split_part(eval_id, '@', 1) AS model, average FROM history WHERE as_of = DATE '2024-07-13' ORDER BY average DESC, eval_id LIMIT 1",
    );
    const page = await open("/analysis/trends/?day=2024-07-14");
    await expect.poll(() => title(page, "as-of"), SLOW).toContain(String(best!.model));
    expect(await title(page, "as-of")).toContain("13 Jul 2024");
    const slider = page.locator('[data-figure="as-of"] input[type=range]');
    await slider.focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowRight");
    await expect.poll(() => slider.getAttribute("aria-valuetext")).toBe("2024-07-22");
    const [then] = await ask("SELECT rows AS n FROM days WHERE as_of = DATE '2024-07-22'");
    await expect
      .poll(() => part(page, "as-of", "count").textContent(), SLOW)
      .toContain(number(then!.n));
  });

  test("a dot says which model it is and leads to its page", async () => {
    const page = await open("/analysis/trends/");
    const plot = part(page, "sizes", "plot");
    await plot.focus();
    const tip = page.locator('[data-figure="sizes"] .tooltip strong');
    await expect
      .poll(async () => {
        await page.keyboard.press("ArrowRight");
        return (await tip.count()) > 0 ? tip.textContent() : "";
      }, SLOW)
      .toContain("/");
    const model = await tip.textContent();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/models/${model}/`);
  });

  test("the CSV of the smallest models is what SQL says", async () => {
    const page = await open("/analysis/trends/");
    const download = page.waitForEvent("download");
    await page.locator('[data-figure="smallest"] [data-save=csv]').click();
    const csv = (await readFile(await (await download).path())).toString().trim().split("\n");
    const [n] = await ask(
      `SELECT count(DISTINCT i.eval_id) AS n FROM intervals AS i JOIN models AS m USING (eval_id)
       WHERE i.flagged IS NOT TRUE AND m.flagged IS NOT TRUE AND i.average >= 40
         AND m.params_b >= 0.1 AND m.params_doubt IS NULL
         AND i.eval_id NOT IN (SELECT eval_id FROM models QUALIFY row_number() OVER (
           PARTITION BY coalesce(twin_of, eval_id) ORDER BY twin_of IS NOT NULL, eval_id) > 1)`,
    );
    const names = csv[0]!.split(",");
    const forty = csv
      .slice(1)
      .map((l) => l.split(","))
      .filter((c) => c[names.indexOf("goal")] === "40");
    expect(forty.length).toBeGreaterThan(1);
    expect(forty[0]![names.indexOf("n")]).toBe(String(n!.n));
  });
});

for (const path of ["/analysis/normalization/", "/analysis/trends/"]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`nothing serious for axe: ${path}, ${colorScheme}, wide and narrow`, async () => {
      for (const width of [1280, 390]) {
        const page = await open(path, { colorScheme, viewport: { width, height: 800 } });
        expect(await axe(page)).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        );
        expect(overflow).toBeLessThanOrEqual(0);
      }
    });
  }
}

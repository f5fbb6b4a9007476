import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe } from "./axe.ts";
import { ask, figured } from "./site.ts";
import { type Visit, visitor } from "./visit.ts";

const open = visitor();
const visit = (query: string, use: Parameters<Visit>[1], options?: Parameters<Visit>[2]) =>
  open(`/analysis/correlations/${query}`, use, options);

const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"]`);
const count = (page: Page, name: string) => figure(page, name).locator('[data-part="count"]');
const cell = (page: Page, name: string, value: string) =>
  figure(page, name).locator("svg.chart text.value", { hasText: value });

/** By hand, in the other engine. */
async function expected(where: string): Promise<{ n: number; r: string }> {
  const rows = await ask(`SELECT count(*) AS n, corr(bbh, mmlu_pro) AS r FROM ${figured(where)}`);
  return { n: Number(rows[0]!.n), r: Number(rows[0]!.r).toFixed(2) };
}

/** The figures as they open. */
const all = await expected("TRUE");

describe("correlations", () => {
  test("stand in the page without JavaScript", async () => {
    await visit(
      "",
      async (page) => {
        await expect
          .poll(() => count(page, "correlations").textContent())
          .toContain(all.n.toLocaleString("en"));
        expect(await cell(page, "correlations", all.r).count()).toBe(2);
        expect(await page.locator("svg.chart").count()).toBe(4);
      },
      { javaScriptEnabled: false },
    );
  });

  test("follow size and type filters, by hand and by link", async () => {
    const chat = await expected("model_type = 'chat' AND params_b < 5 AND params_b > 0");
    await visit("", async (page) => {
      await page.click('button[data-type="chat"]');
      await page.click('button[data-size="edge"]');
      await expect
        .poll(() => count(page, "correlations").textContent(), { timeout: 30_000 })
        .toContain(`${chat.n.toLocaleString("en")} evaluations of `);
      expect(await cell(page, "correlations", chat.r).count()).toBeGreaterThan(0);
      const link = page.url();
      await page.goBack();
      await page.goBack();
      await expect
        .poll(() => count(page, "correlations").textContent())
        .toContain(all.n.toLocaleString("en"));
      await page.goto(link);
      await expect
        .poll(() => count(page, "correlations").textContent(), { timeout: 30_000 })
        .toContain(chat.n.toLocaleString("en"));
    });
  });

  test("say nothing for a handful of models", async () => {
    await visit("?q=@EleutherAI+70m", async (page) => {
      await expect
        .poll(() => figure(page, "correlations").locator("h2").textContent(), { timeout: 30_000 })
        .toContain("Too few");
    });
  });

  test("a cell opens the scatter plot of its pair", async () => {
    await visit("", async (page) => {
      const plot = figure(page, "correlations").locator(".plot");
      await plot.scrollIntoViewIfNeeded();
      await plot.focus();
      // The rows come when the plot is first asked about.
      await expect
        .poll(
          async () => {
            await page.keyboard.press("ArrowRight");
            return figure(page, "correlations").locator(".tooltip").textContent();
          },
          { timeout: 30_000 },
        )
        .toContain("Pearson");
      const title = await figure(page, "correlations").locator(".tooltip strong").textContent();
      await page.keyboard.press("Enter");
      const [first, second] = title!.split(" and ") as [string, string];
      await expect
        .poll(() => figure(page, "pair").locator("h2").textContent(), { timeout: 30_000 })
        .toMatch(new RegExp(`^${second} and ${first} `));
    });
  });

  test("a dot says which model it is, and leads to its page", async () => {
    await visit("?x=mmlu_pro&y=bbh", async (page) => {
      const plot = figure(page, "pair").locator(".plot");
      await plot.focus();
      await expect
        .poll(
          async () => {
            await page.keyboard.press("ArrowRight");
            const title = figure(page, "pair").locator(".tooltip strong");
            return (await title.count()) > 0 ? title.textContent() : "";
          },
          { timeout: 30_000 },
        )
        .toContain("/");
      const model = await figure(page, "pair").locator(".tooltip strong").textContent();
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/models/${model}/`);
    });
  });

  test("Spearman, the table, the query, and its answer from DuckDB", async () => {
    await visit("", async (page) => {
      const block = figure(page, "correlations");
      await block.locator("[data-option=method]").selectOption("spearman");
      await expect.poll(() => page.url()).toContain("method=spearman");
      await block.locator("summary", { hasText: "SQL" }).click();
      expect(await block.locator('[data-part="sql"]').textContent()).toContain("AS family");
      await block.locator('[data-part="run"]').click();
      await expect
        .poll(() => block.locator('[data-part="status"]').textContent(), { timeout: 30_000 })
        .toMatch(/^DuckDB v[\d.]+: 4,005 rows in/);
      await block.locator("summary", { hasText: "Table" }).click();
      await expect.poll(() => block.locator('[data-part="rows"] tr').count()).toBe(15);
    });
  });

  test("files: SVG and PNG of the picture, CSV of the rows", async () => {
    await visit("", async (page) => {
      const block = figure(page, "correlations");
      const save = async (kind: string) => {
        const download = page.waitForEvent("download");
        await block.locator(`[data-save=${kind}]`).click();
        return readFile(await (await download).path());
      };
      const svg = (await save("svg")).toString();
      expect(svg).toContain(all.r);
      expect(svg).toContain(`n = ${all.n.toLocaleString("en")}`);
      expect([...(await save("png")).subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
      const csv = (await save("csv")).toString().trim().split("\n");
      expect(csv[0]).toBe("x,y,r,low,high,next,n,families");
      expect(csv).toHaveLength(16);
    });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`nothing serious for axe, ${colorScheme}, wide and narrow`, async () => {
      for (const width of [1280, 390]) {
        await visit("", async (page) => expect(await axe(page)).toEqual([]), {
          colorScheme,
          viewport: { width, height: 800 },
        });
      }
    });
  }
});

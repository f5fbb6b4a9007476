// The uncertainty page and its columns in a real browser; numbers by hand-written SQL in DuckDB Node.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { normalBeyond } from "../../src/core/suite/normal.ts";
import { axe } from "./axe.ts";
import { ask, rowsOf } from "./site.ts";
import { visitor } from "./visit.ts";

const PATH = "/analysis/uncertainty/";
const SLOW = { timeout: 30_000 };

const visit = visitor();

const part = (page: Page, figure: string, name: string) =>
  page.locator(`[data-figure="${figure}"] [data-part="${name}"]`);
const option = (page: Page, figure: string, name: string) =>
  page.locator(`[data-figure="${figure}"] [data-option="${name}"]`);
const title = (page: Page, figure: string) => part(page, figure, "title").textContent();
const number = (n: unknown) => Number(n).toLocaleString("en");

const VARIANCE = `(ifeval_stderr^2 + bbh_stderr^2 + math_stderr^2 + gpqa_stderr^2 + musr_stderr^2
  + mmlu_pro_stderr^2) / 36`;
const EDGE = "model_type = 'chat' AND params_b > 0 AND params_b < 5";

/** What figures start from: who is there and not flagged, equal scores under several names once. */
const shown = (where: string) => `(
  SELECT * FROM models WHERE flagged IS NOT TRUE AND on_hub IS NOT FALSE AND ${where}
  QUALIFY row_number() OVER (
    PARTITION BY coalesce(twin_of, eval_id) ORDER BY twin_of IS NOT NULL, eval_id) = 1)`;

/** The field, its best, and how many others are told from it by less than Bonferroni's bound. */
async function tied(where = "true") {
  const [size] = await ask(`SELECT count(*) AS n FROM ${shown(where)}`);
  const n = Number(size!.n);
  const z = normalBeyond(0.025 / (n - 1));
  const [found] = await ask(`
    WITH field AS (
      SELECT model, eval_id, average, ${VARIANCE} AS v FROM ${shown(where)}
    ), best AS (SELECT * FROM field ORDER BY average DESC, eval_id LIMIT 1)
    SELECT any_value(best.model) AS model,
      count(*) FILTER (best.average - field.average <= ${z} * sqrt(field.v + best.v)) - 1 AS others
    FROM field, best`);
  return { n, model: String(found!.model), others: Number(found!.others) };
}

/** Pairs so many places apart, and how many of them are more than 1.96 standard errors apart. */
async function pairs(apart: number, where = "true") {
  const [found] = await ask(`
    WITH field AS (
      SELECT average, ${VARIANCE} AS v, row_number() OVER (ORDER BY average DESC, eval_id) AS place
      FROM ${shown(where)}
    )
    SELECT count(*) AS n,
      count(*) FILTER (a.average - b.average > 1.959963984540054 * sqrt(a.v + b.v)) AS told
    FROM field AS a JOIN field AS b ON b.place = a.place + ${apart}`);
  return `${number(found!.told)} of ${number(found!.n)} pairs`;
}

describe("the uncertainty page", () => {
  test("stands without JavaScript", async () => {
    const { n, model, others } = await tied();
    const told = await pairs(1);
    await visit(
      PATH,
      async (page) => {
        expect(await page.locator("svg.chart").count()).toBe(4);
        expect(await title(page, "standings")).toBe(
          `${others} others of ${number(n - 1)} cannot be told from the best, ${model}.`,
        );
        expect(await title(page, "neighbours")).toContain(told);
        expect(await title(page, "better")).toContain(`${model} is better than`);
        expect(await page.textContent("main")).toContain("Bonferroni");
      },
      { javaScriptEnabled: false },
    );
  });

  test("ranks who is filtered for: n, ties and neighbours follow, and the link keeps them", async () => {
    const { n, model, others } = await tied(EDGE);
    const told = await pairs(10, EDGE);
    await visit(PATH, async (page) => {
      await page.click('button[data-type="chat"]');
      await page.click('button[data-size="edge"]');
      await expect
        .poll(() => part(page, "standings", "count").textContent(), SLOW)
        .toBe(`20 of ${number(n)} evaluations`);
      expect(await title(page, "standings")).toBe(
        `${others} other${others === 1 ? "" : "s"} of ${number(n - 1)} cannot be told from the best, ${model}.`,
      );
      await option(page, "neighbours", "apart").selectOption("10");
      await expect.poll(() => title(page, "neighbours"), SLOW).toContain(told);
      await option(page, "standings", "top").selectOption("50");
      await expect
        .poll(() => part(page, "standings", "count").textContent(), SLOW)
        .toBe(`50 of ${number(n)} evaluations`);
      await page.reload();
      await expect.poll(() => title(page, "neighbours"), SLOW).toContain(told);
      expect(await option(page, "standings", "top").inputValue()).toBe("50");
    });
  });

  test("forms ranges by bootstrap where that is asked for, in both figures, and keeps it in the address", async () => {
    await visit(`${PATH}?type=chat&size=edge`, async (page) => {
      await expect
        .poll(() => part(page, "standings", "count").textContent(), SLOW)
        .toMatch(/^20 of \d+ evaluations$/);
      // None while the figure is worked out.
      const spans = async () => {
        const words = /span ([\d,]+) ranks/.exec((await title(page, "rank-ranges"))!);
        return Number(words?.[1]?.replaceAll(",", "") ?? Number.NaN);
      };
      await expect.poll(spans, SLOW).toBeGreaterThan(0);
      const wide = await spans();
      await option(page, "rank-ranges", "ranges").selectOption("stepdown");
      await expect.poll(spans, SLOW).toBeLessThan(wide);
      expect(await option(page, "standings", "ranges").inputValue()).toBe("stepdown");
      expect(new URL(page.url()).searchParams.get("ranges")).toBe("stepdown");
      expect(await part(page, "standings", "note").textContent()).toMatch(
        /^Expect \S+ to average [\d.]+ on new questions, not [\d.]+, .*partly by luck\.$/,
      );
    });
  });

  test("says why both sentences about two models can be true, at both", async () => {
    await visit(PATH, async (page) => {
      for (const [name, other] of [
        ["standings", "better"],
        ["better", "standings"],
      ]) {
        const block = page.locator(`[data-figure="${name}"]`);
        expect(await block.textContent()).toContain("99.9 %");
        await expect.poll(() => block.locator(`a[href="#figure-${other}"]`).count(), SLOW).toBe(1);
      }
    });
  });

  test("says the chance that one of any two is better", async () => {
    const [a, b] = ["01-ai/Yi-1.5-34B-32K", "01-ai/Yi-1.5-9B-32K"];
    const [found] = await ask(`
      WITH best AS (
        SELECT model, average, ${VARIANCE} AS v FROM models WHERE model IN ('${a}', '${b}')
        QUALIFY row_number() OVER (PARTITION BY model ORDER BY average DESC, eval_id) = 1
      )
      SELECT x.average - y.average AS d, 1.959963984540054 * sqrt(x.v + y.v) AS reach
      FROM best AS x, best AS y WHERE x.model = '${a}' AND y.model = '${b}'`);
    const [d, reach] = [Number(found!.d), Number(found!.reach)];
    const words = `by ${Math.abs(d).toFixed(2)} ± ${reach.toFixed(2)} points.`;
    await visit(PATH, async (page) => {
      expect(await page.locator("#suggested-better option").count()).toBe(200);
      const [first, second] = [option(page, "better", "a"), option(page, "better", "b")];
      await first.fill(a!);
      await first.press("Enter");
      await second.fill(b!);
      await second.press("Enter");
      await expect.poll(() => title(page, "better"), SLOW).toContain(words);
      expect(await title(page, "better")).toContain(`${d > 0 ? a : b} is better than`);
      expect(new URL(page.url()).searchParams.get("a")).toBe(a);
      await second.fill("no <b>such</b> model");
      await second.press("Enter");
      await expect
        .poll(() => title(page, "better"), SLOW)
        .toBe("There is no evaluation of “no <b>such</b> model” among those filtered for.");
      await second.fill("");
      await second.press("Enter");
      const { model } = await tied();
      await expect.poll(() => title(page, "better"), SLOW).toContain(`${model} is better than`);
    });
  });

  test("marks name models and lead to their pages, by keyboard and by mouse", async () => {
    const [, second] = await ask("SELECT model FROM models ORDER BY average DESC, eval_id LIMIT 2");
    await visit(PATH, async (page) => {
      const plot = part(page, "standings", "plot");
      await plot.focus();
      await expect
        .poll(async () => {
          await page.keyboard.press("ArrowRight");
          return plot.locator(".tooltip strong").textContent({ timeout: 1000 });
        }, SLOW)
        .toBe(second!.model);
      expect(await plot.locator(".tooltip").textContent()).toMatch(/Could be1–\d+/);
      const band = part(page, "rank-ranges", "plot");
      await band.scrollIntoViewIfNeeded();
      await expect
        .poll(async () => {
          const box = (await band.locator("svg.chart").boundingBox())!;
          await page.mouse.move(0, 0);
          await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
          return band.locator(".tooltip").textContent({ timeout: 1000 });
        }, SLOW)
        .toContain("Could be");
      await plot.focus();
      await page.keyboard.press("ArrowRight");
      const model = await plot.locator(".tooltip strong").textContent();
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/models/${model}/`);
    });
  });

  test("has its table, its query, the answer of DuckDB, and a CSV", async () => {
    const { n, model, others } = await tied();
    await visit(PATH, async (page) => {
      const block = page.locator('[data-figure="rank-ranges"]');
      await block.locator("summary", { hasText: "SQL" }).click();
      expect(await part(page, "rank-ranges", "sql").textContent()).toContain("mmlu_pro_stderr");
      await part(page, "rank-ranges", "run").click();
      await expect
        .poll(() => part(page, "rank-ranges", "status").textContent(), SLOW)
        .toContain(`: ${number(n)} rows in`);
      await block.locator("summary", { hasText: "Table" }).click();
      const cells = await part(page, "rank-ranges", "rows")
        .locator("tr")
        .first()
        .locator("td")
        .allTextContents();
      expect(cells.slice(0, 4)).toEqual(["1", model, "1", String(others + 1)]);
      const download = page.waitForEvent("download");
      await block.locator("[data-save=csv]").click();
      const csv = (await readFile(await (await download).path(), "utf8")).trim().split("\n");
      expect(csv[0]).toMatch(/^rank,model,rank_low,rank_high,tie_group,average,stderr,eval_id\r?$/);
      expect(csv.length - 1).toBe(n);
    });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`nothing serious for axe, and nothing wider than the page, ${colorScheme}`, async () => {
      for (const width of [1280, 390]) {
        const options = { colorScheme, viewport: { width, height: 800 } };
        await visit(
          PATH,
          async (page) => {
            expect(await axe(page)).toEqual([]);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth);
            expect(wide).toBeLessThanOrEqual(width);
          },
          options,
        );
      }
    });
  }
});

test("the leaderboard shows rank ranges and tie groups, sorts by them, and filters", async () => {
  const [count] = await ask(
    "SELECT count(*) AS n FROM models WHERE tie_group <= 1 AND flagged IS NOT TRUE AND on_hub IS NOT FALSE",
  );
  const cols = "cols=rank,model,average,rank_low,rank_high,tie_group";
  await visit(`/?${cols}&tie_group=..1&sort=rank_high`, async (page) => {
    await expect
      .poll(() => page.textContent("#status"), SLOW)
      .toContain(`${number(count!.n)} of 4,576`);
    const rows = await rowsOf(page);
    const expected = await ask(`SELECT model, rank_low, rank_high, tie_group FROM models
      WHERE tie_group <= 1 AND flagged IS NOT TRUE AND on_hub IS NOT FALSE`);
    for (const { key, cells } of rows) {
      const model = expected.find((r) => key.startsWith(`${r.model}|`))!;
      expect(cells.rank_low).toBe(String(model.rank_low));
      expect(cells.rank_high).toBe(String(model.rank_high));
      expect(cells.tie_group).toBe("1");
    }
    const highs = rows.map((r) => Number(r.cells.rank_high));
    expect(highs.length).toBe(Number(count!.n));
    expect(highs).toEqual([...highs].sort((x, y) => x - y));
  });
});

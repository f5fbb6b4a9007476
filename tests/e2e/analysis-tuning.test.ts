// Then and now, and tuned against base, in a real browser; numbers by hand-written SQL.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe } from "./axe.ts";
import { ask } from "./site.ts";
import { visitor } from "./visit.ts";

const VERSIONS = "/analysis/v1-vs-v2/";
const TUNING = "/analysis/chat-vs-base/";
/** The evaluations that pages start from. */
const OPEN = "flagged IS NOT TRUE AND availability IS DISTINCT FROM 'gone'";
const SLOW = { timeout: 30_000 };

const visit = visitor();

const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"]`);
const part = (page: Page, name: string, of: string) =>
  figure(page, name).locator(`[data-part="${of}"]`);
const option = (page: Page, name: string, of: string) =>
  figure(page, name).locator(`[data-option="${of}"]`);
const title = (page: Page, name: string) => part(page, name, "title").textContent();
const count = (page: Page, name: string) => part(page, name, "count").textContent();
const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

const best = (table: string, where = "true") =>
  `(SELECT DISTINCT ON (model) * FROM ${table} WHERE ${where}
    ORDER BY model, flagged IS TRUE, average DESC, eval_id)`;
/** The archive, where three models had another name: see tests/core/figures/both.ts. */
const THEN = `(SELECT * REPLACE (CASE model
    WHEN 'PY007/TinyLlama-1.1B-Chat-v0.1' THEN 'TinyLlama/TinyLlama-1.1B-Chat-v0.1'
    WHEN 'nbeerbower/flammen15-gutenberg-DPO-v1-7B' THEN 'flammenai/flammen15-gutenberg-DPO-v1-7B'
    WHEN 'LeroyDyer/Mixtral_AI_LCARS_' THEN 'LeroyDyer/LCARS_AI_StarTrek_Computer'
    ELSE model END AS model) FROM models_v1)`;
const both = (where = "true") =>
  `${best("models", `${OPEN} AND ${where}`)} n JOIN ${best(THEN, "flagged IS NOT TRUE")} o USING (model)`;

/** Walks to the mark whose tooltip has these words, by keyboard, and gives the tooltip. */
async function walkTo(
  page: Page,
  name: string,
  words: string,
  key = "ArrowRight",
): Promise<string> {
  await part(page, name, "plot").focus();
  let said = "";
  await expect
    .poll(async () => {
      await page.keyboard.press(key);
      said = (await figure(page, name).locator(".tooltip").textContent()) ?? "";
      return said;
    }, SLOW)
    .toContain(words);
  return said;
}

describe("then and now", () => {
  test("stands in the page without JavaScript", async () => {
    const [row] = await ask(`WITH r AS (SELECT rank() OVER (ORDER BY o.average DESC) AS a,
      rank() OVER (ORDER BY n.average DESC) AS b FROM ${both()})
      SELECT count(*) AS n, count(*) FILTER (a <= 10 AND b <= 10) AS stayed FROM r`);
    await visit(
      VERSIONS,
      async (page) => {
        expect(await title(page, "rank-changes")).toContain(
          `${row!.stayed} are still in the top 10 of ${row!.n} models`,
        );
        expect(await count(page, "rank-changes")).toContain(
          "395 models in both, 98 of them at the same commit",
        );
        expect(await count(page, "successors")).toMatch(/^395 models in both of \d+ families/);
        expect(await page.locator("svg.chart").count()).toBe(3);
        expect(await figure(page, "outliers").locator("svg").textContent()).toContain("Yi-1.5-34B");
      },
      { javaScriptEnabled: false },
    );
  });

  test("filters narrow the models, and ranks are made anew", async () => {
    const where = "model_type = 'chat'";
    const [row] = await ask(`WITH r AS (SELECT rank() OVER (ORDER BY o.average DESC) AS a,
      rank() OVER (ORDER BY n.average DESC) AS b FROM ${both(where)})
      SELECT count(*) AS n, count(*) FILTER (a <= 10 AND b <= 10) AS stayed FROM r`);
    const [r] = await ask(`SELECT corr(o.mmlu, n.gpqa) AS g, corr(o.mmlu, n.mmlu_pro) AS p,
      count(*) FILTER (o.gsm8k >= 60 AND n.math <= 5) AS red FROM ${both(where)}`);
    await visit(VERSIONS, async (page) => {
      await page.click('button[data-type="chat"]');
      await expect
        .poll(() => title(page, "rank-changes"), SLOW)
        .toContain(`${row!.stayed} are still in the top 10 of ${row!.n} models`);
      await expect
        .poll(() => title(page, "successors"), SLOW)
        .toContain(`(r = ${Number(r!.g).toFixed(2)}, `);
      expect(await title(page, "successors")).toContain(`(r = ${Number(r!.p).toFixed(2)}, 95 %`);
      await expect.poll(() => count(page, "outliers"), SLOW).toContain(`${row!.n} models in both`);
      expect(await title(page, "outliers")).toContain(`; ${r!.red} models of `);
    });
  });

  test("the same commit only, in all three figures and in the address", async () => {
    const [row] = await ask(`WITH r AS (SELECT rank() OVER (ORDER BY o.average DESC) AS a,
      rank() OVER (ORDER BY n.average DESC) AS b FROM ${both()} WHERE n.revision = o.revision)
      SELECT count(*) AS n, count(*) FILTER (a <= 10 AND b <= 10) AS stayed FROM r`);
    expect(Number(row!.n)).toBe(98);
    await visit(VERSIONS, async (page) => {
      await option(page, "rank-changes", "commit").selectOption("same");
      await expect
        .poll(() => title(page, "rank-changes"), SLOW)
        .toContain(`${row!.stayed} are still in the top 10 of 98 models`);
      for (const name of ["successors", "outliers"]) {
        await expect.poll(() => count(page, name), SLOW).toContain("98 models in both");
        expect(await option(page, name, "commit").inputValue()).toBe("same");
      }
      expect(page.url()).toContain("commit=same");
    });
  });

  test("top 50, and stable as one sets it", async () => {
    const [row] = await ask(`WITH r AS (SELECT rank() OVER (ORDER BY o.average DESC) AS a,
      rank() OVER (ORDER BY n.average DESC) AS b FROM ${both()})
      SELECT count(*) FILTER (b <= 50) AS stayed, count(*) FILTER (abs(a - b) <= 5) AS stable
      FROM r WHERE a <= 50`);
    await visit(`${VERSIONS}?top=50`, async (page) => {
      await expect
        .poll(() => title(page, "rank-changes"), SLOW)
        .toContain(`top 50, ${row!.stayed} are still in the top 50`);
      await option(page, "rank-changes", "stable").fill("5");
      await expect
        .poll(async () => {
          const d = await figure(page, "rank-changes")
            .locator("path.slope.strong:not(.ends)")
            .getAttribute("d");
          return (d ?? "").split("C").length - 1;
        }, SLOW)
        .toBe(Number(row!.stable));
      expect(page.url()).toContain("stable=5");
    });
  });

  test("a line says which model it is, and leads to its page", async () => {
    await visit(VERSIONS, async (page) => {
      const said = await walkTo(page, "rank-changes", "Rhea-72b-v0.5");
      expect(said).toContain("rank 344");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/models/davidkim205/Rhea-72b-v0.5/");
    });
  });

  test("outliers: other limits, another pair, the model under the pointer", async () => {
    const [row] = await ask(`SELECT count(*) FILTER (o.gsm8k <= 1 AND n.math >= 12) AS green,
      count(*) FILTER (o.gsm8k >= 70 AND n.math <= 5) AS red FROM ${both()}`);
    const [pair] = await ask(
      `SELECT count(*) FILTER (o.arc >= 70 AND n.ifeval <= 5) AS red FROM ${both()}`,
    );
    await visit(VERSIONS, async (page) => {
      expect(await walkTo(page, "outliers", "Yi-1.5-34B-32K")).toContain("15.41");
      await option(page, "outliers", "good").fill("12");
      await option(page, "outliers", "high").fill("70");
      await expect
        .poll(() => title(page, "outliers"), SLOW)
        .toMatch(new RegExp(`^${row!.green} model.*; ${row!.red} models? .*well on GSM8K`));
      await option(page, "outliers", "before").selectOption("arc");
      await option(page, "outliers", "after").selectOption("ifeval");
      await expect
        .poll(() => title(page, "outliers"), SLOW)
        .toMatch(new RegExp(`; ${pair!.red} models? .*well on ARC yet next to nothing on IFEval`));
    });
    await visit(VERSIONS, async (page) => {
      const name = figure(page, "outliers").locator("svg text.name", { hasText: "orpo-v1" });
      await figure(page, "outliers").locator(".plot").hover();
      await expect
        .poll(async () => {
          // Drawn anew once the rows are there. The dot is below the end of its name.
          const box = await name.boundingBox();
          if (!box) return "";
          await page.mouse.move(box.x + box.width - 8, box.y + box.height + 4);
          await page.mouse.move(box.x + box.width - 6, box.y + box.height + 6);
          return figure(page, "outliers").locator(".tooltip").textContent();
        }, SLOW)
        .toContain("abhishek/autotrain-llama3-70b-orpo-v1");
    });
  });

  test("table, query, its answer from DuckDB, and the CSV", async () => {
    await visit(VERSIONS, async (page) => {
      const block = figure(page, "outliers");
      await block.locator("summary", { hasText: "SQL" }).click();
      expect(await part(page, "outliers", "sql").textContent()).toContain("USING (model)");
      await part(page, "outliers", "run").click();
      await expect
        .poll(() => part(page, "outliers", "status").textContent(), SLOW)
        .toMatch(/^DuckDB v[\d.]+: 395 rows in/);
      await block.locator("summary", { hasText: "Table" }).click();
      await expect.poll(() => part(page, "outliers", "rows").locator("tr").count()).toBe(200);
      const download = page.waitForEvent("download");
      await block.locator("[data-save=csv]").click();
      const csv = (await readFile(await (await download).path())).toString().trim().split("\n");
      expect(csv[0]).toBe("model,mark,before,now,same_commit,then_model");
      expect(csv).toHaveLength(396);
      expect(csv.filter((l) => l.includes(",green,"))).toHaveLength(2);
    });
  });
});

/** Those of the same scores count once: of those shown, the first. */
const ONCE = `(SELECT * FROM models WHERE ${OPEN} QUALIFY row_number() OVER (
  PARTITION BY coalesce(twin_of, eval_id) ORDER BY twin_of IS NOT NULL, eval_id) = 1)`;
const tuned = (where: string) =>
  `${ONCE} t JOIN ${best("models")} b ON b.model = t.base_model
   WHERE t.model_type IN ('chat', 'fine_tuned') AND t.model <> b.model AND ${where}
     AND b.model_type = 'pretrained' AND b.base_model IS NULL`;

describe("tuned against base", () => {
  test("filters apply to the tuned side, and medians follow", async () => {
    // One vote for each base model.
    const sql = (where: string) => `SELECT sum(n) AS n, count(*) AS bases, median(ifeval) AS ifeval,
      sum(fell) AS fell FROM (SELECT count(*) AS n, median(t.ifeval - b.ifeval) AS ifeval,
        count(*) FILTER (t.average < b.average) AS fell FROM ${tuned(where)} GROUP BY b.model)`;
    const [all] = await ask(sql("true"));
    const [small] = await ask(sql("t.params_b > 0 AND t.params_b < 5"));
    const [left] = await ask(`SELECT count(*) FILTER (base_model IS NULL) AS n FROM ${ONCE}
      WHERE model_type IN ('chat', 'fine_tuned')`);
    const median = (page: Page, value: unknown) =>
      figure(page, "tuning-changes").locator("svg text.value", { hasText: signed(Number(value)) });
    await visit(TUNING, async (page) => {
      const words = `${Number(left!.n).toLocaleString("en")} whose base model is unknown`;
      expect(await count(page, "tuning-changes")).toContain(words);
      expect(await median(page, all!.ifeval).count()).toBe(1);
      await page.click('button[data-size="edge"]');
      await expect
        .poll(() => count(page, "tuning-changes"), SLOW)
        .toContain(`${small!.n} tuned evaluations of ${small!.bases} base models`);
      expect(await median(page, small!.ifeval).count()).toBe(1);
      await expect
        .poll(() => title(page, "tuning-extremes"), SLOW)
        .toContain(`fell for ${small!.fell} of ${small!.n}`);
    });
  });

  test("each evaluation may count, also of bases that are tuned: what the figure once said", async () => {
    const [row] = await ask(`SELECT count(*) AS n, median(t.ifeval - b.ifeval) AS ifeval
      FROM models t JOIN ${best("models")} b ON b.model = t.base_model AND t.model <> b.model
      WHERE t.model_type IN ('chat', 'fine_tuned')`);
    expect([Number(row!.n), Number(row!.ifeval).toFixed(2)]).toEqual([524, "9.05"]);
    const everything = "twins=each&unavailable=all&flagged=all";
    await visit(`${TUNING}?vote=evaluation&bases=all&${everything}`, async (page) => {
      await expect
        .poll(() => title(page, "tuning-changes"), SLOW)
        .toMatch(/^From base to tuned, .* is largest on IFEval: \+9\.05 points \(95 %/);
      expect(await count(page, "tuning-changes")).toContain("524 tuned evaluations of 87 base");
    });
  });

  test("Llama-3-70B's GPQA is found, by list and by search", async () => {
    const [worst] = await ask(`SELECT t.model AS model, t.gpqa AS tuned FROM ${tuned("true")}
      ORDER BY t.gpqa - b.gpqa, t.eval_id LIMIT 1`);
    await visit(TUNING, async (page) => {
      await option(page, "tuning-extremes", "score").selectOption("gpqa");
      await expect
        .poll(() => title(page, "tuning-extremes"), SLOW)
        .toContain(`most for ${worst!.model}: `);
      const said = await walkTo(page, "tuning-extremes", "meta-llama/Meta-Llama-3-70B-Instruct");
      expect(said).toContain("4.92 (−14.77)");
      expect(said).toContain("Meta-Llama-3-70B, 19.69");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/models/meta-llama/Meta-Llama-3-70B-Instruct/");
    });
    await visit(`${TUNING}?q=Meta-Llama-3-70B-Instruct&score=gpqa`, async (page) => {
      await expect
        .poll(() => title(page, "tuning-extremes"), SLOW)
        .toContain("meta-llama/Meta-Llama-3-70B-Instruct: 19.69 → 4.92");
      expect(await title(page, "tuning-changes")).toContain("Too few");
    });
  });

  test("chat alone, rises first, table, query and CSV", async () => {
    const [row] = await ask(`SELECT count(*) AS n FROM ${tuned("t.model_type = 'chat'")}`);
    const [top] = await ask(`SELECT t.model AS model FROM ${tuned("t.model_type = 'chat'")}
      ORDER BY t.math - b.math DESC, t.eval_id LIMIT 1`);
    await visit(`${TUNING}?tuned=chat&score=math&first=rises`, async (page) => {
      await expect
        .poll(() => count(page, "tuning-extremes"), SLOW)
        .toContain(`${row!.n} tuned evaluations`);
      const block = figure(page, "tuning-extremes");
      await block.locator("summary", { hasText: "Table" }).click();
      const first = part(page, "tuning-extremes", "rows").locator("tr").first();
      // A table is filled once it is open, a moment after the click.
      await expect.poll(() => first.locator("td").first().textContent()).toBe(top!.model);
      await block.locator("summary", { hasText: "SQL" }).click();
      await part(page, "tuning-extremes", "run").click();
      await expect
        .poll(() => part(page, "tuning-extremes", "status").textContent(), SLOW)
        .toMatch(new RegExp(`^DuckDB v[\\d.]+: ${row!.n} rows in`));
      const download = page.waitForEvent("download");
      await block.locator("[data-save=csv]").click();
      const csv = (await readFile(await (await download).path())).toString().trim().split("\n");
      expect(csv).toHaveLength(Number(row!.n) + 1);
    });
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`nothing serious for axe, ${colorScheme}, wide and narrow`, async () => {
    for (const path of [VERSIONS, TUNING]) {
      for (const width of [1280, 390]) {
        await visit(path, async (page) => expect(await axe(page)).toEqual([]), {
          colorScheme,
          viewport: { width, height: 800 },
        });
      }
    }
  });
}

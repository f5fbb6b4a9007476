// The announcement's page in a real browser.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { axe } from "./axe.ts";
import { ask, NARROW, SITE, visitSite, WIDE } from "./site.ts";

const { open } = visitSite();
const PATH = "/analysis/announcement/";

test("names the announcement, the first table known, and that its own is not", async () => {
  const page = await open(PATH);
  const intro = (await page.textContent(".claims-intro"))!.replace(/\s+/g, " ");
  expect(intro).toContain("Hugging Face announced this leaderboard on 26 Jun 2024");
  expect(intro).toContain("The table that the announcement was written from is not known.");
  expect(intro).toContain("13 Jul 2024, 17 days later: 237 evaluations");
  expect(await page.getAttribute(".claims-intro a >> nth=0", "href")).toBe(
    "https://huggingface.co/spaces/open-llm-leaderboard/blog",
  );
});

test("every claim has its words, a rule, two verdicts, and they are those at a glance", async () => {
  const page = await open(PATH);
  const glance = await page.$$eval(".at-a-glance tbody tr", (rows) =>
    rows.map((row) => [
      row.querySelector("a")!.hash.slice(1),
      ...[...row.querySelectorAll(".verdict")].map((v) => v.textContent),
    ]),
  );
  const claims = await page.$$eval(".claim", (sections) =>
    sections.map((section) => [
      section.querySelector("h2")!.id,
      ...[...section.querySelectorAll(".side .verdict")].map((v) => v.textContent),
    ]),
  );
  expect(claims).toEqual(glance);
  expect(claims).toHaveLength(11);
  for (const [id, ...verdicts] of claims) {
    expect(verdicts, id!).toHaveLength(2);
    for (const verdict of verdicts)
      expect(["Holds", "Holds in part", "Does not hold", "Cannot be told"]).toContain(verdict);
  }
  const rules = await page.$$eval(".claim", (list) =>
    list.filter((c) => c.textContent!.includes("Rule. ") && c.querySelector(".said")),
  );
  expect(rules).toHaveLength(11);
});

test("links lead to figures that open on the claim's benchmarks", async () => {
  const page = await open(PATH);
  const links = await page.$$eval(".claim .more a", (all) =>
    all.map((a) => a.getAttribute("href")!),
  );
  expect(links).toContain("/analysis/correlations/?unavailable=all&x=mmlu_pro&y=bbh#figure-pair");
  expect(links).toContain("/analysis/v1-vs-v2/?unavailable=all&of=mmlu#figure-successors");
  expect(links).toContain(
    "/analysis/v1-vs-v2/?unavailable=all&before=gsm8k&after=math&zero=1&good=10&high=60&low=5#figure-outliers",
  );
  expect(links).toContain("/analysis/trends/?day=2024-07-13#figure-as-of");
  for (const link of new Set(links)) {
    const [path = "", anchor] = link.split("#");
    const file = join(SITE, path.split("?")[0]!, "index.html");
    const html = await readFile(file, "utf8");
    if (anchor) expect(html, link).toContain(`id="${anchor}"`);
  }
  // None of them is refused by the page it leads to.
  const figure = await open("/analysis/correlations/?unavailable=all&x=mmlu_pro&y=bbh#figure-pair");
  expect(await figure.locator("#notice").isHidden()).toBe(true);
  await expect
    .poll(() => figure.textContent('[data-figure="pair"] [data-part="title"]'), { timeout: 30_000 })
    .toContain("MMLU-Pro and BBH");
});

test("its filters are the archive's, and change its figure", async () => {
  // Of equal scores under several names one counts: the first of those that the filters let through.
  const dated = (where: string) =>
    ask(`SELECT count(*) AS n FROM (SELECT * FROM models_v1 WHERE flagged IS NOT TRUE AND ${where}
      QUALIFY row_number() OVER (
        PARTITION BY coalesce(twin_of, eval_id) ORDER BY twin_of IS NOT NULL, eval_id) = 1)
      WHERE submitted_at IS NOT NULL`);
  const [all] = await dated("TRUE");
  const [chat] = await dated("model_type = 'chat'");
  const [listed] = await ask(
    `SELECT count(*) AS n FROM models_v1 WHERE flagged IS NOT TRUE AND model_type = 'chat'`,
  );
  const number = (n: unknown) => Number(n).toLocaleString("en");
  const page = await open(PATH);
  const count = () => page.textContent('[data-figure="archive-over-time"] [data-part="count"]');
  expect(await count()).toContain(`${number(all!.n)} evaluations`);
  const button = page.locator('button[data-type="chat"]');
  expect(await button.textContent()).toContain(number(listed!.n));
  await button.click();
  await expect.poll(count, { timeout: 30_000 }).toContain(`${number(chat!.n)} evaluations`);
  expect(await page.locator(".population").count()).toBe(0);
});

describe("fits and reads", () => {
  for (const [name, viewport] of [
    ["wide", WIDE],
    ["narrow", NARROW],
  ] as const) {
    test(name, async () => {
      const page = await open(PATH, { viewport });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
      const cut = await page.$$eval(".side *, .at-a-glance *", (all) =>
        all
          .filter(
            (e) =>
              e instanceof HTMLElement && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0,
          )
          .map((e) => e.textContent),
      );
      expect(cut).toEqual([]);
      expect(await axe(page)).toEqual([]);
    });
  }
});

test("stays light: with all its pictures below 200 kB, 50 kB packed", async () => {
  const { gzipSync } = await import("node:zlib");
  const html = await readFile(join(SITE, PATH, "index.html"));
  expect(html.length).toBeLessThan(200_000);
  expect(gzipSync(html).length).toBeLessThan(50_000);
});

// The leaderboards before and without their script, their size, and how they stand on a phone.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axe } from "./axe.ts";
import {
  ask,
  expectRows,
  expectStatus,
  firstRows,
  NARROW,
  openPanel,
  SHOWN,
  scrollTo,
  textOf,
  visitSite,
  WIDE,
} from "./site.ts";

const site = visitSite();

const V1_SCORES = ["arc", "hellaswag", "mmlu", "truthfulqa", "winogrande", "gsm8k"];
const V2_SCORES = ["ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"];
const BOARDS = [
  { path: "/", table: "models", scores: V2_SCORES },
  { path: "/archive/", table: "models_v1", scores: V1_SCORES },
];

const bestOf = (table: string, columns = "*") =>
  `SELECT ${columns} FROM ${table} WHERE ${SHOWN} ORDER BY average DESC, eval_id LIMIT 100`;

/** Texts of all cells, row by row. */
const cellsOf = (page: Page) =>
  page.$$eval("#rows tr:not(.pad)", (rows) =>
    rows.map((row) =>
      [...row.children].map((cell) =>
        cell.className === "model"
          ? `${cell.querySelector("a")?.title}|${cell.querySelector(".variant")?.textContent}`
          : (cell.textContent ?? "").replace(cell.querySelector(".doubt")?.textContent ?? "", ""),
      ),
    ),
  );

const headsOf = (page: Page) =>
  page.$$eval("#head th", (all) => all.map((head) => head.textContent?.trim()));

describe.each(BOARDS)("$path without JavaScript", ({ path, table, scores }) => {
  it("shows the 100 best evaluations in order, with all their figures", async () => {
    const page = await site.open(path, { javaScriptEnabled: false });
    const best = await ask(`SELECT *, rank() OVER (ORDER BY average DESC) AS place
      FROM ${table} WHERE ${SHOWN} ORDER BY average DESC, eval_id LIMIT 100`);
    const params = (b: number | null) =>
      b === null ? "–" : `${b < 100 ? Number(b.toFixed(1)) : Math.round(b)}B`;
    expect(await cellsOf(page)).toEqual(
      best.map((row) => [
        String(row.place),
        row.key,
        Number(row.rank).toLocaleString("en"),
        ...["average", ...scores].map((key) => Number(row[key]).toFixed(2)),
        params(row.params_b as number | null),
      ]),
    );
  });

  it("says what needs a script, links to what does not, and offers nothing that does nothing", async () => {
    const page = await site.open(path, { javaScriptEnabled: false });
    expect(await page.textContent("noscript")).toContain("The best 100 models in order.");
    expect(await page.isVisible("noscript .notice")).toBe(true);
    expect(await page.$$("#board button:not(:disabled):visible:not(.pin)")).toEqual([]);
    expect(await page.isVisible("#rows .pin")).toBe(false);
    await page.click("#rows tr:nth-child(3) a");
    const [, , third] = await ask<{ model: string }>(bestOf(table));
    expect(page.url()).toBe(site.url(`/models/${third?.model}/`));
    expect(await page.textContent("h1")).toBe(third?.model.split("/").at(-1));
  });

  it("links to pages that are there", async () => {
    const page = await site.open(path, { javaScriptEnabled: false });
    const links = await page.$$eval("a[href]", (all) =>
      all.map((a) => (a as HTMLAnchorElement).href),
    );
    const own = [...new Set(links.map((link) => link.split("#")[0]!))].filter((link) =>
      link.startsWith(site.url()),
    );
    expect(own.length).toBeGreaterThan(90);
    const answers = await Promise.all(own.map((link) => fetch(link, { method: "HEAD" })));
    expect(answers.filter((a) => a.status !== 200).map((a) => a.url)).toEqual([]);
  });
});

describe.each(BOARDS)("$path while it loads", ({ path }) => {
  it.each([WIDE, NARROW])("does not move, at $width px", async (viewport) => {
    const page = await site.open(path, { viewport });
    expect(await shiftsOf(page)).toBeLessThan(0.02);
    // The measure itself is not blind.
    await page.$eval("main", (main) => {
      main.style.marginTop = "300px";
    });
    await expect.poll(() => shiftsOf(page)).toBeGreaterThan(0.02);
  });

  /** How far things moved by themselves since the page was opened (cumulative layout shift). */
  function shiftsOf(page: Page): Promise<number> {
    return page.evaluate(async () => {
      const shifts: number[] = [];
      const add = (entries: PerformanceEntry[]) => {
        for (const entry of entries) shifts.push((entry as unknown as { value: number }).value);
      };
      const observer = new PerformanceObserver((list) => add(list.getEntries()));
      observer.observe({ type: "layout-shift", buffered: true });
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await new Promise((done) => setTimeout(done));
      add(observer.takeRecords());
      observer.disconnect();
      return shifts.reduce((sum, shift) => sum + shift, 0);
    });
  }

  it("shows the same rows from the HTML alone as with its table", async () => {
    const still = await site.open(path, { javaScriptEnabled: false });
    const page = await site.open(path);
    expect(await page.title()).toBe(await still.title());
    expect((await cellsOf(page)).slice(0, 30)).toEqual((await cellsOf(still)).slice(0, 30));
    expect(await headsOf(page)).toEqual(await headsOf(still));
    for (const selector of ["#status", "#hidden"]) {
      expect(await textOf(page, selector)).toBe(await textOf(still, selector));
    }
    const looks = (of: Page) =>
      of.$$eval("#rows tr:not(.pad) td, #cols col", (all) => all.map((e) => e.className));
    expect((await looks(page)).slice(0, 200)).toEqual((await looks(still)).slice(0, 200));
  });

  it("takes at most 400 kB until all works, and no DuckDB", async () => {
    const page = await site.open(path);
    const loaded = await page.evaluate(() =>
      performance
        .getEntries()
        .filter((e) => e instanceof PerformanceResourceTiming)
        .map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize })),
    );
    expect(loaded.find(({ name }) => name.includes("/table/"))?.bytes).toBeGreaterThan(10_000);
    expect(loaded.find(({ name }) => name === page.url())?.bytes).toBeGreaterThan(1_000);
    const sum = loaded.reduce((all, { bytes }) => all + bytes, 0);
    expect(sum, JSON.stringify(loaded)).toBeLessThanOrEqual(400_000);
    expect(loaded.filter(({ name }) => /duckdb|wasm|worker/.test(name))).toEqual([]);
  });
});

describe("the archive", () => {
  const BEST = "average DESC NULLS LAST, eval_id";
  const all = `FROM models_v1 WHERE ${SHOWN}`;
  const has = (text: string) => `concat_ws(' ', model, architecture, license) ILIKE '%${text}%'`;
  const rows = (page: Page, sql: string) => expectRows(page, sql, "7,169");

  it("has the same controls over the v1 table", async () => {
    const page = await site.open("/archive/");
    const heads = "# Model Rank Average ARC HellaSwag MMLU TruthfulQA Winogrande GSM8K Params";
    expect(await headsOf(page)).toEqual(heads.split(" "));
    await rows(page, `SELECT key ${all} ORDER BY ${BEST}`);
    await page.fill("#q", "falcon 7b");
    await rows(page, `SELECT key ${all} AND ${has("falcon")} AND ${has("7b")} ORDER BY ${BEST}`);
    await page.fill("#q", "");
    await page.click('button[data-size="consumer"]');
    await page.click('#head [data-sort="gsm8k"]');
    await rows(
      page,
      `SELECT key ${all} AND params_b >= 5 AND params_b < 12 ORDER BY gsm8k DESC NULLS LAST, ${BEST}`,
    );
    await openPanel(page, "weights");
    for (const key of V1_SCORES.slice(1)) await page.fill(`[data-weight="${key}"]`, "0");
    await rows(
      page,
      `SELECT key ${all} AND params_b >= 5 AND params_b < 12
       ORDER BY gsm8k DESC NULLS LAST, arc DESC, eval_id`,
    );
  });

  it("reaches all 7,169 rows", async () => {
    const page = await site.open("/archive/?flagged=all&unavailable=all");
    const keys = await rows(page, `SELECT key FROM models_v1 ORDER BY ${BEST}`);
    expect(keys).toHaveLength(7169);
    for (const index of [3000, 6000]) {
      await scrollTo(page, index);
      const shown = await page.$eval(
        `#rows tr[aria-rowindex="${index + 2}"]`,
        (row) => `${row.querySelector("a")?.title}|${row.querySelector(".variant")?.textContent}`,
      );
      expect(shown).toBe(keys[index]);
    }
  });

  it("offers no columns, modes and filters that it knows nothing of", async () => {
    const page = await site.open("/archive/");
    expect(await page.$("[data-column='co2_kg']")).toBeNull();
    expect(await page.$("[value=raw]")).toBeNull();
    expect(await page.$("select[data-choice=chat]")).toBeNull();
    const other = await site.open("/archive/?scores=raw&chat=only&co2_kg=..1&sort=-ifeval");
    await expectStatus(other, "0 of 7,169 evaluations");
    expect(await textOf(other, "#notice")).toMatch(/co2_kg.*ifeval/);
  });

  it("gives per cent and the standard error in the tooltip", async () => {
    const [best] = await ask<Record<string, number>>(bestOf("models_v1"));
    const page = await site.open("/archive/");
    await page.hover('#rows tr[aria-rowindex="2"] [data-column="hellaswag"]');
    const lines = await page.$$eval("#tooltip dd", (values) => values.map((v) => v.textContent));
    const p = best!.hellaswag! / 100;
    expect(lines).toEqual([
      best!.hellaswag!.toFixed(2),
      p.toFixed(4),
      `± ${(100 * Math.sqrt((p * (1 - p)) / 10042)).toFixed(2)}`,
    ]);
  });
});

describe("every state of the page", () => {
  const HOMER = "newsbang/Homer-v0.5-Qwen2.5-7B@9dc7090b:bfloat16:Original:chat";

  /** Few rows where it is not about them: axe looks at every element. */
  const STATES: [string, string, (page: Page) => Promise<unknown>][] = [
    ["as it opens", "/", async () => {}],
    ...["filters", "columns", "weights", "save", "sql"].map((name): (typeof STATES)[number] => [
      `with ${name}`,
      "/?q=pythia",
      (page) => openPanel(page, name),
    ]),
    ["with a tooltip", "/?q=pythia", (page) => page.focus("#rows td.avg")],
    [
      "compact, raw, pinned, with a notice",
      `/?q=pythia&density=compact&scores=raw&nonsense=1&pin=${HOMER}`,
      (page) => page.waitForSelector("#notice:not([hidden])"),
    ],
    [
      "with nothing found",
      "/?q=Homer-v0.5-Qwen2.5-7B&size=edge,consumer&type=chat",
      async () => {},
    ],
    ["the archive", "/archive/?q=falcon&flagged=all&unavailable=all", async () => {}],
  ];

  it.each([
    { viewport: WIDE, colorScheme: "light" },
    { viewport: WIDE, colorScheme: "dark" },
    { viewport: NARROW, colorScheme: "light" },
    { viewport: NARROW, colorScheme: "dark" },
  ] as const)("is accessible and fits, $viewport.width px, $colorScheme", async (options) => {
    let page: Page | undefined;
    let open = "";
    for (const [name, path, act] of STATES) {
      if (!page || path !== open) page = await site.open(path, options);
      open = path;
      await act(page);
      expect(await axe(page), name).toEqual([]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, name).toBe(options.viewport.width);
    }
  });

  it("keeps still for those who ask for it", async () => {
    const page = await site.open("/", { reducedMotion: "reduce" });
    await openPanel(page, "filters");
    const moving = await page.$$eval(
      "*",
      (all) =>
        all.filter((e) => {
          const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(e);
          return (
            /[1-9]/.test(transitionDuration) ||
            animationName !== "none" ||
            scrollBehavior === "smooth"
          );
        }).length,
    );
    expect(moving).toBe(0);
  });

  it("keeps the theme that a reader chose", async () => {
    const page = await site.open("/", { colorScheme: "dark" });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await paper();
    await page.click("#theme");
    const light = await paper();
    expect(light).not.toBe(dark);
    await page.goto(site.url("/archive/"));
    expect(await paper()).toBe(light);
    await page.click("#theme");
    expect(await paper()).toBe(dark);
  });
});

describe("on a phone", () => {
  it("the table scrolls sideways below names that stay, and reads to the last row", async () => {
    const page = await site.open("/", { viewport: NARROW });
    await page.$eval("#scroller", (scroller) => {
      scroller.scrollLeft = 300;
    });
    const name = await page.$eval("#rows tr[aria-rowindex='2'] .name", (e) => {
      const { left, width } = e.getBoundingClientRect();
      return { left, width };
    });
    expect(name.left).toBeGreaterThanOrEqual(0);
    expect(name.left).toBeLessThan(60);
    expect(name.width).toBeGreaterThan(100);
    await scrollTo(page, 2892);
    await expectStatus(page, "4,047 of 4,576 evaluations");
    expect((await firstRows(page, 1))[0]?.index).toBe(0);
  });

  it("what can be tapped is large enough", async () => {
    const page = await site.open("/", { viewport: NARROW });
    await openPanel(page, "filters");
    const small = await page.$$eval("#board button, #board select, #board a", (all) =>
      all
        .filter((e) => e.checkVisibility({ visibilityProperty: true }))
        .map((e) => ({ text: e.textContent?.trim(), box: e.getBoundingClientRect() }))
        .filter(({ box }) => box.width < 24 || box.height < 23.9)
        .map(({ text, box }) => `${text} ${box.width} × ${box.height}`),
    );
    expect(small).toEqual([]);
  });
});

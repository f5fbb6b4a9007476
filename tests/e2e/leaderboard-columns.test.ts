// Columns, order, pins, heat, tooltips, keyboard and scrolling of the leaderboard's table.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  ask,
  BEST_FIRST,
  expectRows,
  expectStatus,
  firstRows,
  knownColumns,
  openPanel,
  queryOf,
  type Row,
  rowsOf,
  SHOWN,
  scrollTo,
  textOf,
  visitSite,
} from "./site.ts";

const site = visitSite();

const ALL_ROWS = "flagged=all&unavailable=all";
const SCORES = ["ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"];
const NUMBERS = ["rank", "average", ...SCORES, "params_b", "likes", "co2_kg", "generation"];
const TEXTS = ["model_type", "architecture", "precision", "weight_type", "license"];
const BOOLEANS = ["chat_template", "merged", "moe", "flagged", "on_hub", "maintainers_choice"];
const DATES = ["submitted_at", "uploaded_at"];
const STANDARD = ["rank", "average", ...SCORES, "params_b"];

/** How the page must write a value. */
function written(column: string, value: unknown): string {
  if (value === null) return "–";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (column === "model_type") return TYPES[String(value)] ?? "";
  if (typeof value === "string") return value;
  const number = Number(value);
  if (column.endsWith("_raw")) return number.toFixed(4);
  if ([...SCORES, "average", "co2_kg"].includes(column)) return number.toFixed(2);
  if (column !== "params_b") return number.toLocaleString("en");
  if (number < 0.05) return `${Math.round(number * 1000)}M`;
  return `${number < 100 ? Number(number.toFixed(1)) : Math.round(number)}B`;
}

const TYPES: Record<string, string> = {
  pretrained: "Pretrained",
  continuously_pretrained: "Continued pretraining",
  fine_tuned: "Fine-tuned",
  chat: "Chat",
  merge: "Merge",
  multimodal: "Multimodal",
  other: "Other",
};

describe("the header", () => {
  it.each([
    ["numbers", NUMBERS],
    ["texts", ["model", ...TEXTS]],
    ["yes and no, and dates", [...BOOLEANS, ...DATES]],
  ])("sorts by %s, both ways, what is unknown last", async (_, columns) => {
    const page = await site.open(`/?${ALL_ROWS}&cols=${columns.join()}&sort=co2_kg`);
    for (const column of columns) {
      const descending = !["rank", "model", ...TEXTS].includes(column);
      for (const down of [descending, !descending]) {
        await page.click(`#head [data-sort="${column}"]`);
        await expectSorted(page, column, down);
      }
    }
  });

  async function expectSorted(page: Page, column: string, down: boolean): Promise<void> {
    const by = [...TEXTS, "model"].includes(column) ? `lower(${column})` : column;
    const direction = down ? "DESC" : "ASC";
    const rows = await ask<{ key: string; value: unknown }>(`
      SELECT key, ${column} AS value FROM models
      ORDER BY ${column} IS NULL, ${by} ${direction}, ${BEST_FIRST}`);
    const wanted = rows.map(({ key, value }) => [key, written(column, value)]);
    const shown = (row: Row) => [
      row.key,
      column === "model" ? row.key.split("|")[0] : row.cells[column],
    ];
    const sorted = await page.getAttribute(`#head th:has([data-sort="${column}"])`, "aria-sort");
    expect(sorted).toBe(down ? "descending" : "ascending");
    expect(await page.$$eval('#head [aria-sort$="cending"]', (heads) => heads.length)).toBe(1);
    expect((await firstRows(page, 25)).map(shown)).toEqual(wanted.slice(0, 25));
    await scrollTo(page, rows.length - 1);
    expect((await rowsOf(page)).slice(-25).map(shown)).toEqual(wanted.slice(-25));
    const unknown = rows.some(({ value }) => value === null);
    if (unknown) expect(wanted.at(-1)?.[1]).toBe("–");
  }

  it("keeps the focus on the column sorted by", async () => {
    const page = await site.open("/");
    await page.focus('#head [data-sort="math"]');
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    expect(await queryOf(page)).toBe("?sort=math");
    expect(await page.$eval(":focus", (e: HTMLElement) => e.dataset.sort)).toBe("math");
  });
});

describe("the column chooser", () => {
  const heads = (page: Page) =>
    page.$$eval("#head [data-sort]", (all) => all.map((b) => (b as HTMLElement).dataset.sort));

  it("shows and hides columns, in their order, and puts them back", async () => {
    const page = await site.open("/");
    await openPanel(page, "columns");
    expect(await heads(page)).toEqual(["model", ...STANDARD]);
    await page.uncheck('[data-column="rank"]');
    await page.uncheck('[data-column="gpqa"]');
    await page.check('[data-column="uploaded_at"]');
    await page.check('[data-column="license"]');
    const chosen = STANDARD.filter((c) => c !== "rank" && c !== "gpqa");
    expect(await heads(page)).toEqual(["model", ...chosen, "license", "uploaded_at"]);
    const [first] = await ask(`SELECT * FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST} LIMIT 1`);
    const [row] = await firstRows(page, 1);
    expect(row?.cells).toEqual(
      Object.fromEntries(
        [...chosen, "license", "uploaded_at"].map((c) => [c, written(c, first?.[c])]),
      ),
    );
    await page.click("#columns-reset");
    expect(await heads(page)).toEqual(["model", ...STANDARD]);
    expect(await page.isChecked('[data-column="license"]')).toBe(false);
    expect(await queryOf(page)).toBe("");
  });

  it("shows every column that the table has", async () => {
    const page = await site.open("/");
    await openPanel(page, "columns");
    const boxes = page.locator("#panel-columns [data-column]");
    for (let i = 0; i < (await boxes.count()); i++) await boxes.nth(i).check();
    const known = (await knownColumns()).filter((name) => !name.endsWith("_raw"));
    expect((await heads(page)).toSorted()).toEqual(known.toSorted());
    const wanted = known.filter((name) => name !== "model");
    const rows = await ask(`SELECT * FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST} LIMIT 20`);
    expect((await firstRows(page, 20)).map((r) => r.cells)).toEqual(
      rows.map((r) => Object.fromEntries(wanted.map((c) => [c, written(c, r[c])]))),
    );
  });

  it("leaves the model alone when nothing else is wanted", async () => {
    const page = await site.open("/?cols=model");
    expect(await heads(page)).toEqual(["model"]);
    await expectRows(page, `SELECT key FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST}`);
  });

  it("switches between normalised and raw scores", async () => {
    const page = await site.open("/");
    await openPanel(page, "columns");
    const rows = await ask(`SELECT * FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST} LIMIT 20`);
    const cells = (columns: string[]) =>
      rows.map((r) => Object.fromEntries(columns.map((c) => [c, written(c, r[c])])));
    const raw = STANDARD.map((c) => (SCORES.includes(c) ? `${c}_raw` : c));
    expect((await firstRows(page, 20)).map((r) => r.cells)).toEqual(cells(STANDARD));
    await page.check("text=Raw, 0–1");
    expect((await firstRows(page, 20)).map((r) => r.cells)).toEqual(cells(raw));
    await page.click('#head [data-sort="gpqa_raw"]');
    await expectRows(
      page,
      `SELECT key FROM models WHERE ${SHOWN} ORDER BY gpqa_raw DESC, ${BEST_FIRST}`,
    );
    await page.check("text=Normalised, 0–100");
    expect(await heads(page)).toEqual(["model", ...STANDARD]);
  });

  it("makes rows lower", async () => {
    const page = await site.open("/");
    await openPanel(page, "columns");
    const height = () => page.$eval("#rows tr[aria-rowindex]", (row) => row.clientHeight);
    const comfortable = await height();
    await page.check("text=Compact");
    expect(await height()).toBeLessThan(comfortable * 0.7);
    expect(await queryOf(page)).toBe("?density=compact");
    await scrollTo(page, 4046);
    expect((await rowsOf(page)).at(-1)?.index).toBe(4046);
    await page.check("text=Comfortable");
    expect(await height()).toBe(comfortable);
  });
});

describe("pins", () => {
  const pin = (page: Page, index: number) =>
    page.click(`#rows tr[aria-rowindex="${index + 2}"] .pin`);

  it("keep models at the top in the order of pinning, whatever the filters", async () => {
    const page = await site.open("/");
    const best = (await firstRows(page, 10)).map((row) => row.key);
    await pin(page, 4);
    await pin(page, 8);
    await pin(page, 5);
    const pinned = [best[4], best[8], best[3]];
    const keys = async (n: number) => (await firstRows(page, n)).map((row) => row.key);
    expect(await keys(5)).toEqual([...pinned, best[0], best[1]]);
    await expectStatus(page, "4,047 of 4,576 evaluations");
    await page.click('button[data-size="edge"]');
    const edge = await ask<{ key: string }>(
      `SELECT key FROM models WHERE ${SHOWN} AND params_b < 5 ORDER BY ${BEST_FIRST}`,
    );
    expect(await keys(5)).toEqual([...pinned, edge[0]?.key, edge[1]?.key]);
    await expectStatus(page, `${(edge.length + 3).toLocaleString("en")} of 4,576 evaluations`);
    await page.fill("#q", "no such model");
    expect(await keys(5)).toEqual(pinned);
    const ids = await ask<{ eval_id: string }>(
      `SELECT eval_id FROM models WHERE list_contains([${pinned.map((k) => `'${k}'`)}], key)
       ORDER BY list_position([${pinned.map((k) => `'${k}'`)}], key)`,
    );
    await expect.poll(() => queryOf(page)).toContain(ids.map((r) => `&pin=${r.eval_id}`).join(""));
    await pin(page, 1);
    expect(await keys(5)).toEqual([pinned[0], pinned[2]]);
    expect(await page.getAttribute("#rows .pin", "aria-pressed")).toBe("true");
    expect(await page.getAttribute("#rows .pin", "aria-label")).toMatch(/^Unpin \S+\/\S+$/);
  });

  it("show a model that is hidden otherwise", async () => {
    const [homer] = await ask<{ eval_id: string; key: string }>(
      "SELECT eval_id, key FROM models WHERE flagged",
    );
    const page = await site.open(`/?pin=${homer?.eval_id}`);
    const [first, second] = await firstRows(page, 2);
    expect([first?.key, first?.place]).toEqual([homer?.key, "–"]);
    expect(second?.place).toBe("1");
    await expectStatus(page, "4,048 of 4,576 evaluations");
  });

  it("end at twenty", async () => {
    const ids = await ask<{ eval_id: string }>(
      `SELECT eval_id FROM models WHERE ${SHOWN} ORDER BY average LIMIT 20`,
    );
    const page = await site.open(`/?${ids.map((r) => `pin=${r.eval_id}`).join("&")}`);
    await scrollTo(page, 22);
    await pin(page, 22);
    expect(await textOf(page, "#notice")).toBe("At most 20 models can be pinned.");
    await scrollTo(page, 0);
    expect(await page.$$eval(".pinned", (rows) => rows.length)).toBe(20);
  });

  it("work on a phone", async () => {
    const page = await site.open("/", { viewport: { width: 390, height: 844 } });
    await pin(page, 2);
    const [first] = await firstRows(page, 1);
    const [third] = await ask<{ key: string }>(
      `SELECT key FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST} LIMIT 1 OFFSET 2`,
    );
    expect(first?.key).toBe(third?.key);
  });
});

describe("the heat scale", () => {
  it("is warmest at the best of every column, and cold at its worst", async () => {
    for (const column of ["average", ...SCORES]) {
      const page = await site.open(`/?${ALL_ROWS}&sort=-${column}`);
      const steps = () =>
        page.$$eval(`#rows td[data-column="${column}"]`, (cells) =>
          cells.map((cell) => Number(/\bh(\d)\b/.exec(cell.className)?.[1])),
        );
      const top = await steps();
      expect(top[0], column).toBe(9);
      expect(top, column).toEqual(top.toSorted((a, b) => b - a));
      await scrollTo(page, 4575);
      expect((await steps()).at(-1), column).toBe(0);
    }
  });

  it("is a tint that grows", async () => {
    const page = await site.open("/");
    const colours = await page.$eval("#rows td.s", (cell) =>
      [9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((step) => {
        cell.setAttribute("class", `n s h${step}`);
        return getComputedStyle(cell).backgroundColor;
      }),
    );
    const opacities = colours.map((colour) => Number(/([\d.]+)\)$/.exec(colour)?.[1]));
    expect(opacities.at(-1)).toBe(0);
    expect(opacities).toEqual(opacities.toSorted((a, b) => b - a));
    expect(new Set(opacities).size).toBe(10);
  });
});

describe("the tooltip", () => {
  /** From the best model's published raw scores; the questions of each benchmark are known. */
  async function expected() {
    const [best] = await ask<Record<string, number>>(
      `SELECT * FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST} LIMIT 1`,
    );
    const binomial = (p: number, n: number) => Math.sqrt((p * (1 - p)) / n);
    const ifeval = best!.ifeval_raw!;
    const pro = best!.mmlu_pro_raw!;
    const errors = SCORES.map((key) => best![`${key}_stderr`]!);
    return {
      ifeval: [
        ["Normalised", (ifeval * 100).toFixed(2)],
        ["Raw", ifeval.toFixed(4)],
        [
          "Standard error",
          `± ${(50 * (binomial(ifeval, 541) + binomial(ifeval, 834))).toFixed(2)}`,
        ],
      ],
      mmlu_pro: [
        ["Normalised", (((pro - 0.1) / 0.9) * 100).toFixed(2)],
        ["Raw", pro.toFixed(4)],
        ["Standard error", `± ${((binomial(pro, 12032) / 0.9) * 100).toFixed(2)}`],
      ],
      average: [
        ["Average", (SCORES.reduce((sum, key) => sum + best![key]!, 0) / 6).toFixed(2)],
        ["Standard error", `± ${(Math.hypot(...errors) / 6).toFixed(2)}`],
        ["Overall rank", "1"],
      ],
    };
  }

  const lines = (page: Page) =>
    page.$$eval("#tooltip:not([hidden]) dt", (terms) =>
      terms.map((term) => [term.textContent, term.nextElementSibling?.textContent]),
    );

  it("says on hover what is behind a score", async () => {
    const page = await site.open("/");
    for (const [column, wanted] of Object.entries(await expected())) {
      await page.hover(`#rows tr[aria-rowindex="2"] [data-column="${column}"]`);
      expect(await lines(page)).toEqual(wanted);
    }
    await page.hover('#rows tr[aria-rowindex="2"] [data-column="params_b"]');
    expect(await lines(page)).toEqual([]);
    await page.hover('#rows tr[aria-rowindex="2"] [data-column="ifeval"]');
    await page.keyboard.press("Escape");
    expect(await lines(page)).toEqual([]);
  });

  it("says the same on focus, also when reaching the cell scrolls the table", async () => {
    const page = await site.open("/", { viewport: { width: 390, height: 844 } });
    const wanted = await expected();
    await page.focus("#rows a");
    for (const column of ["", "average", "ifeval", "", "", "", "", "mmlu_pro"]) {
      await page.keyboard.press("ArrowRight");
      // Two frames: the scroll event comes with the next one.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      if (column) expect(await lines(page)).toEqual(wanted[column as keyof typeof wanted]);
    }
    const described = await page.getAttribute(":focus", "aria-describedby");
    expect(await page.getAttribute(`#${described}`, "role")).toBe("tooltip");
    const { x, y, width, height } = (await page.locator("#tooltip").boundingBox())!;
    expect(x >= 0 && y >= 0 && x + width <= 390 && y + height <= 844).toBe(true);
    const cell = (await page.locator(":focus").boundingBox())!;
    expect(cell.x + cell.width).toBeLessThan(391);
  });
});

describe("the keyboard", () => {
  /** Number and column of the row that has the focus. */
  const focused = (page: Page) =>
    page.evaluate(() => {
      const cell = document.activeElement?.closest<HTMLElement>("td, th");
      const row = cell?.closest("tr")?.getAttribute("aria-rowindex");
      return cell ? [Number(row) - 2, cell.dataset.column ?? cell.className] : [];
    });

  it("enters the table once and leaves it with the next tab", async () => {
    const page = await site.open("/");
    await page.focus('#head [data-sort="params_b"]');
    await page.keyboard.press("Tab");
    expect(await focused(page)).toEqual([0, "model"]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await focused(page)).toEqual([2, "model"]);
    await page.keyboard.press("Tab");
    expect(await page.$eval(":focus", (e) => e.closest("footer") !== null)).toBe(true);
    await page.keyboard.press("Shift+Tab");
    expect(await focused(page)).toEqual([2, "model"]);
    await page.setViewportSize({ width: 1280, height: 1400 });
    await page.waitForFunction(() => document.querySelectorAll("#rows tr").length > 45);
    const stops = await page.$$eval("#rows *", (all) =>
      all.filter((e) => (e as HTMLElement).tabIndex >= 0).map((e) => e.tagName),
    );
    expect(stops).toEqual(["A"]);
  });

  it("moves by cells, rows, pages and to the ends of all 4,576 rows", async () => {
    const page = await site.open(`/?${ALL_ROWS}`);
    await page.focus("#rows a");
    const steps: [string, number, string][] = [
      ["ArrowRight", 0, "rank"],
      ["ArrowRight", 0, "average"],
      ["ArrowDown", 1, "average"],
      ["End", 1, "params_b"],
      ["ArrowRight", 1, "params_b"],
      ["Home", 1, "model"],
      ["ArrowLeft", 1, "model"],
      ["ArrowUp", 0, "model"],
      ["ArrowUp", 0, "model"],
      ["Control+End", 4575, "model"],
      ["ArrowDown", 4575, "model"],
      ["ArrowRight", 4575, "rank"],
      ["Control+Home", 0, "rank"],
    ];
    for (const [key, row, column] of steps) {
      await page.keyboard.press(key);
      expect([key, ...(await focused(page))]).toEqual([key, row, column]);
      await expectInSight(page);
    }
    await page.keyboard.press("PageDown");
    const [down] = await focused(page);
    expect(down).toBeGreaterThan(8);
    await expectInSight(page);
    await page.keyboard.press("PageUp");
    expect(await focused(page)).toEqual([0, "rank"]);
  });

  async function expectInSight(page: Page): Promise<void> {
    const inSight = await page.evaluate(() => {
      const { left, top, width, height } = document.activeElement!.getBoundingClientRect();
      const at = document.elementFromPoint(left + width / 2, top + height / 2);
      return document.activeElement?.contains(at) ?? false;
    });
    expect(inSight).toBe(true);
  }

  it("brings a cell out from under the columns that stay", async () => {
    const page = await site.open("/", { viewport: { width: 390, height: 844 } });
    await page.focus("#rows a");
    await page.keyboard.press("End");
    for (let i = 0; i < 8; i++) {
      await expectInSight(page);
      await page.keyboard.press("ArrowLeft");
    }
    expect(await focused(page)).toEqual([0, "rank"]);
    await expectInSight(page);
  });

  it("pins with p and opens a model with Enter", async () => {
    const page = await site.open("/");
    const [, , third, fourth] = await firstRows(page, 4);
    await page.focus('#rows tr[aria-rowindex="4"] a');
    await page.keyboard.press("p");
    expect((await firstRows(page, 4)).map((r) => r.key)).toContain(fourth?.key);
    expect((await firstRows(page, 1))[0]?.key).toBe(third?.key);
    expect(await page.$$eval(".pinned", (rows) => rows.length)).toBe(1);
    await page.focus("#rows a");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/models/${third?.key.split("|")[0]}/`);
  });

  it("is not lost when the row in focus scrolls away", async () => {
    const page = await site.open("/");
    await page.focus("#rows a");
    await page.$eval("#scroller", (scroller) => {
      scroller.scrollTop = 3000;
    });
    await page.waitForSelector('#rows tr[aria-rowindex="70"]', { state: "attached" });
    expect(await page.evaluate(() => document.activeElement?.closest("#scroller") !== null)).toBe(
      true,
    );
  });
});

describe("scrolling", () => {
  it("by the wheel passes all 4,576 rows, in order", async () => {
    const page = await site.open(`/?${ALL_ROWS}`, { viewport: { width: 1280, height: 1600 } });
    // What is in the page after each scroll event, the page's own rendering included.
    await page.evaluate(() => {
      const seen = new Map<number, string>();
      const note = () => {
        for (const row of document.querySelectorAll("#rows tr[aria-rowindex]")) {
          const key = `${row.querySelector("a")?.title}|${row.querySelector(".variant")?.textContent}`;
          seen.set(Number(row.getAttribute("aria-rowindex")) - 2, key);
        }
      };
      note();
      document.querySelector("#scroller")?.addEventListener("scroll", note);
      Object.assign(window, { seen });
    });
    const scroller = page.locator("#scroller");
    await scroller.scrollIntoViewIfNeeded();
    await scroller.hover();
    let top = 0;
    for (let i = 0; i < 400; i++) {
      const end = await scroller.evaluate(
        (e) => e.scrollTop + e.clientHeight >= e.scrollHeight - 1,
      );
      if (end) break;
      await page.mouse.wheel(0, 2000);
      await page.waitForFunction(
        (before) => document.querySelector("#scroller")!.scrollTop > before,
        top,
      );
      top = await scroller.evaluate((e) => e.scrollTop);
    }
    await page.waitForSelector('#rows tr[aria-rowindex="4577"]');
    const seen = await page.evaluate(() => {
      const rows = (window as unknown as { seen: Map<number, string> }).seen;
      return [...rows].sort(([a], [b]) => a - b);
    });
    const wanted = await ask<{ key: string }>(`SELECT key FROM models ORDER BY ${BEST_FIRST}`);
    expect(seen.map(([index]) => index)).toEqual(wanted.map((_, i) => i));
    expect(new Set(seen.map(([, key]) => key)).size).toBe(4576);
    for (let i = 0; i < 4576; i += 91) expect([i, seen[i]?.[1]]).toEqual([i, wanted[i]?.key]);
  });

  it("to anywhere never shows a blank", async () => {
    const page = await site.open(`/?${ALL_ROWS}&density=compact`);
    const blanks = await page.evaluate(async () => {
      const scroller = document.querySelector("#scroller")!;
      scroller.scrollIntoView();
      const { left, bottom } = scroller.getBoundingClientRect();
      const from = document.querySelector("#head")!.getBoundingClientRect().bottom;
      const found: string[] = [];
      // The golden ratio spreads the jumps over the whole height, far and near.
      for (let i = 1; i <= 60; i++) {
        scroller.scrollTop = ((i * 0.618) % 1) * scroller.scrollHeight;
        // Runs after the scroll event and right before the frame is painted.
        await new Promise(requestAnimationFrame);
        for (let y = from + 5; y < Math.min(bottom, innerHeight) - 5; y += 40) {
          const row = document.elementFromPoint(left + 150, y)?.closest("tr[aria-rowindex]");
          if (!row?.querySelector(".name")?.textContent)
            found.push(`${scroller.scrollTop} at ${y}`);
        }
      }
      return found;
    });
    expect(blanks).toEqual([]);
  });

  it("begins again at the top for other rows, and stays for other columns", async () => {
    const page = await site.open("/");
    const top = () => page.$eval("#scroller", (e) => e.scrollTop);
    await scrollTo(page, 500);
    await openPanel(page, "columns");
    await page.check('[data-column="license"]');
    expect(await top()).toBeGreaterThan(10_000);
    await page.fill("#q", "qwen");
    expect(await top()).toBe(0);
  });
});

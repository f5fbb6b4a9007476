// Filters, ranges and weights of the leaderboard, in a real browser; DuckDB says what must be left.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  ask,
  BEST_FIRST,
  chipsOf,
  expectRows,
  expectStatus,
  firstRows,
  openPanel,
  queryOf,
  rowsOf,
  SHOWN,
  textOf,
  visitSite,
} from "./site.ts";

const site = visitSite();

const ALL = `SELECT key FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST}`;
const left = (condition: string, hidden = SHOWN) =>
  `SELECT key FROM models WHERE ${hidden} AND (${condition}) ORDER BY ${BEST_FIRST}`;

async function openFilters(): Promise<Page> {
  const page = await site.open("/");
  await openPanel(page, "filters");
  return page;
}

/** Takes the first chip away, which must bring all rows back. */
async function removeChip(page: Page): Promise<void> {
  await page.click("#active button");
  await expectRows(page, ALL);
  expect(await chipsOf(page)).toEqual([]);
  expect(await queryOf(page)).toBe("");
}

describe("a quick filter by size", () => {
  const SIZES: [string, string, string][] = [
    ["edge", "params_b > 0 AND params_b < 5", "<5B"],
    ["consumer", "params_b >= 5 AND params_b < 12", "5–<12B"],
    ["prosumer", "params_b >= 12 AND params_b < 18", "12–<18B"],
    ["workstation", "params_b >= 18 AND params_b < 65", "18–<65B"],
    ["large", "params_b >= 65", "≥65B"],
  ];

  it("leaves the models of that size", async () => {
    const page = await site.open("/");
    for (const [size, condition, label] of SIZES) {
      const button = `button[data-size="${size}"]`;
      await page.click(button);
      await expectRows(page, left(condition));
      expect(await page.getAttribute(button, "aria-pressed")).toBe("true");
      expect(await chipsOf(page)).toEqual([label]);
      await page.click(button);
      expect(await page.getAttribute(button, "aria-pressed")).toBe("false");
    }
    await expectRows(page, ALL);
  });

  it("adds to another, and each chip takes its own away", async () => {
    const page = await site.open("/");
    await page.click('button[data-size="edge"]');
    await page.click('button[data-size="large"]');
    await expectRows(page, left("params_b < 5 OR params_b >= 65"));
    await page.click('#active button:has-text("<5B")');
    await expectRows(page, left("params_b >= 65"));
    await removeChip(page);
  });
});

describe("a link with a class of size that there is no longer", () => {
  it("shows the classes in its place", async () => {
    const page = await site.open("/?size=mid&q=qwen");
    await expectRows(
      page,
      left(`params_b >= 12 AND params_b < 65
        AND concat_ws(' ', model, architecture, license) ILIKE '%qwen%'`),
    );
    expect(await chipsOf(page)).toEqual(["“qwen”", "12–<18B", "18–<65B"]);
    expect(await page.isHidden("#notice")).toBe(true);
  });
});

describe("a quick filter by type", () => {
  const TYPES: [string, string][] = [
    ["pretrained", "Pretrained"],
    ["continuously_pretrained", "Continu"],
    ["fine_tuned", "Fine-tuned"],
    ["chat", "Chat"],
    ["merge", "Merge"],
    ["multimodal", "Multimodal"],
    ["other", "Other"],
  ];

  it("leaves the models of that type", async () => {
    const page = await site.open("/");
    for (const [type, label] of TYPES) {
      const button = `button[data-type="${type}"]`;
      const all = await ask(`SELECT 1 FROM models WHERE ${SHOWN} AND model_type = '${type}'`);
      expect(await textOf(page, `${button} .count`)).toBe(all.length.toLocaleString("en"));
      await page.click(button);
      await expectRows(page, left(`model_type = '${type}'`));
      expect(await chipsOf(page)).toEqual([expect.stringContaining(label)]);
      await page.click("#active button");
      expect(await page.getAttribute(button, "aria-pressed")).toBe("false");
    }
    await expectRows(page, ALL);
  });

  it("narrows one by size, and both the search", async () => {
    const page = await site.open("/");
    await page.click('button[data-type="chat"]');
    await page.click('button[data-type="merge"]');
    await page.click('button[data-size="consumer"]');
    await page.fill("#q", "qwen");
    const condition = `model_type IN ('chat', 'merge') AND params_b >= 5 AND params_b < 12
      AND concat_ws(' ', model, architecture, license) ILIKE '%qwen%'`;
    await expectRows(page, left(condition));
    expect(await chipsOf(page)).toEqual(["“qwen”", "5–<12B", "Chat", "Merge"]);
  });
});

describe("the number on a choice", () => {
  /** Chooses each value of every list in turn, and looks at how many rows there are. */
  async function expectNumbers(page: Page): Promise<void> {
    const expected = await page.$$eval("[data-facet]", (all) => all.map((m) => m.textContent));
    const got = await page.evaluate(async () => {
      const rows = () => document.querySelector("#status strong")?.textContent;
      const counts = [];
      for (const mark of document.querySelectorAll("[data-facet]")) {
        const choice = mark.closest("button") ?? mark.closest("label")?.querySelector("input");
        choice?.click();
        counts.push(rows());
        choice?.click();
      }
      return counts;
    });
    expect(expected.length).toBeGreaterThan(30);
    expect(got).toEqual(expected);
  }

  it.each([
    ["at first", "/"],
    ["within a search and settings", "/?q=qwen&chat=only&flagged=all"],
    ["within ranges, hidden models shown", "/?average=20..30&unavailable=all&math=10.."],
    ["of the archive", "/archive/?q=7b"],
  ])("is that of the rows that it leaves: %s", async (_, path) => {
    const page = await site.open(path);
    await expectNumbers(page);
  });

  it("stands in the HTML as the script writes it", async () => {
    for (const path of ["/", "/archive/"]) {
      const still = await site.open(path, { javaScriptEnabled: false });
      const page = await site.open(path);
      const marks = (of: Page) =>
        of.$$eval("[data-facet]", (all) =>
          all.map((m) => `${(m as HTMLElement).dataset.value} ${m.textContent}`),
        );
      expect(await marks(page)).toEqual(await marks(still));
    }
  });

  it("follows the other lists, not its own", async () => {
    const page = await site.open("/");
    const number = (list: string, value: string) =>
      textOf(page, `[data-facet="${list}"][data-value="${value}"]`);
    const wanted = async (condition: string) =>
      (await ask(`SELECT 1 FROM models WHERE ${SHOWN} AND ${condition}`)).length.toLocaleString(
        "en",
      );
    const chat = await number("types", "chat");
    await page.click('button[data-type="merge"]');
    expect(await number("types", "chat")).toBe(chat);
    expect(await number("sizes", "large")).toBe(
      await wanted("model_type = 'merge' AND params_b >= 65"),
    );
    await page.click('button[data-size="large"]');
    expect(await number("types", "chat")).toBe(
      await wanted("model_type = 'chat' AND params_b >= 65"),
    );
    expect(await number("licenses", "mit")).toBe(
      await wanted("model_type = 'merge' AND params_b >= 65 AND license = 'mit'"),
    );
  });

  it("is of an analysis's own rows there, and stands only once it is of this view", async () => {
    const merges = `SELECT 1 FROM models WHERE ${SHOWN} AND model_type = 'merge'`;
    const all = await ask(merges);
    const left = await ask(`${merges} AND params_b >= 65`);
    const page = await site.open("/analysis/correlations/");
    const merge = () => textOf(page, '[data-facet="types"][data-value="merge"]');
    expect(await merge()).toBe(all.length.toLocaleString("en"));
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/table/models.bin*", async (route) => {
      await held;
      await route.continue();
    });
    await page.click('button[data-size="large"]');
    expect(await merge()).toBe("");
    release();
    await expect.poll(merge).toBe(left.length.toLocaleString("en"));
  });
});

describe("a setting of the filter panel", () => {
  const SETTINGS: [string, string, string, string][] = [
    ["chat", "only", `${SHOWN} AND chat_template`, "Chat template"],
    ["chat", "hide", `${SHOWN} AND chat_template IS NOT TRUE`, "No chat template"],
    ["choice", "only", `${SHOWN} AND maintainers_choice`, "Maintainers’ choice"],
    ["choice", "hide", `${SHOWN} AND NOT maintainers_choice`, "Not maintainers’ choice"],
    ["merged", "only", `${SHOWN} AND merged`, "Only merges"],
    ["merged", "hide", `${SHOWN} AND merged IS NOT TRUE`, "No merges"],
    ["moe", "only", `${SHOWN} AND moe`, "Only MoE"],
    ["moe", "hide", `${SHOWN} AND moe IS NOT TRUE`, "No MoE"],
    ["flagged", "all", "on_hub IS NOT FALSE", "Flagged too"],
    ["flagged", "only", "on_hub IS NOT FALSE AND flagged", "Only flagged"],
    ["unavailable", "all", "flagged IS NOT TRUE", "Those off the Hub too"],
    ["unavailable", "only", "flagged IS NOT TRUE AND NOT on_hub", "Only those off the Hub"],
  ];

  it("leaves what it says, and its chip takes it back", async () => {
    const page = await openFilters();
    for (const [key, value, condition, label] of SETTINGS) {
      const select = `select[data-choice="${key}"]`;
      const standard = ["flagged", "unavailable"].includes(key) ? "hide" : "all";
      expect(await page.inputValue(select)).toBe(standard);
      await page.selectOption(select, value);
      await expectRows(page, left("true", condition));
      expect(await chipsOf(page)).toEqual([label]);
      await page.click("#active button");
      expect(await page.inputValue(select)).toBe(standard);
    }
    await expectRows(page, ALL);
    expect(await queryOf(page)).toBe("");
  });

  const LISTS: [string, string[]][] = [
    ["precision", ["4bit"]],
    ["precision", ["float16"]],
    ["precision", ["bfloat16", "4bit"]],
    ["license", ["apache-2.0"]],
    ["license", ["llama3.1", "gemma"]],
    ["license", ["bigscience-bloom-rail-1.0"]],
  ];

  it("leaves the precisions and licences that are ticked", async () => {
    const page = await openFilters();
    for (const [column, values] of LISTS) {
      for (const value of values) await page.check(`fieldset[data-list] input[value="${value}"]`);
      await expectRows(page, left(`${column} IN (${values.map((v) => `'${v}'`).join(", ")})`));
      expect(await chipsOf(page)).toEqual(values);
      for (const value of values) await page.uncheck(`fieldset[data-list] input[value="${value}"]`);
    }
    await expectRows(page, ALL);
  });

  it("offers every value there is, with its number", async () => {
    const page = await openFilters();
    for (const [column, list] of [
      ["precision", "precisions"],
      ["license", "licenses"],
    ]) {
      const wanted = await ask<{ v: string; n: bigint }>(
        `SELECT ${column} AS v, count(*) FILTER (${SHOWN}) AS n FROM models
         WHERE ${column} IS NOT NULL GROUP BY 1`,
      );
      const offered = await page.$$eval(`fieldset[data-list="${list}"] label`, (labels) =>
        labels.map((label) => [
          label.querySelector("input")?.value,
          label.querySelector(".count")?.textContent,
        ]),
      );
      expect(offered.toSorted()).toEqual(
        wanted.map(({ v, n }) => [v, Number(n).toLocaleString("en")]).toSorted(),
      );
    }
  });
});

describe("a range", () => {
  const columns = "average ifeval bbh math gpqa musr mmlu_pro params_b likes co2_kg generation";

  it("holds for every column of numbers, open at either end", async () => {
    const page = await openFilters();
    for (const column of columns.split(" ")) {
      const [{ low, high } = { low: 0, high: 0 }] = await ask<{ low: number; high: number }>(`
        SELECT CAST(quantile_disc(${column}, 0.3) AS DOUBLE) AS low,
               CAST(quantile_disc(${column}, 0.8) AS DOUBLE) AS high
        FROM models WHERE ${SHOWN}`);
      const [min, max] = ["min", "max"].map((end) => `[data-range="${column}"][data-end="${end}"]`);
      await page.fill(min!, String(low));
      await expectRows(page, left(`${column} >= ${low}`));
      await page.fill(max!, String(high));
      await expectRows(page, left(`${column} BETWEEN ${low} AND ${high}`));
      await page.fill(min!, "");
      await expectRows(page, left(`${column} <= ${high}`));
      await page.click("#active button");
      expect(await page.inputValue(max!)).toBe("");
    }
    await expectRows(page, ALL);
  });

  it("whose ends cross is refused until they no longer do", async () => {
    const page = await openFilters();
    const [min, max] = [
      '[data-range="average"][data-end="min"]',
      '[data-range="average"][data-end="max"]',
    ];
    await page.fill(min!, "40");
    await page.fill(max!, "30");
    await expectRows(page, left("average >= 40"));
    const message = await page.$eval(max!, (field: HTMLInputElement) => field.validationMessage);
    expect(message).toBe("The lower end is above the upper one.");
    await page.fill(min!, "20");
    await expectRows(page, left("average BETWEEN 20 AND 30"));
    expect(await page.$$eval("input:invalid", (fields) => fields.length)).toBe(0);
  });
});

describe("weights", () => {
  const KEYS = ["ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"];

  /** The reader's average, spelt out. */
  const weighed = (weights: Record<string, number>) => {
    const used = KEYS.filter((key) => weights[key] !== 0);
    const sum = used.map((key) => `${weights[key] ?? 1} * ${key}`).join(" + ");
    const total = used.reduce((all, key) => all + (weights[key] ?? 1), 0);
    return `SELECT * REPLACE ((${sum}) / ${total} AS average) FROM models WHERE ${SHOWN}`;
  };

  async function setWeight(page: Page, key: string, weight: number): Promise<void> {
    const slider = page.locator(`input[data-weight="${key}"]`);
    await slider.fill(String(weight));
    expect(await page.textContent(`label:has([data-weight="${key}"]) output`)).toBe(String(weight));
  }

  it.each<[Record<string, number>]>([
    [{ math: 3 }],
    [{ gpqa: 0, musr: 0 }],
    [{ ifeval: 0, bbh: 0.5, math: 10, gpqa: 2.5, musr: 1.5, mmlu_pro: 4 }],
  ])("%j make the reader's own average", async (weights) => {
    const page = await site.open("/");
    await openPanel(page, "weights");
    for (const [key, weight] of Object.entries(weights)) await setWeight(page, key, weight);
    const wanted = await ask<{ key: string; average: number; place: bigint; rank: number }>(`
      SELECT key, average, rank() OVER (ORDER BY round(average, 9) DESC) AS place, rank
      FROM (${weighed(weights)}) ORDER BY round(average, 9) DESC, eval_id LIMIT 30`);
    const shown = (await firstRows(page, 30)).map((r) => [
      r.key,
      r.cells.average,
      r.place,
      r.cells.rank,
    ]);
    expect(shown).toEqual(
      wanted.map((r) => [
        r.key,
        r.average.toFixed(2),
        String(r.place),
        r.rank.toLocaleString("en"),
      ]),
    );
    expect(await textOf(page, '#head [data-sort="average"]')).toBe("Your average");
    await page.click("#weights-reset");
    await expectRows(page, ALL);
    expect(await textOf(page, '#head [data-sort="average"]')).toBe("Average");
    expect(await page.inputValue('[data-weight="math"]')).toBe("1");
  });

  it("of 0 throughout leave no average", async () => {
    const page = await site.open("/");
    await openPanel(page, "weights");
    for (const key of KEYS) await setWeight(page, key, 0);
    const rows = await firstRows(page, 30);
    expect(new Set(rows.map((r) => `${r.place} ${r.cells.average}`))).toEqual(new Set(["– –"]));
    await expectStatus(page, "4,047 of 4,576 evaluations");
  });

  it("also count for a range of the average", async () => {
    const page = await site.open("/?weights=math:4&average=50..");
    await expectRows(
      page,
      `SELECT key FROM (${weighed({ math: 4 })}) WHERE average >= 50 ORDER BY ${BEST_FIRST}`,
    );
  });
});

describe("the line above the table", () => {
  it("counts what is hidden within the filters, and shows it", async () => {
    const page = await site.open("/");
    const hiddenNow = async (condition: string) => {
      const [row] = await ask<{ gone: bigint; flagged: bigint }>(`
        SELECT count(*) FILTER (on_hub = false AND NOT flagged) AS gone,
               count(*) FILTER (flagged) AS flagged
        FROM models WHERE ${condition}`);
      return [Number(row?.gone).toLocaleString("en"), Number(row?.flagged)];
    };
    const [gone, flagged] = await hiddenNow("true");
    expect(await textOf(page, "#hidden")).toBe(
      `Not shown: ${gone} gone from the Hub, ${flagged} flagged Show them`,
    );
    await page.click('button[data-type="pretrained"]');
    const [pretrained] = await hiddenNow("model_type = 'pretrained'");
    expect(await textOf(page, "#hidden")).toBe(
      `Not shown: ${pretrained} gone from the Hub Show them`,
    );
    await page.click("#hidden button");
    await expectRows(page, left("model_type = 'pretrained'", "true"));
    expect(await textOf(page, "#hidden")).toBe("");
    expect(await chipsOf(page)).toEqual(["Pretrained", "Flagged too", "Those off the Hub too"]);
  });

  it("is spoken when it changes, and keeps the keyboard where chips were", async () => {
    const page = await site.open("/?size=edge,large&type=chat");
    expect(await page.getAttribute("#status", "role")).toBe("status");
    const focus = () =>
      page.evaluate(
        () => document.activeElement?.textContent?.trim() || document.activeElement?.id,
      );
    await page.focus('#active button:has-text("<5B")');
    await page.keyboard.press("Enter");
    expect(await focus()).toBe("≥65B");
    await page.keyboard.press("Enter");
    expect(await focus()).toBe("Chat");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("scroller");
    await expectRows(page, ALL);
  });
});

describe("a place", () => {
  const head = async (page: Page) => [
    await page.textContent("#place"),
    await page.getAttribute("#place", "title"),
    await page.getAttribute("#place", "aria-label"),
  ];

  it("is by what the table is sorted by, from the best in both directions", async () => {
    const page = await site.open("/");
    const average = "Place by Average among the rows shown, highest first";
    expect(await head(page)).toEqual(["#", average, average]);
    expect(await textOf(page, "#caption")).toMatch(/, by Average, highest first$/);
    await page.click('#head [data-sort="math"]');
    const math = "Place by MATH Lvl 5 among the rows shown, highest first";
    expect(await head(page)).toEqual(["#", math, math]);
    for (const direction of ["DESC", "ASC"]) {
      const wanted = await ask<{ key: string; place: bigint; rank: number }>(`
        SELECT key, rank() OVER (ORDER BY math DESC) AS place, rank FROM models
        WHERE ${SHOWN} ORDER BY math ${direction}, ${BEST_FIRST} LIMIT 25`);
      expect((await firstRows(page, 25)).map((r) => [r.key, r.place, r.cells.rank])).toEqual(
        wanted.map((r) => [r.key, String(r.place), r.rank.toLocaleString("en")]),
      );
      // The first by MATH is not the first by average.
      expect(wanted[0]!.rank).not.toBe(1);
      await page.click('#head [data-sort="math"]');
    }
    await page.click('#head [data-sort="model"]');
    expect((await head(page))[1]).toBe("Number of the row, in the order of Model");
    expect((await firstRows(page, 5)).map((r) => r.place)).toEqual(["1", "2", "3", "4", "5"]);
    await page.click('#head [data-sort="params_b"]');
    await page.click('#head [data-sort="params_b"]');
    expect((await head(page))[1]).toBe("Place by Params among the rows shown, lowest first");
    expect((await firstRows(page, 1)).map((r) => r.place)).toEqual(["1"]);
  });

  it("is counted among the rows shown, ties share one, and the rank stays overall", async () => {
    const page = await site.open("/?type=merge&size=edge&sort=-likes");
    const wanted = await ask<{ key: string; place: bigint; rank: number }>(`
      SELECT key, rank() OVER (ORDER BY likes DESC) AS place, rank FROM models
      WHERE ${SHOWN} AND model_type = 'merge' AND params_b < 5
      ORDER BY likes DESC NULLS LAST, ${BEST_FIRST}`);
    expect((await firstRows(page, 25)).map((r) => [r.key, r.place, r.cells.rank])).toEqual(
      wanted.slice(0, 25).map((r) => [r.key, String(r.place), r.rank.toLocaleString("en")]),
    );
  });

  it("is not given to a flagged model, nor counted for it", async () => {
    const page = await site.open("/?flagged=all&unavailable=all&q=@newsbang");
    const wanted = await ask<{ key: string; place: bigint | null }>(`
      SELECT key, CASE WHEN NOT flagged THEN
        rank() OVER (PARTITION BY flagged ORDER BY average DESC) END AS place
      FROM models WHERE model ILIKE 'newsbang%/%' ORDER BY ${BEST_FIRST}`);
    expect(wanted.filter((row) => row.place === null)).toHaveLength(1);
    expect((await rowsOf(page)).map((r) => [r.key, r.place])).toEqual(
      wanted.map((r) => [r.key, String(r.place ?? "–")]),
    );
  });
});

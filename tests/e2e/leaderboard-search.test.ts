// Searching the leaderboard, in a real browser; what must be found comes from DuckDB.
import { describe, expect, it } from "vitest";
import {
  ask,
  BEST_FIRST,
  chipsOf,
  expectRows,
  expectStatus,
  firstRows,
  rowsOf,
  SHOWN,
  textOf,
  untilReady,
  visitSite,
} from "./site.ts";

const site = visitSite();

/** Rows shown that hold a text in name, architecture or licence. */
const has = (text: string) =>
  `(model ILIKE '%${text}%' OR architecture ILIKE '%${text}%' OR license ILIKE '%${text}%')`;

const found = (condition: string) =>
  `SELECT key FROM models WHERE ${SHOWN} AND (${condition}) ORDER BY ${BEST_FIRST}`;

describe("a search", () => {
  const SEARCHES: [string, string][] = [
    ["qwen 7b", `${has("qwen")} AND ${has("7b")}`],
    ["  QWEN   Instruct ", `${has("qwen")} AND ${has("instruct")}`],
    ["@mistralai", `split_part(model, '/', 1) ILIKE 'mistralai%'`],
    ["@meta-llama 8b", `model ILIKE 'meta-llama%/%' AND ${has("8b")}`],
    ["@google; @microsoft phi", "model ILIKE 'google%/%' OR model ILIKE 'microsoft%/%phi%'"],
    ["llama-3.2; gemma 2b", `${has("llama-3.2")} OR (${has("gemma")} AND ${has("2b")})`],
    ["llama3.1", "license = 'llama3.1' OR model ILIKE '%llama3.1%'"],
    [
      "cc-by-nc-4.0 mistralforcausallm",
      `license = 'cc-by-nc-4.0' AND ${has("MistralForCausalLM")}`,
    ],
    ["MixtralForCausalLM", "architecture = 'MixtralForCausalLM'"],
    ["_7b", String.raw`model ILIKE '%\_7b%' ESCAPE '\'`],
    ["gpt2", has("gpt2")],
    ["; ; @", "true"],
  ];

  it("finds what is asked for", async () => {
    const page = await site.open("/");
    for (const [text, condition] of SEARCHES) {
      await page.fill("#q", text);
      const keys = await expectRows(page, found(condition));
      expect(keys.length, text).toBeGreaterThan(0);
    }
  });

  it("takes signs for what they are", async () => {
    const page = await site.open("/");
    for (const text of ["%", "'; DROP TABLE models; --", "<b>qwen</b>", "\\", "😀"]) {
      await page.fill("#q", "");
      await expectStatus(page, "4,047 of 4,576 evaluations");
      await page.fill("#q", text);
      await expectStatus(page, "0 of 4,576 evaluations", text);
      expect(await rowsOf(page)).toEqual([]);
      expect(await textOf(page, "#empty p")).toBe("No model matches.");
    }
  });
});

describe("the search field", () => {
  it("answers letter by letter, and back again", async () => {
    const page = await site.open("/");
    await page.click("#q");
    for (const end of [1, 2, 3, 4, 5, 6]) {
      await page.keyboard.press("phi-4x"[end - 1] ?? "");
      const text = "phi-4x".slice(0, end);
      const [row] = await ask<{ n: bigint }>(
        `SELECT count(*) AS n FROM models WHERE ${SHOWN} AND ${has(text)}`,
      );
      await expectStatus(page, `${Number(row?.n).toLocaleString("en")} of 4,576 evaluations`);
    }
    for (let i = 0; i < 6; i++) await page.keyboard.press("Backspace");
    await expectRows(page, found("true"));
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("q");
  });

  it("is reached with /, which it does not take for a letter", async () => {
    const page = await site.open("/");
    await page.keyboard.press("/");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("q");
    expect(await page.inputValue("#q")).toBe("");
    await page.keyboard.type("@qwen/");
    expect(await page.inputValue("#q")).toBe("@qwen/");
  });

  it("counts what was typed before the script had its table", async () => {
    const page = await site.open("/", { javaScriptEnabled: true });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/table/*.bin*", async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();
    await page.fill("#q", "@qwen 72b");
    expect(await page.$(".board.ready")).toBeNull();
    release();
    await untilReady(page);
    await expectRows(page, found(`model ILIKE 'qwen%/%' AND ${has("72b")}`));
    expect(await page.inputValue("#q")).toBe("@qwen 72b");
  });

  it("leaves the place among those shown beside the overall rank", async () => {
    const page = await site.open("/");
    await page.fill("#q", "@google");
    const wanted = await ask<{ key: string; place: bigint; rank: number }>(`
      SELECT key, rank() OVER (ORDER BY average DESC) AS place, rank FROM models
      WHERE ${SHOWN} AND model ILIKE 'google%/%' ORDER BY ${BEST_FIRST} LIMIT 20`);
    await expect
      .poll(async () => (await firstRows(page, 20)).map((r) => [r.key, r.place, r.cells.rank]))
      .toEqual(wanted.map((r) => [r.key, String(r.place), r.rank.toLocaleString("en")]));
  });
});

describe("a search without a result", () => {
  it("says so and can be cleared", async () => {
    const page = await site.open("/");
    await page.click('button[data-size="edge"]');
    await page.fill("#q", "no such model");
    await expectStatus(page, "0 of 4,576 evaluations");
    expect(await textOf(page, "#empty p")).toBe("No model matches.");
    expect(await textOf(page, "#hidden")).toBe("");
    expect(await chipsOf(page)).toEqual(["“no such model”", "<5B"]);
    await page.click("text=Clear search and filters");
    await expectRows(page, found("true"));
    expect(await page.inputValue("#q")).toBe("");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("q");
  });

  it("names and offers the one flagged model that it would find", async () => {
    const page = await site.open("/");
    await page.fill("#q", "newsbang/Homer-v0.5-Qwen2.5-7B");
    await expectStatus(page, "0 of 4,576 evaluations");
    expect(await textOf(page, "#empty p")).toBe("No model shown matches, but 1 hidden one does.");
    expect(await textOf(page, "#hidden")).toBe("Not shown: 1 flagged Show them");
    await page.click("text=Show hidden models");
    await expectStatus(page, "1 of 4,576 evaluations");
    const [row] = await rowsOf(page);
    expect(row?.key).toBe("newsbang/Homer-v0.5-Qwen2.5-7B|bfloat16 · chat template");
    expect([row?.place, row?.cells.rank]).toEqual(["–", "–"]);
    expect(await page.isVisible("#rows .flag")).toBe(true);
    expect(await page.isVisible("#rows .gone")).toBe(true);
    expect(await chipsOf(page)).toEqual([
      "“newsbang/Homer-v0.5-Qwen2.5-7B”",
      "Flagged too",
      "Those off the Hub too",
    ]);
  });

  it("counts the hidden models that it would find", async () => {
    const name = "mixtral";
    const hidden = await ask(`SELECT 1 FROM models WHERE ${has(name)} AND NOT (${SHOWN})`);
    const shown = await ask(`SELECT 1 FROM models WHERE ${has(name)} AND ${SHOWN}`);
    expect([hidden.length > 1, shown.length > 0]).toEqual([true, true]);
    const page = await site.open("/");
    await page.fill("#q", name);
    await expectStatus(page, `${shown.length} of 4,576 evaluations`);
    expect(await textOf(page, "#hidden")).toBe(
      `Not shown: ${hidden.length} gone from the Hub Show them`,
    );
    await page.click("#hidden button");
    await expectRows(page, `SELECT key FROM models WHERE ${has(name)} ORDER BY ${BEST_FIRST}`);
    expect(await textOf(page, "#hidden")).toBe("");
  });
});

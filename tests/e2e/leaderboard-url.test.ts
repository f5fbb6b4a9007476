// The whole view of the leaderboard stands in its address: links, Back and Forward, bad addresses.
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
  SHOWN,
  textOf,
  visitSite,
} from "./site.ts";

const site = visitSite();

const ALL = `SELECT key FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST}`;

/** Everything a reader sees of the view: texts and colours of 30 rows, head, chips, and counts. */
async function picture(page: Page) {
  const looks = await page.$$eval("#head th, #cols col, #table", (all) =>
    all.map((e) => [e.className, e.getAttribute("aria-sort"), e.tagName === "TH" && e.textContent]),
  );
  const classes = await page.$$eval("#rows tr[aria-rowindex]", (rows) =>
    rows.slice(0, 30).map((row) => [row.className, ...[...row.children].map((c) => c.className)]),
  );
  const controls = await page.$$eval("#controls input, #controls select, #controls output", (all) =>
    all.map((e) => [(e as HTMLInputElement).value, (e as HTMLInputElement).checked]),
  );
  const pressed = await page.$$eval("#board [aria-pressed='true']", (all) =>
    all.map((e) => e.textContent),
  );
  return {
    rows: await firstRows(page, 30),
    looks,
    classes,
    controls,
    pressed,
    chips: await chipsOf(page),
    counts: [await textOf(page, "#status"), await textOf(page, "#hidden")],
  };
}

/** What a reader does, and what the address then says. */
const ACTIONS: [string, string, (page: Page) => Promise<unknown>][] = [
  ["typing", "?q=qwen 7b; @google", (page) => page.fill("#q", "qwen 7b; @google")],
  ["a size", "?size=consumer", (page) => page.click('button[data-size="consumer"]')],
  ["a type", "?type=chat", (page) => page.click('button[data-type="chat"]')],
  ...["chat", "choice", "merged", "moe"].map((key): (typeof ACTIONS)[number] => [
    key,
    `?${key}=hide`,
    (page) => page.selectOption(`[data-choice="${key}"]`, "hide"),
  ]),
  ...["flagged", "unavailable"].map((key): (typeof ACTIONS)[number] => [
    key,
    `?${key}=only`,
    (page) => page.selectOption(`[data-choice="${key}"]`, "only"),
  ]),
  ["a precision", "?precision=4bit", (page) => page.check('[value="4bit"]')],
  ["a licence", "?license=cc-by-nc-4.0", (page) => page.check('[value="cc-by-nc-4.0"]')],
  ["a range", "?math=12.5..", (page) => page.fill('[data-range="math"][data-end="min"]', "12.5")],
  ["an order", "?sort=-bbh", (page) => page.click('#head [data-sort="bbh"]')],
  ["the other order", "?sort=average", (page) => page.click('#head [data-sort="average"]')],
  [
    "a column",
    "?cols=rank,model,average,ifeval,bbh,math,gpqa,musr,mmlu_pro,params_b,likes",
    (page) => page.check('[data-column="likes"]'),
  ],
  ["raw scores", "?scores=raw", (page) => page.check("[value=raw]")],
  ["low rows", "?density=compact", (page) => page.check("[value=compact]")],
  ["a weight", "?weights=gpqa:2.5", (page) => page.fill('[data-weight="gpqa"]', "2.5")],
  [
    "a pin",
    "?pin=MaziyarPanahi/calme-3.1-instruct-78b@",
    (page) => page.click('#rows tr[aria-rowindex="3"] .pin'),
  ],
];

const PANELS: [RegExp, string][] = [
  [/chat|choice|merged|moe|flagged|unavailable|precision|licence|range/, "filters"],
  [/column|raw|low/, "columns"],
  [/weight/, "weights"],
];

async function act(page: Page, name: string): Promise<void> {
  const [, , action] = ACTIONS.find(([each]) => each === name)!;
  const panel = PANELS.find(([names]) => name !== "a type" && names.test(name))?.[1];
  const button = `button[aria-controls="panel-${panel}"][aria-expanded="false"]`;
  if (panel && (await page.$(button))) await openPanel(page, panel);
  await action(page);
}

describe("the address", () => {
  it.each(ACTIONS)("follows %s, and opens the same view afresh", async (name, query) => {
    const page = await site.open("/");
    await act(page, name);
    await expect.poll(async () => (await queryOf(page)).startsWith(query)).toBe(true);
    const shown = await picture(page);
    const fresh = await site.open(new URL(page.url()).pathname + new URL(page.url()).search);
    expect(await picture(fresh)).toEqual(shown);
    expect(await fresh.isHidden("#notice")).toBe(true);
  });

  it("holds everything at once", async () => {
    const page = await site.open("/");
    const names = ["a pin", "a size", "merged", "a precision", "a range", "a column", "raw scores"];
    for (const name of [...names, "low rows", "a weight", "an order"]) {
      if (name === "a precision") await page.check('[value="bfloat16"]');
      else if (name === "an order") await page.click('#head [data-sort="bbh_raw"]');
      else await act(page, name);
    }
    await page.fill("#q", "qwen");
    await expect.poll(() => queryOf(page)).toContain("q=qwen");
    const shown = await picture(page);
    expect(shown.rows.length).toBeGreaterThan(10);
    const fresh = await site.open(new URL(page.url()).pathname + new URL(page.url()).search);
    expect(await picture(fresh)).toEqual(shown);
  });

  it("is clean again when all is as it was", async () => {
    const page = await site.open("/?utm_source=mail");
    await page.click('button[data-size="consumer"]');
    await page.click('button[data-size="consumer"]');
    expect(await queryOf(page)).toBe("");
  });

  it("is read the same where a reader wrote it by hand", async () => {
    const page = await site.open(
      "/?type=chat&type=merge&params_b=..3&sort=license&size=consumer,edge",
    );
    await expectRows(
      page,
      `SELECT key FROM models WHERE ${SHOWN} AND model_type IN ('chat', 'merge') AND params_b <= 3
       ORDER BY license IS NULL, lower(license), ${BEST_FIRST}`,
    );
    expect(await page.isHidden("#notice")).toBe(true);
  });
});

describe("Back and Forward", () => {
  it("undo and repeat step by step; typing is one step", async () => {
    const page = await site.open("/");
    const pictures = [await picture(page)];
    const steps = ["a type", "a size", "an order", "raw scores", "a pin"];
    for (const name of steps) {
      await act(page, name);
      pictures.push(await picture(page));
    }
    await page.click("#q");
    await page.keyboard.type("qwen");
    await expect.poll(() => queryOf(page)).toContain("q=qwen");
    pictures.push(await picture(page));
    await act(page, "flagged");
    pictures.push(await picture(page));

    for (let i = pictures.length - 2; i >= 0; i--) {
      await page.goBack();
      await expect.poll(() => picture(page), { timeout: 10_000 }).toEqual(pictures[i]);
    }
    expect(await queryOf(page)).toBe("");
    for (let i = 1; i < pictures.length; i++) {
      await page.goForward();
      await expect.poll(() => picture(page), { timeout: 10_000 }).toEqual(pictures[i]);
    }
  });

  it("take typing in another field for another step", async () => {
    const page = await site.open("/");
    await openPanel(page, "filters");
    await page.click("#q");
    await page.keyboard.type("llama");
    await page.click('[data-range="bbh"][data-end="min"]');
    await page.keyboard.type("30");
    await expect.poll(() => queryOf(page)).toBe("?q=llama&bbh=30..");
    await page.goBack();
    expect(await queryOf(page)).toBe("?q=llama");
    expect(await page.inputValue("#q")).toBe("llama");
    await page.goBack();
    await expectRows(page, ALL);
  });

  it("come back from a model to the same view", async () => {
    const page = await site.open("/?type=pretrained");
    await page.fill("#q", "pythia");
    const wanted = await ask(
      `SELECT 1 FROM models WHERE ${SHOWN} AND model_type = 'pretrained' AND model ILIKE '%pythia%'`,
    );
    await expectStatus(page, `${wanted.length} of 4,576 evaluations`);
    const shown = await picture(page);
    // Straight on, before the address has followed.
    await page.click("#rows a");
    await page.waitForURL("**/models/**");
    await page.goBack();
    await page.waitForSelector(".board.ready");
    expect(await picture(page)).toEqual(shown);
  });
});

describe("a bad address", () => {
  it("is told of, and what is good in it counts", async () => {
    const query = [
      "size=edge,huge",
      "type=chatty",
      "moe=perhaps",
      "sort=-speed",
      "cols=model,average,colour",
      "scores=roman",
      "weights=bbh:x,ifeval:2",
      "average=high",
      "math=30..20",
      "model=1..2",
      "colour=red",
      "type=chat",
    ];
    const page = await site.open(`/?${query.join("&")}`);
    const notice = await textOf(page, "#notice");
    for (const word of ["huge", "chatty", "perhaps", "speed", "roman", "bbh", "high", "30..20"]) {
      expect(notice).toContain(word);
    }
    expect(notice.match(/colour/g)).toHaveLength(2);
    expect(await page.isVisible("#notice")).toBe(true);
    const wanted = await ask(
      `SELECT 1 FROM models WHERE ${SHOWN} AND params_b < 5 AND model_type = 'chat'`,
    );
    await expectStatus(page, `${wanted.length} of 4,576 evaluations`);
    expect(await textOf(page, "#head")).toBe("# Model Your average");
    await page.click('button[data-size="edge"]');
    expect(await queryOf(page)).toBe("?type=chat&cols=model,average&weights=ifeval:2");
  });

  const HTML = `<img src=x onerror="document.title='hit'"><script>document.title='hit'</script>`;
  const SQL = "') OR 1=1; DROP TABLE models; --";
  // All in all within the 16 kB that a server takes.
  const LONG = "x".repeat(900);
  const NAMES = [
    "q",
    "size",
    "type",
    "precision",
    "license",
    "chat",
    "sort",
    "cols",
    "scores",
    "pin",
  ];
  const MORE = ["density", "weights", "average", "nonsense"];

  it.each([
    ["HTML", HTML],
    ["SQL", SQL],
    ["a very long text", LONG],
    ["a lone surrogate and controls", "\u0000\u0007\u202e%ED%A0%80"],
  ])("of %s stays text and does no harm", async (_, text) => {
    const value = encodeURIComponent(text);
    const query = [...NAMES, ...MORE].map((name) => `${name}=${value}`).join("&");
    const page = await site.open(`/?${query}&${value}=1`);
    const title = await page.title();
    expect(title).not.toBe("hit");
    const added = "#board img, #board script:not(#setup), #board iframe, #board [onerror]";
    expect(await page.$$(added)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThan(1281);
    expect(((await page.textContent("#notice")) ?? "").length).toBeLessThan(3000);
    // The page still works.
    await page.click('button[data-size="edge"]');
    expect(await page.textContent("#status")).toMatch(/^[\d,]+ of 4,576 evaluations$/);
  });

  it("with a hostile search shows it as what was searched for", async () => {
    const page = await site.open(`/?q=${encodeURIComponent(HTML)}`);
    expect(await page.inputValue("#q")).toBe(HTML);
    expect(await chipsOf(page)).toEqual([`“${HTML}”`]);
    expect(await textOf(page, "#empty p")).toBe("No model matches.");
    await openPanel(page, "sql");
    expect(await page.textContent("#sql")).toContain("<img");
    expect(await page.$("#board img")).toBeNull();
  });
});

// The pages of models: their figures are DuckDB's, and their links lead somewhere.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axe } from "./axe.ts";
import { ask, firstRows, NARROW, SHOWN, SITE, textOf, visitSite, WIDE } from "./site.ts";

const site = visitSite();

const SUITES = [
  {
    id: "open-llm-v2",
    table: "models",
    scores: ["ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"],
    names: ["IFEval", "BBH", "MATH Lvl 5", "GPQA", "MuSR", "MMLU-Pro"],
  },
  {
    id: "open-llm-v1",
    table: "models_v1",
    scores: ["arc", "hellaswag", "mmlu", "truthfulqa", "winogrande", "gsm8k"],
    names: ["ARC", "HellaSwag", "MMLU", "TruthfulQA", "Winogrande", "GSM8K"],
  },
] as const;

type Suite = (typeof SUITES)[number];

/** A model of each kind, and in which suites it stands with how many evaluations. */
const MODELS: [string, string, number, number][] = [
  ["with two precisions in both suites and no owner", "gpt2", 2, 2],
  ["in two precisions", "mistralai/Mixtral-8x7B-v0.1", 2, 3],
  ["only in the archive", "SF-Foundation/Ein-70B-v2", 0, 1],
  ["that is flagged, and gone", "newsbang/Homer-v0.5-Qwen2.5-7B", 1, 0],
  ["that others were made from", "Qwen/Qwen2.5-0.5B", 1, 0],
  ["with subtasks", "EleutherAI/pythia-2.8b", 1, 0],
  [
    "with a long name",
    "Joseph717171/Hermes-3-Llama-3.1-8B_TIES_with_Base_Embeds_Initialized_to_Special_Instruct_Toks_dtypeF32",
    1,
    0,
  ],
];

const open = (model: string, options = {}) => site.open(`/models/${model}/`, options);
const number = (value: unknown) => Number(value).toLocaleString("en");
const fixed = (value: unknown, digits = 2) =>
  value === null || value === undefined ? "–" : Number(value).toFixed(digits);

/** Texts of a table's body, cell by cell. */
function cellsOf(page: Page, table: string): Promise<string[][]> {
  return page.$$eval(`${table} > tbody > tr`, (rows) =>
    rows.map((row) =>
      [...row.children].map((cell) => (cell.textContent ?? "").replace(/\s+/g, " ").trim()),
    ),
  );
}

/** A suite's evaluations of a model, best first, with all that the page says of them. */
function evaluationsOf(suite: Suite, model: string): Promise<Record<string, unknown>[]> {
  const places = suite.scores.map(
    (key) => `(SELECT 1 + count(*) FROM ${suite.table} AS o
      WHERE NOT o.flagged AND o.${key} > m.${key}) AS ${key}_place`,
  );
  const below = suite.scores.map(
    (key) => `(SELECT floor(100 * count(*) FILTER (o.${key} < m.${key}) / count(o.${key}))
      FROM ${suite.table} AS o WHERE NOT o.flagged) AS ${key}_below`,
  );
  return ask(`SELECT *, revision[:8] AS short, ${[...places, ...below].join(", ")}
    FROM ${suite.table} AS m WHERE model = '${model}' ORDER BY average DESC, eval_id`);
}

const sectionOf = (suite: Suite) => `section[aria-labelledby="${suite.id}"]`;

describe.each(MODELS)("a model %s", (_, model, v2, v1) => {
  it("has its published figures", async () => {
    const page = await open(model);
    expect(await textOf(page, "h1")).toBe(model.split("/").at(-1));
    for (const [suite, evaluations] of [
      [SUITES[0], v2],
      [SUITES[1], v1],
    ] as const) {
      expect(await page.$$(sectionOf(suite))).toHaveLength(evaluations > 0 ? 1 : 0);
      if (evaluations > 0) await expectSection(page, suite, model, evaluations);
    }
  });

  it("has its facts and its history", async () => {
    const page = await open(model);
    const [row = {}] = await ask(`
      SELECT * FROM (SELECT 1 AS suite, * FROM models UNION ALL BY NAME
        SELECT 2 AS suite, * FROM models_v1)
      WHERE model = '${model}' ORDER BY suite, average DESC, eval_id`);
    const facts = new Map(
      await page.$$eval(".facts > div", (all) =>
        all.map((e) => [e.querySelector("dt")!.textContent!, e.querySelector("dd")!.textContent!]),
      ),
    );
    expect(facts.get("Architecture")).toBe(row.architecture ?? "–");
    expect(facts.get("Licence")).toBe(row.license ?? "–");
    expect(facts.get("Likes")).toBe(row.likes === null ? "–" : number(row.likes));
    expect(facts.get("Submitted")).toBe(day(row.submitted_at));
    expect(facts.get("Base model")).toBe(row.base_model ?? "–");
    if (v2 > 0)
      expect(facts.get("CO₂ of the run")).toBe(
        `${fixed(row.co2_kg)} kg estimated, for ${(Number(row.co2_kg) / 1.51088).toFixed(1)} h`,
      );

    // Each stretch of days on which nothing changed, with the ranks at both of its ends.
    const history = await ask<Record<"first" | "last" | "average" | "from" | "to", unknown>>(`
      SELECT CAST(i.first_day AS VARCHAR) AS first, CAST(i.last_day AS VARCHAR) AS last, i.average,
        a.rank AS from, b.rank AS to
      FROM models AS m JOIN intervals AS i USING (eval_id)
      JOIN history AS a ON a.eval_id = i.eval_id AND a.as_of = i.first_day
      JOIN history AS b ON b.eval_id = i.eval_id AND b.as_of = i.last_day
      WHERE m.model = '${model}' ORDER BY m.average DESC, i.eval_id, first`);
    const rank = (value: unknown) => (value === null ? "–" : number(value));
    const rows = await cellsOf(page, ".history-row table");
    expect(rows.map((cells) => cells.slice(0, 3))).toEqual(
      history.map(({ first, last, average, from, to }) => [
        first === last ? first : `${first} to ${last}`,
        fixed(average),
        from === to ? rank(from) : `${rank(from)} → ${rank(to)}`,
      ]),
    );
  });

  it.each([
    { viewport: WIDE, colorScheme: "light" },
    { viewport: NARROW, colorScheme: "dark" },
  ] as const)("is accessible and fits, $viewport.width px, $colorScheme", async (options) => {
    const page = await open(model, options);
    await page.$$eval("details", (all) => {
      for (const each of all) each.open = true;
    });
    expect(await axe(page)).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(options.viewport.width);
  });

  it("links only to pages and places that are there", async () => {
    const page = await open(model);
    const links = await page.$$eval("a[href]", (all) =>
      all.map((a) => (a as HTMLAnchorElement).href),
    );
    const own = [...new Set(links.filter((link) => link.startsWith(site.url())))];
    expect(own.length).toBeGreaterThan(5);
    for (const link of own) {
      expect((await fetch(link, { method: "HEAD" })).status, link).toBe(200);
      const { hash, pathname } = new URL(link);
      if (hash && pathname === new URL(page.url()).pathname)
        expect(await page.$(hash), link).toBeTruthy();
    }
    const others = links.filter((link) => !link.startsWith(site.url()));
    expect(others).toContain(`https://huggingface.co/${model}`);
    expect(others.filter((link) => !link.startsWith("https://"))).toEqual([]);
  });
});

async function expectSection(
  page: Page,
  suite: Suite,
  model: string,
  count: number,
): Promise<void> {
  const rows = await evaluationsOf(suite, model);
  expect(rows).toHaveLength(count);
  const [best = {}] = rows;
  const section = sectionOf(suite);
  const [{ n } = { n: 0 }] = await ask(`SELECT count(rank) AS n FROM ${suite.table}`);
  const standing = await textOf(page, `${section} .standing`);
  expect(standing).toContain(`Average ${fixed(best.average)}`);
  if (best.flagged) expect(standing).not.toContain("Rank");
  else expect(standing).toContain(`Rank ${number(best.rank)} of ${number(n)}`);
  expect(standing).toContain(`revision ${best.short}`);

  const scores = await cellsOf(page, `${section} .scores`);
  expect(scores.map(([name]) => name)).toEqual(
    suite.names.map((name) => expect.stringMatching(new RegExp(`^${name} \\w`))),
  );
  const normalized = suite.table === "models";
  const shown = scores.map(([, score, error, ...rest]) => [
    score,
    ...(normalized ? [error] : []),
    ...rest,
  ]);
  expect(shown).toEqual(
    suite.scores.map((key) => [
      fixed(best[key]),
      ...(normalized ? [fixed(best[`${key}_stderr`]), fixed(best[`${key}_raw`], 4)] : []),
      number(best[`${key}_place`]),
      `above ${best[`${key}_below`]} %`,
    ]),
  );
  if (normalized) {
    const errors = suite.scores.map((key) => Number(best[`${key}_stderr`]));
    expect(standing).toContain(`± ${(Math.hypot(...errors) / 6).toFixed(2)} standard error`);
  }
  if (count > 1) {
    const evaluations = await cellsOf(page, `${section} [aria-label="All evaluations"] table`);
    expect(evaluations).toEqual(
      rows.map((row) => [
        String(row.key).split("|")[1],
        row.short,
        row.flagged ? "flagged" : number(row.rank),
        fixed(row.average),
        ...suite.scores.map((key) => fixed(row[key])),
        expect.stringMatching(/^row [\d,]+ of [\w.-]+$/),
      ]),
    );
  }
  const places = await page.$$eval(`${section} .from`, (all) => all.map((a) => a.textContent));
  expect(places).toHaveLength(count);
  for (const [i, place] of places.entries()) {
    const [, row = "", file] = /^row ([\d,]+) of ([\w.-]+)$/.exec(place!)!;
    const offset = Number(row.replaceAll(",", "")) - 1;
    const there = await ask(
      `SELECT model, revision FROM 'data/snapshot/${file}' LIMIT 1 OFFSET ${offset}`,
    );
    expect(there).toEqual([{ model, revision: rows[i]!.revision }]);
  }
}

function day(value: unknown): string {
  return value instanceof Date ? value.toISOString().slice(0, 10) : "–";
}

describe("the page of a model", () => {
  it("says where standard errors are from, and which one the run's own file does not know", async () => {
    const page = await open("01-ai/Yi-34B-Chat");
    const [{ stderr = 0 } = {}] = await ask(`SELECT stderr FROM scores
      WHERE eval_id LIKE '01-ai/Yi-34B-Chat@%' AND benchmark = 'math' AND subtask IS NULL`);
    const words = await page.textContent("#open-llm-v2 ~ .scroll + p");
    expect(words).toContain(
      "MATH Lvl 5 binomial, since the result file’s cannot belong to the score",
    );
    expect(words).toContain("GPQA is widened, since it asks questions more than once.");
    const scores = await cellsOf(page, 'section[aria-labelledby="open-llm-v2"] .scores');
    const math = scores.find(([name]) => name!.startsWith("MATH"))!;
    // 83 of 1,324; the file has 0.55, of 57.
    expect(math[2]).toBe("0.67");
    expect(Number(stderr)).toBeCloseTo(0.666, 3);
  });

  it("lists the subtasks of a run", async () => {
    const page = await open("EleutherAI/pythia-2.8b");
    const shown = await cellsOf(page, '[aria-label="Subtasks"] table');
    const wanted = await ask(`SELECT * FROM scores
      WHERE eval_id LIKE 'EleutherAI/pythia-2.8b@%' AND subtask IS NOT NULL`);
    expect(wanted).toHaveLength(30);
    expect(shown.map(([, , ...figures]) => figures.join()).toSorted()).toEqual(
      wanted
        .map((row) =>
          [fixed(row.normalized), fixed(row.stderr), fixed(row.raw, 4), String(row.n)].join(),
        )
        .toSorted(),
    );
    expect(shown.find(([, name]) => name === "boolean expressions")).toEqual([
      "BBH",
      "boolean expressions",
      "25.60",
      "6.13",
      "0.6280",
      "250",
    ]);
    expect(await page.isVisible('[aria-label="Subtasks"]')).toBe(false);
    await page.click("summary:has-text('Subtasks')");
    expect(await page.isVisible('[aria-label="Subtasks"]')).toBe(true);
  });

  it("names those made from it, and what it was made from", async () => {
    const page = await open("Qwen/Qwen2.5-0.5B");
    const children = await ask<{ model: string }>(`
      SELECT DISTINCT model FROM (SELECT model, base_model FROM models UNION ALL
        SELECT model, base_model FROM models_v1) WHERE base_model = 'Qwen/Qwen2.5-0.5B'`);
    const section = 'section[aria-labelledby="children"]';
    expect(await textOf(page, section)).toContain(`${children.length} models`);
    const links = await page.$$eval(`${section} a[href^="/models/"]`, (all) =>
      all.map((a) => a.textContent),
    );
    expect(links.length).toBeGreaterThanOrEqual(20);
    const names = children.map((row) => row.model);
    expect(links.filter((name) => !names.includes(name ?? ""))).toEqual([]);
    await page.click(`${section} a >> nth=3`);
    expect(await textOf(page, ".facts")).toContain("Base modelQwen/Qwen2.5-0.5B");
    await page.click('.facts a[href="/models/Qwen/Qwen2.5-0.5B/"]');
    expect(await textOf(page, "h1")).toBe("Qwen2.5-0.5B");
  });

  it("says why a model is not ranked", async () => {
    const page = await open("newsbang/Homer-v0.5-Qwen2.5-7B");
    expect(await textOf(page, ".notice")).toMatch(/^Not ranked in Open LLM Leaderboard v2\. \w+/);
    expect(await page.$$eval(".tag.warn", (tags) => tags.map((t) => t.textContent))).toEqual([
      "Flagged",
      "Gone from the Hub",
    ]);
    const hidden = await open("gpt2");
    expect(await hidden.$(".notice")).toBeNull();
  });

  it("says of a model that has gone when it was last there, where a snapshot knows", async () => {
    const had = (day: string) =>
      `SELECT model FROM '${join(SITE, "data", day)}/models.parquet' WHERE on_hub`;
    const gone = (rest: string) =>
      ask<{ model: string }>(`SELECT model FROM models WHERE model NOT IN (${had("latest")})
        AND on_hub IS FALSE AND ${rest} ORDER BY average DESC LIMIT 1`);
    const [seen] = await gone(`model IN (${had("2025-02-28")})`);
    const page = await open(seen!.model);
    expect(await textOf(page, ".gone")).toMatch(/^No longer on the Hub\. .* Its scores stay/s);
    expect(await page.getAttribute(".gone a", "href")).toBe("/data/2025-02-28/");
    const [never] = await gone(`model NOT IN (${had("2*")})`);
    const other = await open(never!.model);
    expect(await textOf(other, ".gone")).toContain("No longer on the Hub");
    expect(await other.$(".gone a")).toBeNull();
    expect(await (await open("gpt2")).$(".gone")).toBeNull();
  });

  it("leads to the owner's models on the leaderboard", async () => {
    const page = await open("EleutherAI/pythia-2.8b");
    await page.click("article header a:has-text('EleutherAI')");
    await page.waitForSelector(".board.ready");
    const own = await ask<{ key: string }>(`SELECT key FROM models
      WHERE ${SHOWN} AND model ILIKE 'eleutherai%/%' ORDER BY average DESC, eval_id LIMIT 20`);
    expect((await firstRows(page, 20)).map((row) => row.key)).toEqual(own.map((row) => row.key));
  });

  it("gives the command that repeats the run, with revision and precision", async () => {
    const page = await open("EleutherAI/pythia-2.8b");
    const [row] = await ask("SELECT * FROM models WHERE model = 'EleutherAI/pythia-2.8b'");
    const commands = await page.$$eval("section[aria-labelledby^='repeat-'] pre", (all) =>
      all.map((pre) => pre.textContent ?? ""),
    );
    const command = commands.find((text) => text.includes("pretrained=")) ?? "";
    expect(command).toContain(`pretrained=EleutherAI/pythia-2.8b,revision=${row?.revision}`);
    expect(command).toContain("dtype=float16");
    expect(command).not.toContain("--apply_chat_template");
    const chat = await open("newsbang/Homer-v0.5-Qwen2.5-7B");
    expect(
      (await chat.locator("section[aria-labelledby^='repeat-'] pre").allTextContents()).join("\n"),
    ).toContain("--apply_chat_template");
  });

  it("works without JavaScript", async () => {
    const page = await open("gpt2", { javaScriptEnabled: false });
    expect(await page.$$(".scores tbody tr")).toHaveLength(12);
    expect(await page.isVisible("#theme")).toBe(false);
  });
});

describe("the whole site", () => {
  it("has a page for every model, under its exact name", async () => {
    const models = await ask<{ model: string }>(`
      SELECT DISTINCT model FROM (SELECT model FROM models UNION ALL SELECT model FROM models_v1)
      ORDER BY md5(model)`);
    expect(models.length).toBeGreaterThan(10_900);
    for (const { model } of models.slice(0, 200)) {
      const answer = await fetch(site.url(`/models/${model}/`));
      expect(answer.status, model).toBe(200);
      expect(await answer.text(), model).toContain(`<h1>${model.split("/").at(-1)}</h1>`);
    }
  });

  it("has what 200 links, drawn from its pages, lead to", async () => {
    const models = await ask<{ model: string }>(
      "SELECT DISTINCT model FROM models ORDER BY md5(model || 'links') LIMIT 60",
    );
    const paths = ["/", "/archive/", ...models.map(({ model }) => `/models/${model}/`)];
    const links = new Set<string>();
    for (const path of paths) {
      const html = await (await fetch(site.url(path))).text();
      for (const [, link] of html.matchAll(/<a\s[^>]*href="([^"]+)"/g)) {
        const url = new URL(
          link!.replaceAll("&#38;", "&").replaceAll("&amp;", "&"),
          site.url(path),
        );
        if (url.origin === site.url()) links.add(url.href.split("#")[0]!);
      }
    }
    expect(links.size).toBeGreaterThan(300);
    const drawn = [...links].sort((a, b) => draw(a) - draw(b)).slice(0, 200);
    for (const link of drawn) {
      expect((await fetch(link, { method: "HEAD" })).status, link).toBe(200);
    }
  });

  /** A number that has nothing to do with the order of names: the same links on every run. */
  function draw(text: string): number {
    let hash = 0;
    for (const letter of text.slice(site.url().length))
      hash = (hash * 31 + letter.charCodeAt(0)) | 0;
    return Math.imul(hash, 0x9e3779b1);
  }
});

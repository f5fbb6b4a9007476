// The SQL console as a reader uses it, in the built site and under its Content-Security-Policy.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, openPage, type PageOptions } from "../../src/pipeline/built/browser.ts";
import { serve } from "../../src/pipeline/built/serve.ts";
import { axe } from "./axe.ts";
import { cells, error, run, settled, start } from "./console.ts";
import { ask, expectStatus, NARROW, openPanel, SITE, textOf, visitSite } from "./site.ts";

const site = visitSite();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "console-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function open(path = "/sql/", options: PageOptions = {}): Promise<Page> {
  const page = await site.open(path, options);
  await page.waitForSelector("#console.ready");
  return page;
}

const heads = (page: Page) =>
  page.$$eval("#result th", (all) =>
    all.map((th) => [...th.querySelectorAll("button > *")].map((e) => e.textContent)),
  );

const summary = (page: Page) => textOf(page, "#summary");

describe("the page", () => {
  it("says without JavaScript what there is to ask", async () => {
    const page = await site.open("/sql/", { javaScriptEnabled: false });
    expect(await textOf(page, "noscript")).toContain("downloads");
    const text = await textOf(page, ".shelf");
    for (const name of ["models_v1", "scores", "history", "Whether it is a mixture of experts."])
      expect(text).toContain(name);
    expect(text).toContain("SELECT rank, model, average, params_b FROM models");
    expect(await page.isDisabled("#run")).toBe(true);
  });

  it("loads DuckDB with the first query, and only the tables that it names", async () => {
    const page = await open();
    const asked: string[] = [];
    page.context().on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.waitForTimeout(300);
    expect(asked.filter((path) => /wasm|worker|parquet/.test(path))).toEqual([]);
    await page.click("#run");
    await settled(page);
    expect(await summary(page)).toMatch(/^10 rows · 4 columns · [\d.]+ m?s$/);
    const parquet = () => asked.filter((path) => path.endsWith(".parquet"));
    expect(parquet()).toEqual(["/data/latest/models.parquet"]);
    await run(page, "SELECT count(*) AS n FROM SCORES JOIN models USING (eval_id)");
    expect(parquet()).toEqual(["/data/latest/models.parquet", "/data/latest/scores.parquet"]);
    expect(asked.filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
    const [row] = await ask<{ n: bigint }>(
      "SELECT count(*) AS n FROM scores JOIN models USING (eval_id)",
    );
    expect(await cells(page)).toEqual([[String(row?.n)]]);
  });

  it.each([
    ["wide", "light"],
    ["narrow", "dark"],
  ] as const)(
    "is accessible with a result, a chart and an error: %s, %s",
    async (width, scheme) => {
      const options = { colorScheme: scheme, ...(width === "narrow" ? { viewport: NARROW } : {}) };
      const page = await open("/sql/", options);
      await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
      expect(await axe(page)).toEqual([]);
      await page.click("#run");
      await settled(page);
      expect(await axe(page)).toEqual([]);
      await page.click('[data-view="chart"]');
      expect(await axe(page)).toEqual([]);
      await run(page, "SELECT nothing");
      expect(await axe(page)).toEqual([]);
      const scrolled = await page.evaluate("document.documentElement.scrollWidth");
      expect(scrolled).toBe(width === "narrow" ? 390 : 1280);
    },
  );
});

describe("the editor", () => {
  it("completes tables and columns with what they mean, runs by keyboard, and lets Tab go", async () => {
    const page = await open();
    await page.click(".cm-content");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("SELECT max(co2", { delay: 20 });
    await page.waitForSelector(".cm-tooltip-autocomplete li");
    expect(await textOf(page, ".cm-completionInfo")).toMatch(
      /^Kilograms of CO₂ for the evaluation\. .*1\.51088 kg .* 8 H100/,
    );
    // For a moment after it opens, the list takes no key, lest Enter chooses what was not yet seen.
    await page.waitForTimeout(150);
    await page.keyboard.press("Enter");
    await page.keyboard.press("End");
    await page.keyboard.type(" AS most FROM hist", { delay: 20 });
    await page.waitForSelector(".cm-tooltip-autocomplete li >> text=history");
    await page.keyboard.press("Escape");
    for (let i = 0; i < 4; i++) await page.keyboard.press("Backspace");
    await page.keyboard.type("models");
    await page.keyboard.press("Escape");
    expect(await page.textContent(".cm-line")).toBe("SELECT max(co2_kg) AS most FROM models");
    await page.keyboard.press("Control+Enter");
    await settled(page);
    const [row] = await ask<{ most: number }>("SELECT max(co2_kg) AS most FROM models");
    expect(await cells(page)).toEqual([[row!.most.toFixed(4)]]);
    expect(await heads(page)).toEqual([["most", "DOUBLE"]]);
    await page.focus(".cm-content");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.id")).toBe("run");
    // Colours and weights come from sheets that the policy allows.
    const keyword = page.locator(".cm-line span", { hasText: "SELECT" }).first();
    expect(await keyword.evaluate((e) => getComputedStyle(e).fontWeight)).toBe("600");
  });

  it("is in the address, and a link fills it without running it", async () => {
    const page = await open();
    await run(page, "SELECT 'a&b=c+d %' AS x,\n  41 + 1 AS y -- größer");
    const address = new URL(page.url());
    expect(address.searchParams.get("q")).toBe("SELECT 'a&b=c+d %' AS x,\n  41 + 1 AS y -- größer");
    const fresh = await open(address.pathname + address.search);
    expect(await fresh.textContent(".cm-content")).toContain("41 + 1 AS y -- größer");
    await fresh.waitForTimeout(300);
    expect(await fresh.isVisible("#answer")).toBe(false);
    await fresh.click("#run");
    await settled(fresh);
    expect(await cells(fresh)).toEqual([["a&b=c+d %", "42"]]);
  });

  it.each([
    [
      "SELECT model,\n  averge\nFROM models",
      "averge",
      /not found in FROM clause!\n.*models\.average/,
    ],
    ["SELECT 1;\nSELEC 2", "SELEC", /syntax error at or near "SELEC"/],
    [
      "SELECT *\nFROM modelz",
      "modelz",
      /does not exist! There are models, models_v1, scores, history, intervals, days, sources, runs\./,
    ],
    ["SELECT '漢字' AS a, nope(1)", "nope", /Function with name nope does not exist/],
  ])("marks an error where it is: %s", async (sql, place, message) => {
    const page = await open();
    await run(page, sql);
    expect(await page.textContent("#error")).toMatch(message);
    expect(await page.textContent(".cm-lintRange-error")).toBe(place);
    await run(page, "SELECT 1");
    expect(await page.isVisible("#error")).toBe(false);
    expect(await page.$(".cm-lintRange-error")).toBeNull();
  });
});

describe("examples", () => {
  it("all run, and give what DuckDB 1.5 gives", { timeout: 120_000 }, async () => {
    const page = await open();
    const examples = await page.$$eval("[data-example-sql]", (all) =>
      all.map((pre) => pre.textContent ?? ""),
    );
    expect(examples.length).toBeGreaterThan(10);
    for (const [i, sql] of examples.entries()) {
      await page.$eval(`[data-example="${i}"]`, (button) => {
        button.closest("details")!.open = true;
        (button as HTMLButtonElement).click();
      });
      await settled(page);
      expect(await page.isVisible("#error"), sql).toBe(false);
      const wanted = await ask(sql.replaceAll(`${site.url()}/data`, "public/data"));
      const rows = `${wanted.length.toLocaleString("en")} row${wanted.length === 1 ? "" : "s"}`;
      expect(await summary(page), sql).toContain(`${rows} · `);
      const first = Object.values(wanted[0]!).map(String);
      const shown = (await page.$$eval("#result tbody tr[aria-rowindex]:nth-child(2) td", (all) =>
        all.map((cell) => (cell as HTMLElement).title),
      )) as string[];
      shown.forEach((text, k) => {
        const [a, b] = [Number(text), Number(first[k])];
        if (Number.isNaN(b)) return;
        expect(Math.abs(a - b), `${sql}: ${text} and ${first[k]}`).toBeLessThan(1e-6);
      });
    }
  });
});

describe("a result", () => {
  const SQL = "SELECT model, params_b, license FROM models WHERE rank <= 400 ORDER BY rank";

  it("is sorted by its headers, back to the query's order, the unknown last", async () => {
    const page = await open();
    await run(page, "SELECT * FROM (VALUES ('b', 2.5), ('a', NULL), ('C', 10)) AS t(name, value)");
    const by = async (n: number) => {
      await page.click(`#result th:nth-child(${n}) button`);
      return (await cells(page)).map((row) => row[0]).join("");
    };
    expect(await by(2)).toBe("Cba");
    expect(await page.getAttribute("#result th:nth-child(2)", "aria-sort")).toBe("descending");
    expect(await by(2)).toBe("bCa");
    expect(await by(2)).toBe("baC");
    expect(await by(1)).toBe("abC");
    expect(await page.textContent("#result td.unknown")).toBe("–");
  });

  it("keeps few rows in the page, however many there are", async () => {
    const page = await open();
    await run(page, "SELECT n, 2 * n AS m FROM range(50000) AS t(n)");
    expect(await summary(page)).toContain("50,000 rows");
    expect((await cells(page)).length).toBeLessThan(60);
    await page.$eval("#result-scroller", (e) => e.scrollTo(0, e.scrollHeight));
    await page.waitForSelector('#result tr[aria-rowindex="50001"]');
    expect((await cells(page)).at(-1)).toEqual(["49999", "99998"]);
    await run(page, "SELECT 1 AS one");
    expect(await cells(page)).toEqual([["1"]]);
  });

  it("shows every type that DuckDB has, none as something else", async () => {
    const page = await open();
    await run(page, "CREATE TYPE mood AS ENUM ('sad', 'glad'); SELECT 1");
    await run(
      page,
      `SELECT 170141183460469231731687303715884105727::HUGEINT AS huge, 9007199254740993 AS big,
        -1.50::DECIMAL(10,2) AS dec, 'glad'::mood AS mood, INTERVAL 3 DAY AS span, DATE '1815-12-10' AS day,
        TIMESTAMP '2024-02-29 10:00:01.5' AS moment, TIME '23:59:01.25' AS time, [1, NULL, 3] AS list,
        {'a': 1.5, 'b': DATE '2024-01-01'} AS struct, MAP {'k': 1} AS map, TRUE AS yes, NULL AS nothing,
        'NaN'::DOUBLE AS nan, '\\xAB'::BLOB AS blob, 'x' AS "a b", 'y' AS "a b"`,
    );
    const got = Object.fromEntries((await heads(page)).map(([name, type], i) => [name ?? i, type]));
    const row = await page.$$eval("#result tbody td[title]", (all) =>
      all.map((td) => (td as HTMLElement).title),
    );
    expect(row).toEqual([
      "170141183460469231731687303715884105727",
      "9007199254740993",
      "-1.5",
      "glad",
      "3 days",
      "1815-12-10",
      "2024-02-29 10:00:01.5",
      "23:59:01.25",
      "[1, NULL, 3]",
      "{'a': 1.5, 'b': 2024-01-01}",
      "{k=1}",
      "true",
      "unknown (NULL)",
      "NaN",
      "\\xAB",
      "x",
      "y",
    ]);
    expect(got).toMatchObject({
      huge: "HUGEINT",
      dec: "DECIMAL(10,2)",
      span: "INTERVAL",
      list: "INTEGER[]",
    });
  });

  it("is saved as CSV, JSON and Parquet, which DuckDB reads back", async () => {
    const page = await open();
    await run(page, SQL);
    const wanted = await ask(SQL);
    for (const kind of ["csv", "json", "parquet"]) {
      const path = await saved(page, kind);
      if (kind === "json") {
        expect(JSON.parse(await readFile(path, "utf8"))).toEqual(wanted);
      } else {
        expect(await ask(`SELECT * FROM '${path}'`), kind).toEqual(wanted);
      }
    }
    await run(page, "SELECT '=1+1' AS a, DATE '2024-01-02' AS d, 3 AS a, [1, 2] AS l");
    expect(await readFile(await saved(page, "csv"), "utf8")).toBe(
      `a,d,a,l\n'=1+1,2024-01-02,3,"[1, 2]"\n`,
    );
    const types = await ask<{ column_type: string }>(
      `DESCRIBE SELECT * FROM '${await saved(page, "parquet")}'`,
    );
    expect(types.map((t) => t.column_type)).toEqual(["VARCHAR", "DATE", "INTEGER", "INTEGER[]"]);
  });

  async function saved(page: Page, kind: string): Promise<string> {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click(`[data-save="${kind}"]`),
    ]);
    expect(download.suggestedFilename()).toMatch(
      new RegExp(`^query-\\d{4}-\\d\\d-\\d\\d\\.${kind}$`),
    );
    const path = join(folder, `${crypto.randomUUID()}.${kind}`);
    await download.saveAs(path);
    await settled(page);
    return path;
  }

  it("is a chart: chosen sensibly, changed by its controls, and a file", async () => {
    const page = await open();
    await run(page, "SELECT model_type, count(*) AS n FROM models GROUP BY ALL ORDER BY n DESC");
    await page.click('[data-view="chart"]');
    expect(await page.inputValue('[data-chart="kind"]')).toBe("bar");
    const counts = await ask<{ n: bigint }>(
      "SELECT count(*) AS n FROM models GROUP BY model_type ORDER BY n DESC",
    );
    expect(await page.$$eval("#plot text.value", (all) => all.map((t) => t.textContent))).toEqual(
      counts.map((c) => String(c.n)),
    );
    await run(page, "SELECT as_of, max(average) AS best FROM history GROUP BY as_of");
    expect(await page.inputValue('[data-chart="kind"]')).toBe("line");
    expect(await page.$$eval("#plot path.step", (all) => all.length)).toBe(1);
    await run(page, "SELECT params_b, average, model_type FROM models");
    expect(await page.inputValue('[data-chart="kind"]')).toBe("scatter");
    expect(await page.$$eval("#plot path.dots", (all) => all.length)).toBeGreaterThan(3);
    await page.selectOption('[data-chart="colour"]', "");
    expect(await page.$$eval("#plot path.dots", (all) => all.length)).toBe(1);
    await page.selectOption('[data-chart="x"]', { label: "average" });
    expect(await textOf(page, "#plot svg .label")).toContain("average");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click('[data-picture="svg"]'),
    ]);
    expect(await readFile((await download.path())!, "utf8")).toContain("average by average");
    await run(page, "SELECT 'a' AS x");
    expect(await textOf(page, "#chart-note")).toContain("No column of numbers");
  });

  it("may be nothing", async () => {
    const page = await open();
    await run(page, "SELECT 1 AS x WHERE false");
    expect(await summary(page)).toMatch(/^0 rows · 1 column/);
    await run(page, "  -- nothing\n;");
    expect(await error(page)).toBe("There is no query to run.");
  });
});

describe("limits", () => {
  const ENDLESS =
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t";

  it("stop a query in place, and keep what earlier ones made", async () => {
    const page = await open();
    await run(page, "CREATE TABLE mine AS SELECT 7 AS x; SELECT x FROM mine");
    await start(page, ENDLESS);
    await page.waitForSelector("#stop:not([hidden])");
    await page.waitForTimeout(400);
    await page.click("#stop");
    await settled(page);
    expect(await textOf(page, "#status")).toMatch(/^Stopped after [\d.]+ m?s\.$/);
    await run(page, "SELECT x FROM mine");
    expect(await cells(page)).toEqual([["7"]]);
  });

  it("end DuckDB where it does not stop by itself, while the page answers", async () => {
    const page = await open();
    await run(page, "SELECT count(*) FROM models");
    await start(page, "SELECT count(*) FROM range(1000000) a, range(1000000) b");
    await page.waitForTimeout(500);
    const frames = await page.evaluate(
      () =>
        new Promise<number>((done) => {
          let n = 0;
          const count = () => ++n < 20 && requestAnimationFrame(count);
          requestAnimationFrame(count);
          setTimeout(() => done(n), 1500);
        }),
    );
    expect(frames).toBe(20);
    await page.click("#stop");
    await settled(page);
    expect(await textOf(page, "#status")).toMatch(/^Stopped after .* DuckDB was ended/);
    await run(page, "SELECT count(*) FROM models");
    expect(await cells(page)).toEqual([["4576"]]);
  });

  it("stop after a minute, and offer to go on without the limit", async () => {
    const page = await open();
    await run(page, "SELECT 1");
    await page.clock.install();
    await start(page, ENDLESS);
    await page.waitForSelector("#stop:not([hidden])");
    await page.clock.fastForward(61_000);
    await page.waitForSelector("#error:not([hidden])");
    expect(await error(page)).toBe("This query was stopped after 60 seconds.");
    await page.click("#unlimited");
    await page.clock.fastForward(61_000);
    await page.waitForTimeout(300);
    expect(await page.isVisible("#stop")).toBe(true);
    await page.click("#stop");
    await page.clock.runFor(3000);
    await settled(page);
  });

  it("bring over so many rows and say so; Parquet has all", async () => {
    const page = await open();
    await run(page, "SELECT * FROM range(100000000)");
    expect(await summary(page)).toContain("first 100,000 rows");
    expect(await textOf(page, "#cut")).toContain("Saving as Parquet takes all rows");
    await run(page, "SELECT n FROM range(100000) AS t(n)");
    expect(await summary(page)).toMatch(/^100,000 rows/);
    expect(await page.isVisible("#cut")).toBe(false);
    await run(page, "SELECT n FROM range(100001) AS t(n)");
    expect(await page.isVisible("#cut")).toBe(true);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click('[data-save="parquet"]'),
    ]);
    const path = join(folder, "all.parquet");
    await download.saveAs(path);
    expect(Number((await ask(`SELECT count(*) AS n FROM '${path}'`))[0]?.n)).toBe(100_001);
  });

  it.each([
    ["SELECT length(list(n)::VARCHAR) FROM range(200000000) AS t(n)"],
    ["SELECT length(string_agg(repeat('x', 1000000), '')) FROM range(10000)"],
  ])("end what needs too much memory: %s", async (sql) => {
    const page = await open();
    await run(page, sql);
    expect(await error(page)).toMatch(
      /^This needs more memory than DuckDB may use here \(\d+ MB\)/,
    );
    await run(page, "SELECT count(*) FROM models");
    expect(await cells(page)).toEqual([["4576"]]);
  });

  it("keep a huge value out of the page", async () => {
    const page = await open();
    await run(page, "SELECT repeat('x', 70000000) AS x");
    expect(await error(page)).toMatch(/^The first rows alone have [\d.]+ MB; no more than 32.0 MB/);
  });

  it("give memory back when asked to", async () => {
    const page = await open();
    await run(page, "SELECT 1");
    expect(page.workers()).toHaveLength(1);
    await page.click("#free");
    await expect.poll(() => page.workers().length).toBe(0);
    await run(page, "SELECT count(*) FROM models");
    expect(await cells(page)).toEqual([["4576"]]);
  });
});

describe("open in the console", () => {
  it("from a view of the leaderboard: the same rows", async () => {
    const page = await site.open("/?q=qwen&size=consumer&average=25..&sort=-params_b");
    await openPanel(page, "sql");
    const shown = (await textOf(page, "#status")).split(" ")[0]!;
    await page.click("#sql-open");
    await page.waitForSelector("#console.ready");
    await page.click("#run");
    await settled(page);
    expect(await summary(page)).toContain(`${shown} row`);
    await page.goBack();
    await page.waitForSelector(".board.ready");
    await expectStatus(page, `${shown} of 4,576 evaluations`);
  });

  it("from the archive and from every figure of a page", async () => {
    const archive = await site.open("/archive/?q=falcon");
    await openPanel(archive, "sql");
    const links = [await archive.getAttribute("#sql-open", "href")];
    const figures = await site.open("/analysis/correlations/?size=consumer");
    await figures.waitForFunction(() => document.querySelector("[aria-busy]") === null);
    links.push(
      ...(await figures.$$eval('[data-part="console"]', (all) =>
        all.map((link) => link.getAttribute("href")),
      )),
    );
    expect(links.length).toBeGreaterThan(2);
    const page = await open();
    for (const link of links) {
      const sql = new URL(link!, site.url()).searchParams.get("q")!;
      await run(page, sql);
      expect(await page.isVisible("#error"), sql).toBe(false);
      expect(await summary(page)).toMatch(/rows? · /);
    }
    expect(new URL(links[1]!, site.url()).searchParams.get("q")).toContain("params_b >= 5");
  });
});

describe("the reader's own files", () => {
  it("are tables that join with the others", async () => {
    const page = await open();
    const csv = join(folder, "My notes (1).csv");
    await writeFile(csv, "model,verdict\nmeta-llama/Llama-2-7b-hf,fine\nnobody/Nothing,none\n");
    await page.setInputFiles("#file", csv);
    await page.waitForSelector("#file-list li");
    expect(await textOf(page, "#file-list li")).toMatch(
      /^my_notes_1 My notes \(1\)\.csv · 2 rows · model, verdict/,
    );

    const parquet = join(folder, "more.parquet");
    await ask(`COPY (SELECT 'gpt2' AS model, 5 AS stars) TO '${parquet}'`);
    const bytes = [...(await readFile(parquet))];
    await page.evaluate((content) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(content)], "stars.parquet"));
      const at = { dataTransfer: data, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new DragEvent("dragover", at));
      document.body.dispatchEvent(new DragEvent("drop", at));
    }, bytes);
    await page.waitForSelector("#file-list li:nth-child(2)");
    const sql = `SELECT m.model, n.verdict, s.stars FROM models AS m
      LEFT JOIN my_notes_1 AS n USING (model) LEFT JOIN stars AS s USING (model)
      WHERE n.verdict IS NOT NULL OR s.stars IS NOT NULL ORDER BY m.model`;
    await run(page, sql);
    const joined = await cells(page);
    expect(joined).toContainEqual(["gpt2", "–", "5"]);
    expect(joined).toContainEqual(["meta-llama/Llama-2-7b-hf", "fine", "–"]);
    // They are there again after DuckDB was ended.
    await page.click("#free");
    await run(page, sql);
    expect(await cells(page)).toEqual(joined);
    await page.click('[aria-label="Remove stars"]');
    await run(page, "SELECT * FROM stars");
    expect(await error(page)).toContain("stars does not exist");
  });

  it("are refused in a sentence where they are something else", async () => {
    const page = await open();
    const refused = async (name: string, content: string | Uint8Array) => {
      const path = join(folder, name);
      await writeFile(path, content);
      await page.setInputFiles("#file", path);
      await settled(page);
      await page.waitForFunction(
        () => !document.querySelector("#file-status")?.textContent?.startsWith("Reading"),
      );
      return textOf(page, "#file-status");
    };
    expect(await refused("book.xlsx", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))).toContain(
      "neither CSV nor Parquet",
    );
    expect(await refused("none.csv", "")).toContain("is empty");
    expect(await refused("half.parquet", "PAR1 and then nothing PAR1")).toContain(
      "could not be read as Parquet",
    );
    expect(await page.$$("#file-list li")).toEqual([]);
  });

  it("and their names, columns and cells are text, whatever they say", async () => {
    const page = await open();
    const evil = "<img src=x onerror=alert(1)>";
    await page.evaluate((markup) => {
      const data = new DataTransfer();
      data.items.add(
        new File([`"${markup}",n\n${markup},1\n'; DROP TABLE x; --,2\n`], `${markup}.csv`),
      );
      document.body.dispatchEvent(
        new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    }, evil);
    await page.waitForSelector("#file-list li");
    await run(page, `SELECT *, '${evil}' AS "<b>'x" FROM img_src_x_onerror_alert_1`);
    expect((await heads(page)).map(([name]) => name)).toEqual([evil, "n", "<b>'x"]);
    expect((await cells(page))[0]).toEqual([evil, "1", evil]);
    await page.click('[data-view="chart"]');
    expect(await page.$$eval("#plot text.name", (all) => all.map((t) => t.textContent))).toContain(
      evil,
    );
    await run(page, `SELECT "${evil}"`);
    expect(await error(page)).toContain(evil);
    expect(await page.$$("img")).toEqual([]);
  });
});

describe("other hosts", () => {
  it("are not reached by any query; files of this site are", async () => {
    const hits: string[] = [];
    const other = createServer((request, response) => {
      hits.push(request.url ?? "");
      response.setHeader("access-control-allow-origin", "*").end("a,b\n1,2\n");
    }).listen(0, "127.0.0.1");
    const server = await serve(SITE);
    const browser = await launchBrowser();
    try {
      const { port } = other.address() as AddressInfo;
      const { page } = await openPage(browser, `${server.url}/sql/`);
      await page.waitForSelector("#console.ready");
      for (const address of [`http://127.0.0.1:${port}/x.csv`, "https://example.org/x.parquet"]) {
        for (const sql of [
          `SELECT * FROM '${address}'`,
          `SELECT * FROM read_csv_auto('${address}')`,
          `CREATE TABLE t AS SELECT * FROM read_parquet(['${address}'])`,
        ]) {
          await run(page, sql);
          expect(await error(page), sql).toContain(
            `${address} was not asked for anything: queries read files of this site only.`,
          );
        }
      }
      for (const sql of ["INSTALL httpfs", "LOAD spatial", "SELECT to_json(1)"]) {
        await run(page, sql);
        expect(await error(page), sql).toMatch(
          /extension “\w+”, which would come from another host/,
        );
      }
      await run(page, `ATTACH 'http://127.0.0.1:${port}/a.db'`);
      expect(await error(page)).toContain("cannot be attached");
      expect(hits).toEqual([]);
      await run(page, `SELECT count(*) FROM '${server.url}/data/latest/models.parquet'`);
      expect(await cells(page)).toEqual([["4576"]]);
      await run(page, `SELECT * FROM '${server.url}/data/latest/nothing.parquet'`);
      expect(await error(page)).toContain("nothing.parquet could not be read");
      await run(page, "SHOW TABLES");
      expect((await cells(page)).flat()).toEqual([
        "days",
        "history",
        "intervals",
        "models",
        "models_v1",
        "runs",
        "scores",
        "sources",
      ]);
    } finally {
      await browser.close();
      await server.close();
      other.close();
    }
  });
});

// Copying, saving and SQL: all rows of the view leave the page whole, and DuckDB reads them back.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ask,
  BEST_FIRST,
  expectStatus,
  firstRows,
  knownColumns,
  openPanel,
  SHOWN,
  textOf,
  visitSite,
} from "./site.ts";

const site = visitSite();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "save-test-"));
});

afterAll(() => rm(folder, { recursive: true }));

const SCORES = ["ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"];
const NAMES = [
  "place",
  "model",
  "rank",
  "average",
  ...SCORES,
  "params_b",
  "precision",
  "chat_template",
];

/** The view the page opens with, as a file must hold it. */
const WHOLE = `SELECT rank() OVER (ORDER BY average DESC) AS place, ${NAMES.slice(1).join(", ")}
  FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST}`;

/** A view with most of what a view can have. */
const PINNED = "newsbang/Homer-v0.5-Qwen2.5-7B@9dc7090b:bfloat16:Original:chat";
const MIXED_PATH = `/?q=qwen&type=chat,merge&cols=model,average,math,license,uploaded_at&sort=-license&weights=math:3&pin=${PINNED}`;
const MIXED = `
  SELECT CASE WHEN NOT flagged AND license IS NOT NULL THEN row_number() OVER (
      PARTITION BY flagged ORDER BY license IS NULL, lower(license) DESC, own DESC, eval_id) END AS place,
    model, own AS average, math, license, uploaded_at, precision, chat_template
  FROM (SELECT *, round((ifeval + bbh + 3 * math + gpqa + musr + mmlu_pro) / 8, 9) AS own
    FROM models)
  WHERE eval_id = '${PINNED}' OR (${SHOWN} AND model_type IN ('chat', 'merge')
    AND concat_ws(' ', model, architecture, license) ILIKE '%qwen%')
  ORDER BY eval_id <> '${PINNED}', license IS NULL, lower(license) DESC, own DESC, eval_id`;

async function copied(page: Page, kind: string): Promise<string> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.click(`[data-copy="${kind}"]`);
  await page.waitForSelector(`[data-copy="${kind}"]:has-text("Copied")`);
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Saves the view and returns where it lies. */
async function saved(page: Page, kind: string): Promise<string> {
  const coming = page.waitForEvent("download");
  await page.click(`[data-save="${kind}"]`);
  const download = await coming;
  const path = join(folder, `${crypto.randomUUID()}-${download.suggestedFilename()}`);
  await download.saveAs(path);
  return path;
}

/** Cells as text, the way the formats write values. */
async function asText(sql: string): Promise<string[][]> {
  const rows = await ask(sql);
  return rows.map((row) => Object.values(row).map(plain));
}

function plain(value: unknown): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return value === null ? "" : String(value);
}

/** Text of a table with tabs or bars between cells. */
function split(text: string, separator: string): string[][] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(separator));
}

describe("copying takes all rows of the view", () => {
  it("as TSV, Markdown and CSV, which agree with the published table", async () => {
    const page = await site.open("/");
    await openPanel(page, "save");
    const wanted = [NAMES, ...(await asText(WHOLE))];
    expect(wanted).toHaveLength(4048);
    expect(split(await copied(page, "tsv"), "\t")).toEqual(wanted);

    const [head, rule, ...lines] = split(await copied(page, "markdown"), " | ");
    const cells = (line: string[]) =>
      line.map((cell) => cell.replace(/^\| | \|$/g, "").replace(/\\(.)/g, "$1"));
    expect([head!, ...lines].map(cells)).toEqual(wanted);
    expect(rule?.join(" | ")).toMatch(/^\| ---: \| --- \| ---: \|/);

    await expectSame(await csvTable(await copied(page, "csv")), WHOLE);
  });

  it("with what the reader has set", async () => {
    const page = await site.open(MIXED_PATH);
    await openPanel(page, "save");
    const wanted = await asText(MIXED);
    const got = split(await copied(page, "tsv"), "\t");
    const names = "place model average math license uploaded_at precision chat_template";
    expect(got[0]).toEqual(names.split(" "));
    // The average is a sum, which may differ in its last digit.
    const average = names.split(" ").indexOf("average");
    const others = (cells: string[]) => cells.filter((_, i) => i !== average);
    expect(got.slice(1).map(others)).toEqual(wanted.map(others));
    const off = wanted.map((cells, i) => Number(cells[average]) - Number(got[i + 1]?.[average]));
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(1e-8);
    expect(wanted[0]?.[1]).toBe("newsbang/Homer-v0.5-Qwen2.5-7B");
  });

  it("and a link that opens the same view", async () => {
    const page = await site.open(MIXED_PATH);
    await openPanel(page, "save");
    const link = await copied(page, "link");
    expect(new URL(link).origin).toBe(site.url());
    const fresh = await site.open(link.slice(site.url().length));
    expect(await firstRows(fresh, 30)).toEqual(await firstRows(page, 30));
  });

  it("says so on the button, and then what it said before", async () => {
    const page = await site.open("/?q=gpt2");
    await openPanel(page, "save");
    await copied(page, "csv");
    await page.waitForSelector('[data-copy="csv"]:has-text("CSV")');
  });
});

describe("saving writes all rows of the view", () => {
  it("as CSV, TSV and Markdown, the same as copying", async () => {
    const page = await site.open("/");
    await openPanel(page, "save");
    for (const kind of ["csv", "tsv", "markdown"]) {
      const file = await saved(page, kind);
      expect(file).toMatch(kind === "markdown" ? /models-\d{4}-\d\d-\d\d\.md$/ : `.${kind}`);
      expect(await readFile(file, "utf8")).toBe(await copied(page, kind));
    }
  });

  it("as CSV that DuckDB reads back exactly", async () => {
    const page = await site.open("/");
    await openPanel(page, "save");
    await expectSame(`read_csv('${await saved(page, "csv")}', header = true)`, WHOLE);
  });

  it("as Parquet that DuckDB reads back exactly", async () => {
    const page = await site.open("/");
    await openPanel(page, "save");
    const file = await saved(page, "parquet");
    await expectSame(`'${file}'`, WHOLE);
    const types = await ask<{ column_name: string; column_type: string }>(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${file}')`,
    );
    expect(Object.fromEntries(types.map((t) => [t.column_name, t.column_type]))).toMatchObject({
      model: "VARCHAR",
      average: "DOUBLE",
      chat_template: "BOOLEAN",
    });
  });

  it("as Parquet with all columns, unknown values and raw scores", async () => {
    const columns = await knownColumns();
    const page = await site.open(`/?flagged=all&unavailable=all&cols=model,${columns.join()}`);
    await openPanel(page, "save");
    const file = await saved(page, "parquet");
    const rest = columns.filter((name) => name !== "model");
    const wanted = rest.map((name) =>
      name.endsWith("_at") ? `CAST(${name} AS VARCHAR) AS ${name}` : name,
    );
    const place = `CASE WHEN NOT flagged THEN
      rank() OVER (PARTITION BY flagged ORDER BY average DESC) END AS place`;
    await expectSame(
      `(SELECT place, model, ${rest.join(", ")} FROM '${file}')`,
      `SELECT ${place}, model, ${wanted.join(", ")} FROM models ORDER BY ${BEST_FIRST}`,
      4576,
    );
  });
});

/** Puts text of CSV where DuckDB can read it. */
async function csvTable(text: string): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.csv`);
  await writeFile(path, text);
  return `read_csv('${path}', header = true)`;
}

/** Two tables have the same columns, rows and values, bit by bit and in the same order. */
async function expectSame(table: string, sql: string, length = 4047): Promise<void> {
  const numbered = (from: string) => `SELECT row_number() OVER () AS line, * FROM ${from}`;
  const names = Object.keys((await ask(`SELECT * FROM ${table} LIMIT 1`))[0] ?? {});
  expect(names).toEqual(Object.keys((await ask(`SELECT * FROM (${sql}) LIMIT 1`))[0] ?? {}));
  const [counts] = await ask<{ n: bigint }>(`SELECT count(*) AS n FROM ${table}`);
  expect(Number(counts?.n)).toBe(length);
  const differs = names.map((name) => `a.${name} IS DISTINCT FROM b.${name}`);
  const different = await ask(`
    SELECT a.*, b.* FROM (${numbered(table)}) AS a FULL JOIN (${numbered(`(${sql})`)}) AS b
    USING (line) WHERE ${differs.join(" OR ")} LIMIT 3`);
  expect(different).toEqual([]);
}

describe("SQL", () => {
  it("is shown, and DuckDB in the page gives the rows of the table", async () => {
    const page = await site.open("/");
    const asked: string[] = [];
    page.context().on("request", (request) => asked.push(request.url()));
    await openPanel(page, "sql");
    expect(await textOf(page, "#sql")).toBe(
      "SELECT eval_id, CASE WHEN average IS NOT NULL THEN rank() OVER " +
        "(ORDER BY average DESC NULLS LAST) END AS shown_rank, " +
        "rank, model, average, ifeval, bbh, math, gpqa, musr, mmlu_pro, params_b " +
        "FROM models WHERE flagged IS NOT TRUE AND on_hub IS NOT FALSE " +
        "ORDER BY average DESC NULLS LAST, eval_id",
    );
    await expectAgreement(page, 4047);
    const wasm = asked.filter((url) => url.includes(".wasm"));
    expect(wasm).toHaveLength(1);
    expect(asked.filter((url) => url.includes("worker"))).toHaveLength(1);
    expect(asked.filter((url) => url.endsWith("/data/latest/models.parquet"))).toHaveLength(1);
    expect(asked.filter((url) => new URL(url).origin !== site.url())).toEqual([]);

    const rows = await ask(`SELECT eval_id, average FROM models WHERE ${SHOWN}
      ORDER BY ${BEST_FIRST} LIMIT 50`);
    const cells = await page.$$eval("#sql-result tbody tr", (all) =>
      all.map((row) => [row.children[0]?.textContent, Number(row.children[4]?.textContent)]),
    );
    expect(cells).toEqual(rows.map((row) => [row.eval_id, row.average]));
    expect(await textOf(page, "#sql-result p")).toBe("… and 3,997 more rows");

    // The same DuckDB answers the next views, whatever they ask.
    await page.fill("#q", "o'neil; qwen");
    await expect.poll(() => textOf(page, "#sql")).toContain("'o''neil'");
    expect(await textOf(page, "#sql-status")).toBe("");
    await expectAgreement(page);
    await page.click('#head [data-sort="model"]');
    await page.click("#rows .pin");
    await expectAgreement(page);
    await page.fill("#q", "");
    await openPanel(page, "weights");
    await page.fill('[data-weight="math"]', "2.5");
    await openPanel(page, "sql");
    await page.click('#head [data-sort="average"]');
    await expectAgreement(page);
    expect(asked.filter((url) => url.includes(".wasm"))).toHaveLength(1);
  });

  async function expectAgreement(page: Page, rows?: number): Promise<void> {
    await page.click("#sql-run");
    await page.waitForFunction(
      () => /rows|could not/.test(document.querySelector("#sql-status")?.textContent ?? ""),
      null,
      { timeout: 30_000 },
    );
    const status = await textOf(page, "#sql-status");
    expect(status).toMatch(/ rows in [\d.]+ ms, the same rows in the same order as the table\.$/);
    if (rows) expect(status).toContain(` ${rows.toLocaleString("en")} rows `);
  }

  it("can be copied, and means the same outside the page", async () => {
    const views = [
      "/?",
      MIXED_PATH,
      "/?scores=raw&sort=gpqa&params_b=..3&chat=only&moe=hide&choice=hide",
      "/?flagged=only&unavailable=all",
      "/?q=@google;llama 8b&size=edge,consumer&license=gemma&precision=bfloat16&sort=-uploaded_at",
    ];
    for (const view of views) {
      const page = await site.open(view);
      await openPanel(page, "sql");
      const sql = await copied(page, "sql");
      const ids = (await ask<{ eval_id: string }>(sql)).map((row) => row.eval_id);
      const keys = new Map(
        (await ask<{ eval_id: string; key: string }>("SELECT eval_id, key FROM models")).map(
          (row) => [row.eval_id, row.key],
        ),
      );
      await expectStatus(page, `${ids.length.toLocaleString("en")} of 4,576 evaluations`, view);
      const first = (await firstRows(page, 30)).map((row) => row.key);
      expect(first, view).toEqual(ids.slice(0, 30).map((id) => keys.get(id)));
      await page.close();
    }
  });

  it("runs on the archive", async () => {
    const page = await site.open("/archive/?q=falcon");
    await openPanel(page, "sql");
    expect(await textOf(page, "#sql")).toContain("FROM models_v1");
    await expectAgreement(page);
  });
});

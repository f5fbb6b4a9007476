// What the SQL console refuses, and how it ends what works on and on: in the built site, in Chromium.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, type OpenPage, openPage } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { cells, error, run, settled, start } from "../e2e/console.ts";
import { SITE, textOf } from "../e2e/site.ts";
import { statementsElsewhere } from "../site/sql/elsewhere.ts";
import { tried } from "./counts.ts";

let server: Server;
let visit: OpenPage;
let page: Page;
let closeBrowser: () => Promise<void>;
/** What was asked of the site, and of another host that would answer. */
const asked: string[] = [];
const hits: string[] = [];
const other = createServer((request, response) => {
  hits.push(request.url ?? "");
  response.setHeader("access-control-allow-origin", "*").end("a,b\n1,2\n");
});

beforeAll(async () => {
  server = await serve(SITE);
  other.listen(0, "127.0.0.1");
  const browser = await launchBrowser();
  closeBrowser = () => browser.close();
  visit = await openPage(browser, `${server.url}/sql/`);
  page = visit.page;
  page.setDefaultTimeout(15_000);
  page.context().on("request", (request) => asked.push(request.url()));
  await page.waitForSelector("#console.ready");
  await run(page, "CREATE TABLE t AS SELECT 7 AS a; SELECT a FROM t");
});

afterAll(async () => {
  await closeBrowser?.();
  await server?.close();
  other.close();
});

const answers = async () => {
  await run(page, "SELECT 40 + 2 AS x");
  expect(await cells(page)).toEqual([["42"]]);
};

describe("reading and writing elsewhere", () => {
  it("is refused in a sentence, statement by statement", { timeout: 60_000 }, async () => {
    const listed = statementsElsewhere(server.url).filter(([sql]) => !sql.includes("\0"));
    tried(
      "statements that read or write elsewhere",
      listed.length,
      "each refused in the console, in a sentence",
    );
    expect(listed.length).toBeGreaterThan(70);
    for (const [sql, sentence] of listed) {
      await run(page, sql);
      expect(await error(page), sql).toMatch(sentence);
    }
    await run(page, "SELECT a FROM t");
    expect(await cells(page)).toEqual([["7"]]);
  });

  it("is refused also where a host would answer, and behind another statement", async () => {
    const host = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    for (const sql of [
      `SELECT * FROM '${host}/x.csv'`,
      `SELECT * FROM read_csv_auto('${host}/x')`,
      `SELECT * FROM read_parquet(['${server.url}/data/latest/models.parquet', '${host}/x'])`,
      `COPY t FROM '${host}/x.csv'`,
      `SELECT 1; COPY t TO '${host}/x.csv'`,
      "SELECT 1;;\n/* ; */ COPY t TO 'x'",
      `WITH c AS (FROM '${host}/x.csv') INSERT INTO t SELECT a FROM c`,
      `EXPLAIN ANALYZE SELECT * FROM "${host}/x.csv"`,
    ]) {
      await run(page, sql);
      expect(await error(page), sql).toMatch(/was not asked for anything|use the buttons/);
    }
    expect(hits).toEqual([]);
  });

  it.each([
    "SELECT getenv('HOME')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM read_json_auto('/etc/passwd')",
    "SELECT * FROM sqlite_scan('a.db', 't')",
    "SELECT * FROM which_secret('s3://x', 's3')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM query('COPY t TO ''x''')",
    "EXECUTE nothing",
    "SELECT * FROM t WHERE a IN (COPY t TO 'x')",
    "DO $$ COPY t TO 'x' $$",
  ])("is unknown to this engine: %s", async (sql) => {
    await run(page, sql);
    expect(await error(page)).toMatch(/does not exist|syntax error|does not run here|extension/i);
  });

  it("left the site’s own files as all that was asked for", async () => {
    expect(visit.outside).toEqual([]);
    expect(visit.errors).toEqual([]);
    const paths = asked
      .filter((url) => !url.startsWith("blob:"))
      .map((url) => new URL(url).pathname);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !/^\/(?:_assets|data\/latest)\/[\w.-]+$/.test(path))).toEqual([]);
    expect(page.workers()).toHaveLength(1);
  });
});

describe("what DuckDB works on for long", () => {
  it.each([
    "SELECT * FROM range(20000000) AS a(n) ORDER BY hash(n)",
    "SELECT hash(n) % 5000000 AS k, count(*) FROM range(20000000) AS a(n) GROUP BY k ORDER BY 2",
    "SELECT count(*) FROM range(20000000) AS a, range(20000000) AS b",
    "SELECT count(DISTINCT md5(n::VARCHAR)) FROM range(20000000) AS a(n)",
    "CREATE TABLE big AS SELECT n, md5(n::VARCHAR) AS m FROM range(20000000) AS a(n)",
    "SELECT * FROM (PIVOT range(20000) ON range USING count(*))",
    "SELECT 1; SELECT sum(a.n * b.n) FROM range(20000000) AS a(n) JOIN range(20000000) AS b(n) ON a.n > b.n",
  ])("ends within seconds when stopped: %s", async (sql) => {
    await answers();
    await start(page, sql);
    await page.waitForTimeout(300);
    const stopped = Date.now();
    await page.click("#stop");
    await settled(page);
    expect(Date.now() - stopped).toBeLessThan(10_000);
    expect(await textOf(page, "#status")).toMatch(/^Stopped after/);
    expect(await page.isVisible("#stop")).toBe(false);
    await answers();
  });

  it("shows its first rows where it can be read as it is made", async () => {
    await run(page, "SELECT * FROM range(20000000)");
    expect(await textOf(page, "#summary")).toContain("first 100,000 rows");
  });
});

describe("what would break DuckDB down", () => {
  const many = (n: number, part: (i: number) => string, between: string) =>
    Array.from({ length: n }, (_, i) => part(i)).join(between);
  const columns = (n: number) => many(n, (i) => `${i} AS c${i}`, ", ");
  const DEEP = /^This nests more than 100 deep/;
  const chained = many(300, (i) => `a${i + 1} AS (FROM a${i})`, ", ");

  it.each<[string, string, RegExp]>([
    ["20,000 columns", `SELECT ${columns(20_000)}`, /^This statement has 317,785 bytes/],
    ["2,000 columns", `SELECT ${columns(2000)}`, /^This has 2,000 columns; no more than 1,000/],
    [
      "columns that a pivot makes",
      "SELECT * FROM (PIVOT range(2000) ON range USING count(*))",
      /^This has 2,000 columns/,
    ],
    [
      "columns of a statement that is no query",
      `CREATE TABLE wide AS SELECT ${columns(1500)}; PREPARE p AS FROM wide; EXECUTE p`,
      /^This has 1,500 columns/,
    ],
    ["300 unions", many(300, (i) => `SELECT ${i}`, " UNION ALL "), DEEP],
    ["5,000 sums", `SELECT ${many(5000, () => "1", "+")}`, DEEP],
    ["200 joins", `SELECT count(*) FROM ${many(200, (i) => `range(1) AS t${i}`, ", ")}`, DEEP],
    ["queries, each of the one before", `WITH a0 AS (SELECT 1), ${chained} FROM a300`, DEEP],
    [
      "300 views, each of the one before",
      `CREATE VIEW v0 AS SELECT 1; ${many(300, (i) => `CREATE VIEW v${i + 1} AS FROM v${i}`, ";")}; FROM v300`,
      DEEP,
    ],
    [
      "macros, each of the one before",
      `CREATE MACRO m0(x) AS x; ${many(200, (i) => `CREATE MACRO m${i + 1}(x) AS m${i}(x) + 1`, ";")}; SELECT m200(1)`,
      /Maximum recursion depth exceeded/,
    ],
    [
      "table macros, each of the one before",
      `CREATE MACRO t0() AS TABLE SELECT 1; ${many(200, (i) => `CREATE MACRO t${i + 1}() AS TABLE FROM t${i}()`, ";")}; FROM t200()`,
      DEEP,
    ],
    ["300 calls in each other", `SELECT ${"abs(".repeat(300)}1${")".repeat(300)}`, DEEP],
    ["3,000 brackets", `SELECT ${"(".repeat(3000)}1${")".repeat(3000)}`, /memory/],
  ])("is told, and the page goes on: %s", async (_, sql, sentence) => {
    await run(page, sql);
    expect(await error(page)).toMatch(sentence);
    await answers();
  });
});

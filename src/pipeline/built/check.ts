import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import type { Browser, Page } from "playwright-core";
import { type Manifest, parseManifest } from "../../core/records/manifest.ts";
import { UserError } from "../../core/records/user-error.ts";
import { byteSize, count, plural } from "../../core/table/format.ts";
import { literal } from "../../core/view/quote.ts";
import { filesBelow } from "../cache/files-below.ts";
import { withDuckDB } from "../duckdb/duckdb.ts";
import { readQuery } from "../duckdb/table-file.ts";
import { typed } from "../installed/typed.ts";
import { snapshotProblems } from "../snapshot/integrity.ts";
import { launchBrowser, openPage } from "./browser.ts";
import { type Server, serve } from "./serve.ts";

/** Pages of one folder up to which all are opened; of more, the first, the last and the longest name. */
const FEW = 12;

/** Pages open at a time. */
const AT_ONCE = 3;

/** Milliseconds that a page may take. */
const PATIENCE = 60_000;

/** What GitHub Pages takes: https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits. */
const PAGES_LIMIT = 1_000_000_000;

/** Problems that are printed one by one. */
const SHOWN = 30;

interface Site {
  dist: string;
  server: Server;
  /** Path that the site is under, with a slash at both ends. */
  base: string;
  /** What a page's address ends with: nothing, or `index.html` for hosts that know only files. */
  page: string;
}

/**
 * Opens a built site in a browser and holds it to its manifest, before it is published: every file by its
 * digest, pages of every kind, their links, the SQL console. `SITE`, `BASE_PATH` and `PUBLIC_INDEX` as for its build.
 *
 * @throws UserError that names each problem
 */
export async function checkSite(dist: string): Promise<void> {
  const path = join(dist, "data/latest/manifest.json");
  const text = await readFile(path, "utf8").catch(() => {
    throw new UserError(`There is no built site in ${dist}: run ${typed("build")} first.`);
  });
  const manifest = parseManifest(text, path);
  const base = `/${(process.env.BASE_PATH ?? "").replace(/^\/|\/$/g, "")}/`.replace("//", "/");
  const page = process.env.PUBLIC_INDEX ?? "";
  const files = await filesIn(dist);
  const problems = await snapshotProblems(join(dist, "data"));
  const edges = await edgesOf(dist, manifest);
  const pages = files.flatMap((f) => (f.path.endsWith("index.html") ? [f.path.slice(0, -10)] : []));
  const chosen = [...new Set([...someOf(pages), ...edges.map((model) => `models/${model}/`)])];
  const server = await serve(dist, { base, indexes: page === "" });
  const browser = await launchBrowser();
  try {
    const site = { dist, server, base, page };
    problems.push(...(await addressProblems(site)));
    const limit = pLimit(AT_ONCE);
    const visits = chosen.map((path) => limit(() => pageProblems(browser, site, path, manifest)));
    const found = await Promise.all(visits);
    problems.push(...found.flatMap((visit) => visit.problems));
    problems.push(...linkProblems(site, found));
  } finally {
    await browser.close();
    await server.close();
  }
  const bytes = files.reduce((sum, f) => sum + f.bytes, 0);
  console.log(
    `${dist}: ${plural(files.length, "file")}, ${byteSize(bytes)}, ${plural(pages.length, "page")}`,
  );
  if (bytes > PAGES_LIMIT)
    console.log(`  That is more than ${byteSize(PAGES_LIMIT)}, which GitHub Pages takes.`);
  if (problems.length > 0) throw complaint(problems);
  console.log(
    `${count(chosen.length)} of them opened, and every published file compared: all is as it should be.`,
  );
}

function complaint(problems: string[]): UserError {
  const more = problems.length > SHOWN ? [`… and ${problems.length - SHOWN} more`] : [];
  return new UserError(
    [
      `Not to be published, ${plural(problems.length, "problem")}:`,
      ...problems.slice(0, SHOWN),
      ...more,
    ].join("\n  "),
  );
}

async function filesIn(dist: string): Promise<{ path: string; bytes: number }[]> {
  const paths = await filesBelow(dist);
  return Promise.all(
    paths.map(async (path) => ({ path, bytes: (await stat(join(dist, path))).size })),
  );
}

/** Some pages of every kind: in every folder all where they are few, otherwise its edges. */
function someOf(pages: string[], folder = ""): string[] {
  const inside = pages.filter((page) => page.startsWith(folder));
  const names = new Set(inside.flatMap((page) => page.slice(folder.length).split("/")[0] || []));
  const own = inside.includes(folder) ? [folder] : [];
  return [
    ...own,
    ...edges([...names].sort()).flatMap((name) => someOf(inside, `${folder}${name}/`)),
  ];
}

function edges(names: string[]): string[] {
  if (names.length <= FEW) return names;
  const longest = names.reduce((a, b) => (b.length > a.length ? b : a));
  return [...new Set([names[0]!, names.at(-1)!, longest])];
}

/** Of every table's models the first, the last and the one with the longest name. */
async function edgesOf(dist: string, { suites }: Manifest): Promise<string[]> {
  return withDuckDB(async (db) => {
    const found: string[] = [];
    for (const { table } of suites) {
      const from = `FROM read_parquet(${literal(join(dist, `data/latest/${table}.parquet`))})`;
      for (const order of ["rank NULLS LAST", "rank DESC NULLS FIRST", "length(model) DESC"]) {
        const sql = `SELECT model ${from} ORDER BY ${order}, model LIMIT 1`;
        // A table that cannot be read is a problem that its digest shows.
        const rows = await readQuery(db, sql).catch(() => []);
        found.push(...rows.map((row) => String(row.model)));
      }
    }
    return found;
  });
}

/** Feeds, cards and embeds name the site's address: pages must know the one that is published. */
async function addressProblems({ dist, base, page }: Site): Promise<string[]> {
  const { SITE } = process.env;
  if (!SITE) return [];
  const html = await readFile(join(dist, "index.html"), "utf8");
  const said = /<link rel="canonical" href="([^"]*)"/.exec(html)?.[1];
  const wanted = new URL(`${base}${page}`, SITE).href;
  return said === wanted
    ? []
    : [
        `The front page says that it is ${said}, not ${wanted}: build with the same SITE and BASE_PATH.`,
      ];
}

/** What a page showed. */
interface Visit {
  name: string;
  problems: string[];
  /** Paths on this site that it links to. */
  links: string[];
}

async function pageProblems(
  browser: Browser,
  site: Site,
  path: string,
  manifest: Manifest,
): Promise<Visit> {
  const name = `/${path}`;
  const visit: Visit = { name, problems: [], links: [] };
  if (!existsSync(join(site.dist, path, "index.html"))) {
    return { ...visit, problems: [`${name} is missing.`] };
  }
  const problems: string[] = [];
  const address = `${site.server.url}${site.base}${path}${site.page}`;
  try {
    const { page, errors, outside, close } = await openPage(browser, address);
    try {
      page.setDefaultTimeout(PATIENCE);
      await page.waitForLoadState("networkidle");
      problems.push(...(await contentProblems(page, path, manifest)));
      visit.links = await linksOf(page, site.server.url);
      problems.push(...outside.map((url) => `asks another host for ${url}`));
      problems.push(...errors.map((error) => `reports an error: ${error}`));
    } finally {
      await close();
    }
  } catch (error) {
    problems.push(`does not open: ${(error as Error).message.split("\n")[0]}`);
  }
  return { ...visit, problems: problems.map((problem) => `${name} ${problem}`) };
}

async function contentProblems(page: Page, path: string, manifest: Manifest): Promise<string[]> {
  const [main, archive] = manifest.suites;
  if (path === "") return boardProblems(page, main!.table, manifest);
  if (path === "archive/") return boardProblems(page, archive!.table, manifest);
  if (path === "sql/") return consoleProblems(page);
  return (await page.locator("h1").count()) > 0 ? [] : ["has no heading"];
}

/** The table works, and counts the rows that the manifest has. */
async function boardProblems(page: Page, table: string, { files }: Manifest): Promise<string[]> {
  await page.waitForSelector(".board.ready");
  const rows = files[`${table}.parquet`]!.rows;
  const status = (await page.textContent("#status")) ?? "";
  const problems: string[] = [];
  if (!status.includes(`of ${rows.toLocaleString("en")} evaluation`)) {
    problems.push(`counts "${status.trim()}", its manifest ${rows} rows`);
  }
  if (rows > 0 && (await page.locator("#rows tr[aria-rowindex]").count()) === 0) {
    problems.push("shows no row");
  }
  return problems;
}

/** DuckDB starts, and answers the first example. */
async function consoleProblems(page: Page): Promise<string[]> {
  await page.waitForSelector("#console.ready");
  await page.locator('[data-example="0"]').dispatchEvent("click");
  await page.waitForSelector('#console[aria-busy="false"]');
  const error = await page.textContent("#error");
  return error ? [`cannot answer its first example: ${error}`] : [];
}

async function linksOf(page: Page, origin: string): Promise<string[]> {
  const script = "Array.from(document.querySelectorAll('a[href]'), (a) => a.href)";
  const links = await page.evaluate<string[]>(script);
  const own = links.flatMap((link) => {
    const url = new URL(link);
    return url.origin === origin ? [decodeURIComponent(url.pathname)] : [];
  });
  return [...new Set(own)];
}

/** Links to this site that lead to no file. */
function linkProblems({ dist, base, page }: Site, visits: Visit[]): string[] {
  const from = new Map<string, string[]>();
  for (const { name, links } of visits)
    for (const link of links) from.set(link, [...(from.get(link) ?? []), name]);
  const isThere = (path: string) => {
    const isFolder = path.endsWith("/");
    if (!path.startsWith(base) || (isFolder && page !== "")) return false;
    return existsSync(join(dist, path.slice(base.length), isFolder ? "index.html" : ""));
  };
  return [...from].flatMap(([path, names]) => {
    if (isThere(path)) return [];
    const more = names.length > 3 ? ", …" : "";
    return [
      `${path} is not there, but ${names.length} of the opened pages link to it: ${names.slice(0, 3).join(", ")}${more}`,
    ];
  });
}

// node tests/e2e/screens.ts OUTDIR: a picture of every kind of page, wide and narrow, light and dark.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage } from "../../src/pipeline/built/browser.ts";
import { serve } from "../../src/pipeline/built/serve.ts";
import { ANALYSES } from "../../src/site/build/analyses.ts";

interface Shot {
  name: string;
  path: string;
  /** What to do before the picture is taken. */
  act?(page: Page): Promise<void>;
  /** The whole page, not only the first screen. */
  full?: boolean;
}

const panel = (name: string) => async (page: Page) => {
  await page.click(`button[aria-controls="panel-${name}"]`);
};

/** An example of the SQL console, as a chart from the second on. */
async function runExample(page: Page, example: number): Promise<void> {
  await page.waitForSelector("#console.ready");
  await page.$eval(`[data-example="${example}"]`, (button) => (button as HTMLElement).click());
  await page.waitForSelector("#answer:not([hidden]):not([inert])");
  if (example > 0) await page.click('[data-view="chart"]');
}

const SHOTS: Shot[] = [
  { name: "index", path: "/" },
  ...["filters", "columns", "weights", "save", "sql"].map((name) => ({
    name: `index-${name}`,
    path: "/",
    act: panel(name),
    full: true,
  })),
  { name: "index-compact", path: "/?density=compact&scores=raw" },
  { name: "index-empty", path: "/?q=Homer-v0.5-Qwen2.5-7B" },
  { name: "index-filtered", path: "/?q=qwen&size=consumer&type=chat&average=20..&nonsense=1" },
  {
    name: "index-pinned",
    path: "/?pin=newsbang/Homer-v0.5-Qwen2.5-7B@9dc7090b:bfloat16:Original:chat",
    act: async (page) => {
      await page.focus('#rows tr[aria-rowindex="4"] td.avg');
      await page.waitForSelector("#tooltip:not([hidden])");
    },
  },
  {
    name: "index-wide-table",
    path: "/?cols=rank,model,average,license,architecture,precision,weight_type,uploaded_at,merged,likes&license=apache-2.0",
    act: async (page) => {
      await page.fill("#q", "x".repeat(150));
      await page.fill("#q", "llama");
    },
  },
  { name: "archive", path: "/archive/" },
  { name: "model", path: "/models/EleutherAI/pythia-2.8b/", full: true },
  { name: "model-two-runs", path: "/models/nisten/franqwenstein-35b/", full: true },
  { name: "model-flagged", path: "/models/newsbang/Homer-v0.5-Qwen2.5-7B/", full: true },
  { name: "model-plain-name", path: "/models/gpt2/", full: true },
  { name: "compare", path: "/compare/", full: true },
  { name: "analyses", path: "/analysis/", full: true },
  ...ANALYSES.map(({ path }) => ({ name: path.split("/")[2]!, path, full: true })),
  { name: "data", path: "/data/", full: true },
  { name: "data-diff", path: "/data/diff/", full: true },
  { name: "data-snapshot", path: "/data/2025-02-28/", full: true },
  ...[0, 2, 3, 9].map((example) => ({
    name: `sql-${example}`,
    path: "/sql/",
    act: (page: Page) => runExample(page, example),
    full: true,
  })),
  { name: "docs", path: "/docs/scores/", full: true },
  { name: "decisions", path: "/docs/decisions/", full: true },
  { name: "404", path: "/404.html" },
];

const SIZES = [
  { name: "wide", width: 1280, height: 800 },
  { name: "narrow", width: 390, height: 844 },
];

async function take(browser: Browser, origin: string, shot: Shot, out: string): Promise<void> {
  for (const { name, ...viewport } of SIZES) {
    for (const colorScheme of ["light", "dark"] as const) {
      const options = { viewport, colorScheme };
      const { page, errors, close } = await openPage(browser, `${origin}${shot.path}`, options);
      if (await page.$("#scroller")) await page.waitForSelector(".board.ready");
      await shot.act?.(page);
      const path = join(out, `${shot.name}-${name}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: shot.full ?? false });
      console.log(errors.length > 0 ? `${path}: ${errors.join("; ")}` : path);
      await close();
    }
  }
}

const [out] = process.argv.slice(2);
if (!out) throw new Error("Usage: node tests/e2e/screens.ts OUTDIR");
const site = process.env.SITE_DIR ?? "dist";
await mkdir(out, { recursive: true });
const server = await serve(site);
const browser = await launchBrowser();
try {
  for (const shot of SHOTS) {
    const file = join(site, shot.path.split("?")[0]!.replace(/\/$/, "/index.html"));
    if (existsSync(file)) await take(browser, server.url, shot, out);
    else console.log(`${shot.path} is not in ${site}`);
  }
} finally {
  await browser.close();
  await server.close();
}

// What /data/ and the model pages offer to copy, and what they say to search engines.
import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { axe } from "./axe.ts";
import { ask, NARROW, visitSite, WIDE } from "./site.ts";

const { open, url } = visitSite();
const run = promisify(execFile);

const BEST =
  "SELECT rank, model, average FROM models WHERE rank IS NOT NULL ORDER BY rank LIMIT 10";

/** A snippet as it stands on the page, with the address at which the site is served here. */
async function snippet(page: Page, title: string): Promise<string> {
  const code = (await page.textContent(`[data-title="${title}"] pre`)) ?? "";
  return code.replace(/https?:\/\/[^/"']+(?=\/)/g, url());
}

/** What a module prints that stands in the project, where the packages are installed. */
async function runModule(code: string): Promise<string> {
  await mkdir("node_modules/.cache", { recursive: true });
  const folder = await mkdtemp("node_modules/.cache/snippet-");
  try {
    await writeFile(join(folder, "snippet.mjs"), code);
    return (await run(process.execPath, [join(folder, "snippet.mjs")])).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const missing = (command: string) => spawnSync(command, ["--version"]).error !== undefined;

describe("the snippets of /data/ do what they say", () => {
  test("JavaScript, over the Parquet file and over the API", async () => {
    for (const path of ["/data/", "/docs/api/"]) {
      const stdout = await runModule(await snippet(await open(path), "JavaScript"));
      for (const { model, average } of await ask(BEST)) {
        expect(stdout, path).toContain(model);
        expect(stdout, path).toContain(String(average));
      }
    }
  });

  test.skipIf(["bash", "curl", "sha256sum"].some(missing))("curl, and the checksums", async () => {
    const page = await open("/data/");
    const folder = await mkdtemp(join(tmpdir(), "curl-"));
    try {
      const curl = await snippet(page, "curl");
      const { stdout } = await run("bash", ["-euc", curl], { cwd: folder });
      expect(stdout).toBe("models.parquet: OK\n");
      await writeFile(join(folder, "models.parquet"), "something else");
      await expect(run("bash", ["-euc", curl.split("\n")[1]!], { cwd: folder })).rejects.toThrow();
      const all = await snippet(page, "All checksums, for sha256sum --check");
      await writeFile(join(folder, "sums"), `${all}\n`);
      const checked = await run("sha256sum", ["--check", join(folder, "sums")], {
        cwd: "public/data/latest",
      });
      expect(checked.stdout.trim().split("\n")).toEqual(
        all.split("\n").map((line) => `${line.split("  ")[1]}: OK`),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("DuckDB, over the file itself: the address needs its extension httpfs", async () => {
    const page = await open("/data/");
    const sql = await snippet(page, "DuckDB");
    expect(await page.textContent("[data-title=DuckDB] .needs")).toContain("httpfs");
    expect(await ask(sql.replace(/'http[^']+'/, "models"))).toEqual(await ask(BEST));
  });
});

test.skipIf(missing("curl"))("curl asks the API for a model, as two pages say", async () => {
  for (const [path, title] of [
    ["/data/", "Ask for one model"],
    ["/docs/api/", "curl"],
  ] as const) {
    const code = await snippet(await open(path), title);
    const { stdout } = await run("curl", ["--silent", ...code.split(" ").slice(1)]);
    expect(JSON.parse(stdout).evaluations[0].rank, path).toBe(1);
  }
});

describe("/data/", () => {
  test("cites itself in BibTeX at a click", async () => {
    const page = await open("/data/");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.click("nav.contents a:text('Cite')");
    await page.click("button:text('Copy BibTeX')");
    await page.waitForSelector("button:text('Copied')");
    const copied = await page.evaluate("navigator.clipboard.readText()");
    expect(copied).toMatch(/^@misc\{open-llm-leaderboard-2025-03-21,\n/);
    expect(copied).toMatch(/ {2}url = \{https?:\/\/[^}]+\/data\/\},\n/);
    expect(copied).toContain("Fourrier, Clémentine and Habib, Nathan");
  });

  test("offers its descriptions, each a file that is there and speaks of these tables", async () => {
    const page = await open("/data/");
    const links = await page.$$eval("[aria-labelledby=formats] dt a", (all) =>
      all.map((a) => (a as HTMLAnchorElement).href),
    );
    expect(links).toHaveLength(4);
    for (const link of links) {
      const response = await fetch(link);
      expect(response.status, link).toBe(200);
      const text = await response.text();
      expect(text, link).toMatch(/models\.parquet|2025-03-21/);
    }
  });

  test.each([
    ["/data/", "2025-03-21"],
    ["/data/2024-07-13/", "2024-07-13"],
  ])(
    "%s describes its tables to search engines, with addresses that are there",
    async (path, day) => {
      const page = await open(path);
      const data = JSON.parse(
        (await page.textContent('script[type="application/ld+json"]')) ?? "null",
      );
      expect(data).toMatchObject({ "@type": "Dataset", version: day });
      for (const { contentUrl, sha256 } of data.distribution) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        const { pathname } = new URL(contentUrl);
        expect((await fetch(url(pathname), { method: "HEAD" })).status, pathname).toBe(200);
      }
    },
  );
});

describe("scores for a model's repository", () => {
  const YI = "01-ai/Yi-1.5-34B-32K";

  test("are copied and downloaded as YAML, with the published figures", async () => {
    const page = await open(`/models/${YI}/`);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.click(".eval-results summary >> nth=0");
    await page.click("button:text('Copy YAML') >> nth=0");
    await page.waitForSelector("button:text('Copied')");
    const copied = String(await page.evaluate("navigator.clipboard.readText()"));
    const [{ raw }] = (await ask<{ raw: number }>(
      `SELECT mmlu_pro_raw AS raw FROM models WHERE model = '${YI}'`,
    )) as [{ raw: number }];
    const [entry] = parse(copied);
    expect(entry.dataset).toEqual({ id: "TIGER-Lab/MMLU-Pro", task_id: "mmlu_pro" });
    expect(entry.value).toBeCloseTo(raw * 100, 9);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click("button:text('Download') >> nth=0"),
    ]);
    expect(download.suggestedFilename()).toBe("open-llm-v2.yaml");
    expect(await readFile(await download.path(), "utf8")).toBe(copied);
  });

  test("say what is left out, and why", async () => {
    const page = await open(`/models/${YI}/`);
    const text = await page.textContent(".eval-results >> nth=0");
    expect(text).toMatch(/no benchmark of the Hub is known: IFEval, BBH, MATH Lvl 5, MuSR\./);
    expect(text).toMatch(/subset “diamond”.*: GPQA\./);
  });

  test("have a file for each evaluation", async () => {
    const [{ model, n }] = (await ask<{ model: string; n: bigint }>(
      "SELECT model, count(*) AS n FROM models GROUP BY model ORDER BY n DESC, model LIMIT 1",
    )) as [{ model: string; n: bigint }];
    const page = await open(`/models/${model}/`);
    const files = await page.$$eval(".eval-results >> nth=0 >> .snippet", (all) =>
      all.map((e) => (e as HTMLElement).dataset.file),
    );
    expect(files).toEqual(Array.from({ length: Number(n) }, (_, i) => `open-llm-v2-${i + 1}.yaml`));
  });

  test("can be read without scripts, and by everybody", async () => {
    const plain = await open(`/models/${YI}/`, { javaScriptEnabled: false });
    expect(await plain.textContent(".eval-results pre >> nth=0")).toContain("TIGER-Lab/MMLU-Pro");
    for (const viewport of [WIDE, NARROW]) {
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await open(`/models/${YI}/`, { viewport, colorScheme });
        await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
        expect(await axe(page)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
      }
    }
  });
});

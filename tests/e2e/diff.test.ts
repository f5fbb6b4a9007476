import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { Diff } from "../../src/core/diff/diff.ts";
import { mirror } from "../../src/core/diff/diff.ts";
import { axe } from "./axe.ts";
import { NARROW, SITE, visitSite, WIDE } from "./site.ts";

const site = visitSite();

async function kept(from: string, to: string): Promise<Diff> {
  return JSON.parse(await readFile(join(SITE, "data/diff", from, `${to}.json`), "utf8"));
}

/** The numbers at the head of the page, by their labels. */
async function numbersOf(page: Page): Promise<Record<string, number>> {
  const items = await page.$$eval(".diff-numbers li", (all) =>
    all.map((li) => [
      li.querySelector("span span, a span")?.textContent ?? "",
      li.querySelector("strong")?.textContent ?? "",
    ]),
  );
  return Object.fromEntries(items.map(([label, n]) => [label, Number(n!.replaceAll(",", ""))]));
}

const numbers = ({ counts }: Diff) => ({
  New: counts.new,
  Gone: counts.gone,
  Renamed: counts.renamed,
  "Re-scored": counts.rescored,
  Climbed: counts.climbed,
  Fell: counts.fell,
  "Facts changed": counts.changed,
});

/** Names of the models in a section, as they stand. */
function modelsOf(page: Page, section: string): Promise<string[]> {
  return page.$$eval(`#${section} tbody th`, (cells) =>
    cells.map((c) => c.firstChild?.textContent ?? ""),
  );
}

async function choose(page: Page, from: string, to: string): Promise<void> {
  await page.selectOption("#from", from);
  await page.selectOption("#to", to);
  await untilShown(page, from, to);
}

function untilShown(page: Page, from: string, to: string) {
  return page.waitForFunction(
    (text) => document.querySelector("#diff-status")?.textContent === text,
    `${from} compared with ${to}.`,
  );
}

async function saved(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return {
    name: download.suggestedFilename(),
    text: await readFile(await download.path(), "utf8"),
  };
}

describe("what changed", () => {
  it("shows the newest two snapshots from the HTML alone", async () => {
    const page = await site.open("/data/diff/", { javaScriptEnabled: false });
    const diff = await kept("2025-02-28", "2025-03-21");
    expect(await numbersOf(page)).toEqual(numbers(diff));
    expect(await modelsOf(page, "new")).toEqual(diff.new.slice(0, 25).map((e) => e.model));
    expect(await modelsOf(page, "rescored")).toEqual(diff.rescored.map((e) => e.model));
    expect(await page.isVisible("#diff-controls")).toBe(false);
  });

  it("compares the two that are chosen, and the address and Back follow", async () => {
    const page = await site.open("/data/diff/");
    await choose(page, "2025-01-14", "2025-02-28");
    expect(new URL(page.url()).search).toBe("?from=2025-01-14&to=2025-02-28");
    const diff = await kept("2025-01-14", "2025-02-28");
    expect(await numbersOf(page)).toEqual(numbers(diff));
    expect(await page.textContent("#benchmarks tbody tr:nth-child(3)")).toContain("2,631");
    expect(await page.title()).toContain("2025-01-14 to 2025-02-28");
    await page.click("#diff-swap");
    await untilShown(page, "2025-02-28", "2025-01-14");
    expect(await numbersOf(page)).toEqual(numbers(mirror(diff)));
    expect(await modelsOf(page, "gone")).toEqual(diff.new.slice(0, 25).map((e) => e.model));
    await page.goBack();
    await untilShown(page, "2025-01-14", "2025-02-28");
    await page.goBack();
    await page.goBack();
    await untilShown(page, "2025-02-28", "2025-03-21");
    expect(await page.inputValue("#from")).toBe("2025-02-28");
    expect(await numbersOf(page)).toEqual(numbers(await kept("2025-02-28", "2025-03-21")));
  });

  it("works out a pair that is not kept, as the kept file has it", async () => {
    const page = await site.open("/data/diff/");
    // Ten newer snapshots, so that these two are no longer among the newest.
    const later = Array.from({ length: 10 }, (_, i) => `2031-01-${20 - i}`);
    await page.route("**/data/diff/?*", async (route) => {
      const body = await (await route.fetch()).text();
      const names = JSON.stringify(later).slice(1, -1);
      await route.fulfill({
        body: body.replace('"snapshots":[', `"snapshots":[${names},`),
        contentType: "text/html",
      });
    });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(site.url("/data/diff/?from=2024-10-09&to=2025-02-28"));
    await untilShown(page, "2024-10-09", "2025-02-28");
    expect(asked).toContain("/data/2024-10-09/models.parquet");
    expect(asked).toContain("/data/2025-02-28/models.parquet");
    expect(asked.some((path) => path.endsWith("02-28.json"))).toBe(false);
    const file = await saved(page, "#diff-save-json");
    expect(file.name).toBe("2024-10-09-to-2025-02-28.json");
    expect(JSON.parse(file.text)).toEqual(await kept("2024-10-09", "2025-02-28"));
    expect(await page.isVisible("#diff-json")).toBe(false);
  });

  it("finds a model, shows long lists whole, and keeps the search in the address", async () => {
    const page = await site.open("/data/diff/");
    const diff = await kept("2025-02-28", "2025-03-21");
    await page.click('#new [data-whole="new"]');
    await expect.poll(async () => (await modelsOf(page, "new")).length).toBe(diff.new.length);
    await page.fill("#diff-search", "tensopolis");
    await expect.poll(async () => (await modelsOf(page, "rescored")).length).toBe(7);
    const found = diff.new.filter((e) => e.model.includes("tensopolis"));
    expect(await modelsOf(page, "new")).toEqual(found.map((e) => e.model));
    await page.waitForURL("**&q=tensopolis");
    await page.reload();
    await untilShown(page, "2025-02-28", "2025-03-21");
    expect(await modelsOf(page, "new")).toEqual(found.map((e) => e.model));
  });

  it("shows a renamed model once, with its name before, and finds it by that", async () => {
    const page = await site.open("/data/diff/");
    expect(await modelsOf(page, "renamed")).toEqual([
      "meta-llama/Llama-3.1-70B-Instruct",
      "meta-llama/Llama-3.1-70B",
    ]);
    await page.fill("#diff-search", "Meta-Llama-3.1-70B-Instruct");
    await expect.poll(() => modelsOf(page, "renamed")).toHaveLength(1);
    expect(await page.textContent("#renamed tbody")).toContain(
      "meta-llama/Meta-Llama-3.1-70B-Instruct",
    );
    for (const list of ["new", "gone"]) {
      expect(await modelsOf(page, list)).not.toContain("meta-llama/Llama-3.1-70B-Instruct");
    }
  });

  it("saves all of it as CSV", async () => {
    const page = await site.open("/data/diff/?from=2024-12-06&to=2024-12-26");
    const { name, text } = await saved(page, "#diff-save-csv");
    expect(name).toBe("2024-12-06-to-2024-12-26.csv");
    const lines = text.trimEnd().split("\n");
    const diff = await kept("2024-12-06", "2024-12-26");
    expect(lines.filter((l) => l.startsWith("new,") && l.includes(",rank,"))).toHaveLength(
      diff.counts.new,
    );
    expect(lines.some((l) => l.startsWith("rescored,"))).toBe(false);
    expect(await page.textContent(".diff-notes")).toContain("are rounding, and are not counted");
  });

  it("says what is wrong with an address, as text, and shows something", async () => {
    const page = await site.open(`/data/diff/?from=<img src=x>&to=2024-09-15`);
    await page.waitForSelector("#notice:not([hidden])");
    expect(await page.textContent("#notice")).toBe(
      "There is no table “<img src=x>”. Shown is 2024-09-13 to 2024-09-15.",
    );
    await untilShown(page, "2024-09-13", "2024-09-15");
    expect(await page.inputValue("#from")).toBe("2024-09-13");
    await choose(page, "2024-09-15", "2024-09-15");
    expect(await page.isVisible("#diff-same")).toBe(true);
    expect(await page.isVisible("#notice")).toBe(false);
  });

  it.each([
    [WIDE, "light"],
    [NARROW, "light"],
    [NARROW, "dark"],
  ] as const)("is accessible and fits at %o, %s", async (viewport, colorScheme) => {
    for (const path of ["/data/diff/?from=2025-01-14&to=2025-02-28", "/data/2024-10-09/"]) {
      const page = await site.open(path, { viewport, colorScheme });
      if (path.includes("diff")) await untilShown(page, "2025-01-14", "2025-02-28");
      expect(await axe(page), path).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
    }
  });
});

it("every link of these pages leads to what is there", async () => {
  for (const path of ["/data/diff/", "/data/2024-07-13/", "/data/latest/"]) {
    const page = await site.open(path);
    const links = await page.$$eval("a[href], link[rel=alternate]", (all) =>
      all.filter((a) => !a.hasAttribute("hidden")).map((a) => (a as HTMLAnchorElement).href),
    );
    const here = links.filter((link) => link.startsWith(site.url()));
    for (const target of new Set(here.map((link) => link.replace(/[?#].*/, "")))) {
      expect((await fetch(target, { method: "HEAD" })).status, `${path}: ${target}`).toBe(200);
    }
  }
});

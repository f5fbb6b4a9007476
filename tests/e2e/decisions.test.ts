// What people decided, on the pages of models and on the page of all decisions.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { launchBrowser, openPage, type PageOptions } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { axe } from "./axe.ts";
import { buildDecisions, LONG, RTL, SCRIPT } from "./decisions-site.ts";
import { pagesOfTests } from "./pages-of-tests.ts";
import { textOf } from "./site.ts";

let folder: string;
let dist: string;
let server: Server;
let browser: Browser;
const kept = pagesOfTests();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "decisions-site-"));
  dist = await buildDecisions(folder);
  [server, browser] = await Promise.all([serve(dist), launchBrowser()]);
}, 400_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(path: string, options: PageOptions = {}): Promise<Page> {
  return kept(await openPage(browser, `${server.url}${path}`, options));
}

const model = (name: string) => `/models/made/${name}/`;
const DECISIONS = "/docs/decisions/";

/** Texts of the notes on a model's page. */
const notes = (page: Page) =>
  page.$$eval(".flag-note", (all) =>
    all.map((note) => (note.textContent ?? "").replace(/\s+/g, " ").trim()),
  );

describe("the page of a model", () => {
  it("says why it is flagged, by whom, when, with evidence, disputes and answers", async () => {
    const page = await open(model("Full"));
    const [note = "", ...others] = await notes(page);
    expect(others).toEqual([]);
    expect(note).toContain(`Not ranked in Kitchen Sense (synthetic). ${RTL} ${SCRIPT}`);
    expect(note).toContain(`Flagged by Ada ${RTL} on 2026-03-01.`);
    expect(note).toContain(`Disputed by Cy on 2026-03-02: Not so. ${SCRIPT}`);
    expect(note).toContain("Answered by Ada on 2026-03-04, the flag stands: It stands.");
    expect(note).toMatch(/Disputed by Di on 2026-03-05: Look again\. ?Not answered yet\.$/);
    const links = await page.$$eval(".flag-note a", (all) =>
      all.map((a) => `${a.textContent} ${(a as HTMLAnchorElement).getAttribute("href")}`),
    );
    expect(links).toEqual([
      "Discussion https://example.org/talk",
      "Evidence 1 https://example.org/1",
      "Evidence 2 https://example.org/2",
      `All decisions ${DECISIONS}`,
      "Dispute it https://huggingface.co/datasets/made/requests/discussions/new?title=Dispute%3A%20made%2FFull",
      "More https://example.org/cy",
    ]);
  });

  it("says that it is not recorded where it is not", async () => {
    const [note = ""] = await notes(await open(model("Bare")));
    expect(note).toContain(LONG);
    expect(note).toContain("By whom it was flagged, and when, is not recorded.");
  });

  it("keeps a lifted flag as a note, and ranks the model", async () => {
    const page = await open(model("Lifted"));
    expect(await notes(page)).toEqual([
      "Once flagged in Kitchen Sense (synthetic): Trained on the test. Flagged by Bo on 2026-01-02. " +
        "Lifted by Ada on 2026-02-03: Shown to be clean. All decisions",
    ]);
    expect(await page.$(".notice, .tag.warn")).toBeNull();
    expect(await textOf(page, ".standing")).toMatch(/^Rank \d/);
  });

  it("warns of a flagged model that it comes from, over steps, and takes no rank", async () => {
    const child = await open(model("Child"));
    expect((await notes(child))[0]).toContain(
      `Its base model made/Full is flagged in Kitchen Sense (synthetic): ${RTL}`,
    );
    const page = await open(model("Grandchild"));
    expect((await notes(page))[0]).toContain(
      "By way of made/Child it was made from made/Full, which is flagged in Kitchen Sense (synthetic): ",
    );
    expect(await page.$(".tag.warn")).toBeNull();
    expect(await textOf(page, ".standing")).toMatch(/^Rank \d/);
    expect(await notes(await open(model("OfLifted")))).toEqual([]);
    const answer = JSON.parse(
      await readFile(join(dist, "api/v1/models/made/Grandchild.json"), "utf8"),
    );
    expect(answer.flagged_bases).toEqual([
      {
        ...{ model: "made/Full", between: ["made/Child"], suite: "kitchen-sense" },
        reason: `${RTL} ${SCRIPT}`,
      },
    ]);
  });
});

describe("the page of decisions", () => {
  it("has them all, the newest first, those without a day last", async () => {
    const page = await open(DECISIONS);
    const rows = await page.$$eval(".decisions tbody tr", (all) =>
      all.map((row) => [...row.children].slice(0, 3).map((cell) => cell.textContent?.trim())),
    );
    expect(rows).toEqual([
      ["2026-03-05", "made/Full", "Disputed"],
      ["2026-03-04", "made/Full", "Answered: the flag stands"],
      ["2026-03-03", "made/Was", "No longer the choice"],
      ["2026-03-02", "made/Full", "Disputed"],
      ["2026-03-01", "made/Full", "Flagged"],
      ["2026-02-03", "made/Lifted", "Flag lifted"],
      ["2026-02-01", "made/Star", "Maintainers’ choice"],
      ["2026-01-02", "made/Lifted", "Flagged"],
      ["2026-01-01", "made/Was", "Maintainers’ choice"],
      ["–", "made/Bare", "Flagged"],
    ]);
    expect(await textOf(page, "[aria-labelledby=all]")).toContain(
      "Of 3 flags, 1 says neither who decided nor when",
    );
    expect(await textOf(page, "[aria-labelledby=stars]")).toContain("made/Old");
    expect(await textOf(page, "[aria-labelledby=lineage]")).toContain(
      "of 10 evaluations in the main table, 4 state a base model, and 2 lead to a flagged one",
    );
  });

  it("names a flag that was taken out without a word", async () => {
    const page = await open(DECISIONS);
    expect(await textOf(page, "[aria-labelledby=vanished]")).toMatch(
      /: 1\. made\/Vanished, last flagged on 2026-03-0\d$/,
    );
  });

  it("is led to from the filters", async () => {
    const page = await open("/");
    await page.waitForSelector(".board.ready");
    await page.click('button[aria-controls="panel-filters"]');
    await page.click(`#panel-filters a[href="${DECISIONS}"]`);
    expect(await textOf(page, "h1")).toBe("Decisions");
  });
});

test.each(
  [model("Full"), model("Bare"), model("Grandchild"), model("Lifted"), DECISIONS].flatMap((path) =>
    [1280, 390].flatMap((width) =>
      (["light", "dark"] as const).map((scheme) => [path, width, scheme] as const),
    ),
  ),
)("%s is accessible, fits and runs nothing at %i px, %s", async (path, width, scheme) => {
  const page = await open(path, { viewport: { width, height: 844 }, colorScheme: scheme });
  expect(await axe(page)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  expect(await page.evaluate("window.ran")).toBeUndefined();
});

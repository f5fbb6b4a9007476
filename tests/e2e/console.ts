/** The SQL console as tests use it: by keyboard, as a reader does. */
import type { Page } from "playwright-core";
import { textOf } from "./site.ts";

/** Puts a query in the editor and runs it, by keyboard. */
export async function start(page: Page, sql: string): Promise<void> {
  await page.focus(".cm-content");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(sql);
  await page.keyboard.press("Control+Enter");
}

export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('#console[aria-busy="false"]', { timeout: 45_000 });
}

export async function run(page: Page, sql: string): Promise<void> {
  await start(page, sql);
  await settled(page);
}

/** The rows in the page, cell by cell. */
export function cells(page: Page): Promise<string[][]> {
  return page.$$eval("#result tbody tr[aria-rowindex]", (rows) =>
    rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? "")),
  );
}

/** What the reader is told is wrong; nothing where nothing is shown. */
export async function error(page: Page): Promise<string> {
  return (await page.isVisible("#error")) ? textOf(page, "#error") : "";
}

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { launchBrowser, openPage, type PageOptions } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";

/** Opens a page of the built site, uses it and closes it. */
export type Visit = (
  path: string,
  use: (page: Page) => Promise<void>,
  options?: PageOptions,
) => Promise<void>;

/**
 * Serves the built site to the tests of one file. A page may have asked no other host for anything,
 * and logged no error, by the time it was used.
 */
export function visitor(): Visit {
  let browser: Browser;
  let server: Server;
  beforeAll(async () => {
    server = await serve(process.env.SITE_DIR ?? "dist");
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return async (path, use, options = {}) => {
    const opened = await openPage(browser, `${server.url}${path}`, options);
    try {
      await use(opened.page);
      expect(opened.outside).toEqual([]);
      expect(opened.errors).toEqual([]);
    } finally {
      await opened.close();
    }
  };
}

/** A visitor of the site with an open queue. */
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { openPage, type PageOptions } from "../../src/pipeline/built/browser.ts";
import type { StandIn } from "../pipeline/hub/stand-in.ts";
import { expectOnlyHub, forward, HUB } from "./open-hub.ts";
import { WIDE } from "./site.ts";

export interface Visit {
  page: Page;
  /**
   * Closes the page, which may have asked nobody but its site and the Hub, broken no rule of its policy, and
   * logged nothing but answers of the Hub that were no success.
   */
  end: () => Promise<void>;
}

export async function openVisit(
  browser: Browser,
  site: string,
  hub: StandIn,
  options: PageOptions = {},
): Promise<Visit> {
  // A file without scripts: the Hub has to be there before the page is.
  const visit = await openPage(browser, `${site}/favicon.svg`, { viewport: WIDE, ...options });
  const { page } = visit;
  page.setDefaultTimeout(20_000);
  const broken: string[] = [];
  const logged: string[] = [];
  page.on("console", (message) => logged.push(message.text()));
  if (options.javaScriptEnabled !== false) await tellBroken(page, broken);
  await page.route(`${HUB}/**`, forward(hub));
  return {
    page,
    end: async () => {
      await visit.close();
      expectOnlyHub(hub, visit.outside);
      expect(broken).toEqual([]);
      expect(visit.errors.filter((error) => !/^Failed to load resource: /.test(error))).toEqual([]);
      for (const token of hub.tokens.keys()) expect(logged.join("\n")).not.toContain(token);
    },
  };
}

/** What the page's policy has refused. */
async function tellBroken(page: Page, broken: string[]): Promise<void> {
  await page.exposeFunction("policyBroken", (what: string) => broken.push(what));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const tell = (window as unknown as { policyBroken: (what: string) => void }).policyBroken;
      tell(`${event.effectiveDirective} ${event.blockedURI}`);
    });
  });
}

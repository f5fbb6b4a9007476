// The Content-Security-Policy in every page: what it names is there, and what it forbids does not run.
import { createHash } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { launchBrowser, openPage } from "../../src/pipeline/built/browser.ts";
import { serve } from "../../src/pipeline/built/serve.ts";
import { SITE } from "./site.ts";

/** Every page that is not one of the ten thousand model pages, and twenty of those. */
async function pages(): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob("**/*.html", { cwd: SITE })) files.push(file);
  const models = files.filter((f) => f.startsWith("models/")).toSorted();
  const every = Math.ceil(models.length / 20);
  return [
    ...files.filter((f) => !f.startsWith("models/")),
    ...models.filter((_, i) => i % every === 0),
  ];
}

it("stands in every page before anything is loaded, and names the only inline script", async () => {
  for (const file of await pages()) {
    const html = await readFile(join(SITE, file), "utf8");
    const [, policy = ""] =
      /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(html) ?? [];
    expect(policy, file).toContain("default-src 'none'");
    expect(policy, file).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    expect(html.indexOf("Content-Security-Policy"), file).toBeLessThan(
      html.search(/<script|<link/),
    );
    for (const [, attributes = "", text = ""] of html.matchAll(
      /<script([^>]*)>(.*?)<\/script>/gs,
    )) {
      if (/\bsrc=|application\/(ld\+)?json/.test(attributes)) continue;
      const digest = createHash("sha256").update(text).digest("base64");
      expect(policy, `${file}: ${text}`).toContain(`'sha256-${digest}'`);
    }
    const markup = html.replace(/<script[^>]*>.*?<\/script>/gs, "");
    expect(markup, file).not.toMatch(/<[a-z][^>]*\s(?:style|on[a-z]+)=/);
  }
});

it("keeps markup that got in from running, and the page from other hosts", async () => {
  const server = await serve(SITE);
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, `${server.url}/`);
    const got = await page.evaluate(async () => {
      const seen = new Set<string>();
      document.addEventListener("securitypolicyviolation", (e) => seen.add(e.effectiveDirective));
      const host = document.body.appendChild(document.createElement("div"));
      host.innerHTML = `<img src="data:," onerror="window.ran = 1"><p style="color: red">x</p>
        <iframe src="https://example.org/"></iframe><img src="https://example.org/x.png">`;
      const script = document.createElement("script");
      script.textContent = "window.ran = 2";
      host.append(script);
      const refused = await fetch("https://example.org/").then(
        () => false,
        () => true,
      );
      const until = performance.now() + 5000;
      while (seen.size < 6 && performance.now() < until)
        await new Promise((d) => setTimeout(d, 20));
      return { seen: [...seen].sort(), refused, ran: "ran" in window };
    });
    expect(got).toEqual({
      seen: [
        "connect-src",
        "frame-src",
        "img-src",
        "script-src-attr",
        "script-src-elem",
        "style-src-attr",
      ],
      refused: true,
      ran: false,
    });
  } finally {
    await browser.close();
    await server.close();
  }
});

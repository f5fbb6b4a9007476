import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { launchBrowser, openPage, unpackChromium } from "../../src/pipeline/built/browser.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { axe } from "./axe.ts";

const STRICT = `<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'">`;

const GOOD = `<main><h1>Good</h1><img src="data:," alt="Nothing"><a href="/">Home</a></main>`;
const BAD = `<main><h1>Bad</h1><img src="data:,">
  <p style="color: #ccc; background: #fff">Too pale</p></main>`;

let folder: string;
let server: Server;
let other: Server;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "browser-test-"));
  server = await serve(folder);
  other = await serve(folder);
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await server.close();
  await other.close();
  await rm(folder, { recursive: true });
});

/** Writes a page into the served folder and returns its URL. */
async function write(body: string, head = ""): Promise<string> {
  const name = `${crypto.randomUUID()}.html`;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>
    ${head}</head><body>${body}</body></html>`;
  await writeFile(join(folder, name), html);
  return `${server.url}/${name}`;
}

async function screenshot(body: string): Promise<Buffer> {
  const { page, close } = await openPage(browser, await write(body));
  const image = await page.screenshot();
  await close();
  return image;
}

describe("unpackChromium", () => {
  it("leaves one whole browser when several processes start at once", async () => {
    const temp = await mkdtemp(join(tmpdir(), "unpack-test-"));
    const homes = await Promise.all([unpackChromium(temp), unpackChromium(temp)]);
    expect(homes[0]).toBe(homes[1]);
    expect(await readdir(temp)).toHaveLength(1);
    const files = ["chromium", "fonts.conf", "fonts", "al2023"];
    expect(await readdir(homes[0])).toEqual(expect.arrayContaining(files));
    const libraries = { LD_LIBRARY_PATH: join(homes[0], "al2023/lib") };
    const { stdout } = await promisify(execFile)("ldd", [join(homes[0], "chromium")], {
      env: { ...process.env, ...libraries },
    });
    expect(stdout).toContain(`libnss3.so => ${libraries.LD_LIBRARY_PATH}`);
    expect(stdout).not.toContain("not found");
    await rm(temp, { recursive: true });
  }, 60_000);
});

describe("openPage", () => {
  it("records nothing for a page that is fine and on its own", async () => {
    const url = await write(`<h1>Fine</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
      <script>console.log("fine"); console.warn("fine");
      fetch(URL.createObjectURL(new Blob(["blob"])));</script>`);
    const { page, errors, outside, close } = await openPage(browser, url);
    expect(await page.textContent("h1")).toBe("Fine");
    expect({ errors, outside }).toEqual({ errors: [], outside: [] });
    await close();
  });

  it("refuses and records requests to other origins", async () => {
    const urls = [
      `${other.url}/404.html?other-port`,
      server.url.replace("127.0.0.1", "localhost"),
      "https://example.com/font.woff2",
    ];
    const url = await write(`<script type="module">
      const tries = ${JSON.stringify(urls)}.map((url) => fetch(url, { mode: "no-cors" }));
      window.results = (await Promise.allSettled(tries)).map(({ status }) => status);
    </script><img src="https://example.com/pixel.png">`);
    const { page, outside, close } = await openPage(browser, url);
    await page.waitForFunction("window.results");
    expect(await page.evaluate("window.results")).toEqual(["rejected", "rejected", "rejected"]);
    const wanted = [...urls, "https://example.com/pixel.png"].map((each) => new URL(each).href);
    expect(outside.toSorted()).toEqual(wanted.toSorted());
    await close();
  });

  it("does not follow a redirect to another origin", async () => {
    const away = createServer((_, response) => {
      response.writeHead(302, { Location: "https://example.com/away" }).end();
    });
    await once(away.listen(0, "127.0.0.1"), "listening");
    const { port } = away.address() as AddressInfo;
    const opening = openPage(browser, `http://127.0.0.1:${port}/`);
    await expect(opening).rejects.toThrow("ERR_NAME_NOT_RESOLVED");
    away.close();
  });

  it("refuses and records those of workers and sockets", async () => {
    const socket = `${other.url.replace("http", "ws")}/socket`;
    const worker = `fetch("${other.url}/worker").then(() => postMessage("done"),
      () => postMessage("refused"))`;
    const url = await write(`<script>
      const source = new Blob([${JSON.stringify(worker)}], { type: "text/javascript" });
      new Worker(URL.createObjectURL(source)).onmessage = ({ data }) => { window.result = data; };
      new WebSocket("${socket}");
    </script>`);
    const { page, outside, close } = await openPage(browser, url);
    await page.waitForFunction("window.result");
    expect(await page.evaluate("window.result")).toBe("refused");
    await vi.waitFor(() => expect(outside.toSorted()).toEqual([`${other.url}/worker`, socket]));
    await close();
  });

  it("records console errors and uncaught exceptions", async () => {
    const url = await write(`<script>console.error("said", 1);</script>
      <script>throw new TypeError("thrown");</script>
      <script>Promise.reject(new Error("rejected"));</script><img src="/missing.png">`);
    const { errors, close } = await openPage(browser, url);
    await vi.waitFor(() => expect(errors).toHaveLength(4));
    const said = ["said 1", "thrown", "rejected", "404"].map((text) =>
      expect.stringContaining(text),
    );
    expect(errors).toEqual(expect.arrayContaining(said));
    await close();
  });

  it("applies the viewport, the dark scheme, and reduced motion", async () => {
    const url = await write(`<meta name="viewport" content="width=device-width">
      <style>@media (prefers-color-scheme: dark) { body { background: rgb(1, 2, 3) } }</style>`);
    const { page, close } = await openPage(browser, url, {
      viewport: { width: 390, height: 844 },
      colorScheme: "dark",
      reducedMotion: "reduce",
    });
    expect(await page.evaluate("innerWidth")).toBe(390);
    const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(background).toBe("rgb(1, 2, 3)");
    const reduced = await page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches");
    expect(reduced).toBe(true);
    await close();
  });

  it("can turn scripts off", async () => {
    const url = await write(`<p>plain</p><script>document.body.textContent = "script"</script>`);
    const { page, close } = await openPage(browser, url, { javaScriptEnabled: false });
    expect(await page.textContent("p")).toBe("plain");
    await close();
  });

  it("rejects and leaves no context when the page cannot be opened", async () => {
    await expect(openPage(browser, "http://127.0.0.1:1/")).rejects.toThrow("ERR_UNSAFE_PORT");
    expect(browser.contexts()).toHaveLength(0);
  });

  it("draws text, and different text differently", async () => {
    const [blank, first, second] = [
      await screenshot(""),
      await screenshot("A"),
      await screenshot("B"),
    ];
    expect(first.equals(blank)).toBe(false);
    expect(first.equals(second)).toBe(false);
    expect(first.equals(await screenshot("A"))).toBe(true);
  });
});

describe("axe", () => {
  async function check(body: string, head = ""): Promise<string[]> {
    const { page, close } = await openPage(browser, await write(body, head));
    const problems = await axe(page);
    await close();
    return problems;
  }

  it("passes a good page", async () => {
    expect(await check(GOOD)).toEqual([]);
  });

  it("names what is wrong with a bad page, also under a strict policy", async () => {
    for (const head of ["", STRICT]) {
      const problems = await check(BAD, head);
      expect(problems.toSorted()).toEqual([
        expect.stringMatching(/^critical image-alt at img: Images must have alternative text\. \w/),
        expect.stringMatching(/^serious color-contrast at p: .* contrast of 1\.6/),
      ]);
    }
  });
});

/**
 * Opens pages in a headless Chromium: for the check before publishing, the browser tests and the benches.
 *
 * The browser is the one at CHROMIUM_PATH, or else the one inside @sparticuz/chromium, which brings
 * along fonts and the libraries that a bare Linux machine lacks. It is unpacked once per machine.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export type PageOptions = Pick<
  BrowserContextOptions,
  "viewport" | "colorScheme" | "javaScriptEnabled" | "reducedMotion"
>;

export type OpenPage = {
  page: Page;
  /** Console errors and uncaught exceptions so far. A refused or failed request is one as well. */
  errors: string[];
  /** The URLs of the requests to other origins so far; none of them was let through. */
  outside: string[];
  /** Closes the page and its context, not the browser. */
  close(): Promise<void>;
};

type Environment = Record<string, string | undefined>;

/** Playwright adds most of these by itself; they are listed to not depend on its version. */
const ARGS = [
  "--no-sandbox", // The sandbox does not run as root.
  "--no-first-run",
  "--no-pings",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--disable-quic",
  "--disable-gpu",
  "--font-render-hinting=none",
  // Keeps in what page routing does not see: redirects, sockets, early name look-ups.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
];

const run = promisify(execFile);

/** The browser reaches nothing but this machine. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const given = process.env.CHROMIUM_PATH;
  if (given) return chromium.launch({ executablePath: given, args: ARGS });
  const home = await unpackChromium();
  const executablePath = join(home, "chromium");
  return chromium.launch({ executablePath, args: ARGS, env: await environment(home) });
}

/**
 * Unpacks @sparticuz/chromium, unless that was done before, and returns the folder it is in.
 *
 * Safe to call from several processes at once without a lock: each unpacks into a folder of its
 * own, and only the first to finish can rename that to the final name. A run that is killed leaves
 * no half-written browser behind under that name. Calling this once in a vitest globalSetup saves
 * the work that the others would throw away.
 */
export async function unpackChromium(temp = tmpdir()): Promise<string> {
  const home = join(temp, `sparticuz-chromium-${await packageVersion()}-${userInfo().uid}`);
  if (existsSync(home)) return home;
  const draft = await mkdtemp(`${home}-draft-`);
  try {
    await unpackInto(draft);
    await writeFile(join(draft, "fonts.conf"), fontConfig(join(home, "fonts")));
    await rename(draft, home);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}

async function packageVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const manifest = await readFile(join(dirname(entry), "../package.json"), "utf8");
  return JSON.parse(manifest).version;
}

/**
 * In a process of its own because the package takes where to unpack, and whether to unpack the
 * libraries of Amazon Linux too, from the environment.
 */
async function unpackInto(folder: string): Promise<void> {
  const script = `
    const { default: chromium } = await import("@sparticuz/chromium");
    await chromium.executablePath();
  `;
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" };
  const args = ["--input-type=module", "--eval", script];
  await run(process.execPath, args, { cwd: import.meta.dirname, env });
}

/** The fonts of the machine, if it has any, and the shipped ones. */
function fontConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}</dir>
  <cachedir>${folder}/cache</cachedir>
</fontconfig>
`;
}

/** The shipped libraries are used only if the machine lacks one. */
async function environment(home: string): Promise<Environment> {
  const own = { ...process.env, FONTCONFIG_FILE: join(home, "fonts.conf") };
  const executable = join(home, "chromium");
  if ((await missingLibraries(executable, own)).length === 0) return own;
  const path = [join(home, "al2023/lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  const shipped = { ...own, LD_LIBRARY_PATH: path };
  const missing = await missingLibraries(executable, shipped);
  if (missing.length === 0) return shipped;
  throw new Error(`Chromium needs libraries that this machine lacks: ${missing.join(", ")}.`);
}

async function missingLibraries(executable: string, env: Environment): Promise<string[]> {
  const { stdout } = await run("ldd", [executable], { env });
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? "");
}

/**
 * Opens `url` in a context of its own and waits until it has loaded. Requests to other origins are
 * refused and recorded, also those of workers; service workers are not installed. Routing turns
 * the HTTP cache off, so do not measure repeated visits with this.
 */
export async function openPage(
  browser: Browser,
  url: string,
  options: PageOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ ...options, serviceWorkers: "block" });
  const errors: string[] = [];
  const outside: string[] = [];
  const { origin } = new URL(url);

  context.on("request", (request) => {
    if (isOutside(origin, request.url())) outside.push(request.url());
  });
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  context.on("weberror", (event) => errors.push(String(event.error())));
  const close = () => context.close();
  try {
    await context.route(
      (target) => isOutside(origin, target.href),
      (route) => route.abort(),
    );
    const page = await context.newPage();
    page.on("websocket", (socket) => {
      if (new URL(socket.url()).host !== new URL(url).host) outside.push(socket.url());
    });
    await page.goto(url);
    return { page, errors, outside, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The content of data: and blob: URLs is in the page already; a blob's origin is its page's. */
function isOutside(origin: string, target: string): boolean {
  return !target.startsWith("data:") && new URL(target).origin !== origin;
}

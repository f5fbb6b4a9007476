// npm run restore: published snapshots come back byte by byte, or not at all.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import { UserError } from "../../../src/core/records/user-error.ts";
import { type Server, serve } from "../../../src/pipeline/built/serve.ts";
import type { PatienceOptions } from "../../../src/pipeline/net/patience.ts";
import { restoreSnapshots } from "../../../src/pipeline/snapshot/restore.ts";
import { quickClock } from "../net/quick-clock.ts";
import { command, folders } from "./snapshot.ts";

/** Does not really wait. */
const quick = (): PatienceOptions => ({ clock: quickClock() });

const fresh = folders();
const KITCHEN = { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts" };

let published: string;
let server: Server;

/** A site with two snapshots. */
beforeAll(async () => {
  published = await fresh();
  for (const day of ["2025-03-20", "2025-04-01"]) {
    const out = join(published, "data/latest");
    expect(command("data", ["--out", out, "--as-of", day], { env: KITCHEN }).code).toBe(0);
  }
  server = await serve(published);
});
afterAll(() => server.close());

async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async (n) => [n, await readFile(join(folder, n), "base64")])),
  );
}

/** A copy of the site in which one file is another. */
async function tampered(path: string, change: (text: Buffer) => Buffer | null): Promise<Server> {
  const copy = await fresh();
  await cp(published, copy, { recursive: true });
  const changed = change(await readFile(join(copy, path)));
  if (changed) await writeFile(join(copy, path), changed);
  else await rm(join(copy, path));
  return serve(copy);
}

test("all snapshots of the site, byte by byte", async () => {
  const folder = await fresh();
  const restored = await restoreSnapshots([server.url], folder);
  expect(restored).toEqual({
    from: server.url,
    fetched: ["2025-04-01", "2025-03-20"],
    here: [],
    latest: "2025-04-01",
  });
  expect((await readdir(folder)).toSorted()).toEqual([
    "2025-03-20",
    "2025-04-01",
    "index.json",
    "latest",
  ]);
  for (const day of ["2025-03-20", "2025-04-01"])
    expect(await filesOf(join(folder, day))).toEqual(await filesOf(join(published, "data", day)));
  expect(await filesOf(join(folder, "latest"))).toEqual(
    await filesOf(join(published, "data/latest")),
  );
  expect(await readFile(join(folder, "index.json"))).toEqual(
    await readFile(join(published, "data/index.json")),
  );
});

test("after it, the same sources give nothing new, and the archive stays as it was published", async () => {
  const folder = await fresh();
  await restoreSnapshots([server.url], folder);
  const args = ["--out", join(folder, "latest"), "--as-of", "2025-04-01"];
  const output = join(await fresh(), "output");
  const { code, out } = command("data", args, { env: { ...KITCHEN, GITHUB_OUTPUT: output } });
  expect(code).toBe(0);
  expect(out).toContain("Kept as 2025-04-01, one of 2 dated snapshots beside it");
  expect(await readFile(output, "utf8")).toBe("changed=false\n");
  expect(await readFile(join(folder, "index.json"))).toEqual(
    await readFile(join(published, "data/index.json")),
  );
});

test("what is here stays as it is", async () => {
  const folder = await fresh();
  await restoreSnapshots([server.url], folder);
  await writeFile(join(folder, "2025-03-20", "models.csv"), "mine");
  await writeFile(join(folder, "latest", "models.csv"), "mine too");
  await writeFile(join(folder, "index.json"), "{}");
  await rm(join(folder, "2025-04-01"), { recursive: true });
  const restored = await restoreSnapshots([`${server.url}/`], folder);
  expect(restored).toMatchObject({ fetched: ["2025-04-01"], here: ["2025-03-20"], latest: null });
  expect(await readFile(join(folder, "2025-03-20", "models.csv"), "utf8")).toBe("mine");
  expect(await readFile(join(folder, "latest", "models.csv"), "utf8")).toBe("mine too");
  expect(await readFile(join(folder, "index.json"), "utf8")).toBe("{}");
});

test("figures that are not those published under their name are named, and stay as they are", async () => {
  const folder = await fresh();
  const day = join(folder, "2025-03-20");
  // The same day, made of other figures before anything was restored.
  await cp(join(published, "data/2025-04-01"), day, { recursive: true });
  const before = await filesOf(day);
  const error = await restoreSnapshots([server.url], folder).catch((e) => e);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toMatch(
    `${day}: other figures are published under that name, and a published snapshot stays as it is. Remove this folder,`,
  );
  expect(await readdir(folder)).toEqual(["2025-03-20"]);
  expect(await filesOf(day)).toEqual(before);
  await rm(day, { recursive: true });
  expect(await restoreSnapshots([server.url], folder)).toMatchObject({ here: [] });
});

test("a site without snapshots is none yet; of several addresses, the first that has them counts", async () => {
  const empty = await serve(await fresh());
  expect(await restoreSnapshots([empty.url], await fresh())).toBeNull();
  const folder = await fresh();
  expect(await restoreSnapshots([empty.url, server.url], folder)).toMatchObject({
    from: server.url,
    latest: "2025-04-01",
  });
  await empty.close();
});

/** Passes requests on to the site, but spoils the first of every path. */
async function flaky(spoil: (response: ServerResponse) => void) {
  const seen = new Set<string>();
  const asked: string[] = [];
  const proxy = createServer(async (request, response) => {
    const path = request.url!.replace(/\?.*/, "");
    asked.push(path);
    if (seen.size < seen.add(path).size) return spoil(response);
    const answer = await fetch(server.url + path);
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  });
  return { url: await listen(proxy), asked, close: () => proxy.close() };
}

async function listen(to: HttpServer): Promise<string> {
  await new Promise<void>((done) => to.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(to.address() as AddressInfo).port}`;
}

test.each([
  ["busy", (response: ServerResponse) => response.writeHead(503).end()],
  ["broken off", (response: ServerResponse) => response.destroy()],
  [
    "cut short",
    (response: ServerResponse) => {
      response.writeHead(200, { "content-length": "100000" });
      response.write("h", () => response.destroy());
    },
  ],
])("what is %s the first time is asked for again", async (_, spoil) => {
  const site = await flaky((response) => void spoil(response));
  const folder = await fresh();
  await restoreSnapshots([site.url], folder, quick());
  for (const day of ["2025-03-20", "2025-04-01"])
    expect(await filesOf(join(folder, day))).toEqual(await filesOf(join(published, "data", day)));
  expect(site.asked).toHaveLength(2 * new Set(site.asked).size);
  site.close();
});

test("a busy host is left alone for as long as it asks", async () => {
  const site = await flaky((response) => response.writeHead(503, { "retry-after": "90" }).end());
  const clock = quickClock();
  await restoreSnapshots([site.url], await fresh(), { clock, random: () => 0, budget: 1e9 });
  expect(Math.max(...clock.waits)).toBe(90_000);
  site.close();
});

test("a host that falls silent is not waited for without end", async () => {
  const silent = createServer((_, response) => response.write("{"));
  const url = await listen(silent);
  const options = { ...quick(), stall: 200, tries: 2 };
  await expect(restoreSnapshots([url], await fresh(), options)).rejects.toThrow(
    /^The published site did not give .*\/data\/index\.json in 2 tries, at last: no more than 1 bytes came for 0\.2 s\./,
  );
  silent.closeAllConnections();
  silent.close();
});

test("what is refused is not asked for again", async () => {
  const site = await flaky((response) => void response.writeHead(403).end());
  await expect(restoreSnapshots([site.url], await fresh(), quick())).rejects.toThrow(/HTTP 403/);
  expect(site.asked).toEqual(["/data/index.json"]);
  site.close();
});

describe("what is not as it was published stops the restore, and leaves nothing", () => {
  test.each([
    [
      "data/2025-04-01/models.parquet",
      (b: Buffer) => Buffer.concat([b, b]),
      /models\.parquet is not what was published: it has more bytes than the \d+ /,
    ],
    [
      "data/2025-04-01/models.csv",
      (b: Buffer) => Buffer.concat([b.subarray(1), b.subarray(0, 1)]),
      /models\.csv is not what was published: its SHA-256/,
    ],
    [
      "data/2025-04-01/manifest.json",
      (b: Buffer) => Buffer.from(`${b} `),
      /is not what was published/,
    ],
    ["data/2025-04-01/scores.parquet", () => null, /is missing on the published site/],
    ["data/index.json", () => Buffer.from("<html>"), /is not valid JSON/],
    [
      "data/index.json",
      (b: Buffer) => Buffer.from(String(b).replaceAll("2025-04-01", "../../etc")),
      /must be a date/,
    ],
    [
      "data/index.json",
      (b: Buffer) => Buffer.from(String(b).replaceAll("2025-03-20", "2025-04-01")),
      /index\.json: field snapshots: must have each name once/,
    ],
    [
      "data/index.json",
      (b: Buffer) => Buffer.from(String(b).replace('"latest": "2025-04-01"', '"latest": "../x"')),
      /"\.\.\/x", the latest, is none of its snapshots/,
    ],
  ])("%s", async (path, change, message) => {
    const site = await tampered(path, change);
    const folder = await fresh();
    const error = await restoreSnapshots([site.url], folder, quick()).catch((e) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(message);
    expect(await readdir(folder)).toEqual([]);
    await site.close();
  });

  test.each<[string, (manifest: Manifest) => object, RegExp]>([
    ["nothing in it", () => ({ files: {}, documents: {} }), /: field schema: is missing/],
    ["no schema", ({ schema: _, ...rest }) => rest, /: field schema: /],
    ["no day", (m) => ({ ...m, as_of: "2025-04-01.2" }), /: field as_of: must be a date/],
    ["no suite", (m) => ({ ...m, suites: [] }), /: field suites: /],
    [
      "no table of its suite",
      ({ files: { "models.parquet": _, ...files }, ...m }) => ({ ...m, files }),
      /: field files: must have the table of the first suite/,
    ],
    [
      "itself among its files",
      (m) => ({ ...m, files: { ...m.files, "Manifest.json": m.files["models.csv"] } }),
      /: field files: must not have the manifest itself/,
    ],
    [
      "a name twice",
      (m) => ({ ...m, documents: { ...m.documents, "MODELS.csv": m.files["models.csv"] } }),
      /: field documents: must have each name once/,
    ],
  ])("a manifest that has %s", async (_, change, message) => {
    const copy = await fresh();
    await cp(published, copy, { recursive: true });
    const path = join(copy, "data/2025-04-01/manifest.json");
    const digest = (text: string) => createHash("sha256").update(text).digest("hex");
    const before = await readFile(path, "utf8");
    const after = JSON.stringify(change(JSON.parse(before)));
    await writeFile(path, after);
    const index = join(copy, "data/index.json");
    const text = (await readFile(index, "utf8")).replace(digest(before), digest(after));
    await writeFile(index, text);
    const site = await serve(copy);
    const folder = await fresh();
    const error = await restoreSnapshots([site.url], folder, quick()).catch((e) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(message);
    expect(await readdir(folder)).toEqual([]);
    await site.close();
  });

  test("a server that fails, or is not there", async () => {
    const failing = createServer((_, response) => response.writeHead(503).end());
    const url = await listen(failing);
    const restored = async () => restoreSnapshots([url], await fresh(), quick());
    await expect(restored()).rejects.toThrow(/in 8 tries, at last: 503/);
    await new Promise((done) => failing.close(done));
    await expect(restored()).rejects.toThrow(/cannot be reached/);
  });
});

/** Not with spawnSync: the server is in this process. */
function restore(...args: string[]): Promise<{ out: string; err: string }> {
  return restoreUnder({}, ...args);
}

async function restoreUnder(env: Record<string, string>, ...args: string[]) {
  const options = { env: { ...process.env, ...env } };
  const ran = promisify(execFile)(process.execPath, ["scripts/restore.ts", ...args], options);
  return ran.then(
    ({ stdout, stderr }) => ({ out: stdout, err: stderr }),
    ({ stdout, stderr }) => ({ out: stdout, err: stderr }),
  );
}

test("the command says what it did, or what to mend", async () => {
  const folder = await fresh();
  expect(await restore("--from", server.url, "--to", folder)).toEqual({
    out:
      "2 dated snapshots fetched (2025-04-01, 2025-03-20), 0 were here.\n" +
      `${folder}/latest is a copy of 2025-04-01.\n`,
    err: "",
  });
  expect((await restore("--from", server.url, "--to", folder)).out).toBe(
    `0 dated snapshots fetched, 2 were here.\n${folder}/latest was here and stays as it is.\n`,
  );
  for (const from of ["nowhere", "file:///etc"])
    expect(command("restore", ["--from", from, "--to", folder])).toMatchObject({ code: 1 });
});

test("where nothing is found, that is an error, unless it is said to be the first time", async () => {
  const empty = await serve(await fresh());
  const folder = await fresh();
  const mistyped = await restore("--from", empty.url, "--to", folder);
  expect(mistyped.out).toBe("");
  expect(mistyped.err).toMatch(
    /^There are no snapshots at http.*If nothing was ever published, add --first/,
  );
  expect(await restore("--from", empty.url, "--to", folder, "--first")).toEqual({
    out: `Nothing is published at ${empty.url} yet.\n`,
    err: "",
  });
  expect(await readdir(folder)).toEqual([]);
  // Where there is something, --first does no harm.
  expect((await restore("--from", server.url, "--to", folder, "--first")).out).toContain("2 dated");
  await empty.close();
});

test("it goes through the proxy that the environment names, and shows nobody's token", async () => {
  const tokens = new Set<string | undefined>();
  const proxy = createServer(async (request, response) => {
    const { host, pathname } = new URL(request.url!);
    tokens.add(request.headers.authorization);
    const answer = host === "board.example" ? await fetch(server.url + pathname) : null;
    response.writeHead(answer?.status ?? 502);
    response.end(answer && Buffer.from(await answer.arrayBuffer()));
  });
  const env = { HTTP_PROXY: await listen(proxy), NO_PROXY: "", HF_TOKEN: "hf_secret" };
  const folder = await fresh();
  const { out, err } = await restoreUnder(env, "--from", "http://board.example", "--to", folder);
  expect(err).toBe("");
  expect(out).toContain("2 dated snapshots fetched");
  expect([...tokens]).toEqual([undefined]);
  proxy.close();
});

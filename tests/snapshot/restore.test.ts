// npm run restore: published snapshots come back byte by byte, or not at all.
import { execFile } from "node:child_process";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, serve } from "../../scripts/serve.ts";
import { restoreSnapshots } from "../../src/snapshot/restore.ts";
import { UserError } from "../../src/sources/errors.ts";
import { command, folders } from "./snapshot.ts";

const QUICK = { wait: 0 };

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
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  const { port } = proxy.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => proxy.close() };
}

test.each([
  ["busy", (response: ServerResponse) => response.writeHead(503).end()],
  ["broken off", (response: ServerResponse) => response.destroy()],
  [
    "cut short",
    (response: ServerResponse) => {
      response.writeHead(200, { "content-length": "100000" });
      response.write("half", () => response.destroy());
    },
  ],
])("what is %s the first time is asked for again", async (_, spoil) => {
  const site = await flaky((response) => void spoil(response));
  const folder = await fresh();
  await restoreSnapshots([site.url], folder, QUICK);
  for (const day of ["2025-03-20", "2025-04-01"])
    expect(await filesOf(join(folder, day))).toEqual(await filesOf(join(published, "data", day)));
  expect(site.asked).toHaveLength(2 * new Set(site.asked).size);
  site.close();
});

test("what is refused is not asked for again", async () => {
  const site = await flaky((response) => void response.writeHead(403).end());
  await expect(restoreSnapshots([site.url], await fresh(), QUICK)).rejects.toThrow(/HTTP 403/);
  expect(site.asked).toEqual(["/data/index.json"]);
  site.close();
});

describe("what is not as it was published stops the restore, and leaves nothing", () => {
  test.each([
    [
      "data/2025-04-01/models.parquet",
      (b: Buffer) => Buffer.concat([b, b]),
      /is not what was published/,
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
      (b: Buffer) => Buffer.from(String(b).replace('"latest": "2025-04-01"', '"latest": "../x"')),
      /"\.\.\/x", the latest, is none of its snapshots/,
    ],
  ])("%s", async (path, change, message) => {
    const site = await tampered(path, change);
    const folder = await fresh();
    const error = await restoreSnapshots([site.url], folder, QUICK).catch((e) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(message);
    expect(await readdir(folder)).toEqual([]);
    await site.close();
  });

  test("a server that fails, or is not there", async () => {
    const failing = createServer((_, response) => response.writeHead(503).end());
    await new Promise<void>((done) => failing.listen(0, "127.0.0.1", done));
    const { port } = failing.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const restored = async () => restoreSnapshots([url], await fresh(), QUICK);
    await expect(restored()).rejects.toThrow(/HTTP 503/);
    await new Promise((done) => failing.close(done));
    await expect(restored()).rejects.toThrow(/cannot be reached/);
  });
});

/** Not with spawnSync: the server is in this process. */
async function restore(...args: string[]): Promise<{ out: string; err: string }> {
  const ran = promisify(execFile)(process.execPath, ["scripts/restore.ts", ...args]);
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

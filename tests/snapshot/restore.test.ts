// npm run restore: published snapshots come back byte by byte, or not at all.
import { execFile } from "node:child_process";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, serve } from "../../scripts/serve.ts";
import { restoreSnapshots } from "../../src/snapshot/restore.ts";
import { UserError } from "../../src/sources/errors.ts";
import { command, folders } from "./snapshot.ts";

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
  const restored = await restoreSnapshots(server.url, folder);
  expect(restored).toEqual({ fetched: ["2025-04-01", "2025-03-20"], here: [] });
  expect((await readdir(folder)).toSorted()).toEqual(["2025-03-20", "2025-04-01"]);
  for (const day of ["2025-03-20", "2025-04-01"])
    expect(await filesOf(join(folder, day))).toEqual(await filesOf(join(published, "data", day)));
});

test("what is here stays as it is", async () => {
  const folder = await fresh();
  await restoreSnapshots(server.url, folder);
  await writeFile(join(folder, "2025-03-20", "models.csv"), "mine");
  await rm(join(folder, "2025-04-01"), { recursive: true });
  const restored = await restoreSnapshots(`${server.url}/`, folder);
  expect(restored).toEqual({ fetched: ["2025-04-01"], here: ["2025-03-20"] });
  expect(await readFile(join(folder, "2025-03-20", "models.csv"), "utf8")).toBe("mine");
});

test("a site without snapshots is none yet", async () => {
  const empty = await serve(await fresh());
  expect(await restoreSnapshots(empty.url, await fresh())).toBeNull();
  await empty.close();
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
  ])("%s", async (path, change, message) => {
    const site = await tampered(path, change);
    const folder = await fresh();
    const error = await restoreSnapshots(site.url, folder).catch((e) => e);
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
    await expect(restoreSnapshots(url, await fresh())).rejects.toThrow(/HTTP 503/);
    await new Promise((done) => failing.close(done));
    await expect(restoreSnapshots(url, await fresh())).rejects.toThrow(/cannot be reached/);
  });
});

test("the command says what it did, or what to mend", async () => {
  const folder = await fresh();
  // Not with spawnSync: the server is in this process.
  const args = ["scripts/restore.ts", "--from", server.url, "--to", folder];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toBe("2 dated snapshots fetched (2025-04-01, 2025-03-20), 0 were here.\n");
  expect(command("restore", ["--from", "nowhere", "--to", folder])).toMatchObject({ code: 1 });
});

/** Havnetavlen with an open queue, pulled, made and built by the project's own commands, for one file's tests. */
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { StandIn } from "../pipeline/hub/stand-in.ts";
import { start } from "../scripts/process.ts";

export interface OpenSite {
  /** The built pages. */
  dist: string;
  /** The tables, and the pages, anew. */
  rebuild: () => Promise<void>;
  close: () => Promise<void>;
}

export async function openSite(hub: StandIn): Promise<OpenSite> {
  const folder = await mkdtemp(join(tmpdir(), "open-site-"));
  const dist = join(folder, "dist");
  await mkdir(join(folder, "public"));
  await copyFile("public/favicon.svg", join(folder, "public/favicon.svg"));
  const env = {
    HF_ENDPOINT: hub.url,
    LEADERBOARD_CONFIG: "tests/fixtures/open.config.ts",
    PUBLIC_DIR: join(folder, "public"),
    OUT_DIR: dist,
    PICTURES_CACHE: join(folder, "pictures"),
  };
  const run = async (...[script, args]: Parameters<typeof start>) => {
    const ended = await start(script, args, { env }).ended;
    expect(ended, script).toMatchObject({ code: 0, err: "" });
  };
  const rebuild = async () => {
    const cache = ["--cache", join(folder, "hub")];
    await run("pull", cache);
    await run("data", ["--hub", ...cache]);
    await run("astro", ["build"]);
  };
  await rebuild();
  return { dist, rebuild, close: () => rm(folder, { recursive: true, force: true }) };
}

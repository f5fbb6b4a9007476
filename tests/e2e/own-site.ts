/** A leaderboard of its own, in a folder of its own, made by the project's own commands. */
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { StandIn } from "../pipeline/hub/stand-in.ts";
import { type Ended, start } from "../scripts/process.ts";

export interface OwnSite {
  folder: string;
  /** The built pages. */
  dist: string;
  /** Of what is pulled. */
  cache: string;
  /** Runs a command of the project, which has to end well and say nothing on stderr. */
  run: (...command: Parameters<typeof start>) => Promise<Ended>;
  close: () => Promise<void>;
}

/**
 * @param name that its folder begins with
 * @param config its configuration's file, from the project's root
 */
export async function ownSite(name: string, config: string, hub: StandIn): Promise<OwnSite> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const dist = join(folder, "dist");
  await mkdir(join(folder, "public"));
  await copyFile("public/favicon.svg", join(folder, "public/favicon.svg"));
  const env = {
    HF_ENDPOINT: hub.url,
    LEADERBOARD_CONFIG: config,
    PUBLIC_DIR: join(folder, "public"),
    OUT_DIR: dist,
    PICTURES_CACHE: join(folder, "pictures"),
  };
  const run: OwnSite["run"] = async (script, args) => {
    const ended = await start(script, args, { env }).ended;
    expect(ended, script).toMatchObject({ code: 0, err: "" });
    return ended;
  };
  const close = () => rm(folder, { recursive: true, force: true });
  return { folder, dist, cache: join(folder, "hub"), run, close };
}

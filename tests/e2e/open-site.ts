/** Havnetavlen with an open queue, pulled, made and built by the project's own commands, for one file's tests. */
import type { StandIn } from "../pipeline/hub/stand-in.ts";
import { ownSite } from "./own-site.ts";

export interface OpenSite {
  /** The built pages. */
  dist: string;
  /** The tables, and the pages, anew. */
  rebuild: () => Promise<void>;
  close: () => Promise<void>;
}

export async function openSite(hub: StandIn): Promise<OpenSite> {
  const { dist, cache, run, close } = await ownSite(
    "open-site",
    "tests/fixtures/open.config.ts",
    hub,
  );
  const rebuild = async () => {
    await run("pull", ["--cache", cache]);
    await run("data", ["--hub", "--cache", cache]);
    await run("astro", ["build"]);
  };
  await rebuild();
  return { dist, rebuild, close };
}

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { whileLocked } from "../cache/lock.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import { snapshotFolder } from "../snapshot/folder.ts";
import { putBack } from "../snapshot/swap.ts";
import { loadLeaderboard } from "./configuration.ts";

/** Astro keeps the code of a build here, wherever the pages go: two at once would mix. */
const KEPT = ".astro";

/**
 * `astro build | dev | preview`, with the tables made first where there are none.
 *
 * @param args of Astro's own command
 * @returns its exit status
 * @throws UserError for a wrong configuration, before Astro starts
 */
export async function astro(args: string[]): Promise<number> {
  const leaderboard = await loadLeaderboard();
  await putBack(snapshotFolder, "manifest.json");
  if (!existsSync(`${snapshotFolder}/manifest.json`)) {
    await buildSnapshot(leaderboard, { sources: [], out: snapshotFolder });
    console.log(`Tables made from the embedded snapshot in ${snapshotFolder}`);
  }
  const run = async () => start(args);
  if (args[0] !== "build") return run();
  return whileLocked(KEPT, `${KEPT}/build.lock`, run, {
    patience: Number.POSITIVE_INFINITY,
    onWait: (pid) =>
      console.log(`Another build is running here (process ${pid}); this one waits for it.`),
  });
}

function start(args: string[]): number {
  const home = dirname(createRequire(import.meta.url).resolve("astro/package.json"));
  const command = [join(home, "bin/astro.mjs"), ...args];
  // No host but the registry is asked for anything.
  const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: "1" };
  return spawnSync(process.execPath, command, { stdio: "inherit", env }).status ?? 1;
}

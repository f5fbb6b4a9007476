import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { whileLocked } from "../cache/lock.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import { snapshotFolder } from "../snapshot/folder.ts";
import { modelsIn } from "../snapshot/models.ts";
import { putBack } from "../snapshot/swap.ts";
import { loadLeaderboard } from "./configuration.ts";
import { caseWarning, isBlindToCase } from "./letter-case.ts";
import { placeSite, refuseOthers } from "./site-folder.ts";

/** Astro keeps the code of a build here, wherever the pages go: two at once would mix. */
const KEPT = ".astro";

/**
 * Where the site grows: Astro renames its files from one folder to the other, which only one disk can do, and whoever
 * reads the old site is not to see half of the new one.
 */
const BUILT = `${KEPT}/site`;

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
  if (args[0] !== "build") return start(args);
  const out = process.env.OUT_DIR || "dist";
  const run = async () => {
    await putBack(out, "index.html");
    await refuseOthers(out);
    await rm(BUILT, { recursive: true, force: true });
    const status = start(args, { OUT_DIR: BUILT });
    // A folder's own astro.config may place the site elsewhere.
    if (status === 0 && existsSync(BUILT)) {
      await placeSite(BUILT, out);
      console.log(`The site is in ${out}`);
      if (await isBlindToCase(out)) {
        const warning = caseWarning(await modelsIn(snapshotFolder), out);
        if (warning) console.warn(warning);
      }
    }
    return status;
  };
  return whileLocked(KEPT, `${KEPT}/build.lock`, run, {
    patience: Number.POSITIVE_INFINITY,
    onWait: (pid) =>
      console.log(`Another build is running here (process ${pid}); this one waits for it.`),
  });
}

function start(args: string[], more: NodeJS.ProcessEnv = {}): number {
  const home = dirname(createRequire(import.meta.url).resolve("astro/package.json"));
  const command = [join(home, "bin/astro.mjs"), ...args];
  // No host but the registry is asked for anything.
  const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: "1", ...more };
  return spawnSync(process.execPath, command, { stdio: "inherit", env }).status ?? 1;
}

// npm run build | dev | preview: Astro, with the tables made first where there are none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { whileLocked } from "../src/pipeline/cache/lock.ts";
import { buildSnapshot } from "../src/pipeline/snapshot/build.ts";
import { snapshotFolder } from "../src/pipeline/snapshot/folder.ts";
import { putBack } from "../src/pipeline/snapshot/write.ts";
import { loadLeaderboard, run } from "./cli.ts";

/** Astro keeps the code of a build here, wherever the pages go: two at once would mix. */
const ASTRO = ".astro";

await run(async () => {
  // Also where it is not needed here: what is wrong with it is said in a sentence, before Astro starts.
  const leaderboard = await loadLeaderboard();
  await putBack(snapshotFolder, "manifest.json");
  if (!existsSync(`${snapshotFolder}/manifest.json`)) {
    await buildSnapshot(leaderboard, { sources: [], out: snapshotFolder });
    console.log(`Tables made from the embedded snapshot in ${snapshotFolder}`);
  }
  const astro = async () =>
    spawnSync("astro", process.argv.slice(2), {
      stdio: "inherit",
      shell: process.platform === "win32",
      // No host but the registry is asked for anything.
      env: { ...process.env, ASTRO_TELEMETRY_DISABLED: "1" },
    }).status ?? 1;
  process.exitCode =
    process.argv[2] === "build"
      ? await whileLocked(ASTRO, `${ASTRO}/build.lock`, astro, {
          patience: Number.POSITIVE_INFINITY,
          onWait: (pid) =>
            console.log(`Another build is running here (process ${pid}); this one waits for it.`),
        })
      : await astro();
});

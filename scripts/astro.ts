// npm run build | dev | preview: Astro, with the tables made first where there are none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { buildSnapshot } from "../src/snapshot/build.ts";
import { snapshotFolder } from "../src/snapshot/folder.ts";
import { loadLeaderboard, run } from "./cli.ts";
import { withLock } from "./lock.ts";

/** Astro keeps the code of a build in `.astro`, wherever the pages go: two at once would mix. */
const LOCK = ".astro/build.lock";

const sayWaiting = (pid: number) =>
  console.log(`Another build is running here (process ${pid}); this one waits for it.`);

await run(async () => {
  if (!existsSync(`${snapshotFolder}/manifest.json`)) {
    await buildSnapshot(await loadLeaderboard(), { sources: [], out: snapshotFolder });
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
    process.argv[2] === "build" ? await withLock(LOCK, astro, sayWaiting) : await astro();
});

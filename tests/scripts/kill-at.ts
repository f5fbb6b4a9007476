/**
 * Loaded into a command with `--import`: its n-th step on the disk (`KILL_AT=n`) is its last. It dies
 * before the step, or, with `KILL_AT=n+`, while that is under way. With `STEPS_TO=FILE` it writes there
 * how many steps it took to a good end. With `KILL_RENAMED=END` it dies right after something was renamed to a
 * path that ends so.
 */
import { writeFileSync } from "node:fs";
import disk from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const { KILL_AT = "", KILL_RENAMED = "", STEPS_TO } = process.env;
const at = Number.parseInt(KILL_AT, 10);
const die = () => process.kill(process.pid, "SIGKILL");
let steps = 0;

/** All that makes, moves or removes something; reading changes nothing. */
const STEPS = ["cp", "link", "mkdir", "open", "rename", "rm", "utimes", "writeFile"] as const;

for (const name of STEPS) {
  const step = disk[name] as (...args: unknown[]) => Promise<unknown>;
  const counted = (...args: unknown[]) => {
    if (name === "rename" && KILL_RENAMED && String(args[1]).endsWith(KILL_RENAMED)) {
      return step(...args).then(die);
    }
    if (++steps !== at) return step(...args);
    if (!KILL_AT.endsWith("+")) die();
    setImmediate(die);
    return step(...args);
  };
  Object.assign(disk, { [name]: counted });
}
syncBuiltinESMExports();

if (STEPS_TO) process.on("exit", (code) => code === 0 && writeFileSync(STEPS_TO, String(steps)));

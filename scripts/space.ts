// npm run space -- OWNER/NAME [--first] [--allow-loss]: what a static Space runs to build itself.
import { spawnSync } from "node:child_process";
import { type Start, space } from "../src/pipeline/commands/space.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

const start: Start = (command, args, env) =>
  spawnSync(process.execPath, [`scripts/${command}.ts`, ...args], { stdio: "inherit", env })
    .status ?? 1;

await run(() => space(process.argv.slice(2), start));

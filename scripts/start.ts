// npm start: everything on a fresh machine. Tables, site, server; prints the address.
import { spawnSync } from "node:child_process";
import { serve } from "../src/pipeline/commands/serve.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

for (const args of [["scripts/data.ts"], ["scripts/astro.ts", "build"]]) {
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
await run(() => serve([]));

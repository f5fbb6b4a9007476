#!/usr/bin/env node
// The command of the installed package: leaderboard data | build | serve | pull | check | restore | export.
// Plain JavaScript that any Node reads: one that is too old hands over to the one that came along.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
// From here on Node reads TypeScript, as leaderboard.config.ts is.
const isNew = major > 22 || (major === 22 && minor >= 18);

if (isNew) {
  const [{ main }, { run }] = await Promise.all([
    import("../lib/pipeline/kit/main.js"),
    import("../lib/pipeline/commands/terminal.js"),
  ]);
  await run(() => main(process.argv.slice(2)));
} else {
  const home = dirname(createRequire(import.meta.url).resolve("node/package.json"));
  const node = join(home, "bin", process.platform === "win32" ? "node.exe" : "node");
  const { status, error } = spawnSync(node, process.argv.slice(1), { stdio: "inherit" });
  if (error)
    console.error(
      `Node ${process.versions.node} is too old (22.18 is needed), and the package "node" is not whole: ${error.message}`,
    );
  process.exitCode = status ?? 1;
}

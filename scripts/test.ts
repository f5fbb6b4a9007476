// npm test: everything that must hold. The steps run one after the other and stop at the first failure.
import { spawnSync } from "node:child_process";
import { UserError } from "../src/core/records/user-error.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

const ERRORS = ["--minimumFailingSeverity", "error", "--minimumSeverity", "error"];

/** What each step says it checks, and its command. */
const STEPS: [string, string, string[]][] = [
  ["format and lint", "biome", ["ci", "."]],
  ["tables", process.execPath, ["scripts/data.ts"]],
  ["site", process.execPath, ["scripts/astro.ts", "build"]],
  ["types and walls", "tsc", ["-b"]],
  ["types of pages", "astro", ["check", "--tsconfig", "src/site/tsconfig.json", ...ERRORS]],
  ["tests", "vitest", ["run", ...process.argv.slice(2)]],
];

await run(async () => {
  for (const [name, command, args] of STEPS) {
    const start = performance.now();
    console.log(`\n── ${name}: ${command.split("/").at(-1)} ${args.join(" ")}`);
    const { status } = spawnSync(command, args, {
      stdio: "inherit",
      env: { ...process.env, ASTRO_TELEMETRY_DISABLED: "1" },
    });
    if (status !== 0) throw new UserError(`npm test: "${name}" failed (exit ${status}).`);
    console.log(`── ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
});

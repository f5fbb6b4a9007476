// npm run space -- OWNER/NAME [--first] [--allow-loss]: what a static Space runs to build itself.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { datasetName } from "../src/core/records/listing.ts";
import { UserError } from "../src/core/records/user-error.ts";
import { hubSettings } from "../src/pipeline/hub/settings.ts";
import { builtSpace, SPACE_FILES, spaceAddress } from "../src/pipeline/hub/space.ts";
import { run } from "./cli.ts";

await run(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      /** The Space was never built. */
      first: { type: "boolean", default: false },
      "allow-loss": { type: "boolean", default: false },
    },
  });
  const [space = ""] = positionals;
  if (positionals.length !== 1 || !datasetName.safeParse(space).success) {
    throw new UserError("Name the Space: npm run space -- OWNER/NAME.");
  }
  const must = starterFor(space);
  const from = builtSpace(await hubSettings(), space).flatMap((address) => ["--from", address]);
  must("restore", ...from, ...(values.first ? ["--first"] : []));
  must("pull");
  must("tables", "--or-published", ...(values["allow-loss"] ? ["--allow-loss"] : []));
  must("astro", "build");
});

/**
 * Starts commands with what the build must know of the Space; what is set already counts more. Where
 * one fails, that is the end.
 */
function starterFor(space: string): (script: string, ...args: string[]) => void {
  const env = {
    SITE: spaceAddress(space),
    // A static Space knows only files, and keeps those that are no text elsewhere.
    PUBLIC_INDEX: "index.html",
    PUBLIC_FILES: SPACE_FILES,
    ...process.env,
  };
  return (script, ...args) => {
    console.log(`\n── ${script} ${args.join(" ")}`);
    const command = [`scripts/${script}.ts`, ...args];
    const { status } = spawnSync(process.execPath, command, { stdio: "inherit", env });
    if (status !== 0) process.exit(status ?? 1);
  };
}

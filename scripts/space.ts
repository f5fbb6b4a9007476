// npm run space -- OWNER/NAME [--first] [--allow-loss]: what a static Space runs to build itself.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { PUBLIC_HUB } from "../src/hub/settings.ts";
import { datasetName } from "../src/records/listing.ts";
import { UserError } from "../src/records/user-error.ts";
import { run } from "./cli.ts";

/** `npm run data` ends with it where a person must look first. */
const HELD_BACK = 3;

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
  const start = starterFor(space);
  const must = (script: string, ...args: string[]) => {
    const status = start(script, ...args);
    if (status !== 0) process.exit(status);
  };
  must("restore", ...published(space), ...(values.first ? ["--first"] : []));
  must("pull");
  const status = start("data", "--hub", ...(values["allow-loss"] ? ["--allow-loss"] : []));
  if (status === HELD_BACK) {
    console.log(
      "Held back: the site is built of the tables that are published, so that they stay.",
    );
  } else if (status !== 0) process.exit(status);
  must("astro", "build");
});

/**
 * What was built before lies in a branch of the Space. It is read there and not at the Space's own
 * address, which shows Markdown as a page. Whether the branch has the built folder or what is in it
 * is documented nowhere: both are tried.
 */
function published(space: string): string[] {
  const hub = (process.env.HF_ENDPOINT || PUBLIC_HUB).replace(/\/+$/, "");
  const branch = `${hub}/spaces/${space}/resolve/refs%2Fconvert%2Fbuild`;
  return ["--from", branch, "--from", `${branch}/dist`];
}

/** Starts commands with what the build must know of the Space; what is set already counts more. */
function starterFor(space: string): (script: string, ...args: string[]) => number {
  const host = space.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const env = {
    SITE: `https://${host}.static.hf.space`,
    // A static Space knows only files, and keeps those that are no text elsewhere.
    PUBLIC_INDEX: "index.html",
    PUBLIC_FILES: "https://*.hf.co",
    ...process.env,
  };
  return (script, ...args) => {
    console.log(`\n── ${script} ${args.join(" ")}`);
    const command = [`scripts/${script}.ts`, ...args];
    return spawnSync(process.execPath, command, { stdio: "inherit", env }).status ?? 1;
  };
}

import { parseArgs } from "node:util";
import { datasetName } from "../../core/records/listing.ts";
import { UserError } from "../../core/records/user-error.ts";
import { hubSettings } from "../hub/settings.ts";
import { builtSpace, SPACE_FILES, spaceAddress } from "../hub/space.ts";

/** Runs one of our commands in a process of its own and gives its exit status. */
export type Start = (command: string, args: string[], env: NodeJS.ProcessEnv) => number;

/**
 * `npm run space -- OWNER/NAME [--first] [--allow-loss]`: what a static Space runs to build itself. Where a
 * command fails, that is the end.
 *
 * @returns the status of the command that failed, or 0
 * @throws UserError where no Space is named
 */
export async function space(args: string[], start: Start): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      /** The Space was never built. */
      first: { type: "boolean", default: false },
      "allow-loss": { type: "boolean", default: false },
    },
  });
  const [name = ""] = positionals;
  if (positionals.length !== 1 || !datasetName.safeParse(name).success) {
    throw new UserError("Name the Space: npm run space -- OWNER/NAME.");
  }
  const from = builtSpace(await hubSettings(), name).flatMap((address) => ["--from", address]);
  const steps: [string, ...string[]][] = [
    ["restore", ...from, ...(values.first ? ["--first"] : [])],
    ["pull"],
    ["tables", "--or-published", ...(values["allow-loss"] ? ["--allow-loss"] : [])],
    ["astro", "build"],
  ];
  const env = environmentOf(name);
  for (const [command, ...rest] of steps) {
    console.log(`\n── ${command} ${rest.join(" ")}`);
    const status = start(command, rest, env);
    if (status !== 0) return status;
  }
  return 0;
}

/** What the build must know of the Space; what is set already counts more. */
function environmentOf(name: string): NodeJS.ProcessEnv {
  return {
    SITE: spaceAddress(name),
    // A static Space knows only files, and keeps those that are no text elsewhere.
    PUBLIC_INDEX: "index.html",
    PUBLIC_FILES: SPACE_FILES,
    ...process.env,
  };
}

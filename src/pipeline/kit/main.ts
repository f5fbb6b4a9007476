import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { UserError } from "../../core/records/user-error.ts";

/** What a command does, and the module that does it: loaded only when it is asked for. */
interface Command {
  does: string;
  run(args: string[]): Promise<unknown>;
}

const COMMANDS: Record<string, Command> = {
  data: {
    does: "result files, tables and datasets → ranked tables in public/data",
    run: async (args) => (await import("../commands/data.ts")).data(args),
  },
  build: {
    does: "tables → a static site in dist; SITE=https://… sets its address",
    run: async (args) => build(args),
  },
  serve: {
    does: "serves dist at http://localhost:4321, or PORT",
    run: async (args) => (await import("../commands/serve.ts")).serve(args),
  },
  pull: {
    does: "datasets of the Hub → local cache, for data --hub",
    run: async (args) => (await import("../commands/pull.ts")).pullData(args),
  },
  check: {
    does: "opens the built site in a browser and holds it to its manifest",
    run: async (args) => (await import("../commands/check.ts")).check(args),
  },
  restore: {
    does: "brings the published snapshots back before new ones are made: --from ADDRESS",
    run: async (args) => (await import("../commands/restore.ts")).restore(args),
  },
  export: {
    does: "every evaluation as a record for others: --format every-eval-ever",
    run: async (args) => (await import("../commands/export.ts")).exportTables(args),
  },
};

/**
 * `leaderboard COMMAND …`
 *
 * @returns the status to end with, where the command gives one
 * @throws UserError for a command that there is none of
 */
export async function main([name = "", ...args]: string[]): Promise<unknown> {
  if (name === "" || name === "--help" || name === "-h") {
    console.log(help());
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UserError(`There is no command "${name}".\n\n${help()}`);
  return command.run(args);
}

function help(): string {
  const lines = Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(9)}${does}`);
  return ["leaderboard COMMAND [OPTION]…", "", ...lines].join("\n");
}

/** With the folder's own `astro.config` where it has one: that must name our integration. */
async function build(args: string[]): Promise<number> {
  const { astro } = await import("../commands/astro.ts");
  const hasOwn = readdirSync(".").some((name) => /^astro\.config\.[cm]?[jt]s$/.test(name));
  // Astro takes a path from the folder only.
  const ours = relative(".", join(import.meta.dirname, "astro-config.js"));
  return astro(["build", ...(hasOwn ? [] : ["--config", ours]), ...args]);
}

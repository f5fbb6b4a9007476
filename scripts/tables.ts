// npm run tables -- [--allow-loss] [--or-published [--pull OUTCOME]]: data --hub, for whoever publishes what comes of it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../src/core/records/user-error.ts";
import { snapshotFolder } from "../src/pipeline/snapshot/folder.ts";
import { run } from "./cli.ts";
import { note, output } from "./github.ts";

/** `npm run data` ends with it where a person must look first. */
const HELD_BACK = 3;

await run(async () => {
  const { values } = parseArgs({
    options: {
      "allow-loss": { type: "boolean", default: false },
      /** Where no new tables are to be had, those that are published do: restored, they are here. */
      "or-published": { type: "boolean", default: false },
      /** What became of the pull before, as GitHub Actions names it. */
      pull: { type: "string", default: "success" },
    },
  });
  const mayStay = values["or-published"];
  if (values.pull !== "success") {
    if (!mayStay) throw new UserError("The pull failed, so there are no tables to make.");
    return stay("The datasets could not be pulled");
  }
  const args = ["scripts/data.ts", "--hub", ...(values["allow-loss"] ? ["--allow-loss"] : [])];
  const status = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
  if (status === HELD_BACK && mayStay) return stay("New tables are held back");
  process.exitCode = status;
});

/** A change of the code can be published all the same. */
async function stay(why: string): Promise<void> {
  if (!existsSync(join(snapshotFolder, "manifest.json"))) {
    throw new UserError(`${why}, and no published ones are in ${snapshotFolder}: npm run restore.`);
  }
  const sentence = `${why}: the site is made of the tables that are published, so that they stay.`;
  console.log(sentence);
  await output("changed", false);
  await note(`### The published tables stay\n\n${sentence}`);
}

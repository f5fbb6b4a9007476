import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../../core/records/user-error.ts";
import { snapshotFolder } from "../snapshot/folder.ts";
import { HeldBack } from "../snapshot/loss.ts";
import { data } from "./data.ts";
import { note, output } from "./github.ts";
import { tellError } from "./terminal.ts";

/**
 * `npm run tables -- [--allow-loss] [--or-published [--pull OUTCOME]]`: data --hub, for whoever publishes what
 * comes of it.
 *
 * @throws UserError where there are no tables to publish
 */
export async function tables(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
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
  try {
    await data(["--hub", ...(values["allow-loss"] ? ["--allow-loss"] : [])]);
  } catch (error) {
    if (!(error instanceof HeldBack && mayStay)) throw error;
    tellError(error);
    await stay("New tables are held back");
  }
}

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

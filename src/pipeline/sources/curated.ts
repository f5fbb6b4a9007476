import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { z } from "zod";
import {
  aliasesSchema,
  type Flag,
  flaggedSchema,
  maintainersChoiceSchema,
} from "../../core/records/curated.ts";
import { parseJson } from "../../core/records/json.ts";
import { UserError } from "../../core/records/user-error.ts";
import { refuseLinkOut } from "../cache/links.ts";
import type { Row } from "./packed.ts";

/** What people decided: which models carry a star, which are not ranked and why. */
export interface Curated {
  choice: Set<string>;
  flags: Flag[];
  /** The name shown, by a file or by another name. */
  aliases: Record<string, string>;
}

/**
 * Reads `maintainers-choice.json`, `flagged.json` and `aliases.json`; a list that is not there is empty.
 *
 * @param folder as the configuration names it; none: no lists
 * @throws UserError where there is no such folder, or a list does not check
 */
export async function readCurated(folder: string | undefined): Promise<Curated> {
  if (folder === undefined) return { choice: new Set(), flags: [], aliases: {} };
  if (!(await stat(folder).catch(() => null))) {
    throw new UserError(
      `The configuration's field curated: there is no folder ${folder}. Make it, or leave the field out.`,
    );
  }
  const choice = await readList(join(folder, "maintainers-choice.json"), maintainersChoiceSchema);
  const flags = await readList(join(folder, "flagged.json"), flaggedSchema);
  const aliases = await readList(join(folder, "aliases.json"), aliasesSchema, "{}");
  return { choice: new Set(choice), flags, aliases };
}

/** Adds the lists to the evaluations; a published flag or star stays. */
export function applyCurated<R extends Row>(evaluations: readonly R[], curated: Curated): R[] {
  const flagged = new Set(curated.flags.map((f) => `${f.suite} ${f.model}`));
  return evaluations.map((e) => {
    const flag = e.flagged || flagged.has(`${e.suite} ${e.model}`);
    const choice = e.maintainers_choice || curated.choice.has(e.model);
    if (flag === e.flagged && choice === e.maintainers_choice) return e;
    return { ...e, flagged: flag, maintainers_choice: choice };
  });
}

/** Flags of evaluations that there are not: most often a name that is misspelt. */
export function idleFlags(evaluations: readonly Row[], { flags }: Curated): Flag[] {
  const there = new Set(evaluations.map((e) => `${e.suite} ${e.model}`));
  return flags.filter((f) => !there.has(`${f.suite} ${f.model}`));
}

async function readList<T>(path: string, schema: z.ZodType<T>, none = "[]"): Promise<T> {
  refuseLinkOut(path, dirname(path));
  const text = await readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT") return none;
    throw error;
  });
  return parseJson(schema, text, path);
}

import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { z } from "zod";
import {
  aliasesSchema,
  type Flag,
  flaggedSchema,
  maintainersChoiceSchema,
  type Star,
} from "../../core/records/curated.ts";
import { parseJson } from "../../core/records/json.ts";
import { UserError } from "../../core/records/user-error.ts";
import { refuseLinkOut } from "../cache/links.ts";
import type { Row } from "./packed.ts";

/** What people decided: which models carry a star, which are not ranked and why. */
export interface Curated {
  /** Models that carry a star now. */
  choice: Set<string>;
  /** All stars there are and were. */
  stars: Star[];
  /** All flags, lifted ones among them. */
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
  if (folder === undefined) return { choice: new Set(), stars: [], flags: [], aliases: {} };
  if (!(await stat(folder).catch(() => null))) {
    throw new UserError(
      `The configuration's field curated: there is no folder ${folder}. Make it, or leave the field out.`,
    );
  }
  const stars = await readList(join(folder, "maintainers-choice.json"), maintainersChoiceSchema);
  const flags = await readList(join(folder, "flagged.json"), flaggedSchema);
  const aliases = await readList(join(folder, "aliases.json"), aliasesSchema, "{}");
  const choice = new Set(stars.filter((s) => s.ended === null).map((s) => s.model));
  return { choice, stars, flags, aliases };
}

/**
 * Adds the lists to the evaluations. A published flag or star stays, unless the lists say that it was
 * lifted or has ended.
 */
export function applyCurated<R extends Row>(evaluations: readonly R[], curated: Curated): R[] {
  const { choice, flags, stars } = curated;
  const standing = new Set(flags.filter((f) => f.lifted === null).map(keyOf));
  const lifted = new Set(flags.map(keyOf).filter((key) => !standing.has(key)));
  const ended = new Set(stars.map((s) => s.model).filter((model) => !choice.has(model)));
  return evaluations.map((e) => {
    const flagged = standing.has(keyOf(e)) || (e.flagged && !lifted.has(keyOf(e)));
    const starred = choice.has(e.model) || (e.maintainers_choice && !ended.has(e.model));
    if (flagged === e.flagged && starred === e.maintainers_choice) return e;
    return { ...e, flagged, maintainers_choice: starred };
  });
}

/** Flags of evaluations that there are not: most often a name that is misspelt. */
export function idleFlags(evaluations: readonly Row[], { flags }: Curated): Flag[] {
  const there = new Set(evaluations.map(keyOf));
  return flags.filter((f) => f.lifted === null && !there.has(keyOf(f)));
}

function keyOf({ suite, model }: { suite: string; model: string }): string {
  return `${suite} ${model}`;
}

async function readList<T>(path: string, schema: z.ZodType<T>, none = "[]"): Promise<T> {
  refuseLinkOut(path, dirname(path));
  const text = await readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT") return none;
    throw error;
  });
  return parseJson(schema, text, path);
}

import { mkdtemp, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { group } from "d3-array";

/** Pairs that are named before the rest is only counted. */
const NAMED = 3;

/**
 * Whether a folder's disk takes `a` and `A` for one name, as those of Windows and macOS mostly do.
 *
 * @param folder that can be written to
 */
export async function isBlindToCase(folder: string): Promise<boolean> {
  const made = await mkdtemp(join(folder, ".letter-case-"));
  const other = join(dirname(made), basename(made).toUpperCase());
  try {
    return await stat(other).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(made, { recursive: true });
  }
}

/**
 * What is to be said where models whose names differ in case only are to lie on such a disk: the page of one would be
 * that of the other. Null where there are none.
 */
export function caseWarning(models: readonly string[], folder: string): string | null {
  const pairs = [...group(models, (model) => model.toLowerCase()).values()].filter(
    (names) => names.length > 1,
  );
  if (pairs.length === 0) return null;
  const named = pairs.slice(0, NAMED).map((names) => names.join(" and "));
  const more = pairs.length > NAMED ? `, and ${pairs.length - NAMED} more` : "";
  return (
    `The disk of ${folder} takes upper and lower case for one, and the names of some models differ in nothing else ` +
    `(${named.join("; ")}${more}): of each pair one page is written over the other. Publish from a disk that tells them apart, as those of Linux do.`
  );
}

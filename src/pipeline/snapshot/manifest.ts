import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, parseManifest } from "../../core/records/manifest.ts";
import { UserError } from "../../core/records/user-error.ts";
import { typed } from "../installed/typed.ts";
import { putBack } from "./swap.ts";

/**
 * The manifest of a snapshot; null where there is none. One that a killed run has left beside its place is put back
 * first.
 *
 * @throws UserError where it is damaged: what it stands for cannot be told, nor what would be lost
 */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, "manifest.json");
  await putBack(folder, "manifest.json");
  const text = await readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return parseManifest(text, path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message} Remove the folder ${folder}, or bring it back with ${typed("restore")}.`,
    );
  }
}

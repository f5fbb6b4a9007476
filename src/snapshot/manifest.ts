import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../records/json.ts";
import { UserError } from "../records/user-error.ts";
import type { Manifest } from "./build.ts";

/** As much of a manifest as everything that reads one back relies on. */
const schema = z.looseObject({
  schema: z.int(),
  as_of: z.iso.date(),
  suites: z.array(z.looseObject({ id: z.string(), table: z.string() })).min(1),
  sources: z.array(z.looseObject({ source: z.string() })),
  files: z.record(z.string(), z.looseObject({ rows: z.int(), sha256: z.string() })),
  documents: z.record(z.string(), z.looseObject({ sha256: z.string() })),
});

/**
 * The manifest of a snapshot; null where there is none.
 *
 * @throws UserError where it is damaged: what it stands for cannot be told, nor what would be lost
 */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, "manifest.json");
  const text = await readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (text === null) return null;
  try {
    parseJson(schema, text, path);
    // As it is written: the order of its fields counts where two are compared.
    return JSON.parse(text) as Manifest;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message} Remove the folder ${folder}, or bring it back with npm run restore.`,
    );
  }
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "./build.ts";

/** The manifest of a snapshot; null where there is none, or none that can be read. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const text = await readFile(join(folder, "manifest.json"), "utf8").catch(() => null);
  try {
    return text === null ? null : (JSON.parse(text) as Manifest);
  } catch {
    return null;
  }
}

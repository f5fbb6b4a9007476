import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { isLink } from "./links.ts";
import { writeWhole } from "./tmp.ts";

/** After this many days without use, what another version of the parser left is removed. */
const DAYS_KEPT = 30;

/** A file of parsed results, as its writer packed it. */
export interface Pack {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** @param key digest of all that decides what the packs say: 64 hex digits */
function parsedFolder(dir: string, key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new Error(`${key} is no key`);
  return join(dir, "parsed", key);
}

/**
 * The packs kept under a key, one after the other. Each is named by its content, so one that is damaged is known, and
 * removed; one that another run takes away meanwhile is passed over.
 */
export async function* readPacks(dir: string, key: string): AsyncGenerator<Pack> {
  const folder = parsedFolder(dir, key);
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const path = join(folder, name);
    const bytes = isLink(path) ? new Uint8Array() : await readFile(path).catch(() => null);
    if (!bytes) continue;
    if (name === nameOf(bytes)) yield { name, bytes };
    else await rm(path, { force: true, recursive: true }).catch(() => {});
  }
}

/**
 * Writes packs, each whole or not at all, and then takes those away that they replace. Two runs at
 * once may both write and both take away; at worst something is parsed again.
 */
export async function writePacks(
  dir: string,
  key: string,
  packs: Iterable<Uint8Array>,
  replaced: readonly string[] = [],
): Promise<void> {
  const folder = parsedFolder(dir, key);
  const names = new Set<string>();
  for (const pack of packs) {
    const name = nameOf(pack);
    names.add(name);
    await writeWhole(dir, join(folder, name), pack);
  }
  for (const name of replaced) if (!names.has(name)) await rm(join(folder, name), { force: true });
}

/** Marks a key as used, and removes the packs of keys that nobody has used for a month. */
export async function pruneParsed(dir: string, key: string, now = Date.now()): Promise<void> {
  const used = new Date(now);
  await utimes(parsedFolder(dir, key), used, used).catch(() => {});
  const root = join(dir, "parsed");
  for (const name of await readdir(root).catch(() => [])) {
    const info = await stat(join(root, name)).catch(() => null);
    const days = info ? (now - info.mtimeMs) / 86_400_000 : 0;
    if (days > DAYS_KEPT) await rm(join(root, name), { recursive: true, force: true });
  }
}

function nameOf(bytes: Uint8Array): string {
  return `${createHash("sha256").update(bytes).digest("hex")}.pack`;
}

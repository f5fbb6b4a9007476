import { createHash, type Hash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { objectPath } from "./layout.ts";
import { writeThrough } from "./tmp.ts";

/** What came was not the object that was asked for. A second try may bring it. */
export class WrongObject extends Error {
  override name = "WrongObject";
  readonly kind: "length" | "hash";
  constructor(kind: "length" | "hash", message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * git's id of a file, still to be given the content: sha1 of `blob SIZE\0` and the content,
 * https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
export function blobHash(size: number): Hash {
  return createHash("sha1").update(`blob ${size}\0`);
}

/**
 * Puts an object into the cache as its bytes come in. It counts only after its size and its hash
 * are right; until then, and after any error, there is nothing of it.
 *
 * @param oid sha256 of the content (64 hex digits), or git's id of it (40)
 * @throws WrongObject when size or hash differ, UserError when the disk is full or not writable
 */
export async function putObject(
  dir: string,
  object: { oid: string; size: number },
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const { oid, size } = object;
  const hash = oid.length === 64 ? createHash("sha256") : blobHash(size);
  await writeThrough(dir, objectPath(dir, oid), async (handle) => {
    let length = 0;
    for await (const bytes of content) {
      length += bytes.length;
      if (length > size) throw new WrongObject("length", `more than ${size} bytes came`);
      hash.update(bytes);
      await handle.writeFile(bytes);
    }
    if (length < size) throw new WrongObject("length", `${length} of ${size} bytes came`);
    const digest = hash.digest("hex");
    if (digest !== oid) throw new WrongObject("hash", `its hash is ${digest}, not ${oid}`);
  });
}

export async function hasObject(dir: string, oid: string): Promise<boolean> {
  return (await stat(objectPath(dir, oid)).catch(() => null)) !== null;
}

/** The ids of all objects: one look into each of the 256 folders. */
export async function knownObjects(dir: string): Promise<Set<string>> {
  const known = new Set<string>();
  const folders = await readdir(join(dir, "objects")).catch(() => []);
  for (const folder of folders.filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const rest of await readdir(join(dir, "objects", folder))) known.add(folder + rest);
  }
  return known;
}

import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder that is gone after the test. */
export async function tmpFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "leaderboard-cache-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Git's own id of a file: `git hash-object`. */
export function gitOid(content: string | Uint8Array): string {
  const bytes = Buffer.from(content);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Every file below a folder with its text, except the times at which refs were pulled. */
export async function contentOf(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const content: Record<string, string> = {};
  for (const name of names) {
    const text = await readFile(name, "latin1");
    content[name.slice(dir.length + 1)] = text.replace(/"at": "[^"]*"/g, '"at": ""');
  }
  return content;
}

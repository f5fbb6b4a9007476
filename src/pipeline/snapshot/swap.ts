import { rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

/** So often a reader may put the old folder back while the new one is on its way. */
const TRIES = 20;

/**
 * Puts a folder in the place of another, by two renames. Between them there is none: a run that dies there leaves
 * the old one as `PLACE.old`, and whoever reads next puts that back, see `putBack`. Where that happens while this
 * runs, it begins anew.
 */
export async function swapIn(next: string, place: string): Promise<void> {
  const old = `${place}.old`;
  for (let tries = TRIES; ; tries--) {
    await rename(place, old).catch(unless("ENOENT"));
    try {
      await rename(next, place);
      break;
    } catch (error) {
      const { code } = error as { code?: string };
      const isBack = code === "ENOTEMPTY" || code === "EEXIST";
      if (!isBack || tries <= 1) throw error;
    }
  }
  await rm(old, { recursive: true, force: true });
}

/**
 * Puts a snapshot back that a run had moved aside when it died, a step before the new one was in its
 * place. Does nothing where a snapshot is in its place.
 */
export async function putBack(target: string, marker: string): Promise<void> {
  const place = resolve(target);
  const old = `${place}.old`;
  if ((await exists(place)) || !(await exists(join(old, marker)))) return;
  // Another may have been first, and the run that moved it aside may still be alive.
  await rename(old, place).catch(unless("ENOENT", "ENOTEMPTY", "EEXIST"));
}

function unless(...codes: string[]): (error: { code?: string }) => void {
  return (error) => {
    if (!codes.includes(String(error.code))) throw error;
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

import { lstatSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { UserError } from "../../core/records/user-error.ts";

/**
 * What a link leads to may be anything of the machine that reads: its words would be published, or
 * quoted in a message, as if they were the source's.
 */
export const LINK_OUT = "is a link out of its folder, and not followed";

/** A cache holds files that a pull wrote; links in it are somebody else's. */
export const LINK_IN_CACHE = "is a link in the cache, and not followed: remove it and pull again";

/** Whether a path leads, itself or by a folder on its way, out of a folder. One that leads nowhere is told when it is read. */
export function leadsOut(path: string, folder: string): boolean {
  try {
    const root = realpathSync(folder);
    return !realpathSync(path).startsWith(root.endsWith(sep) ? root : root + sep);
  } catch {
    return false;
  }
}

/** Whether there is a link of that name, wherever it leads. */
export function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** @throws UserError where a file of a folder that somebody gave leads out of it */
export function refuseLinkOut(path: string, folder: string): void {
  if (!leadsOut(path, folder)) return;
  throw new UserError(`${path} ${LINK_OUT}: put the file itself there.`);
}

/** @throws UserError where a file of a cache is a link */
export function refuseLinkInCache(path: string): void {
  if (isLink(path)) throw new UserError(`${path} ${LINK_IN_CACHE}.`);
}

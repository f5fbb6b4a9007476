import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ListedFile, Refs } from "../../core/records/listing.ts";
import { UserError } from "../../core/records/user-error.ts";
import { typed } from "../installed/typed.ts";
import { isIncluded } from "./include.ts";
import { CACHE_VERSION, objectPath } from "./layout.ts";
import { refuseLinkInCache } from "./links.ts";
import { joinIncludes, readListing, readRefs } from "./listings.ts";
import { asDiskError, removeLeftovers, writeWhole } from "./tmp.ts";

/** A dataset as it was at one commit. */
export interface Listing {
  dataset: string;
  commit: string;
  /** When it was pulled, ISO 8601; null where the commit is named by no revision. */
  at: string | null;
  /** The files that were asked for, sorted by path; each is in the cache. */
  files: ListedFile[];
}

/** Reads what `npm run pull` brought. It never writes, and never goes to the network. */
export interface Cache {
  dir: string;
  /** Revisions of a dataset that were pulled, and the commit each was. */
  refs: (dataset: string) => Promise<Refs>;
  /**
   * @param rev a branch, a tag or a commit; default `main`
   * @throws UserError where it was not pulled: names the command that does
   */
  listing: (dataset: string, rev?: string) => Promise<Listing>;
  /** Where an object's file is, whether there is one or not. */
  path: (oid: string) => string;
  /** An object's bytes. @throws UserError where it is missing */
  read: (oid: string) => Promise<Buffer>;
}

/**
 * Opens a cache folder for reading; it need not be there yet.
 *
 * @throws UserError where it was made by another version of this project
 */
export async function openCache(dir: string): Promise<Cache> {
  await checkVersion(dir);
  return {
    dir,
    refs: (dataset) => readRefs(dir, dataset),
    listing: (dataset, rev = "main") => listingOf(dir, dataset, rev),
    path: (oid) => objectPath(dir, oid),
    read: async (oid) => {
      refuseLinkInCache(objectPath(dir, oid));
      return readFile(objectPath(dir, oid)).catch((error) => {
        if (error.code !== "ENOENT") throw error;
        throw new UserError(`The object ${oid} is missing in the cache ${dir}: pull again.`);
      });
    },
  };
}

/** Makes a cache folder ready for writing, and removes what dead processes left in it. */
export async function prepareCache(dir: string): Promise<Cache> {
  const cache = await openCache(dir);
  try {
    if ((await versionOf(dir)) === null) await writeWhole(dir, join(dir, "version"), CACHE_VERSION);
    await removeLeftovers(dir);
  } catch (error) {
    throw asDiskError(error, dir);
  }
  return cache;
}

async function listingOf(dir: string, dataset: string, rev: string): Promise<Listing> {
  const refs = await readRefs(dir, dataset);
  const commit = refs[rev]?.commit ?? (/^[0-9a-f]{40}$/.test(rev) ? rev : undefined);
  const files = commit === undefined ? null : await readListing(dir, dataset, commit);
  if (commit === undefined || files === null) {
    const name = rev === "main" ? dataset : `${dataset}@${rev}`;
    throw new UserError(
      `${name} is not in the cache ${dir}: run ${typed("pull", `--dataset ${name}`)} first.`,
    );
  }
  const named = Object.values(refs).filter((ref) => ref.commit === commit);
  const include = named.length === 0 ? undefined : joinIncludes(named);
  return {
    dataset,
    commit,
    at: refs[rev]?.at ?? named[0]?.at ?? null,
    files: files.filter(({ path }) => isIncluded(path, include)),
  };
}

async function versionOf(dir: string): Promise<string | null> {
  refuseLinkInCache(join(dir, "version"));
  return readFile(join(dir, "version"), "utf8").catch((error) => {
    if (error.code === "ENOENT") return null;
    throw asDiskError(error, dir);
  });
}

async function checkVersion(dir: string): Promise<void> {
  const version = await versionOf(dir);
  if (version === null || version === CACHE_VERSION) return;
  throw new UserError(
    `The cache ${dir} has version ${JSON.stringify(version.trim().slice(0, 20))}, this project ` +
      `writes ${CACHE_VERSION.trim()}: remove the folder, or name another with --cache.`,
  );
}

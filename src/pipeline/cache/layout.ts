import { join } from "node:path";
import { datasetName, sha1 } from "../../core/records/listing.ts";
import { UserError } from "../../core/records/user-error.ts";

/** Raised when the folders or files below change their meaning. */
export const CACHE_VERSION = "1\n";

/** Where a cache is kept when nobody says otherwise. */
export const defaultCache = process.env.LEADERBOARD_CACHE ?? ".cache/hub";

/** The file of an object. Objects are named by their content, so a file never changes. */
export function objectPath(dir: string, oid: string): string {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) throw new Error(`${oid} is no object id`);
  return join(dir, "objects", oid.slice(0, 2), oid.slice(2));
}

/** @throws UserError for what is no dataset's name */
export function datasetFolder(dir: string, dataset: string): string {
  if (!datasetName.safeParse(dataset).success) {
    throw new UserError(`"${dataset}" must be a dataset like OWNER/NAME (letters, digits, . _ -).`);
  }
  return join(dir, "datasets", dataset);
}

export function refsPath(dir: string, dataset: string): string {
  return join(datasetFolder(dir, dataset), "refs.json");
}

export function listingPath(dir: string, dataset: string, commit: string): string {
  return join(datasetFolder(dir, dataset), "commits", `${sha1.parse(commit)}.jsonl`);
}

export function factsPath(dir: string): string {
  return join(dir, "facts", "facts.jsonl");
}

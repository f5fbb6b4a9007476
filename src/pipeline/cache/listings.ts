import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";
import { explain } from "../../core/records/explain.ts";
import { jsonOr } from "../../core/records/json.ts";
import {
  type ListedFile,
  listedFileSchema,
  type Ref,
  type Refs,
  refsSchema,
} from "../../core/records/listing.ts";
import { UserError } from "../../core/records/user-error.ts";
import { datasetFolder, listingPath, refsPath } from "./layout.ts";
import { refuseLinkInCache } from "./links.ts";
import { whileLocked } from "./lock.ts";
import { writeWhole } from "./tmp.ts";

/** @returns null where the dataset was not listed at that commit */
export async function readListing(
  dir: string,
  dataset: string,
  commit: string,
): Promise<ListedFile[] | null> {
  const path = listingPath(dir, dataset, commit);
  refuseLinkInCache(path);
  if (!(await stat(path).catch(() => null))) return null;
  // Not by node:readline: it ends lines at U+2028 too, which a file's name may have.
  const lines = (await readFile(path, "utf8")).split("\n");
  return lines.flatMap((line) => (line === "" ? [] : parse(listedFileSchema, line, path)));
}

/** What a file of the cache says, checked. */
function parse<T>(schema: z.ZodType<T>, text: string, path: string): T {
  const checked = schema.safeParse(jsonOr(text, null));
  if (checked.success) return checked.data;
  throw new UserError(`${path} is damaged (${explain(checked.error)}): remove it and pull again.`);
}

/** Writes the whole listing of a commit, sorted by path: the same files give the same bytes. */
export async function writeListing(
  dir: string,
  dataset: string,
  commit: string,
  files: readonly ListedFile[],
): Promise<void> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const text = sorted.map(({ path, size, oid, lfs }) => JSON.stringify({ path, size, oid, lfs }));
  await writeWhole(
    dir,
    listingPath(dir, dataset, commit),
    text.map((line) => `${line}\n`).join(""),
  );
}

/** The revisions of a dataset that were pulled; none where it never was. */
export async function readRefs(dir: string, dataset: string): Promise<Refs> {
  const path = refsPath(dir, dataset);
  refuseLinkInCache(path);
  const text = await readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  return parse(refsSchema, text, path);
}

/**
 * Notes what a revision was. Comes last in a pull: whoever reads the ref finds listing and objects.
 * Patterns of an earlier pull of the same commit stay asked for.
 */
export async function writeRef(dir: string, dataset: string, rev: string, ref: Ref): Promise<void> {
  await mkdir(datasetFolder(dir, dataset), { recursive: true });
  const path = refsPath(dir, dataset);
  await whileLocked(dir, `${path}.lock`, async () => {
    const refs = await readRefs(dir, dataset);
    const before = Object.values(refs).filter(({ commit }) => commit === ref.commit);
    const include = joinIncludes([ref, ...before]);
    const { commit, at } = ref;
    const after = { ...refs, [rev]: { commit, at, ...(include && { include }) } };
    const sorted = Object.fromEntries(Object.entries(after).sort(([a], [b]) => (a < b ? -1 : 1)));
    await writeWhole(dir, path, `${JSON.stringify(sorted, null, 2)}\n`);
  });
}

/** @returns undefined where one of the refs has everything */
export function joinIncludes(refs: readonly Ref[]): string[] | undefined {
  if (refs.some(({ include }) => !include)) return undefined;
  return [...new Set(refs.flatMap(({ include }) => include ?? []))].sort();
}

/** Folder in which a listing would be; for a look at which commits are there. */
export function commitsFolder(dir: string, dataset: string): string {
  return dirname(listingPath(dir, dataset, "0".repeat(40)));
}

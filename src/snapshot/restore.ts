import { createHash } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../records/json.ts";
import { UserError } from "../sources/errors.ts";
import { dayOf, snapshotNames } from "./names.ts";

/** Of `index.json` and `manifest.json`, what is needed to fetch what they speak of. */
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const indexSchema = z.object({
  snapshots: z.array(
    z.object({
      name: z.string().refine((name) => dayOf(name) !== null, "must be a date"),
      manifest_sha256: digest,
    }),
  ),
});
const entries = z.record(
  z.string().regex(/^[\w-]+\.(parquet|csv|json|md|cff)$/),
  z.object({ sha256: digest }),
);
const manifestSchema = z.object({ files: entries, documents: entries });

/** What a restore did, for the person who ran it. */
export interface Restored {
  /** Snapshots fetched, and those that were here already. */
  fetched: string[];
  here: string[];
}

/**
 * Brings the dated snapshots that a published site has, and this folder lacks, into the folder: so
 * that a build on a fresh machine publishes the old ones again, byte by byte. Every file is held to
 * the digest that its manifest names, and the manifest to the one in the index; a snapshot that is
 * here already is not touched.
 *
 * @param site address of the site, as `https://owner.github.io/leaderboard/`
 * @param folder of snapshots: `public/data`
 * @returns null when nothing has been published there yet
 * @throws UserError when the site cannot be reached, or a file is not what was published
 */
export async function restoreSnapshots(site: string, folder: string): Promise<Restored | null> {
  const base = new URL("data/", site.endsWith("/") ? site : `${site}/`);
  const text = await fetchFile(new URL("index.json", base));
  if (text === null) return null;
  const { snapshots } = parseJson(indexSchema, String(text), `${base}index.json`);
  const here = new Set(await snapshotNames(folder));
  const missing = snapshots.filter((s) => !here.has(s.name));
  for (const { name, manifest_sha256 } of missing) {
    await restore(new URL(`${name}/`, base), join(folder, name), manifest_sha256);
  }
  return {
    fetched: missing.map((s) => s.name),
    here: snapshots.flatMap((s) => (here.has(s.name) ? [s.name] : [])),
  };
}

/** Fetches one snapshot beside its place, and moves it there once it is whole. */
async function restore(from: URL, to: string, sha256: string): Promise<void> {
  const half = `${to}.tmp-${process.pid}`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true });
  try {
    const text = await fetchChecked(new URL("manifest.json", from), sha256);
    const { files, documents } = parseJson(manifestSchema, String(text), `${from}manifest.json`);
    await writeFile(join(half, "manifest.json"), text);
    for (const [name, file] of Object.entries({ ...files, ...documents })) {
      await writeFile(join(half, name), await fetchChecked(new URL(name, from), file.sha256));
    }
    await rename(half, to);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

async function fetchChecked(url: URL, sha256: string): Promise<Buffer> {
  const bytes = await fetchFile(url);
  if (bytes === null) throw new UserError(`${url} is missing on the published site.`);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256) {
    throw new UserError(
      `${url} is not what was published: its SHA-256 is ${found}, its manifest says ${sha256}.`,
    );
  }
  return bytes;
}

/** A file's bytes; null where there is none. */
async function fetchFile(url: URL): Promise<Buffer | null> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    const { cause } = error as { cause?: Error };
    throw new UserError(`${url} cannot be reached: ${cause?.message ?? (error as Error).message}`);
  }
  if (response.status === 404) return null;
  if (!response.ok) throw new UserError(`${url} answered with HTTP ${response.status}.`);
  return Buffer.from(await response.arrayBuffer());
}

import { createHash } from "node:crypto";
import { cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import pRetry from "p-retry";
import { z } from "zod";
import { parseJson } from "../records/json.ts";
import { UserError } from "../sources/errors.ts";
import { dayOf, LATEST, snapshotNames } from "./names.ts";

/** Of `index.json` and `manifest.json`, what is needed to fetch what they speak of. */
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const indexSchema = z.object({
  latest: z.string(),
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

/** Files fetched at a time. */
const AT_ONCE = 6;

/** Tries for a file, the first included. */
const TRIES = 5;

export interface RestoreOptions {
  /** Milliseconds to wait before a second try; each further wait is twice as long. Default 1,000. */
  wait?: number;
}

/** What a restore did, for the person who ran it. */
export interface Restored {
  /** The address that had an index. */
  from: string;
  /** Snapshots fetched, and those that were here already. */
  fetched: string[];
  here: string[];
  /** The snapshot that `latest` is now a copy of; null where there was a `latest` here, which stays. */
  latest: string | null;
}

/**
 * Brings a published site's snapshots into a folder: the dated ones that it lacks and, where it has
 * none, `latest` and `index.json`. So a build on a fresh machine publishes the old snapshots again,
 * byte by byte, and new tables are compared with the published ones. Every file is held to the
 * digest that its manifest names, and the manifest to the one in the index; what is here already is
 * not touched.
 *
 * @param sites addresses of the site, as `https://owner.github.io/leaderboard/`: the first that has an
 *   index is read
 * @param folder of snapshots: `public/data`
 * @returns null when nothing is published there
 * @throws UserError when the site cannot be reached, or a file is not what was published
 */
export async function restoreSnapshots(
  sites: string[],
  folder: string,
  { wait = 1000 }: RestoreOptions = {},
): Promise<Restored | null> {
  for (const site of sites) {
    const base = new URL("data/", site.endsWith("/") ? site : `${site}/`);
    // The one file that changes: a copy on the way, minutes old, might lack the newest snapshot.
    const text = await fetchFile(new URL(`index.json?at=${Date.now()}`, base), wait);
    if (text !== null) return restoreFrom(base, String(text), folder, wait, site);
  }
  return null;
}

async function restoreFrom(
  base: URL,
  text: string,
  folder: string,
  wait: number,
  from: string,
): Promise<Restored> {
  const { snapshots, latest } = parseJson(indexSchema, text, `${base}index.json`);
  if (!snapshots.some((s) => s.name === latest)) {
    throw new UserError(`${base}index.json: "${latest}", the latest, is none of its snapshots.`);
  }
  const here = new Set(await snapshotNames(folder));
  const missing = snapshots.filter((s) => !here.has(s.name));
  await mkdir(folder, { recursive: true });
  for (const { name, manifest_sha256 } of missing) {
    await putWhole(join(folder, name), (half) =>
      fetchSnapshot(new URL(`${name}/`, base), half, manifest_sha256, wait),
    );
  }
  const isFirst = !(await isThere(join(folder, LATEST)));
  if (isFirst) {
    await putWhole(join(folder, LATEST), (half) =>
      cp(join(folder, latest), half, { recursive: true }),
    );
    await writeFile(join(folder, "index.json"), text);
  }
  return {
    from,
    fetched: missing.map((s) => s.name),
    here: snapshots.flatMap((s) => (here.has(s.name) ? [s.name] : [])),
    latest: isFirst ? latest : null,
  };
}

async function isThere(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length > 0;
}

/** Fills a folder beside its place, and moves it there once it is whole. */
async function putWhole(to: string, fill: (half: string) => Promise<void>): Promise<void> {
  const half = `${to}.tmp-${process.pid}`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true });
  try {
    await fill(half);
    await rename(half, to);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

async function fetchSnapshot(from: URL, to: string, sha256: string, wait: number): Promise<void> {
  const text = await fetchChecked(new URL("manifest.json", from), sha256, wait);
  const { files, documents } = parseJson(manifestSchema, String(text), `${from}manifest.json`);
  await writeFile(join(to, "manifest.json"), text);
  const limit = pLimit(AT_ONCE);
  const fetched = await Promise.allSettled(
    Object.entries({ ...files, ...documents }).map(([name, file]) =>
      limit(async () => {
        await writeFile(join(to, name), await fetchChecked(new URL(name, from), file.sha256, wait));
      }),
    ),
  );
  for (const end of fetched) if (end.status === "rejected") throw end.reason;
}

async function fetchChecked(url: URL, sha256: string, wait: number): Promise<Buffer> {
  const bytes = await fetchFile(url, wait);
  if (bytes === null) throw new UserError(`${url} is missing on the published site.`);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256) {
    throw new UserError(
      `${url} is not what was published: its SHA-256 is ${found}, its manifest says ${sha256}.`,
    );
  }
  return bytes;
}

/**
 * A file's bytes; null where there is none. What may pass is tried again: a connection that breaks
 * off, a host that is busy or out of order.
 */
async function fetchFile(url: URL, wait: number): Promise<Buffer | null> {
  const attempt = async () => {
    const response = await fetch(url).catch(cannotBeReached(url));
    if (response.status === 404) return null;
    if (response.ok) return Buffer.from(await response.arrayBuffer().catch(cannotBeReached(url)));
    throw new Unanswered(url, response.status);
  };
  return pRetry(attempt, {
    retries: TRIES - 1,
    minTimeout: wait,
    shouldRetry: ({ error }) => !(error instanceof Unanswered) || error.mayPass,
  });
}

class Unanswered extends UserError {
  readonly mayPass: boolean;

  constructor(url: URL, status: number) {
    super(`${nameOf(url)} answered with HTTP ${status}.`);
    this.mayPass = status >= 500 || status === 429 || status === 408;
  }
}

function cannotBeReached(url: URL) {
  return (error: Error & { cause?: Error }): never => {
    const why = error.cause?.message ?? error.message;
    throw new UserError(`${nameOf(url)} cannot be reached: ${why}`);
  };
}

function nameOf({ origin, pathname }: URL): string {
  return origin + pathname;
}

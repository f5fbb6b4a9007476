import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../core/records/json.ts";
import {
  digestSchema,
  documentEntrySchema,
  fileEntrySchema,
  manifestSchema,
} from "../../core/records/manifest.ts";
import { UserError } from "../../core/records/user-error.ts";
import { sha256 } from "../cache/sha256.ts";
import { typed } from "../installed/typed.ts";
import { fetchGuarded, readWhole } from "../net/fetch.ts";
import { inParallel } from "../net/parallel.ts";
import { Patience, type PatienceOptions } from "../net/patience.ts";
import { dayOf, LATEST, snapshotNames } from "./names.ts";
import { putBack } from "./swap.ts";
import { putWhole, replaceText } from "./write.ts";

/** Snapshots that a site may have: one a day for 27 years. */
const MOST_SNAPSHOTS = 10_000;

/** Of `index.json`, what is needed to fetch what it speaks of. */
const indexSchema = z.object({
  latest: z.string(),
  snapshots: z
    .array(
      z.object({
        name: z.string().refine((name) => dayOf(name) !== null, "must be a date"),
        manifest_sha256: digestSchema,
      }),
    )
    .max(MOST_SNAPSHOTS, `must have no more than ${MOST_SNAPSHOTS} snapshots`)
    .refine((all) => areUnique(all.map(({ name }) => name)), "must have each name once"),
});

/** A manifest of somebody else's: its names become paths. */
const foreignSchema = manifestSchema
  .extend({ files: entriesOf(fileEntrySchema), documents: entriesOf(documentEntrySchema) })
  .refine(({ suites, files }) => `${suites[0]?.table}.parquet` in files, {
    path: ["files"],
    error: "must have the table of the first suite",
  })
  .refine(({ files, documents }) => areUnique([files, documents].flatMap(Object.keys)), {
    path: ["documents"],
    error: "must have each name once, and none that files has",
  });

/** Files by their names. The manifest itself was checked by another digest, and is none of them. */
function entriesOf<T extends z.core.$ZodType>(entry: T) {
  const name = z.string().regex(/^[\w-]+\.(parquet|csv|json|md|cff)$/);
  return z
    .record(name, entry)
    .refine((files) => Object.keys(files).every((each) => !/^manifest\.json$/i.test(each)), {
      error: "must not have the manifest itself",
    });
}

/** A manifest that promises more than a snapshot can have is not followed: its files are read whole. */
function refuseHuge(files: Record<string, { bytes: number }>, manifest: string): void {
  let sum = 0;
  for (const [name, { bytes }] of Object.entries(files)) {
    sum += bytes;
    if (bytes > LARGEST_FILE || sum > LARGEST_SNAPSHOT) {
      throw new UserError(
        `${manifest}: ${name} is to have ${bytes} bytes. A file of a snapshot has ${LARGEST_FILE} at most, and all of it ${LARGEST_SNAPSHOT}.`,
      );
    }
  }
}

/** Also where upper and lower case are the same, as on some disks. */
function areUnique(names: string[]): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}

/** Bytes that an index or a manifest may have. */
const LARGEST_LIST = 64_000_000;

/** Bytes that a file of a snapshot may have: those of a board of 4,576 rows have 2 million at most. */
const LARGEST_FILE = 256_000_000;

/** Bytes that a snapshot may have. */
const LARGEST_SNAPSHOT = 1_000_000_000;

/** Files fetched at a time. */
const AT_ONCE = 6;

/** Milliseconds after which nothing is tried again. */
const BUDGET = 15 * 60_000;

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
 * not touched. Nobody's token goes along.
 *
 * @param sites addresses of the site, as `https://owner.github.io/leaderboard/`: the first that has an
 *   index is read
 * @param folder of snapshots: `public/data`
 * @returns null when nothing is published there
 * @throws UserError when the site cannot be reached, a file is not what was published, or a snapshot
 *   here is not the one published under its name
 */
export async function restoreSnapshots(
  sites: string[],
  folder: string,
  options: PatienceOptions = {},
): Promise<Restored | null> {
  const patience = new Patience({
    whom: "The published site",
    concurrency: AT_ONCE,
    budget: BUDGET,
    ...options,
  });
  await putBack(join(folder, LATEST), "manifest.json");
  for (const site of sites) {
    const base = new URL("data/", site.endsWith("/") ? site : `${site}/`);
    // The one file that changes: a copy on the way, minutes old, might lack the newest snapshot.
    const index = new URL(`index.json?at=${Date.now()}`, base);
    const text = await fetchFile(patience, index, LARGEST_LIST);
    if (text !== null) return restoreFrom(patience, base, String(text), folder, site);
  }
  return null;
}

async function restoreFrom(
  patience: Patience,
  base: URL,
  text: string,
  folder: string,
  from: string,
): Promise<Restored> {
  const { snapshots, latest } = parseJson(indexSchema, text, `${base}index.json`);
  if (!snapshots.some((s) => s.name === latest)) {
    throw new UserError(`${base}index.json: "${latest}", the latest, is none of its snapshots.`);
  }
  const here = new Set(await snapshotNames(folder));
  await refuseOthers(
    folder,
    snapshots.filter((s) => here.has(s.name)),
  );
  const missing = snapshots.filter((s) => !here.has(s.name));
  await mkdir(folder, { recursive: true });
  for (const { name, manifest_sha256 } of missing) {
    await putWhole(join(folder, name), (half) =>
      fetchSnapshot(patience, new URL(`${name}/`, base), half, manifest_sha256),
    );
  }
  const isFirst = !(await isThere(join(folder, LATEST)));
  if (isFirst) {
    await putWhole(join(folder, LATEST), (half) =>
      cp(join(folder, latest), half, { recursive: true }),
    );
    await replaceText(join(folder, "index.json"), text);
  }
  return {
    from,
    fetched: missing.map((s) => s.name),
    here: snapshots.flatMap((s) => (here.has(s.name) ? [s.name] : [])),
    latest: isFirst ? latest : null,
  };
}

/** What is published under a name stays so: the next publication must not put another in its place. */
async function refuseOthers(
  folder: string,
  published: { name: string; manifest_sha256: string }[],
): Promise<void> {
  const others: string[] = [];
  for (const { name, manifest_sha256 } of published) {
    const text = await readFile(join(folder, name, "manifest.json"));
    if (sha256(text) !== manifest_sha256) others.push(join(folder, name));
  }
  if (others.length === 0) return;
  const [these, them] = others.length === 1 ? ["this folder", "it"] : ["these folders", "them"];
  throw new UserError(
    `${others.join(", ")}: other figures are published under that name, and a published snapshot stays ` +
      `as it is. Remove ${these}, and run the same command again: it fetches ${them} as published. ` +
      `Figures of your own that ${typed("data")} then makes for such a day become its next edition.`,
  );
}

async function isThere(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length > 0;
}

async function fetchSnapshot(
  patience: Patience,
  from: URL,
  to: string,
  manifest: string,
): Promise<void> {
  const list = new URL("manifest.json", from);
  const text = await fetchChecked(patience, list, { sha256: manifest, bytes: LARGEST_LIST });
  const { files, documents } = parseJson(foreignSchema, String(text), list.href);
  refuseHuge({ ...files, ...documents }, list.href);
  await writeFile(join(to, "manifest.json"), text);
  await inParallel(AT_ONCE, Object.entries({ ...files, ...documents }), async ([name, file]) => {
    await writeFile(join(to, name), await fetchChecked(patience, new URL(name, from), file));
  });
}

/** A file that must be there, be no longer than said, and have the digest. */
async function fetchChecked(
  patience: Patience,
  url: URL,
  { sha256: wanted, bytes: most }: { sha256: string; bytes: number },
): Promise<Buffer> {
  const bytes = await fetchFile(patience, url, most);
  if (bytes === null) throw new UserError(`${url} is missing on the published site.`);
  const found = sha256(bytes);
  if (found !== wanted) {
    throw new UserError(
      `${url} is not what was published: its SHA-256 is ${found}, its manifest says ${wanted}.`,
    );
  }
  return bytes;
}

/** A file's bytes; null where there is none. What may pass is tried again. */
async function fetchFile(patience: Patience, url: URL, most: number): Promise<Buffer | null> {
  const name = url.origin + url.pathname;
  const refusal = ({ status }: Response) =>
    status === 404 ? new Missing() : new UserError(`${name} answered with HTTP ${status}.`);
  const attempt = async () => readWhole(await fetchGuarded(url, { patience, refusal }), most);
  try {
    const bytes = await patience.run(name, attempt);
    if (bytes !== null) return bytes;
  } catch (error) {
    if (error instanceof Missing) return null;
    throw error;
  }
  throw new UserError(
    `${name} is not what was published: it has more bytes than the ${most} that it may have.`,
  );
}

class Missing extends Error {}

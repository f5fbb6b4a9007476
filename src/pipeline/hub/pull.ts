import { datasetInfo, downloadFile, type ListFileEntry, listFiles } from "@huggingface/hub";
import { explain } from "../../core/records/explain.ts";
import { type ListedFile, listedFileSchema, sha1 } from "../../core/records/listing.ts";
import { urlPath } from "../../core/records/url-path.ts";
import { UserError } from "../../core/records/user-error.ts";
import { isIncluded } from "../cache/include.ts";
import { readListing, writeListing, writeRef } from "../cache/listings.ts";
import { knownObjects, putObject, WrongObject } from "../cache/objects.ts";
import type { Cache } from "../cache/open.ts";
import { whileMarked } from "../cache/tmp.ts";
import { during } from "../installed/steps.ts";
import { inParallel } from "../net/parallel.ts";
import { Fault } from "../net/patience.ts";
import { readable } from "./answer.ts";
import { type Hub, instantOf } from "./connection.ts";
import { onePageAfterTheOther } from "./pages.ts";
import { type Asked, explainRefusal, Refusal } from "./refusal.ts";

/** What to pull. */
export interface PullRequest {
  /** `OWNER/NAME`. */
  dataset: string;
  /** Branch, tag or commit. */
  rev: string;
  /** Patterns of the files wanted, see `isIncluded`; none: all. */
  include: string[];
}

/** What a pull did. */
export interface PullReport {
  dataset: string;
  rev: string;
  commit: string;
  /** Whether the Hub had to list the files: not for a commit known already. */
  listed: boolean;
  /** Files at the commit, and those of them that were asked for. */
  files: number;
  wanted: number;
  fetched: number;
  /** Bytes that came, those of failed tries not counted. */
  bytes: number;
}

/** Told what happens, for whoever watches. */
export interface Watcher {
  /** So many files are listed so far. */
  listing: (dataset: string, files: number) => void;
  /** What is to be fetched is known. */
  start: (dataset: string, files: number, bytes: number) => void;
  /** Bytes of a file came; negative where a try failed and they do not count. */
  bytes: (count: number) => void;
  file: (path: string) => void;
}

const nobody: Watcher = { listing() {}, start() {}, bytes() {}, file() {} };

/**
 * Brings a dataset's revision into the cache.
 *
 * 1. One request says which commit the revision is; everything after is asked of that commit.
 * 2. Its files are listed, page by page, unless the cache has the listing of that commit.
 * 3. Objects that the cache lacks are fetched and verified, each by itself.
 * 4. When all are there, the listing is written, then the ref: a reader sees the old or the new.
 *
 * It may be stopped anywhere, in any way: what was verified stays, and the next pull takes it up.
 *
 * @throws UserError where the Hub refuses, does not answer in time, or the disk is full
 */
export async function pull(
  hub: Hub,
  cache: Cache,
  request: PullRequest,
  watcher: Watcher = nobody,
): Promise<PullReport> {
  const { dataset, rev, include } = request;
  const asked: Asked = { type: "dataset", name: dataset, rev, action: "read" };
  const work = async () => {
    try {
      const commit = await commitOf(hub, dataset, rev);
      const known = await readListing(cache.dir, dataset, commit);
      const files = known ?? (await listAt(hub, dataset, commit, watcher));
      const wanted = files.filter(({ path }) => isIncluded(path, include));
      const { fetched, bytes } = await fetchMissing(hub, cache, dataset, commit, wanted, watcher);
      if (!known) await writeListing(cache.dir, dataset, commit, files);
      const at = instantOf(hub);
      await writeRef(cache.dir, dataset, rev, {
        commit,
        at,
        ...(include.length > 0 && { include }),
      });
      return {
        dataset,
        rev,
        commit,
        listed: !known,
        files: files.length,
        wanted: wanted.length,
        fetched,
        bytes,
      };
    } catch (error) {
      if (error instanceof Refusal) throw await explainRefusal(hub, error, asked);
      throw error;
    }
  };
  return during(`pulling ${dataset}`, () => whileMarked(cache.dir, "pull", work));
}

/** The commit that a revision is now. */
export async function commitOf(hub: Hub, dataset: string, rev: string): Promise<string> {
  const info = await readable(hub, `the dataset ${dataset}`, () =>
    datasetInfo({ ...hub.client, name: dataset, revision: rev, additionalFields: ["sha"] }),
  );
  const checked = sha1.safeParse(info.sha);
  if (checked.success) return checked.data;
  throw new UserError(
    `The Hub at ${hub.settings.endpoint} does not say which commit ${dataset}@${rev} is.`,
  );
}

/**
 * All files at a commit. Nothing can change there between two pages; should the Hub mix them up all
 * the same, a file would come twice, and the listing is made once more.
 */
async function listAt(
  hub: Hub,
  dataset: string,
  commit: string,
  watcher: Pick<Watcher, "listing"> = nobody,
): Promise<ListedFile[]> {
  for (let tries = 3; tries > 0; tries--) {
    const listed = await readable(hub, `the files of ${dataset}`, () =>
      listOnce(hub, dataset, commit, watcher),
    );
    if (listed) return listed;
  }
  throw new UserError(
    `The Hub lists files of ${dataset} twice at the commit ${commit}: pull again later.`,
  );
}

/** @returns null where a file came twice */
async function listOnce(
  hub: Hub,
  dataset: string,
  commit: string,
  watcher: Pick<Watcher, "listing">,
): Promise<ListedFile[] | null> {
  const files: ListedFile[] = [];
  const paths = new Set<string>();
  let entries = 0;
  const repo = { type: "dataset" as const, name: dataset };
  const fetch = onePageAfterTheOther(hub, dataset);
  const listing = listFiles({ ...hub.client, fetch, repo, revision: commit, recursive: true });
  for await (const entry of listing) {
    // A listing that goes round in circles would never end by itself.
    if (paths.add(entry.path).size < ++entries) break;
    if (entries > MOST_ENTRIES) {
      throw new UserError(
        `The Hub lists more than ${MOST_ENTRIES} files and folders of ${dataset}: no dataset of results is that large.`,
      );
    }
    if (entry.type === "directory") continue;
    files.push(checkEntry(entry, dataset));
    if (files.length % 1000 === 0) watcher.listing(dataset, files.length);
  }
  return paths.size === entries ? files : null;
}

/** The leaderboard's own results and requests were some 30,000 files. */
const MOST_ENTRIES = 1_000_000;

function checkEntry(entry: ListFileEntry, dataset: string): ListedFile {
  const { path, size, oid, lfs } = entry;
  if (typeof path !== "string") throw new TypeError("an entry without a path");
  const file = lfs
    ? { path, size: lfs.size, oid: lfs.oid, lfs: true }
    : { path, size, oid, lfs: false };
  const checked = listedFileSchema.safeParse(file);
  if (checked.success) return checked.data;
  const name = JSON.stringify(path.slice(0, 200));
  throw new UserError(
    `The Hub lists a file ${name} of ${dataset} that cannot be read: ${explain(checked.error)}.`,
  );
}

async function fetchMissing(
  hub: Hub,
  cache: Cache,
  dataset: string,
  commit: string,
  wanted: ListedFile[],
  watcher: Watcher,
): Promise<{ fetched: number; bytes: number }> {
  const known = await knownObjects(cache.dir);
  const missing: ListedFile[] = [];
  for (const file of wanted) {
    if (known.has(file.oid)) continue;
    known.add(file.oid);
    missing.push(file);
  }
  const bytes = missing.reduce((sum, { size }) => sum + size, 0);
  watcher.start(dataset, missing.length, bytes);
  await inParallel(hub.patience.concurrency, missing, async (file) => {
    await fetchObject(hub, cache, dataset, commit, file, (count) => watcher.bytes(count));
    watcher.file(file.path);
  });
  return { fetched: missing.length, bytes };
}

/**
 * Fetches one object. The client is told where the file is, for the listing says all else that it
 * would ask: one request a file. Plain download is asked for files in Xet too: the bytes are
 * verified here, and one way is enough.
 */
async function fetchObject(
  hub: Hub,
  cache: Cache,
  dataset: string,
  commit: string,
  file: ListedFile,
  onBytes: (count: number) => void,
): Promise<void> {
  if (file.size === 0) return putObject(cache.dir, file, []);
  const path = urlPath(file.path);
  const url = `${hub.settings.endpoint}/datasets/${dataset}/resolve/${commit}/${path}`;
  const asked: Asked = {
    type: "dataset",
    name: dataset,
    rev: commit,
    path: file.path,
    action: "read",
  };
  const attempt = async () => {
    let came = 0;
    // The client hands on no more than an error's text: the error itself is kept here.
    let failure: unknown;
    const fetchOne: typeof fetch = async (input, init) => {
      try {
        const response = await hub.fetchOnce(input, init);
        // The client would wait for the bytes of a body that is not there.
        if (!response.body)
          throw new Fault("length", `a ${response.status} without any bytes came`);
        return response;
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    try {
      const blob = await downloadFile({
        repo: { type: "dataset", name: dataset },
        path: file.path,
        revision: commit,
        hubUrl: hub.settings.endpoint,
        fetch: fetchOne,
        xet: false,
        downloadInfo: { url, size: file.size, etag: file.oid },
      });
      const count = (bytes: number) => {
        came += bytes;
        onBytes(bytes);
      };
      await putObject(cache.dir, file, counted(blob!.stream(), count));
    } catch (error) {
      onBytes(-came);
      const cause = failure ?? error;
      if (cause instanceof WrongObject) throw new Fault(cause.kind, cause.message, { cause });
      throw cause;
    }
  };
  try {
    await hub.patience.run(`${dataset}/${file.path}`, attempt);
  } catch (error) {
    if (error instanceof Refusal) throw await explainRefusal(hub, error, asked);
    throw error;
  }
}

async function* counted(
  stream: ReadableStream<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of stream) {
    count(bytes.length);
    yield bytes;
  }
}

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { type CommitOperation, commit, listFiles, pathsInfo } from "@huggingface/hub";
import { UserError } from "../../core/records/user-error.ts";
import { blobHash } from "../cache/objects.ts";
import { Fault } from "../net/patience.ts";
import type { Hub } from "./connection.ts";
import { onePageAfterTheOther } from "./pages.ts";
import { commitOf } from "./pull.ts";
import { type Asked, explainRefusal, Refusal } from "./refusal.ts";

/** A folder that is to become part of a dataset. */
export interface PublishRequest {
  /** `OWNER/NAME`. */
  dataset: string;
  /** Folder on this machine; all files in it are meant. */
  folder: string;
  /** Folder in the dataset. Default: its root. */
  into?: string;
  /** Whether files of that folder in the dataset which are not in ours are to go. */
  mirror?: boolean;
  /** First line of the commit's message, and what follows. */
  title: string;
  description?: string;
  /** Default `main`. */
  branch?: string;
  /** Opens a pull request, instead of committing to the branch. */
  pullRequest?: boolean;
}

/** What is in the dataset now. */
export interface Published {
  /** The commit that has the folder: a new one, or the head if nothing differed. */
  commit: string;
  /** Files written and removed by the commit; both none where nothing differed. */
  written: string[];
  removed: string[];
  /** Address of the pull request. */
  pullRequest: string | null;
}

interface LocalFile {
  path: string;
  /** Path in the dataset. */
  target: string;
  size: number;
  /** git's id, and sha256. */
  oids: [string, string];
}

/** Others may commit in between so often before we give up. */
const CONFLICTS = 10;

/**
 * Uploads a folder to a dataset in one commit, on top of the commit it was compared with: should
 * somebody commit in between, it is compared again with theirs. Only files that differ are sent,
 * and where none does there is no commit. An answer that is lost on the way does no harm: the next
 * look at the branch shows whether the commit was made.
 *
 * @throws UserError where the Hub refuses or does not answer, or others never stop committing
 */
export async function publish(hub: Hub, request: PublishRequest): Promise<Published> {
  const { dataset, branch = "main" } = request;
  const asked: Asked = { type: "dataset", name: dataset, rev: branch, action: "write" };
  const files = await filesIn(request.folder, request.into ?? "");
  let sent: Change | null = null;
  let faults = 0;
  try {
    for (let conflicts = 0; conflicts < CONFLICTS; ) {
      const head = await commitOf(hub, dataset, branch);
      const change = await changeTo(hub, request, files, head);
      if (change.written.length + change.removed.length === 0) {
        return { commit: head, pullRequest: null, ...namesOf(sent ?? change) };
      }
      try {
        return await send(hub, request, change, head);
      } catch (error) {
        if (error instanceof Refusal && isConflict(error)) {
          conflicts++;
          continue;
        }
        if (!(error instanceof Fault)) throw error;
        if (request.pullRequest && error.reached) throw unsure(hub, request, error);
        // The commit may have been made all the same: the next round finds out.
        sent = change;
        await hub.patience.wait(error, faults++, `the commit to ${dataset}`);
        if (faults >= CONFLICTS) throw error;
      }
    }
  } catch (error) {
    if (error instanceof Refusal) throw await explainRefusal(hub, error, asked);
    if (error instanceof Fault) {
      throw new UserError(`The Hub did not take the commit to ${dataset}: ${error.message}.`);
    }
    throw error;
  }
  throw new UserError(
    `Others committed to ${dataset} ${CONFLICTS} times in between: try again when it is quieter.`,
  );
}

/** The Hub says 412 where the parent is not the head any more; 409 is what HTTP has for it. */
function isConflict({ status }: Refusal): boolean {
  return status === 412 || status === 409;
}

function unsure({ settings }: Hub, { dataset }: PublishRequest, fault: Fault): UserError {
  return new UserError(
    `The Hub did not say whether it opened the pull request to ${dataset} (${fault.message}): ` +
      `look at ${settings.endpoint}/datasets/${dataset}/discussions before trying again.`,
  );
}

interface Change {
  written: LocalFile[];
  removed: string[];
}

function namesOf({ written, removed }: Change): Pick<Published, "written" | "removed"> {
  return { written: written.map(({ target }) => target), removed };
}

async function filesIn(folder: string, into: string): Promise<LocalFile[]> {
  const prefix = into.replace(/^\/+|\/+$/g, "");
  if (prefix.split("/").some((part) => part === "." || part === "..")) {
    throw new UserError(`${into} is no folder of a dataset.`);
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new UserError(`There is no folder ${folder} to publish.`);
  });
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  return Promise.all(
    paths.sort().map(async (path) => {
      const name = relative(folder, path).split(sep).join("/");
      const { size } = await stat(path);
      const target = prefix ? `${prefix}/${name}` : name;
      return { path, target, size, oids: await oidsOf(path, size) };
    }),
  );
}

async function oidsOf(path: string, size: number): Promise<[string, string]> {
  const git = blobHash(size);
  const lfs = createHash("sha256");
  for await (const bytes of createReadStream(path)) {
    git.update(bytes);
    lfs.update(bytes);
  }
  return [git.digest("hex"), lfs.digest("hex")];
}

/** Paths in one request to compare. */
const COMPARED = 500;

/** What would have to change at a commit for the dataset to have the folder. */
async function changeTo(
  hub: Hub,
  request: PublishRequest,
  files: LocalFile[],
  head: string,
): Promise<Change> {
  const repo = { type: "dataset" as const, name: request.dataset };
  const there = new Map<string, string>();
  for (let i = 0; i < files.length; i += COMPARED) {
    const paths = files.slice(i, i + COMPARED).map(({ target }) => target);
    for (const entry of await pathsInfo({ ...hub.client, repo, revision: head, paths })) {
      if (entry.type === "file") there.set(entry.path, entry.lfs?.oid ?? entry.oid ?? "");
    }
  }
  const written = files.filter(({ target, oids }) => !oids.includes(there.get(target) ?? "none"));
  const removed = request.mirror ? await strangers(hub, request, files, head) : [];
  return { written, removed };
}

/** Files of the dataset's folder that are not ours. What git needs is nobody's. */
async function strangers(
  hub: Hub,
  request: PublishRequest,
  files: LocalFile[],
  head: string,
): Promise<string[]> {
  const own = new Set(files.map(({ target }) => target));
  const repo = { type: "dataset" as const, name: request.dataset };
  const removed: string[] = [];
  const path = request.into?.replace(/^\/+|\/+$/g, "");
  const fetch = onePageAfterTheOther(hub, request.dataset);
  const listing = listFiles({ ...hub.client, fetch, repo, revision: head, recursive: true, path });
  try {
    for await (const { type, path } of listing) {
      if (type !== "directory" && !own.has(path) && path !== ".gitattributes") removed.push(path);
    }
  } catch (error) {
    // A folder that is not there yet has no strangers.
    if (!(error instanceof Refusal) || error.code !== "EntryNotFound") throw error;
  }
  return removed;
}

async function send(
  hub: Hub,
  request: PublishRequest,
  change: Change,
  head: string,
): Promise<Published> {
  const operations: CommitOperation[] = [
    ...change.written.map(({ path, target }) => ({
      operation: "addOrUpdate" as const,
      path: target,
      content: pathToFileURL(path),
    })),
    ...change.removed.map((path) => ({ operation: "delete" as const, path })),
  ];
  const done = await commit({
    ...hub.client,
    repo: { type: "dataset", name: request.dataset },
    title: request.title,
    ...(request.description !== undefined && { description: request.description }),
    operations,
    branch: request.branch ?? "main",
    parentCommit: head,
    isPullRequest: request.pullRequest === true,
    // A snapshot has a few megabytes: plain LFS uploads do, and are what the tests try.
    useXet: false,
  });
  if (!done) throw new Error("a commit to a dataset says nothing");
  return {
    commit: done.commit.oid,
    pullRequest: done.pullRequestUrl ?? null,
    ...namesOf(change),
  };
}

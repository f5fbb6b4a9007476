import { readFile } from "node:fs/promises";
import type { Rejection } from "../../core/records/rejection.ts";
import type { Cache } from "../cache/open.ts";
import type { Hub } from "../hub/connection.ts";
import { pull } from "../hub/pull.ts";
import { isRequestFile } from "../sources/requests.ts";
import { reasonOf } from "../sources/results.ts";
import { changeFile } from "./hub-file.ts";
import { type Event, type Life, step } from "./life.ts";
import { type RequestFile, readRequest, writeRequest } from "./request-file.ts";

/** Requests as they stand, and files that are none. */
export interface Queue {
  requests: RequestFile[];
  rejections: Rejection[];
}

/** The requests of a dataset, as it is now: what is new since the last look is fetched. */
export async function readQueue(hub: Hub, cache: Cache, dataset: string): Promise<Queue> {
  const { commit } = await pull(hub, cache, { dataset, rev: "main", include: [] });
  const { files } = await cache.listing(dataset, commit);
  const queue: Queue = { requests: [], rejections: [] };
  for (const { path, oid } of files.filter((f) => isRequestFile(f.path))) {
    try {
      queue.requests.push(readRequest(path, await readFile(cache.path(oid), "utf8")));
    } catch (error) {
      queue.rejections.push({ path: `${dataset}/${path}`, reason: reasonOf(error) });
    }
  }
  return queue;
}

/**
 * Lets something happen to a request: its file is changed by a commit, if what is there by then allows
 * it.
 *
 * @returns the request after it
 * @throws NotAllowed where somebody else was first; UserError of the Hub
 */
export async function happen(
  hub: Hub,
  dataset: string,
  path: string,
  event: Event,
): Promise<RequestFile> {
  const now = hub.patience.clock.now();
  const text = await changeFile(hub, {
    dataset,
    path,
    title: `${TITLES[event.kind]} ${path}`,
    change: (before) => {
      const request = readRequest(path, before);
      const after: Life = step(request.life, event);
      return writeRequest(request, after, now);
    },
  });
  return readRequest(path, text);
}

const TITLES: Record<Event["kind"], string> = {
  claim: "Run",
  renew: "Still running",
  finish: "Finished",
  fail: "Failed",
  release: "Put back",
  expire: "Runner gone, put back",
  cancel: "Cancel",
};

import type { Get } from "../../core/queue/get.ts";
import { jsonOr } from "../../core/records/json.ts";
import { UserError } from "../../core/records/user-error.ts";
import { blobHash } from "../cache/objects.ts";
import { readWhole } from "../net/fetch.ts";
import { Fault } from "../net/patience.ts";
import type { Hub } from "./connection.ts";
import { Refusal } from "./refusal.ts";

/**
 * Asks the Hub as `core/queue/facts.ts` wants it: with the connection's token and patience, and within the
 * limits of each question.
 */
export function getOf(hub: Hub): Get {
  return async (path, { bytes, seconds, range }) => {
    const headers: Record<string, string> = range ? { range: `bytes=${range[0]}-${range[1]}` } : {};
    try {
      return await hub.patience.run(path, () =>
        within(path, seconds, async (signal) => {
          const response = await hub.fetchOnce(hub.settings.endpoint + path, { headers, signal });
          const body = await readWhole(response, bytes);
          if (body !== null) refuseDamaged(response, body, path);
          else if (response.status === 206)
            throw new Fault("length", "more than the part asked for");
          return { status: response.status, body };
        }),
      );
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: new Uint8Array() };
      throw error;
    }
  };
}

/** Seconds in which not enough comes end a try; these end one whose bytes come one by one. */
async function within<T>(
  path: string,
  seconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort(new UserError(`The Hub takes more than ${seconds} s for ${path}.`));
  }, seconds * 1000);
  try {
    return await work(over.signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What was damaged on its way is asked for again, and is no fault of the model's. Of a small file the ETag is
 * git's id, of a part the length is told, and the API's answers are JSON.
 */
function refuseDamaged({ status, headers }: Response, body: Buffer, path: string): void {
  const oid = /^(?:W\/)?"([0-9a-f]{40})"$/.exec(headers.get("etag") ?? "")?.[1];
  if (status === 200 && oid && oid !== blobHash(body.length).update(body).digest("hex")) {
    throw new Fault("hash", `an answer of ${body.length} bytes that is not the object ${oid}`);
  }
  const part = /^bytes (\d+)-(\d+)\//.exec(headers.get("content-range") ?? "");
  if (part && Number(part[2]) - Number(part[1]) + 1 !== body.length) {
    throw new Fault("truncated", `a part of ${body.length} bytes where ${part[0]} is told`);
  }
  // A model's own file may be broken JSON however it is called: asking again does not mend it.
  const isJson = path.startsWith("/api/") && headers.get("content-type")?.includes("json");
  if (isJson && jsonOr(body.toString(), undefined) === undefined) {
    throw new Fault("truncated", `an answer of ${body.length} bytes that is no whole JSON`);
  }
}

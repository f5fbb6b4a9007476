import type { Get } from "../../core/queue/get.ts";
import { UserError } from "../../core/records/user-error.ts";
import { readWhole } from "../net/fetch.ts";
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
          return { status: response.status, body: await readWhole(response, bytes) };
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

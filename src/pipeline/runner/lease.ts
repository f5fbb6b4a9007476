import type { Hub } from "../hub/connection.ts";
import { NotAllowed } from "./life.ts";
import { happen } from "./queue.ts";

/** A request that a job has, for as long as it says so. */
export interface Lease {
  /** Aborted once it is another's, or was cancelled; its reason is a sentence. */
  signal: AbortSignal;
  /** Says once more, now, that the job has it. @throws NotAllowed where it has not */
  renew: () => Promise<void>;
  /** Says so no more. */
  stop: () => Promise<void>;
}

/** Times that a lease is renewed before it would be over. */
const BEATS = 3;

/** What a lease is of. */
export interface Leased {
  dataset: string;
  path: string;
  job: string;
  /** In milliseconds. */
  length: number;
  /** How far the job is: noted whenever the lease is renewed, for those who wait for it. */
  progress: () => string;
}

/**
 * Keeps a claimed request for its job: says three times in each lease that the job is alive. Where the
 * Hub does not answer, the lease goes on to its end, and the job no further.
 */
export function keepLease(
  hub: Hub,
  { dataset, path, job, length, progress }: Leased,
  say: (text: string) => void,
): Lease {
  const lost = new AbortController();
  const { clock } = hub.patience;
  let until = clock.now() + length;
  const renew = async () => {
    const [now, next] = [clock.now(), clock.now() + length];
    try {
      const noted = `${progress()}; noted ${minute(now)}.`;
      await happen(hub, dataset, path, { kind: "renew", job, now, until: next, progress: noted });
      until = next;
    } catch (error) {
      if (error instanceof NotAllowed) lost.abort(error.message);
      throw error;
    }
  };
  let beat: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    beat = beat.then(renew).catch((error: Error) => {
      if (lost.signal.aborted) return;
      say(`${path} could not be renewed: ${error.message}`);
      if (clock.now() >= until)
        lost.abort("the Hub did not answer for as long as the lease lasted");
    });
  }, length / BEATS);
  return {
    signal: lost.signal,
    renew,
    stop: async () => {
      clearInterval(timer);
      await beat;
    },
  };
}

/** `2026-11-30 19:12 UTC` */
function minute(now: number): string {
  return `${new Date(now).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

import type { STATUSES } from "../sources/requests.ts";

export type Status = (typeof STATUSES)[number];

/** Where a request stands, and who has it. Times are milliseconds since 1970. */
export interface Life {
  status: Status;
  /** The job that has it: nobody else may change it until `until`. Null where it has no lease of ours. */
  holder: string | null;
  until: number | null;
  /** Jobs that were begun, this one included. */
  tries: number;
  /** Why it failed, or went back: a kind of `core/queue/failures.ts`, and a sentence for its submitter. */
  cause: string | null;
  why: string | null;
  /** How far its job is, and when that was noted: a sentence. Null where none runs, or it has not said. */
  progress: string | null;
}

/** What may happen to a request. */
export type Event =
  | { kind: "claim"; job: string; now: number; until: number }
  | { kind: "renew"; job: string; now: number; until: number; progress?: string }
  | { kind: "finish"; job: string }
  /** `again`: another job may do better. */
  | { kind: "fail"; job: string; cause: string; why: string; again: boolean }
  /** The job was stopped by the person who runs it: no fault of the request. */
  | { kind: "release"; job: string }
  | { kind: "expire"; now: number }
  | { kind: "cancel" };

/** Jobs that are begun for one request, at most. */
export const MOST_TRIES = 3;

/** From which status an event may come. Anything else is refused. */
export const TABLE: Record<Event["kind"], readonly Status[]> = {
  claim: ["PENDING"],
  renew: ["RUNNING"],
  finish: ["RUNNING"],
  fail: ["RUNNING"],
  release: ["RUNNING"],
  expire: ["RUNNING"],
  cancel: ["PENDING", "RUNNING"],
};

/** An event that may not happen to the request as it stands. */
export class NotAllowed extends Error {
  override name = "NotAllowed";
}

/**
 * The request after an event.
 *
 * - Who has the request is the job, not the runner: a runner that was started anew is another holder.
 * - A lease that is over takes nothing from its holder until somebody has used that (`expire`); from
 *   then on the old holder can do nothing any more.
 * - What runs without a lease is another program's: it is left alone, but may be cancelled.
 *
 * @throws NotAllowed
 */
export function step(life: Life, event: Event): Life {
  if (!TABLE[event.kind].includes(life.status)) {
    throw new NotAllowed(`it is ${life.status}, so nobody can ${event.kind} it`);
  }
  if ("job" in event && event.kind !== "claim" && life.holder !== event.job) {
    throw new NotAllowed(`${life.holder ?? "another program"} has it, not ${event.job}`);
  }
  switch (event.kind) {
    case "claim":
      return {
        status: "RUNNING",
        holder: event.job,
        until: event.until,
        tries: life.tries + 1,
        cause: null,
        why: null,
        progress: null,
      };
    case "renew":
      return { ...life, until: event.until, progress: event.progress ?? life.progress };
    case "finish":
      return { ...freed(life), status: "FINISHED", cause: null, why: null };
    case "fail":
      return ended(life, event.cause, event.why, event.again);
    case "release":
      return { ...freed(life), status: "PENDING", tries: life.tries - 1 };
    case "expire":
      return expired(life, event.now);
    case "cancel":
      return { ...freed(life), status: "CANCELLED" };
  }
}

/** Whether its lease is over. */
export function isExpired({ status, until }: Life, now: number): boolean {
  return status === "RUNNING" && until !== null && until <= now;
}

/** Whether nothing can happen to it any more. */
export function isOver({ status }: Pick<Life, "status">): boolean {
  return Object.values(TABLE).every((from) => !from.includes(status));
}

function freed(life: Life): Life {
  return { ...life, holder: null, until: null, progress: null };
}

function ended(life: Life, cause: string, why: string, again: boolean): Life {
  const isLast = !again || life.tries >= MOST_TRIES;
  return { ...freed(life), status: isLast ? "FAILED" : "PENDING", cause, why };
}

function expired(life: Life, now: number): Life {
  if (!isExpired(life, now)) throw new NotAllowed("its lease is not over");
  const why =
    life.tries >= MOST_TRIES
      ? `${life.tries} runners began it and none came back: it may be too large for them.`
      : `The runner that had it did not come back; it is tried again (${life.tries} of ${MOST_TRIES}).`;
  return ended(life, "runner-gone", why, true);
}

import type { Cause } from "../../core/queue/failures.ts";

/** Causes that a request's file may name: those of a run, and `runner-gone` of a lease that is over. */
export type AnyCause = Cause | "runner-gone";

/** The reason itself says what to do. */
const SAID = null;

/** What would mend a failure, where its reason does not say so already. */
const FIXES: Record<AnyCause, string | null> = {
  request: SAID,
  gated: SAID,
  gone: SAID,
  "remote-code": SAID,
  "no-safetensors": SAID,
  "no-chat-template": SAID,
  "out-of-memory":
    "Submit it at a precision that takes less memory, or again once a larger machine runs requests here.",
  "too-large":
    "State its size in params where that is missing; else it needs a larger machine, or a precision that takes less memory.",
  degenerate:
    "Try the uploaded weights at this precision, mend them or name the precision they were made for, and submit the new commit.",
  timeout:
    "Only the maintainers can give a run more time: ask them, or submit it at a precision that runs faster.",
  disk: "Only the maintainers can give a run more disk: ask them.",
  unreachable: "Nothing is wrong with the model: submit it again.",
  harness: "Show this to the maintainers; once the cause is mended, submit it again.",
  "runner-gone":
    "Ask the maintainers, who have the runner’s log; where it was too large, submit it at a precision that takes less memory.",
};

/**
 * What would mend a failed request, as a sentence; null where its reason has said so.
 *
 * @param cause as its file names it; null in files of other programs, and of requests older than runners
 */
export function mendOf(cause: string | null, why: string | null): string | null {
  if (cause !== null && Object.hasOwn(FIXES, cause)) return FIXES[cause as AnyCause];
  return why === null ? NO_REASON.fix : "Not known here.";
}

/** What is said of a failure whose file says nothing. */
export const NO_REASON = {
  why: "Its file gives no reason; those of other programs, and of earlier years, never do.",
  fix: "Look through the discussions of the dataset of requests, or submit it again.",
};

import type { Evaluated } from "../../core/queue/checks.ts";
import type { QueueRules } from "../../core/queue/rules.ts";
import type { Transformers } from "../../core/queue/transformers.ts";
import { UserError } from "../../core/records/user-error.ts";
import type { Cache } from "../cache/open.ts";
import type { Hub } from "../hub/connection.ts";
import type { Discussion } from "../hub/discussions.ts";
import { Refusal } from "../hub/refusal.ts";
import { EndsRun } from "../net/patience.ts";

/** All that a collector works with. */
export interface Collector {
  hub: Hub;
  /** As the runner, which may read gated models that the collector may not. */
  reader: Hub;
  cache: Cache;
  rules: QueueRules;
  /** What the leaderboard has evaluated, as far as its tables say. */
  evaluated: readonly Evaluated[];
  /** What the suite's harness loads models by. */
  transformers: Transformers;
  /** Says only what would be done. */
  dry: boolean;
}

/**
 * What became of a pull request. `taken`, `refused` and `known` (collected before) are closed with a
 * comment; `left` stays open for a person, `waits` for the next run.
 */
export type Verdict =
  | { is: "taken" | "refused" | "known"; comment: string }
  | { is: "left" | "waits"; why: string };

/** A pull request, and what became of it. */
export interface Outcome {
  dataset: string;
  request: Discussion;
  verdict: Verdict;
  /** Why it could not be closed, where it was to be: the next run tries again. */
  unclosed?: string;
}

/** Pull requests of one run that could not be looked at, before nothing more is tried. */
const MOST_FAILURES = 10;

/**
 * Judges one pull request. What the Hub does not give of it costs only this one: it waits. Where that
 * goes on, it is the Hub, and the run ends. What it refuses of one pull request (400, 404, 422, …) does not
 * count for that; who is refused as a whole (401, 403) is.
 */
export function failingSome(): <T extends Verdict | object>(
  judge: () => Promise<T>,
) => Promise<T | { is: "waits"; why: string }> {
  let failures = 0;
  return async (judge) => {
    try {
      return await judge();
    } catch (error) {
      const isOfOne = error instanceof Refusal && error.status !== 401 && error.status !== 403;
      if (!isOfOne) {
        const isHub = error instanceof UserError || error instanceof Refusal;
        if (!isHub || error instanceof EndsRun || ++failures > MOST_FAILURES) throw error;
      }
      return { is: "waits", why: `The Hub did not give what is needed: ${error.message}` };
    }
  };
}

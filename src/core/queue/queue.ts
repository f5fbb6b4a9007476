import { type Begun, lastBegun, type Place, placesOf, type Waiting } from "./order.ts";
import type { QueueRules } from "./rules.ts";
import { type Tally, tallyOf, type Vote, type VotedFor } from "./tally.ts";

/** A request, as a row of `requests.parquet` has it. */
export interface Request extends VotedFor, Begun {
  /** Those that are PENDING wait. */
  status: string;
  submitted_at: string | null;
}

/** A request that waits, and what its place comes of. */
export interface Queued<R> extends Waiting {
  row: R;
  tally: Tally;
}

/** All that decides about the order. */
export interface QueueState<R> {
  /** Of any status: what was begun counts for an account's share. */
  requests: readonly R[];
  votes: readonly Vote[];
  /** Models that are the maintainers' choice. */
  choice: ReadonlySet<string>;
  rules: QueueRules;
  /** As `Waiting` has it. */
  hours: (request: R) => number | null;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * The requests that wait, in their order: the same for the page, the collector and every runner, as long
 * as they have the same files. Pure.
 */
export function queueOf<R extends Request>(state: QueueState<R>): Place<Queued<R>>[] {
  const { requests, votes, choice, rules, hours, now } = state;
  const tally = tallyOf(votes, rules);
  const waiting = requests
    .filter(({ status }) => status === "PENDING")
    .map((row): Queued<R> => {
      const { path, submitted_at, submitter } = row;
      const own = tally(row);
      return {
        path,
        submitted_at,
        submitter,
        votes: own.counted,
        chosen: choice.has(row.model),
        hours: hours(row),
        row,
        tally: own,
      };
    });
  const begun = requests.filter(({ status }) => status !== "PENDING");
  return placesOf(waiting, rules, now, lastBegun(begun, rules));
}

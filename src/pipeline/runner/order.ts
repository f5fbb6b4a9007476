import { readFile } from "node:fs/promises";
import { hoursBy } from "../../core/queue/hours.ts";
import { queueOf } from "../../core/queue/queue.ts";
import type { QueueRules } from "../../core/queue/rules.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import type { Cache } from "../cache/open.ts";
import type { Hub } from "../hub/connection.ts";
import { pull } from "../hub/pull.ts";
import { isVotesFile, LARGEST_VOTES, parseVotes, type VoteRow } from "../sources/votes.ts";
import type { RequestFile } from "./request-file.ts";

/** A request's place in the queue. */
export interface Place {
  request: RequestFile;
  /** Why it stands there: sentences for the person who asks. */
  reason: string;
}

/** Of all requests of the queue, those that wait: what comes first, and why. */
export type Order = (requests: readonly RequestFile[]) => Promise<Place[]>;

/** What the order comes of, beside the requests. */
export interface Ordering {
  rules: QueueRules;
  suite: Suite;
  /** Models that are the maintainers' choice. */
  choice: ReadonlySet<string>;
}

/** Where votes are. */
export interface Ballot {
  hub: Hub;
  cache: Cache;
  /** The dataset; none: there are no votes. */
  votes: string | undefined;
  say: (text: string) => void;
}

/**
 * The order of the queue's page (`core/queue/order.ts`), with the votes as they are now. Where they cannot be
 * had, that is said, and the order is made without them: the queue does not stop for it.
 */
export function orderBy(ballot: Ballot, ordering: Ordering): Order {
  return async (requests) => {
    const votes = await votesOr(ballot);
    return placesIn(requests, votes, ordering, ballot.hub.patience.clock.now());
  };
}

/** @param now milliseconds since 1970 */
export function placesIn(
  requests: readonly RequestFile[],
  votes: readonly VoteRow[],
  { rules, suite, choice }: Ordering,
  now: number,
): Place[] {
  const places = queueOf({
    requests: requests.map((request) => ({
      ...request.row,
      path: request.path,
      submitter: request.row.sender?.toLowerCase() ?? null,
      request,
    })),
    votes: votes.map((vote) => ({ ...vote, account: vote.username.toLowerCase() })),
    choice,
    rules,
    hours: hoursBy(suite, rules),
    now,
  });
  return places.map(({ request, reason }) => ({ request: request.row.request, reason }));
}

async function votesOr({ hub, cache, votes: dataset, say }: Ballot): Promise<VoteRow[]> {
  if (dataset === undefined) return [];
  try {
    const { commit } = await pull(hub, cache, { dataset, rev: "main", include: [] });
    const { files } = await cache.listing(dataset, commit);
    const votes: VoteRow[] = [];
    for (const { path, oid, size } of files.filter((f) => isVotesFile(f.path))) {
      if (size > LARGEST_VOTES) continue;
      const own = parseVotes(await readFile(cache.path(oid), "utf8"), path).votes;
      for (const vote of own) votes.push(vote);
    }
    return votes;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(`The order is made without votes: ${error.message}`);
    return [];
  }
}

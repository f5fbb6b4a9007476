import type { QueueRules } from "./rules.ts";

/** A vote, as a row of `votes.parquet` has it. */
export interface Vote {
  model: string;
  /** Commit or branch that was voted for. */
  revision: string;
  /** Null where the vote names none: it is for all of them. */
  precision: string | null;
  /** Who voted: whatever is the same for all votes of one account. Null: another one for each vote. */
  account: string | number | null;
  /** Whether it was made by the account's own pull request. */
  proven: boolean;
}

/** What of a request votes are compared with. */
export interface VotedFor {
  model: string;
  revision: string | null;
  /** Branch or tag that it was submitted under, where `revision` is the commit it had; null: `main`. */
  branch: string | null;
  precision: string | null;
}

/** The votes for a request, each account's once. */
export interface Tally {
  proven: number;
  /** Accounts in whose name only an unproven vote is there. */
  unproven: number;
  /** Of these, as many as have a say in the order. */
  counted: number;
}

/**
 * Counts the votes for each of many requests. A vote is for a request of the same model, whose name the
 * Hub takes in capital and small letters alike, if the precision is the same or none was named, and the revision is the request's or the branch that it was
 * submitted under. An account's proven vote stands for all of its votes for a request.
 *
 * @returns the tally of a request
 */
export function tallyOf<R extends VotedFor>(
  votes: readonly Vote[],
  rules: Pick<QueueRules, "unproven">,
): (request: R) => Tally {
  const byModel = new Map<string, Vote[]>();
  for (const vote of votes) {
    const name = vote.model.toLowerCase();
    const list = byModel.get(name);
    if (list) list.push(vote);
    else byModel.set(name, [vote]);
  }
  return (request) => {
    const own = (byModel.get(request.model.toLowerCase()) ?? []).filter((vote) =>
      isFor(vote, request),
    );
    const proven = accountsOf(own.filter((vote) => vote.proven));
    const all = accountsOf(own);
    const unproven = all - proven;
    return { proven, unproven, counted: rules.unproven === "count" ? all : proven };
  };
}

function isFor(vote: Vote, { revision, branch, precision }: VotedFor): boolean {
  const isSamePrecision = vote.precision === null || vote.precision === precision;
  return isSamePrecision && (vote.revision === revision || vote.revision === (branch ?? "main"));
}

function accountsOf(votes: readonly Vote[]): number {
  const named = votes.filter(({ account }) => account !== null);
  return new Set(named.map(({ account }) => account)).size + votes.length - named.length;
}

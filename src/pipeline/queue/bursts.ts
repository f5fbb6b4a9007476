import { LEAST_ACCOUNTS } from "../../core/queue/account.ts";

/** A vote as `votes.parquet` has it, with its account. */
export interface TimedVote {
  model: string;
  username: string;
  /** ISO 8601. */
  voted_at: string | null;
}

/** Many votes for one model within a day, many of them by accounts that had never voted before. */
export interface Burst {
  model: string;
  /** Of the first and the last vote, milliseconds since 1970. */
  from: number;
  to: number;
  accounts: number;
  /** Of them, those whose first vote this was. */
  first: string[];
  /** Of them, those that have voted for no other model until now. */
  only: number;
  /** Accounts that have voted for the model at any time. */
  all: number;
}

/** Milliseconds: votes within them are looked at together. */
const WINDOW = 86_400_000;

/** Of the accounts of a burst, those that vote for the first time. */
const SHARE = 0.5;

/**
 * Votes that a person should look at; nothing is decided by it. Of each model the day with most accounts.
 *
 * @returns those with most accounts first
 */
export function burstsIn(votes: readonly TimedVote[]): Burst[] {
  const timed = votes
    .flatMap(({ model, username, voted_at }) =>
      voted_at === null ? [] : [{ model, username, time: Date.parse(voted_at) }],
    )
    .sort((a, b) => a.time - b.time);
  const firsts = new Map<string, number>();
  const models = new Map<string, Set<string>>();
  const byModel = new Map<string, typeof timed>();
  for (const vote of timed) {
    if (!firsts.has(vote.username)) firsts.set(vote.username, vote.time);
    models.set(vote.username, (models.get(vote.username) ?? new Set()).add(nameOf(vote)));
    const own = byModel.get(nameOf(vote));
    if (own) own.push(vote);
    else byModel.set(nameOf(vote), [vote]);
  }
  const bursts = [...byModel.values()].flatMap((own) => {
    const { model } = own[0]!;
    const day = densest(own);
    const accounts = [...new Set(day.map(({ username }) => username))];
    const [from, to] = [day[0]!.time, day.at(-1)!.time];
    const first = accounts.filter((name) => firsts.get(name)! >= from);
    if (accounts.length < LEAST_ACCOUNTS || first.length < accounts.length * SHARE) return [];
    const only = accounts.filter((name) => models.get(name)!.size === 1).length;
    const all = new Set(own.map(({ username }) => username)).size;
    return [{ model, from, to, accounts: accounts.length, first, only, all }];
  });
  return bursts.sort((a, b) => b.accounts - a.accounts || (a.model < b.model ? -1 : 1));
}

/** The Hub takes capital and small letters of a name for the same. */
function nameOf({ model }: Pick<TimedVote, "model">): string {
  return model.toLowerCase();
}

/** The votes of the window with most, of those in the order of their times. */
function densest<V extends { time: number }>(votes: readonly V[]): V[] {
  let best: [number, number] = [0, 0];
  let start = 0;
  for (let end = 0; end < votes.length; end++) {
    while (votes[end]!.time - votes[start]!.time >= WINDOW) start++;
    if (end - start > best[1] - best[0]) best = [start, end];
  }
  return votes.slice(best[0], best[1] + 1);
}

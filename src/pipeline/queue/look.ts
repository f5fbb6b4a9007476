import { readFile } from "node:fs/promises";
import type { Flag } from "../../core/records/curated.ts";
import { accountSince } from "../hub/accounts.ts";
import { openDiscussions, pageOfDiscussion } from "../hub/discussions.ts";
import { pull } from "../hub/pull.ts";
import { inParallel } from "../net/parallel.ts";
import { readQueue } from "../runner/queue.ts";
import { isVotesFile, parseVotes, type VoteRow } from "../sources/votes.ts";
import { type Burst, burstsIn } from "./bursts.ts";
import { collectAll, type Inboxes } from "./collect.ts";
import type { Collector } from "./collector.ts";
import type { Findings } from "./digest.ts";

/** Accounts of a burst whose age is asked for, and bursts of which. */
const ASKED = { accounts: 20, bursts: 5 };

/**
 * Looks at all that a digest is about; changes nothing.
 *
 * @param flags the leaderboard's own list, which is no inbox
 */
export async function lookAround(
  collector: Collector,
  inboxes: Inboxes,
  flags: readonly Flag[],
): Promise<Findings> {
  const { hub, cache } = collector;
  const outcomes = await collectAll({ ...collector, dry: true }, inboxes);
  const datasets = [...new Set([inboxes.requests, inboxes.votes])].filter((name) => name !== null);
  const talks: { dataset: string; talk: Findings["talks"][number]["talk"] }[] = [];
  for (const dataset of datasets) {
    const open = await openDiscussions(hub, dataset);
    talks.push(...open.filter((d) => !d.isPullRequest).map((talk) => ({ dataset, talk })));
  }
  const { requests } = inboxes.requests
    ? await readQueue(hub, cache, inboxes.requests)
    : { requests: [] };
  const votes = inboxes.votes ? await votesOf(collector, inboxes.votes) : [];
  const bursts = burstsIn(votes.filter(({ proven }) => proven));
  return {
    ...{ now: hub.patience.clock.now(), outcomes, talks, requests, flags },
    bursts: await withAges(collector, bursts),
    pageOf: (dataset, number) => pageOfDiscussion(hub, dataset, number),
  };
}

async function votesOf({ hub, cache }: Collector, dataset: string): Promise<VoteRow[]> {
  const { commit } = await pull(hub, cache, { dataset, rev: "main", include: [] });
  const { files } = await cache.listing(dataset, commit);
  const rows: VoteRow[] = [];
  for (const { path, oid } of files.filter((file) => isVotesFile(file.path))) {
    rows.push(...parseVotes(await readFile(cache.path(oid), "utf8"), path).votes);
  }
  return rows;
}

async function withAges({ hub }: Collector, bursts: Burst[]): Promise<Findings["bursts"]> {
  const now = hub.patience.clock.now();
  const aged: Findings["bursts"][number][] = [];
  for (const [i, burst] of bursts.entries()) {
    const ages: number[] = [];
    const asked = i < ASKED.bursts ? burst.first.slice(0, ASKED.accounts) : [];
    await inParallel(hub.patience.concurrency, asked, async (name) => {
      const since = await accountSince(hub, name);
      if (since !== null) ages.push((now - since) / 86_400_000);
    });
    aged.push({ ...burst, age: medianOf(ages) });
  }
  return aged;
}

function medianOf(days: number[]): { median: number; of: number } | null {
  const sorted = days.sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  return { median: Math.floor(sorted[Math.floor((sorted.length - 1) / 2)]!), of: sorted.length };
}

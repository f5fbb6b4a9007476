import type { Collector, Outcome } from "./collector.ts";
import { collectRequests } from "./requests.ts";
import { collectVotes } from "./votes.ts";

/** The datasets that people write to; null where a leaderboard has none. */
export interface Inboxes {
  requests: string | null;
  votes: string | null;
}

/**
 * Collects submissions and votes.
 *
 * @returns what became of each open pull request
 */
export async function collectAll(
  collector: Collector,
  { requests, votes }: Inboxes,
): Promise<Outcome[]> {
  const submissions = requests === null ? [] : await collectRequests(collector, requests);
  const voted = votes === null ? [] : await collectVotes(collector, votes);
  if (requests !== votes) return [...submissions, ...voted];
  // One dataset for both: what is left to a person is left by both.
  const found = new Map<number, Outcome>();
  for (const outcome of [...submissions, ...voted]) {
    const before = found.get(outcome.request.number);
    if (!before || before.verdict.is === "left") found.set(outcome.request.number, outcome);
  }
  return [...found.values()];
}

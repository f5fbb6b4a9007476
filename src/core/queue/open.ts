import type { Leaderboard } from "../records/leaderboard.ts";

/** Where visitors log in, and where their pull requests go. */
export const HUB = "https://huggingface.co";

/** Where requests and votes go, on a leaderboard that takes any. */
export interface OpenQueue {
  /** Dataset of the requests, OWNER/NAME. */
  requests: string;
  /** Dataset of the votes; null where there is none. */
  votes: string | null;
  /** The leaderboard's app on the Hub, to log in by; null where it has none. */
  client: string | null;
}

/** @returns null where nobody can submit or vote */
export function openQueue({ queue, hub }: Pick<Leaderboard, "queue" | "hub">): OpenQueue | null {
  if (!queue.open || !hub?.requests) return null;
  return {
    requests: hub.requests,
    votes: hub.votes ?? null,
    client: queue.oauth?.client_id ?? null,
  };
}

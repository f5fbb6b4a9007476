/** What the queue's page tells the script by which visitors vote. */
export interface VoteSetup {
  /** Address of the Hub, without a slash at its end. */
  hub: string;
  /** The leaderboard's app on the Hub. */
  client: string;
  /** Datasets, OWNER/NAME; `votes` is null where there is none. */
  requests: string;
  votes: string | null;
}

/** What can be voted for: as a vote names it. */
export interface Choice {
  model: string;
  revision: string;
  precision: string | null;
}

/** Names a choice within the page. The Hub takes capital and small letters of a model's name for the same. */
export function keyOf({ model, revision, precision }: Choice): string {
  return JSON.stringify([model.toLowerCase(), revision, precision]);
}

/** What a page tells the script by which visitors log in. */
export interface LoginSetup {
  /** Address of the Hub, without a slash at its end. */
  hub: string;
  /** The leaderboard's app on the Hub. */
  client: string;
}

/** How a runner uses jobs of the Hub. */
export interface JobsSettings {
  /** Dollars that all jobs of the runner's folder may cost together, since its ledger began. */
  ceiling: number;
  /** Whose jobs they are, and who pays; null for the token's own account. */
  namespace: string | null;
  /** Of the container: it has Python, and may have the harness. */
  image: string;
  /** Seconds that one command may take. */
  seconds: number;
}

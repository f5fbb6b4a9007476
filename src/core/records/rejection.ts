/** Input that was set aside, for the summary and `rejected.json`. */
export interface Rejection {
  /** File, with `#row` where one row of a table is meant. */
  path: string;
  reason: string;
}

/** What the user can mend. Its message is a whole sentence; commands print it without a stack. */
export class UserError extends Error {
  override name = "UserError";
}

/** Input that was set aside, for the summary and `rejected.json`. */
export interface Rejection {
  /** File, with `#row` where one row of a table is meant. */
  path: string;
  reason: string;
}

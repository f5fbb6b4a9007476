/** What the user can mend. Its message is a whole sentence; commands print it without a stack. */
export class UserError extends Error {
  override name = "UserError";
}

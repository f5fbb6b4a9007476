/**
 * What the user can mend. Its message is a whole sentence; commands print it without a stack. It may
 * quote what others wrote, so characters that steer a terminal are left out.
 */
export class UserError extends Error {
  override name = "UserError";
  /** What a command ends with. */
  readonly exitCode: number = 1;

  constructor(message: string) {
    super(withoutControls(message));
  }
}

/** Text for a terminal or a log: control characters other than line ends become spaces. */
export function withoutControls(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, " ");
}

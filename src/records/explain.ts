import type { z } from "zod";

/** The first complaint of a failed check as one sentence: the field's path, then what is wrong. */
export function explain(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return "does not have the expected shape";
  // Keys come from the input and may be of any length.
  const where = issue.path.map(String).join(".").slice(0, 200);
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : "";
  return `${where ? `field ${where}: ` : ""}${issue.message}${more}`;
}

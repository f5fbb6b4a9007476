import { cleanText } from "./text.ts";

/** Input that was set aside, for the summary and `rejected.json`. */
export interface Rejection {
  /** File, with `#row` where one row of a table is meant. */
  path: string;
  reason: string;
}

/** Characters of a reason that are kept: it may quote what somebody wrote. */
const LONGEST = 2000;

/** The same, fit for every table, page and terminal: a path and a reason have words of strangers in them. */
export function cleanRejection({ path, reason }: Rejection): Rejection {
  const text = cleanText(reason);
  return {
    path: cleanText(path),
    reason: text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text,
  };
}

import type { z } from "zod";

/** Complaints that are told before the rest is only counted. */
const TOLD = 3;

/**
 * The complaints of a failed check as one sentence: for each the field's path, then what it must be, in
 * words for whoever wrote the file. Names that are none come first: what they are meant to be is
 * missing elsewhere.
 */
export function explain(error: z.ZodError): string {
  const isName = (issue: z.core.$ZodIssue) => issue.code === "unrecognized_keys";
  const issues = [...error.issues.filter(isName), ...error.issues.filter((i) => !isName(i))];
  if (issues.length === 0) return "does not have the expected shape";
  const more = issues.length > TOLD ? ` (and ${issues.length - TOLD} more)` : "";
  return issues.slice(0, TOLD).map(sentence).join("; ") + more;
}

function sentence(issue: z.core.$ZodIssue): string {
  // Keys come from the input and may be of any length.
  const where = issue.path.map(String).join(".").slice(0, 200);
  return `${where ? `field ${where}: ` : ""}${wording(issue)}`;
}

/** zod's names of kinds, as people call them. */
const KINDS: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
};

const nameOf = (kind = "nothing") => KINDS[kind] ?? kind;

/** A message of a schema's own says best what is wrong; zod's own words are put plainly. */
function wording(issue: z.core.$ZodIssue): string {
  const { message } = issue;
  if (issue.code === "invalid_type" && message.startsWith("Invalid input: ")) {
    const [, received] = /received (.+)$/.exec(message) ?? [];
    const must = `must be ${nameOf(issue.expected)}`;
    return received === "undefined" ? `is missing, ${must}` : `${must}, is ${nameOf(received)}`;
  }
  if (issue.code === "too_small" && message.startsWith("Too small: ")) {
    const { origin, minimum, inclusive } = issue;
    return limit(origin, minimum, inclusive === false ? "more than" : "at least");
  }
  if (issue.code === "too_big" && message.startsWith("Too big: ")) {
    const { origin, maximum, inclusive } = issue;
    return limit(origin, maximum, inclusive === false ? "less than" : "at most");
  }
  if (issue.code === "invalid_value" && message.startsWith("Invalid ")) {
    return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.map((v) => JSON.stringify(v)).join(", ")}`;
  }
  if (message === "Invalid URL") return "must be an address like https://example.org/";
  return message;
}

function limit(origin: string, bound: number | bigint, than: string): string {
  const counted = { string: "characters", array: "entries" }[origin];
  if (counted === undefined) return `must be ${than} ${bound}`;
  return than === "at least" && bound === 1
    ? "must not be empty"
    : `must have ${than} ${bound} ${counted}`;
}

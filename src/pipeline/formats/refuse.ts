import { withoutControls } from "../../core/records/user-error.ts";

/** What is wrong with a field, and how it is mended: for `rejected.json`. */
export function wrong(field: string, value: unknown, fix: string): Error {
  return new Error(`field ${plain(field)}: ${fix}, is ${shown(value)}`);
}

/** A value in a message: never its whole content, which may be long or nested without end. */
function shown(value: unknown): string {
  if (value === undefined) return "absent";
  if (typeof value === "string") return JSON.stringify(plain(value).slice(0, 40));
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "a list" : "an object";
}

/** A name out of a file, fit for a report. */
export function plain(name: string): string {
  return withoutControls(name)
    .replace(/\p{Cs}/gu, "\uFFFD")
    .slice(0, 120);
}

import { z } from "zod";

/**
 * What no text of a source may bring along: control characters (NUL ends a text in some databases, ESC
 * steers terminals), halves of surrogate pairs, and characters that turn the direction of what follows.
 */
const STEERING = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+/gu;

/** Text of one line, fit for every table, page and terminal: what steers becomes a space. */
export function cleanText(text: string): string {
  return text.search(STEERING) < 0 ? text : text.replace(STEERING, " ").trim();
}

/** The same of a text of several lines: line ends and tabs stay. */
export function cleanLines(text: string): string {
  return text.replace(STEERING, (found) => found.replace(/[^\n\t]/gu, " "));
}

/** A text field of a source: cleaned, then 1 to `most` characters. */
export function cleanField(most: number) {
  return z.string().transform(cleanText).pipe(z.string().min(1).max(most));
}

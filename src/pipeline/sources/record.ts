import type { z } from "zod";
import { explain } from "../../core/records/explain.ts";

/** A record of a source that does not check is set aside: these errors say why, for `rejected.json`. */

/** @throws Error with what is wrong, where a text is no JSON */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const plain = withoutNaN(text);
    if (plain !== null) return jsonIn(plain);
    let why = (error as Error).message;
    if (text.trim() === "") why = "the file is empty";
    else if (text.startsWith("\uFEFF")) why = "it begins with a byte order mark";
    throw new Error(`is not valid JSON (broken or cut short): ${why}`);
  }
}

/**
 * JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` stand where a number would, and are put as
 * null. Texts are stepped over, so that what stands in them stays.
 *
 * @returns null where there is no such word
 */
function withoutNaN(text: string): string | null {
  if (!/NaN|Infinity/.test(text)) return null;
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    parts.push(text.slice(at, end).replace(/-?\b(?:NaN|Infinity)\b/g, "null"));
    at = end;
    if (quote < 0) break;
    const after = endOfText(text, quote);
    parts.push(text.slice(quote, after));
    at = after;
  }
  const plain = parts.join("");
  return plain === text ? null : plain;
}

/** Behind the quote that ends a text; a quote after an odd number of backslashes does not. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** @throws Error with the field and what it must be */
export function checkedBy<T>(schema: z.ZodType<T>, record: unknown): T {
  const checked = schema.safeParse(record);
  if (!checked.success) throw new Error(explain(checked.error));
  return checked.data;
}

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
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
    found.startsWith('"') ? found : "null",
  );
  return plain === text ? null : plain;
}

/** @throws Error with the field and what it must be */
export function checkedBy<T>(schema: z.ZodType<T>, record: unknown): T {
  const checked = schema.safeParse(record);
  if (!checked.success) throw new Error(explain(checked.error));
  return checked.data;
}

import type { z } from "zod";
import { explain } from "./explain.ts";
import { UserError } from "./user-error.ts";

/**
 * JSON that people or programs wrote, checked.
 *
 * @param what how it is called in the error: its path or address
 * @throws UserError that says what is wrong, and where
 */
export function parseJson<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${what} is not valid JSON: ${(error as Error).message}`);
  }
  const checked = schema.safeParse(json);
  if (!checked.success) throw new UserError(`${what}: ${explain(checked.error)}`);
  return checked.data;
}

/** JSON as all our files have it: two spaces, a newline at the end. */
export function jsonText(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** JSON, or something else where it is none. */
export function jsonOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}

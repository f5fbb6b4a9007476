import { z } from "zod";

/**
 * An object with these fields and no others, for files that people write: a misspelt field is told
 * with those that there are.
 */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return undefined;
      const keys = (issue.keys as string[]).map((key) => JSON.stringify(key.slice(0, 80)));
      return `has no ${keys.join(", ")}; its fields are ${Object.keys(shape).join(", ")}`;
    },
  });
}

/** Names a file's JSON Schema, for editors: it says nothing of the leaderboard. */
export const namesSchema = { $schema: z.string().optional() };

/** What a file says, without the name of its JSON Schema. */
export function withoutSchema<T extends { $schema?: string | undefined }>(
  file: T,
): Omit<T, "$schema"> {
  const { $schema, ...rest } = file;
  return rest;
}

import { z } from "zod";

/** As much of a JSON Schema (draft 2020-12) as is read and written here. */
export interface JsonSchema {
  type?: string;
  title?: string;
  description?: string;
  format?: string;
  pattern?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  enum?: unknown[];
  [keyword: string]: unknown;
}

/** A field on the way through a schema: `name`, or `list[].name` of each entry of a list. */
export interface FieldAt {
  path: string;
  field: JsonSchema;
  isNeeded: boolean;
}

/** What a file may hold by a schema of ours, as JSON Schema: before defaults are filled in. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => plainly(zodSchema, jsonSchema as JsonSchema),
  }) as JsonSchema;
}

/**
 * `format` is left where every checker means the same by it. zod's `uri` is what browsers take for an
 * address, other letters than ASCII included; the format's is not. `ends_with` is no format at all.
 */
function plainly(schema: z.core.$ZodType, json: JsonSchema): void {
  if (json.format === "ends_with") delete json.format;
  if (json.format !== "uri") return;
  delete json.format;
  const { protocol } = schema._zod.def as { protocol?: RegExp };
  json.pattern = protocol?.test("http") ? "^https?://" : "^https://";
}

/** Goes through all fields of a schema, from the top down. */
export function walk(
  { properties = {}, required = [] }: JsonSchema,
  visit: (at: FieldAt) => void,
  above = "",
): void {
  for (const [name, field] of Object.entries(properties)) {
    const path = `${above}${name}`;
    visit({ path, field, isNeeded: required.includes(name) });
    if (field.items) walk(field.items, visit, `${path}[].`);
    else walk(field, visit, `${path}.`);
  }
}

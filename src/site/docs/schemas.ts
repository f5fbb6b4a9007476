import { leaderboardSchema } from "../../core/records/leaderboard.ts";
import { suiteSchema } from "../../core/records/suite.ts";
import { configMeanings, suiteMeanings } from "./fields.ts";
import { type JsonSchema, jsonSchemaOf, walk } from "./json-schema.ts";

/** Files that have a JSON Schema. */
export const SCHEMAS = ["suite", "leaderboard"] as const;
export type SchemaName = (typeof SCHEMAS)[number];

/** What no JSON Schema says. */
const REST =
  "Editors complete and check a file by this. What one field says of another (keys that are used twice, days out " +
  "of order, subtasks that a mean needs) only the command checks: leaderboard data names the field and what is wrong.";

const KINDS = {
  suite: {
    schema: suiteSchema,
    title: "Suite of a leaderboard",
    description: `One leaderboard's benchmarks, and how they are scored. ${REST}`,
    meanings: suiteMeanings,
  },
  leaderboard: {
    schema: leaderboardSchema,
    title: "Configuration of a leaderboard",
    description: `What a leaderboard is called, its suites, and where its data lie. ${REST}`,
    meanings: configMeanings,
  },
} as const;

/**
 * The JSON Schema of a kind of file, draft 2020-12, with the meaning of each field.
 *
 * @param id the schema's own name: its address, where it is published
 */
export function schemaOf(name: SchemaName, id: string): JsonSchema {
  const { schema, title, description, meanings } = KINDS[name];
  const { $schema, ...rest } = jsonSchemaOf(schema);
  const known = meanings();
  walk(rest, ({ path, field }) => {
    const meaning = known[path];
    if (meaning !== undefined) field.description = meaning;
  });
  return { $schema, $id: id, title, description, ...rest };
}

/** The schema as it lies in the package, where it has no address. */
export function schemaFile(name: SchemaName): string {
  return `${JSON.stringify(schemaOf(name, `urn:open-leaderboard:${name}`), null, 2)}\n`;
}

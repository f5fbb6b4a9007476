import type { Leaderboard } from "../../core/records/leaderboard.ts";
import type { ColumnType, TableColumn } from "../../core/records/manifest.ts";
import type { Suite } from "../../core/records/suite.ts";
import { HISTORY_COLUMNS, RUNS_COLUMNS, SCORES_COLUMNS } from "../../core/table/schema.ts";
import { type Address, TOP, VERSION } from "./answers.ts";
import { fieldsOf } from "./evaluation.ts";

type Schema = Record<string, unknown>;

const TYPES: Record<ColumnType, Schema> = {
  VARCHAR: { type: "string" },
  DOUBLE: { type: "number" },
  INTEGER: { type: "integer" },
  BOOLEAN: { type: "boolean" },
  DATE: { type: "string", format: "date" },
};

/** Columns that are known of every row. */
const KNOWN = new Set([
  "eval_id",
  "flagged",
  "maintainers_choice",
  "as_of",
  "benchmark",
  "subtask",
]);

/**
 * The API as OpenAPI 3.1, made from the documentation of the tables' columns.
 *
 * @param asOf day of the figures, which is the version of what is served
 */
export function openApi(leaderboard: Leaderboard, asOf: string, address: Address): object {
  const [main] = leaderboard.suites;
  const evaluations = leaderboard.suites.map((suite) => ref(`evaluation-${suite.id}`));
  return {
    openapi: "3.1.1",
    info: {
      title: `${leaderboard.title} API`,
      version: `1.0.0+${asOf}`,
      summary: "Scores and ranks as static JSON files.",
      description:
        "Files, not a service: GET only, no key, no limit but the host’s. Unknown values are null. " +
        "Within version 1 fields may be added; none is removed or changes its meaning.",
      ...(leaderboard.license && {
        license: { name: leaderboard.license.id, url: leaderboard.license.url },
      }),
    },
    servers: [{ url: address(`/api/${VERSION}`) }],
    paths: {
      "/index.json": get("index", "What there is", "Index"),
      "/leaderboard.json": get(
        "leaderboard",
        `The evaluations of ${main?.name} that rank among the first ${TOP}`,
        "Leaderboard",
      ),
      "/models.json": get("models", "The names of all models", "Models"),
      "/models/{owner}/{name}.json": get("model", "Every evaluation of a model", "Model", [
        parameter("owner", "The part of its name before the slash."),
        parameter("name", "The part after the slash."),
      ]),
      "/models/{name}.json": get(
        "modelWithoutOwner",
        "Every evaluation of a model that has no owner",
        "Model",
        [parameter("name", "Its name.")],
      ),
    },
    components: {
      responses: {
        Missing: { description: "There is no such file. The host’s own page, which is not JSON." },
      },
      schemas: {
        Index: object({
          title: text("Name of the leaderboard."),
          as_of: day("Day of the figures."),
          schema: { type: "integer", description: "Version of the tables’ columns." },
          suites: array(
            object({
              id: text("Id of the suite."),
              version: text("Version of the suite."),
              name: text("Its name."),
              evaluations: { type: "integer", description: "Rows of its table." },
              benchmarks: array(
                object({
                  key: text("Key in `scores`."),
                  name: text("Its name."),
                  area: text("What it measures."),
                  link: { type: ["string", "null"], format: "uri", description: "Its paper." },
                }),
              ),
            }),
          ),
          links: links(["leaderboard", "models", "openapi", "manifest", "page"]),
        }),
        Leaderboard: object({
          suite: text("Id of the suite."),
          as_of: day("Day of the figures."),
          ranked: { type: "integer", description: "How many evaluations have a rank." },
          links: links(["self", "page", "table"]),
          entries: array({
            allOf: [
              ref(`evaluation-${main?.id}`),
              object({ model: text("Name on the Hub."), links: ref("ModelLinks") }),
            ],
          }),
        }),
        Models: object({
          as_of: day("Day of the figures."),
          models: array(text("Name on the Hub, OWNER/NAME; a few have no owner.")),
        }),
        Model: object({
          model: text("Name on the Hub."),
          as_of: day("Day of the figures."),
          links: ref("ModelLinks"),
          flagged_bases: {
            ...array(
              object({
                model: text("Name of the flagged model."),
                between: array(
                  text("Models between, from the base model on; none for that itself."),
                ),
                suite: text("Id of the suite that the flag holds in."),
                reason: text("Why it is flagged."),
              }),
            ),
            description:
              "Flagged models it was made from, the nearest first: a warning, which takes no rank.",
          },
          evaluations: {
            ...array({
              allOf: [
                { oneOf: evaluations },
                object({
                  subtasks: array(ref("Subtask")),
                  history: array(ref("Standing")),
                  runs: array(ref("Run")),
                }),
              ],
            }),
            description: "Best first; those of the main suite before others.",
          },
        }),
        ModelLinks: object({
          self: { type: "string", format: "uri" },
          page: { type: "string", format: "uri" },
          hub: {
            type: ["string", "null"],
            format: "uri",
            description: "Null for a model that is not of the Hub.",
          },
        }),
        Subtask: object({
          ...columns(SCORES_COLUMNS, ["benchmark", "subtask", "raw"]),
          ...renamed(SCORES_COLUMNS, "normalized", "score"),
          ...columns(SCORES_COLUMNS, ["stderr", "n"]),
        }),
        Run: {
          ...object(
            columns(
              RUNS_COLUMNS,
              RUNS_COLUMNS.map((c) => c.name).filter((n) => n !== "eval_id" && n !== "suite"),
            ),
          ),
          required: ["benchmark"],
          description: "Fields that are not known are left out.",
        },
        Standing: object(columns(HISTORY_COLUMNS, ["as_of", "average", "rank"])),
        ...Object.fromEntries(
          leaderboard.suites.flatMap((suite) => [
            [`evaluation-${suite.id}`, evaluation(suite)],
            [`score-${suite.id}`, score(suite)],
          ]),
        ),
      },
    },
  };
}

function evaluation(suite: Suite): Schema {
  const scores = suite.benchmarks.map((b) => [
    b.key,
    { $ref: `#/components/schemas/score-${suite.id}`, description: `${b.name}: ${b.area}.` },
  ]);
  return object({
    suite: { const: suite.id, description: "Id of the suite." },
    ...Object.fromEntries(fieldsOf(suite).map((c) => [c.name, column(c)])),
    scores: object(Object.fromEntries(scores)),
  });
}

function score(suite: Suite): Schema {
  const number = (description: string) => ({ type: ["number", "null"], description });
  return object({
    ...(suite.normalized && { raw: number("Proportion correct, 0–1.") }),
    score: number(
      suite.normalized ? "Normalised score, 0–100 (guessing is 0)." : "Per cent, as published.",
    ),
    stderr: number("Standard error of the score, points; null where it cannot be known."),
  });
}

function column({ name, type, description }: TableColumn): Schema {
  const schema = TYPES[type];
  return { ...schema, ...(!KNOWN.has(name) && { type: [schema.type, "null"] }), description };
}

function columns(all: TableColumn[], names: string[]): Record<string, Schema> {
  return Object.fromEntries(
    all.filter((c) => names.includes(c.name)).map((c) => [c.name, column(c)]),
  );
}

function renamed(all: TableColumn[], name: string, as: string): Record<string, Schema> {
  return Object.fromEntries(all.filter((c) => c.name === name).map((c) => [as, column(c)]));
}

/** Every field is there in every answer; there may be more one day. */
function object(properties: Record<string, unknown>): Schema {
  return { type: "object", required: Object.keys(properties), properties };
}

function array(items: Schema): Schema {
  return { type: "array", items };
}

function text(description: string): Schema {
  return { type: "string", description };
}

function day(description: string): Schema {
  return { type: "string", format: "date", description };
}

function links(names: string[]): Schema {
  return object(Object.fromEntries(names.map((name) => [name, { type: "string", format: "uri" }])));
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function parameter(name: string, description: string): Schema {
  return {
    name,
    in: "path",
    required: true,
    description,
    schema: { type: "string", pattern: "^[A-Za-z0-9._-]{1,96}$" },
  };
}

function get(operationId: string, summary: string, schema: string, parameters?: Schema[]): Schema {
  return {
    get: {
      operationId,
      summary,
      ...(parameters && { parameters }),
      responses: {
        200: { description: summary, content: { "application/json": { schema: ref(schema) } } },
        ...(parameters && { 404: { $ref: "#/components/responses/Missing" } }),
      },
    },
  };
}

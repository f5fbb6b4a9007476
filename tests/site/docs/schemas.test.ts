// JSON Schema of suite and configuration: what editors complete and check by is what the command takes.
import { glob, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { APIContext } from "astro";
import { describe, expect, test } from "vitest";
import config from "../../../leaderboard.config.ts";
import { leaderboardSchema } from "../../../src/core/records/leaderboard.ts";
import { suiteSchema } from "../../../src/core/records/suite.ts";
import { configFields, type Field, suiteFields } from "../../../src/site/docs/fields.ts";
import type { JsonSchema } from "../../../src/site/docs/json-schema.ts";
import { walk } from "../../../src/site/docs/json-schema.ts";
import { SUITE_SCHEMA } from "../../../src/site/docs/leaderboard.ts";
import { SCHEMAS, schemaFile, schemaOf } from "../../../src/site/docs/schemas.ts";
import { GET, getStaticPaths } from "../../../src/site/pages/schema/[name].json.ts";
import harbour from "../../fixtures/harbour.config.ts";
import tiny from "../../fixtures/tiny.config.ts";

const ADDRESS = "https://board.example/schema/suite.json";
const suite = schemaOf("suite", ADDRESS);
const board = schemaOf("leaderboard", "https://board.example/schema/leaderboard.json");

/** With everything that ajv has to say against a schema as an error. */
function checkOf(schema: JsonSchema) {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.compile(schema);
}
const checkSuite = checkOf(suite);
const checkBoard = checkOf(board);

async function suiteFiles(): Promise<string[]> {
  const files: string[] = [];
  const patterns = [
    "data/suites/*.json",
    "examples/*/suites/*.json",
    "tests/fixtures/**/*suite.json",
  ];
  for await (const file of glob(patterns)) files.push(file);
  return files.sort();
}

const readSuite = async (file: string) => JSON.parse(await readFile(file, "utf8"));
const sailing = () => readSuite("examples/sailing/suites/sailing.json");

describe("the schemas", () => {
  test.each([suite, board])(
    "are valid draft 2020-12, and say what they leave to the command",
    (schema) => {
      expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
      expect(new Ajv2020().validateSchema(schema)).toBe(true);
      expect(schema.description).toContain("only the command checks");
    },
  );

  test("are named by their address", () => {
    expect([suite.$id, suite.title]).toEqual([ADDRESS, "Suite of a leaderboard"]);
    expect(board.title).toBe("Configuration of a leaderboard");
  });

  test.each<[string, JsonSchema, Field[]]>([
    ["suite", suite, suiteFields()],
    ["leaderboard", board, configFields()],
  ])("of a %s has the meaning of every field that the page lists", (_, schema, fields) => {
    const described = new Map<string, unknown>();
    walk(schema, ({ path, field }) => described.set(path, field.description));
    expect(fields.length).toBeGreaterThan(30);
    for (const { path, meaning } of fields) expect(described.get(path), path).toBe(meaning);
  });

  test("of a configuration describes its suites, too", () => {
    const described = new Map<string, unknown>();
    walk(board, ({ path, field }) => described.set(path, field.description));
    expect(described.get("suites[].benchmarks[].metrics[].scale.worst")).toBe(
      "Value that scores 0.",
    );
  });

  test("are published with the address that they have on the site", async () => {
    expect(getStaticPaths()).toEqual([
      { params: { name: "suite" } },
      { params: { name: "leaderboard" } },
    ]);
    const answer = await GET({ params: { name: "suite" } } as unknown as APIContext);
    expect(await answer.json()).toEqual({ ...suite, $id: "http://localhost/schema/suite.json" });
  });

  test.each(SCHEMAS)("lie in the package: schema/%s.json", async (name) => {
    await expect(schemaFile(name)).toMatchFileSnapshot(resolve(`schema/${name}.json`));
  });
});

describe("a suite", () => {
  test("of the project, of its examples and of its tests is accepted", async () => {
    const files = await suiteFiles();
    expect(files.length).toBeGreaterThan(15);
    for (const file of files) {
      expect(checkSuite(await readSuite(file)) ? [] : checkSuite.errors, file).toEqual([]);
    }
  });

  const REFUSED: [string, (suite: Suite) => void, Partial<ErrorObject>][] = [
    [
      "with a misspelt field",
      (s) => Object.assign(s.benchmarks[0]!, { shot: 5 }),
      { instancePath: "/benchmarks/0", params: { additionalProperty: "shot" } },
    ],
    [
      "without one that it needs",
      (s) => delete s.benchmarks[0]!.task,
      { instancePath: "/benchmarks/0", params: { missingProperty: "task" } },
    ],
    [
      "with one of another kind",
      (s) => Object.assign(s.benchmarks[0]!, { shots: "five" }),
      { instancePath: "/benchmarks/0/shots", params: { type: "integer" } },
    ],
    [
      "with a key that no column may have",
      (s) => Object.assign(s.benchmarks[0]!, { key: "Tides" }),
      { instancePath: "/benchmarks/0/key", keyword: "pattern" },
    ],
    [
      "with an address that is not https",
      (s) => Object.assign(s.benchmarks[0]!, { link: "http://sea.example/" }),
      { instancePath: "/benchmarks/0/link", keyword: "pattern" },
    ],
  ];
  test.each(REFUSED)("%s is refused there, and by the command", async (_, change, error) => {
    const wrong = await sailing();
    change(wrong);
    expect(checkSuite(wrong)).toBe(false);
    expect(checkSuite.errors).toEqual([expect.objectContaining(error)]);
    expect(suiteSchema.safeParse(wrong).success).toBe(false);
  });

  test("may have an address in letters of its language, as the command takes it", async () => {
    const file = await sailing();
    file.benchmarks[0].link = "https://no.wikipedia.org/wiki/Sjømannskap";
    expect(checkSuite(file)).toBe(true);
    expect(suiteSchema.safeParse(file).success).toBe(true);
  });

  test("has rules that only the command knows", async () => {
    const file = await sailing();
    file.benchmarks[1].key = file.benchmarks[0].key;
    expect(checkSuite(file)).toBe(true);
    expect(suiteSchema.safeParse(file).success).toBe(false);
  });
});

describe("a configuration", () => {
  test.each([
    ["of the project", config],
    ["of the tests, tiny", tiny],
    ["of the tests, harbour", harbour],
  ])("%s is accepted", (_, file) => {
    expect(checkBoard(file) ? [] : checkBoard.errors).toEqual([]);
  });

  test.each([
    ["with a misspelt field", { titel: "T" }],
    ["with one of another kind", { tagline: 1 }],
    ["with a theme that is no style sheet", { theme: "theme.txt" }],
    ["without suites", { suites: undefined }],
    ["with a suite that is wrong", { suites: [{}] }],
  ])("%s is refused, and by the command", (_, change) => {
    const wrong = JSON.parse(JSON.stringify({ ...tiny, ...change }));
    expect(checkBoard(wrong)).toBe(false);
    expect(leaderboardSchema.safeParse(wrong).success).toBe(false);
  });
});

describe("$schema", () => {
  test("is ignored, and not kept", async () => {
    const { $schema, ...bare } = await sailing();
    const parsed = suiteSchema.parse({ $schema, ...bare });
    expect(parsed).toEqual(suiteSchema.parse(bare));
    expect(parsed).not.toHaveProperty("$schema");
    const named = leaderboardSchema.parse({ ...tiny, $schema: "./leaderboard.json" });
    expect(named).toEqual(leaderboardSchema.parse(tiny));
    expect(suiteSchema.safeParse({ ...bare, $schema: 1 }).success).toBe(false);
  });

  test("of the project's suites is there; that of examples is in the package they install", async () => {
    for (const file of await suiteFiles()) {
      const { $schema } = await readSuite(file);
      if (file.startsWith("data/")) {
        expect(resolve(dirname(file), $schema)).toBe(resolve("schema/suite.json"));
      }
      if (file.startsWith("examples/")) expect($schema).toBe(SUITE_SCHEMA);
    }
    const { name, files } = JSON.parse(await readFile("package.json", "utf8"));
    expect(join("suites", SUITE_SCHEMA)).toBe(`node_modules/${name}/schema/suite.json`);
    expect(files).toContain("schema");
  });
});

interface Suite {
  benchmarks: { task?: string }[];
}

// The API's files as they are built: every kind by its own description, and by DuckDB's reading of the tables.
import { createHash } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
import { query } from "../../pipeline/snapshot/snapshot.ts";

const SITE = process.env.SITE_DIR ?? "dist";
const ROOT = join(SITE, "api/v1");
const TABLES = "public/data/latest";

// biome-ignore lint/suspicious/noExplicitAny: read as another program reads it.
const read = async (path: string): Promise<any> =>
  JSON.parse(await readFile(join(ROOT, path), "utf8"));

let models: string[];

beforeAll(async () => {
  models = [];
  for await (const file of glob("**/*.json", { cwd: join(ROOT, "models") })) {
    models.push(file.replace(/\.json$/, ""));
  }
});

/** By the schema of that name, strictly: a field that is not described is a fault here. */
async function validator(name: string): Promise<ValidateFunction> {
  const document = await read("openapi.json");
  for (const [key, schema] of Object.entries<Schema>(document.components.schemas)) {
    // Those of evaluations are parts of others.
    close(schema, key.startsWith("evaluation-"));
  }
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: "api" });
  return ajv.compile({ $ref: `api#/components/schemas/${name}` });
}

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  unevaluatedProperties?: false;
}

/** Allows no field but the described ones, at every depth. */
function close(schema: Schema, part = false): void {
  if ((schema.properties || schema.allOf) && !part) schema.unevaluatedProperties = false;
  for (const each of schema.allOf ?? []) close(each, true);
  for (const each of Object.values(schema.properties ?? {})) close(each);
  if (schema.items) close(schema.items);
}

describe("openapi.json", () => {
  test("is OpenAPI 3.1, by the validator for it", async () => {
    const result = await new Validator().validate(await read("openapi.json"));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  test("names every address that there is, and no other", async () => {
    const { paths } = await read("openapi.json");
    const plain = Object.keys(paths).filter((p) => !p.includes("{"));
    for (const path of plain) expect(await read(path.slice(1))).toBeTypeOf("object");
    const top = [];
    for await (const file of glob("*.json", { cwd: ROOT })) top.push(`/${file}`);
    expect(top.filter((p) => p !== "/openapi.json").sort()).toEqual(plain.sort());
    const owned = models.filter((m) => m.includes("/"));
    expect(owned.length).toBeGreaterThan(0);
    expect(Object.keys(paths)).toContain("/models/{owner}/{name}.json");
  });

  test("describes a field in every schema's property", async () => {
    const { components } = await read("openapi.json");
    for (const [name, schema] of Object.entries<{ properties?: object }>(components.schemas)) {
      if (!name.startsWith("evaluation-")) continue;
      for (const [field, property] of Object.entries(schema.properties ?? {})) {
        if (field !== "scores") expect(property.description, `${name} ${field}`).toBeTruthy();
      }
    }
  });
});

test("each kind of answer is as its schema says", async () => {
  for (const [file, name] of [
    ["index.json", "Index"],
    ["models.json", "Models"],
    ["leaderboard.json", "Leaderboard"],
  ] as const) {
    const check = await validator(name);
    check(await read(file));
    expect(check.errors ?? [], file).toEqual([]);
  }
  const check = await validator("Model");
  // All of them would take seconds: every fiftieth, and those that are special.
  const special = models.filter((m) => !m.includes("/") || m.endsWith("/pythia-2.8b"));
  for (const model of [...models.filter((_, i) => i % 50 === 0), ...special]) {
    check(await read(`models/${model}.json`));
    expect(check.errors ?? [], model).toEqual([]);
  }
});

test("a schema complains of what is not so", async () => {
  const check = await validator("Model");
  const [model] = models;
  const answer = await read(`models/${model}.json`);
  expect(check({ ...answer, as_of: "yesterday" })).toBe(false);
  const [first, ...rest] = answer.evaluations;
  expect(check({ ...answer, evaluations: [{ ...first, average: "42" }, ...rest] })).toBe(false);
  expect(check({ ...answer, evaluations: [{ ...first, secret: 1 }, ...rest] })).toBe(false);
  const { rank: _, ...without } = first;
  expect(check({ ...answer, evaluations: [without, ...rest] })).toBe(false);
  expect(check({ ...answer, evaluations: [{ ...first, suite: "other" }] })).toBe(false);
});

describe("leaderboard.json", () => {
  test("has the first hundred ranks with the published figures", async () => {
    const { entries, ranked } = await read("leaderboard.json");
    const rows = await query(
      `SELECT * FROM '${TABLES}/models.parquet' WHERE rank <= 100 ORDER BY rank, eval_id`,
    );
    expect(entries.map((e: { eval_id: string }) => e.eval_id).sort()).toEqual(
      rows.map((r) => r.eval_id).sort(),
    );
    expect(entries.map((e: { rank: number }) => e.rank)).toEqual(rows.map((r) => r.rank));
    for (const entry of entries) {
      const row = rows.find((r) => r.eval_id === entry.eval_id)!;
      for (const [key, { raw, score, stderr }] of Object.entries<Record<string, number>>(
        entry.scores,
      )) {
        expect([raw, score, stderr]).toEqual([row[`${key}_raw`], row[key], row[`${key}_stderr`]]);
      }
      const { scores: _s, links: _l, suite: _u, ...fields } = entry;
      for (const [name, value] of Object.entries(fields)) expect(value, name).toBe(row[name]);
    }
    const [{ n }] = (await query(`SELECT count(rank) AS n FROM '${TABLES}/models.parquet'`)) as [
      { n: number },
    ];
    expect(ranked).toBe(n);
  });
});

describe("models", () => {
  test("there is one file for every model of the tables", async () => {
    const rows = await query(
      `SELECT DISTINCT model FROM (FROM '${TABLES}/models.parquet' SELECT model UNION ALL FROM '${TABLES}/models_v1.parquet' SELECT model)`,
    );
    const names = rows.map((r) => r.model).sort();
    expect(models.toSorted()).toEqual(names);
    expect((await read("models.json")).models.toSorted()).toEqual(names);
  });

  test("a model in both tables has the evaluations of both, and its history", async () => {
    const model = "01-ai/Yi-1.5-34B-32K";
    const { evaluations, links } = await read(`models/${model}.json`);
    // Known from the published tables: GSM8K 0 in v1, MATH 15.4 in v2.
    expect(evaluations.map((e: { suite: string }) => e.suite)).toEqual([
      "open-llm-v2",
      "open-llm-v1",
    ]);
    expect(evaluations[0].scores.math.score).toBeCloseTo(15.4, 1);
    expect(evaluations[1].scores.gsm8k).toEqual({ score: 0, stderr: 0 });
    const history = await query(
      `WITH ends AS (SELECT unnest([first_day, last_day]) AS day FROM '${TABLES}/intervals.parquet'
         WHERE eval_id = '${evaluations[0].eval_id}')
       SELECT as_of, average, rank FROM '${TABLES}/history.parquet'
       WHERE eval_id = '${evaluations[0].eval_id}' AND as_of IN (SELECT day FROM ends) ORDER BY as_of`,
    );
    expect(history.length).toBeGreaterThan(2);
    expect(evaluations[0].history).toEqual(history);
    expect(evaluations[1].history).toEqual([]);
    expect(links.hub).toBe(`https://huggingface.co/${model}`);
  });

  test("the history of a model that was renamed goes back to its first name, in order", async () => {
    const [evaluation] = (
      await read("models/Pretergeek/OpenChat-3.5-0106_9.86B_44Layers-Appended.json")
    ).evaluations;
    const days = evaluation.history.map((h: { as_of: string }) => h.as_of);
    // It was …BlockExpansion-44Layers-End from 1 August to 26 September 2024.
    expect(days.slice(0, 3)).toEqual(["2024-08-01", "2024-09-26", "2024-09-27"]);
    expect(days).toEqual(days.toSorted());
  });

  test("subtasks are given where they are known", async () => {
    const { evaluations } = await read("models/EleutherAI/pythia-2.8b.json");
    const known = evaluations.flatMap((e: { subtasks: unknown[] }) => e.subtasks);
    const [{ n }] = (await query(
      `SELECT count(*) AS n FROM '${TABLES}/scores.parquet' WHERE subtask IS NOT NULL AND eval_id LIKE 'EleutherAI/pythia-2.8b@%'`,
    )) as [{ n: number }];
    expect(known.length).toBe(n);
    expect(n).toBeGreaterThan(20);
  });

  test("all together stay small", async () => {
    let bytes = 0;
    for (const model of models)
      bytes += (await readFile(join(ROOT, "models", `${model}.json`))).length;
    expect(bytes).toBeLessThan(25e6);
  });
});

test("links lead to files of this site", async () => {
  const { links } = await read("leaderboard.json");
  const { entries } = await read("leaderboard.json");
  for (const link of [links.self, links.table, entries[0].links.self]) {
    const file = join(SITE, new URL(link).pathname);
    expect(
      createHash("sha256")
        .update(await readFile(file))
        .digest("hex"),
    ).toHaveLength(64);
  }
  expect(
    await readFile(join(SITE, new URL(entries[0].links.page).pathname, "index.html"), "utf8"),
  ).toContain(entries[0].model.split("/").at(-1));
});

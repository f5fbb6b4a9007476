import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { flaggedAncestors } from "../../../src/core/decisions/lineage.ts";
import { flaggedSchema } from "../../../src/core/records/curated.ts";
import { query } from "../../pipeline/snapshot/snapshot.ts";

function ask(tree: Record<string, string[]>, flagged: string[]) {
  return (model: string) =>
    flaggedAncestors(
      model,
      (name) => (Object.hasOwn(tree, name) ? tree[name]! : []),
      (name) => flagged.includes(name),
    ).map(({ model, between }) => [...between, model].join(" < "));
}

test("a chain of several steps names what stands between", () => {
  const of = ask({ d: ["c"], c: ["b"], b: ["a"] }, ["a", "c"]);
  expect(of("d")).toEqual(["c", "c < b < a"]);
  expect(of("b")).toEqual(["a"]);
  expect(of("a")).toEqual([]);
});

test("a merge has several parents; the nearest flagged one comes first, by a shortest way", () => {
  const of = ask({ m: ["x", "y"], x: ["f"], y: ["g"], f: ["g"] }, ["f", "g"]);
  expect(of("m")).toEqual(["x < f", "y < g"]);
});

test("circles end, and nobody is its own ancestor", () => {
  const of = ask({ a: ["b"], b: ["c"], c: ["a"], s: ["s"] }, ["a", "s"]);
  expect(of("a")).toEqual([]);
  expect(of("b")).toEqual(["c < a"]);
  expect(of("s")).toEqual([]);
});

test("names are told apart by case, and may be those of an object's own", () => {
  const of = ask({ m: ["O/F", "__proto__"] }, ["o/f", "__proto__"]);
  expect(of("m")).toEqual(["__proto__"]);
});

const TABLE = "'data/snapshot/open-llm-v2.parquet'";
const flags = flaggedSchema.parse(JSON.parse(await readFile("data/curated/flagged.json", "utf8")));
const rows = (await query(`SELECT model, base_model FROM ${TABLE}`)) as {
  model: string;
  base_model: string | null;
}[];
const parents = new Map<string, string[]>();
for (const { model, base_model: base } of rows)
  if (base !== null) parents.set(model, [...(parents.get(model) ?? []), base]);

/** Rows that come from one of these models, by DuckDB; of themselves they do not. */
async function bySql(names: string[]): Promise<string[]> {
  const list = names.map((name) => `('${name}')`).join(", ");
  const found = await query(`
    WITH RECURSIVE pairs AS (SELECT DISTINCT model, base_model FROM ${TABLE} WHERE base_model IS NOT NULL),
    made AS (
      SELECT model, base_model AS flagged FROM pairs WHERE base_model IN (VALUES ${list})
      UNION
      SELECT pairs.model, made.flagged FROM pairs JOIN made ON pairs.base_model = made.model
    )
    SELECT t.model FROM ${TABLE} AS t
    WHERE EXISTS (FROM made WHERE made.model = t.model AND made.flagged <> t.model)`);
  return found.map((row) => String(row.model)).sort();
}

function byFunction(names: string[]): string[] {
  const of = (model: string) => parents.get(model) ?? [];
  const isFlagged = (model: string) => names.includes(model);
  return rows
    .map((row) => row.model)
    .filter((model) => flaggedAncestors(model, of, isFlagged).length > 0)
    .sort();
}

test("of the real table's 4,576 rows none comes from a model that is flagged, as far as base models are stated", async () => {
  const names = flags.map((f) => f.model);
  expect([rows.length, rows.filter((row) => row.base_model !== null).length]).toEqual([4576, 720]);
  expect(byFunction(names)).toEqual(await bySql(names));
  expect(byFunction(names)).toEqual([]);
});

test("if base models of the real table were flagged, DuckDB would find the same rows", async () => {
  const bases = ["Qwen/Qwen2.5-0.5B", "meta-llama/Llama-3.1-8B", "mistralai/Mistral-7B-v0.1"];
  const found = byFunction(bases);
  expect(found).toEqual(await bySql(bases));
  // No base model of this table states its own base, so here it is one step; several are tried above.
  const direct = rows.filter((row) => bases.includes(row.base_model ?? ""));
  expect(found).toEqual(direct.map((row) => row.model).sort());
  expect(found.length).toBe(140);
});

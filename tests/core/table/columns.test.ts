import { expect, test } from "vitest";
import { suiteSchema } from "../../../src/core/records/suite.ts";
import { columnsOf } from "../../../src/core/table/columns.ts";
import { modelsColumns } from "../../../src/core/table/schema.ts";
import { KITCHEN, V1, V2 } from "../suite/suites.ts";

const KINDS = {
  VARCHAR: "text",
  DOUBLE: "number",
  INTEGER: "number",
  BOOLEAN: "boolean",
  DATE: "date",
};

test("what a view shows of a table is in the published table, and of that kind", () => {
  for (const suite of [V1, V2, KITCHEN]) {
    const published = new Map(modelsColumns(suite).map((c) => [c.name, KINDS[c.type]]));
    const isKnown = (name: string) => published.has(name);
    const shown = columnsOf(suite, isKnown);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.map((c) => [c.name, c.kind])).toEqual(
      shown.map((c) => [c.name, published.get(c.name)]),
    );
    // Of those that the table has, none is without words for its readers, but keys and errors.
    const unsaid = [...published.keys()].filter((name) => !shown.some((c) => c.name === name));
    expect(
      unsaid.filter(
        (name) =>
          !/^(?:eval_id|revision|base_model|context_source|rescoring_unchanged)$|_stderr$/.test(
            name,
          ),
      ),
    ).toEqual([]);
  }
});

test("no benchmark may take the name of a column that every table has", () => {
  const own = modelsColumns(KITCHEN)
    .map((c) => c.name)
    .filter(
      (name) => !KITCHEN.benchmarks.some((b) => name === b.key || name.startsWith(`${b.key}_`)),
    );
  expect(own.length).toBeGreaterThan(25);
  const [first, ...others] = KITCHEN.benchmarks;
  const isTaken = (key: string) =>
    !suiteSchema.safeParse({ ...KITCHEN, benchmarks: [{ ...first, key }, ...others] }).success;
  expect(isTaken("free_name")).toBe(false);
  expect(own.filter((name) => !isTaken(name))).toEqual([]);
});

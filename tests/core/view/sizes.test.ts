import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { SIZES, sizeCondition, sizeOf, sizeWords } from "../../../src/core/view/sizes.ts";

const TABLES = join(import.meta.dirname, "../../../public/data/latest");

test("follow each other without gap or overlap, from 0 on", () => {
  expect(SIZES[0].from).toBe(0);
  SIZES.slice(1).forEach((size, i) => {
    expect(size.from).toBe(SIZES[i]!.below);
  });
  expect(SIZES.at(-1)!.below).toBe(Number.POSITIVE_INFINITY);
});

test.each([
  [0.5, "edge"],
  [3.8, "edge"],
  [4.99, "edge"],
  [5, "consumer"],
  // What people call 7B, 8B and 9B.
  [6.7, "consumer"],
  [7.616, "consumer"],
  [8.03, "consumer"],
  [9.24, "consumer"],
  [12, "prosumer"],
  [12.248, "prosumer"],
  [14.77, "prosumer"],
  [18, "workstation"],
  [32.76, "workstation"],
  [65, "large"],
  [70.55, "large"],
  [236, "large"],
])("%dB is in the class %s", (params, name) => {
  expect(sizeOf(params)?.name).toBe(name);
});

test("what is unknown, or no size, is in none", () => {
  for (const params of [null, undefined, 0, -1, Number.NaN, "7"]) {
    expect(sizeOf(params)).toBe(null);
  }
});

test("say in words where they begin and end", () => {
  expect(SIZES.map(sizeWords)).toEqual([
    "fewer than 5 billion parameters",
    "5 to fewer than 12 billion parameters",
    "12 to fewer than 18 billion parameters",
    "18 to fewer than 65 billion parameters",
    "65 billion parameters and more",
  ]);
});

test("the same models by SQL, each in one class; hardly any lies just below an end", async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const ask = async (what: string) => {
    const reader = await connection.runAndReadAll(
      `SELECT ${what} FROM '${join(TABLES, "models.parquet")}'`,
    );
    return reader.getRowsJS();
  };
  const sizes = (await ask("params_b")).map(([params]) => params as number | null);
  for (const size of SIZES) {
    const [[n] = []] = await ask(`count(*) FILTER (${sizeCondition(size)})`);
    expect(sizes.filter((params) => sizeOf(params) === size)).toHaveLength(Number(n));
  }
  for (const { from } of SIZES.slice(1)) {
    const near = sizes.filter((s) => s !== null && s >= 0.97 * from && s < from);
    expect(near.length, `below ${from}B`).toBeLessThanOrEqual(2);
  }
});

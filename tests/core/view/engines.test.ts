import { type DuckDBConnection, DuckDBDateValue, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Kind } from "../../../src/core/table/columns.ts";
import type { Value } from "../../../src/core/table/grid.ts";
import { createMatcher } from "../../../src/core/view/match.ts";
import { fold } from "../../../src/core/view/search.ts";
import { shownColumns, viewToSql } from "../../../src/core/view/sql.ts";
import { DEFAULT_VIEW, type View } from "../../../src/core/view/view.ts";
import { SAMPLES, type Sample, viewOf } from "./fixtures.ts";

const TYPES: Record<Kind, string> = {
  text: "VARCHAR",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  date: "DATE",
};

let connection: DuckDBConnection;

beforeAll(async () => {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
  for (const sample of SAMPLES) await createTable(sample);
});

afterAll(() => connection.closeSync());

async function createTable({ name, columns, grid }: Sample): Promise<void> {
  const all = [{ name: "eval_id", kind: "text" as const }, ...columns];
  const types = all.map((c) => `"${c.name}" ${TYPES[c.kind]}`);
  await connection.run(`CREATE TABLE "${name}" (${types.join(", ")})`);
  const appender = await connection.createAppender(name);
  for (let row = 0; row < grid.length; row++) {
    for (const column of all) {
      const value = grid.columns[column.name]?.[row] ?? null;
      if (value === null) appender.appendNull();
      else if (column.kind === "date") appender.appendDate(dateOf(value));
      else if (typeof value === "string") appender.appendVarchar(value);
      else if (typeof value === "number") appender.appendDouble(value);
      else appender.appendBoolean(value);
    }
    appender.endRow();
  }
  appender.closeSync();
}

function dateOf(value: Value): DuckDBDateValue {
  return new DuckDBDateValue(Date.parse(String(value)) / 86_400_000);
}

/** Every row as text: eval_id, shown rank and, where it is shown, the average that counts. */
async function fromDuckDb(sql: string, averageAt: number): Promise<string[]> {
  const result = await connection.runAndReadAll(sql);
  return result.getRows().map((row) => lineOf(row[0], row[1], averageAt < 0 ? "" : row[averageAt]));
}

function fromMatcher(view: View, sample: Sample, withAverage: boolean): string[] {
  const matcher = createMatcher(sample.grid, sample.columns, sample.keys);
  const rows = matcher.rows(view);
  const ranks = matcher.places(view, rows);
  const average = matcher.average(view);
  const ids = sample.grid.columns.eval_id!;
  return rows.map((row, i) => lineOf(ids[row], ranks[i], withAverage ? average[row] : ""));
}

function lineOf(...cells: unknown[]): string {
  return cells.map(String).join(" | ");
}

/** Both answers to a view. `asked` is what DuckDB is asked instead, to see that it matters. */
async function answers(view: View, sample: Sample, rewrite = (sql: string) => sql, asked = view) {
  const { columns, keys, name } = sample;
  const at = shownColumns(view, columns, keys).indexOf("average");
  const sql = rewrite(viewToSql(asked, columns, keys, name));
  return {
    sql,
    duckdb: await fromDuckDb(sql, at < 0 ? -1 : at + 2),
    matcher: fromMatcher(view, sample, at >= 0),
  };
}

describe("the matcher and DuckDB", () => {
  it.each(SAMPLES)("agree on every view of the table “$name”", async (sample) => {
    await fc.assert(
      fc.asyncProperty(viewOf(sample), async (view) => {
        const { sql, duckdb, matcher } = await answers(view, sample);
        expect(duckdb, sql).toEqual(matcher);
      }),
      { numRuns: Number(process.env.ENGINE_RUNS ?? 800) },
    );
  });

  it("agree on the average of any weights to the last digit", async () => {
    const sample = SAMPLES[0]!;
    const weights = fc.dictionary(
      fc.constantFrom(...sample.keys),
      fc.double({ min: 0, max: 10, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(weights, async (weights) => {
        const view: View = { ...DEFAULT_VIEW, weights, columns: ["average"] };
        const { sql, duckdb, matcher } = await answers(view, sample);
        expect(matcher.length).toBeGreaterThan(100);
        expect(duckdb, sql).toEqual(matcher);
      }),
      { numRuns: 100 },
    );
  });

  it("fold every character alike", async () => {
    const result = await connection.runAndReadAll(`
      SELECT i::INTEGER, unicode(lower(chr(i::INTEGER))), length(lower(chr(i::INTEGER)))
      FROM range(1, 1114112) AS t(i) WHERE i NOT BETWEEN 55296 AND 57343`);
    const different = result.getRows().filter(([code, lower, length]) => {
      const own = Array.from(fold(String.fromCodePoint(Number(code))), (c) => c.codePointAt(0));
      return own.length !== Number(length) || own[0] !== Number(lower);
    });
    expect(different).toEqual([]);
  });
});

describe("the comparison", () => {
  const sample = SAMPLES[0]!;
  const all: View = { ...DEFAULT_VIEW, flagged: "all", unavailable: "all" };

  async function differ(view: View, rewrite?: (sql: string) => string, asked?: View) {
    const { duckdb, matcher } = await answers(view, sample, rewrite, asked);
    return JSON.stringify(duckdb) !== JSON.stringify(matcher);
  }

  it.each([
    ["unknown values first", (sql: string) => sql.replace(/LAST, eval_id/, "FIRST, eval_id")],
    ["another rank for ties", (sql: string) => sql.replace("rank()", "dense_rank()")],
    ["flagged rows ranked", (sql: string) => sql.replace("flagged IS NOT TRUE AND ", "")],
    ["no tie-break", (sql: string) => sql.replace(/, eval_id$/, ", eval_id DESC")],
  ])("notices %s", async (_, rewrite) => {
    expect(await differ(all)).toBe(false);
    expect(await differ(all, rewrite)).toBe(true);
  });

  it.each<[string, Partial<View>]>([
    ["search", { search: "qwen" }],
    ["sizes", { sizes: ["edge"] }],
    ["types", { types: ["chat"] }],
    ["precisions", { precisions: ["4bit"] }],
    ["licenses", { licenses: ["llama3's"] }],
    ["chat", { chat: "only" }],
    ["choice", { choice: "hide" }],
    ["merged", { merged: "only" }],
    ["moe", { moe: "hide" }],
    ["flagged", { flagged: "hide" }],
    ["unavailable", { unavailable: "hide" }],
    ["ranges", { ranges: { average: { min: 20, max: null } } }],
    ["sort", { sort: { column: "model", descending: true } }],
    ["pins", { pins: [String(sample.grid.columns.eval_id![7])] }],
    ["weights", { weights: { math: 3 } }],
  ])("notices that %s are left out", async (_, change) => {
    const view = { ...all, ...change };
    expect(await differ(view)).toBe(false);
    expect(await differ(view, undefined, all)).toBe(true);
  });

  it("notices that raw scores decide the order", async () => {
    const view: View = { ...all, sort: { column: "math", descending: true }, raw: true };
    expect(await differ(view)).toBe(false);
    expect(await differ(view, undefined, { ...view, raw: false })).toBe(true);
  });
});

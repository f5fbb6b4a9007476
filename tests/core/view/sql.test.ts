import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { columnsOf } from "../../../src/core/table/columns.ts";
import { explainFilters, shownColumns, viewToSql } from "../../../src/core/view/sql.ts";
import { DEFAULT_VIEW, type View } from "../../../src/core/view/view.ts";
import { suiteOf } from "./fixtures.ts";

const KEYS = ["ifeval", "math"];
const COLUMNS = columnsOf(suiteOf(KEYS, true));

function sql(change: Partial<View> = {}, columns = COLUMNS, keys = KEYS, table?: string): string {
  return viewToSql({ ...DEFAULT_VIEW, ...change }, columns, keys, table);
}

/** The lines of WHERE, without the two that every default view has. */
function conditions(change: Partial<View>, missing: string[] = []): string {
  const columns = columnsOf(suiteOf(KEYS, true), (name) => !missing.includes(name));
  const query = sql({ flagged: "all", unavailable: "all", ...change }, columns);
  return /\nWHERE (.*)\nORDER/s.exec(query)?.[1] ?? "";
}

describe("viewToSql", () => {
  it("is short for the default view", () => {
    expect(sql()).toBe(`SELECT
  eval_id,
  CASE WHEN average IS NOT NULL THEN rank() OVER (ORDER BY average DESC NULLS LAST) END AS shown_rank,
  rank, model, average, ifeval, math, params_b
FROM models
WHERE flagged IS NOT TRUE
  AND on_hub IS NOT FALSE
ORDER BY average DESC NULLS LAST, eval_id`);
  });

  it("keeps pins and flagged rows out of the places of others", () => {
    const view: Partial<View> = {
      pins: ["a'b"],
      columns: ["model"],
      sort: { column: "model", descending: false },
    };
    expect(sql(view)).toBe(`SELECT
  eval_id,
  CASE WHEN flagged IS NOT TRUE AND model IS NOT NULL
    THEN row_number() OVER (PARTITION BY flagged IS TRUE ORDER BY lower(model) ASC NULLS LAST, average DESC NULLS LAST, eval_id) END AS shown_rank,
  model
FROM models
WHERE eval_id IN ('a''b')
  OR (flagged IS NOT TRUE
    AND on_hub IS NOT FALSE)
ORDER BY CASE eval_id
    WHEN 'a''b' THEN 1
  END NULLS LAST,
  lower(model) ASC NULLS LAST,
  average DESC NULLS LAST,
  eval_id`);
  });

  it("gives places by the column that is sorted by", () => {
    const by = (column: string, descending: boolean) => sql({ sort: { column, descending } });
    expect(by("math", false)).toContain(
      "CASE WHEN math IS NOT NULL THEN rank() OVER (ORDER BY math DESC NULLS LAST) END AS shown_rank",
    );
    expect(by("params_b", false)).toContain("rank() OVER (ORDER BY params_b ASC NULLS LAST)");
    expect(by("rank", true)).toContain("(ORDER BY rank ASC NULLS LAST)");
  });

  it("puts the reader's average in place of the plain one", () => {
    expect(sql({ weights: { math: 2.5 } })).toContain(`FROM (
  SELECT * REPLACE (round((ifeval + 2.5 * math) / 3.5 * 1e11) / 1e11 AS average)
  FROM models
) AS weighted`);
    expect(sql({ weights: { math: 0, ifeval: 0 } })).toContain("CAST(NULL AS DOUBLE) AS average");
  });

  it("shows raw scores where they are asked for", () => {
    expect(sql({ raw: true })).toContain("rank, model, average, ifeval_raw, math_raw, params_b");
    const sort = { column: "math", descending: true };
    expect(sql({ raw: true, sort })).toContain("ORDER BY math_raw DESC NULLS LAST, average DESC");
  });

  it.each<[Partial<View>, string]>([
    [{}, ""],
    [{ sizes: ["edge"] }, "params_b > 0 AND params_b < 5"],
    [{ sizes: ["large", "prosumer"] }, "(params_b >= 12 AND params_b < 18 OR params_b >= 65)"],
    [{ types: ["chat", "merge"] }, "model_type IN ('chat', 'merge')"],
    [
      { precisions: ["x'); DROP TABLE models; --"] },
      `"precision" IN ('x''); DROP TABLE models; --')`,
    ],
    [{ licenses: ["a\0'b"] }, "license IN ('a' || chr(0) || '''b')"],
    [{ chat: "only", unavailable: "only" }, "chat_template IS TRUE\n  AND on_hub IS FALSE"],
    [{ ranges: { math: { min: 20, max: 40.5 } } }, "math BETWEEN 20 AND 40.5"],
    [{ ranges: { math: { min: null, max: 1e-7 } } }, "math <= 1e-7"],
    [{ ranges: { math: { min: 0.1 + 0.2, max: null } } }, "math >= 0.30000000000000004e0"],
    [{ ranges: { math: { min: 1e20, max: null } } }, "math >= 100000000000000000000e0"],
    [{ ranges: { co2_kg: { min: null, max: null } } }, "co2_kg IS NOT NULL"],
    [{ ranges: { 'x" OR 1': { min: 1, max: null } } }, "false"],
    [{ search: "@O'Neil" }, "starts_with(split_part(lower(model), '/', 1), 'o''neil')"],
    [
      { search: "A b;%" },
      "(contains(lower(concat_ws(' ', model, architecture, license)), 'a')" +
        " AND contains(lower(concat_ws(' ', model, architecture, license)), 'b')" +
        " OR contains(lower(concat_ws(' ', model, architecture, license)), '%'))",
    ],
  ])("filters by %j", (change, expected) => {
    expect(conditions(change)).toBe(expected);
  });

  it("does not name a column that the table lacks", () => {
    const missing = ["flagged", "on_hub", "params_b", "license", "architecture", "average", "moe"];
    const columns = columnsOf(suiteOf(KEYS, true), (name) => !missing.includes(name));
    const view: Partial<View> = {
      search: "x",
      sizes: ["workstation"],
      licenses: ["mit"],
      moe: "only",
      sort: { column: "params_b", descending: true },
      columns: ["model", "params_b"],
    };
    const query = sql(view, columns);
    for (const name of missing) expect(query).not.toContain(name);
    expect(query).toContain("NULL AS shown_rank,\n  model\nFROM models");
    expect(query).toContain("WHERE contains(lower(model), 'x')\n  AND false");
    expect(query).toMatch(/ORDER BY eval_id$/);
  });

  it("names the table given", () => {
    expect(sql({}, COLUMNS, KEYS, "models_v1")).toContain("FROM models_v1\n");
    expect(sql({}, COLUMNS, KEYS, 'a"; --')).toContain('FROM "a""; --"\n');
  });

  it("can have any word of DuckDB as a benchmark", async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const words = await connection.runAndReadAll(
      "SELECT keyword_name, keyword_category FROM duckdb_keywords()",
    );
    const taken = columnsOf(suiteOf([], false)).map((c) => c.name);
    const keys = words
      .getRows()
      .map(([word]) => String(word))
      .filter((w) => !taken.includes(w));
    const columns = columnsOf(suiteOf(keys, false));
    const weights = Object.fromEntries(keys.map((key) => [key, 2]));
    const fields = columns.map((c) => `"${c.name}" ${c.kind === "number" ? "DOUBLE" : "VARCHAR"}`);
    await connection.run(`CREATE TABLE models (eval_id VARCHAR, ${fields.join(", ")})`);
    await connection.run(sql({ weights, flagged: "all", unavailable: "all" }, columns, keys));
    for (const key of keys) {
      const ranges = { [key]: { min: 0, max: 1 } };
      const view: Partial<View> = {
        ranges,
        sort: { column: key, descending: true },
        columns: [key],
      };
      await connection.run(sql({ ...view, flagged: "all", unavailable: "all" }, columns, keys));
    }
    const quoted = sql({ columns: [...keys, ...taken] }, columns, keys);
    for (const [word, category] of words.getRows()) {
      if (category !== "unreserved") expect(quoted).toContain(`"${word}"`);
    }
    connection.closeSync();
  });
});

describe("shownColumns", () => {
  const shown = (change: Partial<View>) =>
    shownColumns({ ...DEFAULT_VIEW, ...change }, COLUMNS, KEYS);

  it("are the default ones, or those chosen", () => {
    expect(shown({})).toEqual(["rank", "model", "average", "ifeval", "math", "params_b"]);
    expect(shown({ columns: ["math", "nope", "model"] })).toEqual(["math", "model"]);
  });

  it("are raw scores where asked for, each once", () => {
    expect(shown({ columns: ["math", "math_raw"], raw: true })).toEqual(["math_raw"]);
  });
});

describe("explainFilters", () => {
  const view: View = {
    ...DEFAULT_VIEW,
    search: " qwen ",
    sizes: ["edge", "large"],
    types: ["fine_tuned"],
    precisions: ["4bit"],
    licenses: ["mit"],
    chat: "only",
    moe: "hide",
    flagged: "all",
    ranges: {
      math: { min: 20, max: 40 },
      likes: { min: 5, max: null },
      co2_kg: { min: null, max: null },
    },
  };

  it("says each in few words", () => {
    expect(explainFilters(view, COLUMNS).map(({ key, label }) => [key, label])).toEqual([
      ["q", "“qwen”"],
      ["size", "<5B"],
      ["size", "≥65B"],
      ["type", "Fine-tuned"],
      ["precision", "4bit"],
      ["license", "mit"],
      ["chat", "Chat template"],
      ["moe", "No MoE"],
      ["flagged", "Flagged too"],
      ["math", "MATH 20–40"],
      ["likes", "Likes ≥ 5"],
      ["co2_kg", "CO₂ known"],
    ]);
  });

  it("has nothing to say of the default view", () => {
    expect(explainFilters(DEFAULT_VIEW, COLUMNS)).toEqual([]);
    expect(explainFilters({ ...DEFAULT_VIEW, search: " ; @" }, COLUMNS)).toEqual([]);
  });

  it("takes away one and leaves the others", () => {
    for (const filter of explainFilters(view, COLUMNS)) {
      const left = explainFilters(filter.remove(view), COLUMNS).map((f) => f.label);
      const others = explainFilters(view, COLUMNS).filter((f) => f.label !== filter.label);
      expect(left).toEqual(others.map((f) => f.label));
    }
  });

  it("leads back to the default view when all are taken away", () => {
    const filters = explainFilters(view, COLUMNS);
    expect(filters.reduce((left, filter) => filter.remove(left), view)).toEqual(DEFAULT_VIEW);
  });
});

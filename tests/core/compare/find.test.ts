import { describe, expect, it } from "vitest";
import { catalogueOf } from "../../../src/core/compare/choice.ts";
import { examplesOf, suggestionsFor } from "../../../src/core/compare/examples.ts";
import { createFinder } from "../../../src/core/compare/find.ts";
import { columnsOf } from "../../../src/core/table/columns.ts";
import { grid, suite } from "./fixtures.ts";

const catalogue = catalogueOf(grid);
const find = createFinder(grid, columnsOf(suite), ["alpha", "beta"]);

describe("createFinder", () => {
  it("finds models by the leaderboard's search, best average first, hidden ones too", () => {
    expect(find("", []).rows).toEqual([4, 0, 2, 3, 6, 5]);
    expect(find("@own big; flag", []).rows).toEqual([4, 0]);
    expect(find("", []).status).toBe("6 models");
    expect(find("small", []).status).toBe("1 model");
    expect(find("nothing", [])).toEqual({ rows: [], status: "No model matches." });
  });

  it("offers a chosen model's next evaluation, and nothing once all are chosen", () => {
    expect(find("own/big", [0]).rows).toEqual([1]);
    expect(find("own/big", [0, 1]).rows).toEqual([]);
  });

  it("offers at most twelve and says of how many", () => {
    const many = Array.from({ length: 1234 }, (_, i) => `a/m${i}`);
    const own = { length: many.length, columns: { model: many, eval_id: many } };
    const { rows, status } = createFinder(own, columnsOf(suite), [])("m", []);
    expect(rows).toHaveLength(12);
    expect(status).toBe("The best 12 of 1,234: type more to narrow them down.");
  });

  it("offers nothing when the comparison is full, and says why", () => {
    expect(find("big", [0, 1, 2, 3, 4])).toEqual({
      rows: [],
      status: "5 models fit side by side: remove one to add another.",
    });
  });
});

describe("examplesOf", () => {
  it("finds comparisons in the data, of models that the leaderboard shows", () => {
    expect(examplesOf(grid, catalogue)).toEqual([
      { label: "The three highest averages", rows: [0, 3, 6] },
      { label: "The best of each size", rows: [3, 0] },
      { label: "big, evaluated twice", rows: [0, 1] },
    ]);
  });

  it("has none for an empty table", () => {
    const empty = { length: 0, columns: {} };
    expect(examplesOf(empty, catalogueOf(empty))).toEqual([]);
  });
});

describe("suggestionsFor", () => {
  const of = (row: number) => suggestionsFor(grid, catalogue, row).map((s) => [s.row, s.why]);

  it("names the best of the size and the neighbours, each once", () => {
    expect(of(3)).toEqual([
      [0, "next higher average"],
      [6, "next lower average"],
    ]);
    expect(of(6)).toEqual([
      [0, "best of its size, ≥65B"],
      [3, "next higher average"],
    ]);
  });

  it("serves hidden models and those that little is known of", () => {
    expect(of(4)).toEqual([[0, "next lower average"]]);
    expect(of(5)).toEqual([]);
  });
});

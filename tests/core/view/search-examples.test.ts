import { describe, expect, test } from "vitest";
import { createMatcher } from "../../../src/core/view/match.ts";
import { searchExamples, searchPlaceholder } from "../../../src/core/view/search-examples.ts";
import { DEFAULT_VIEW } from "../../../src/core/view/view.ts";
import { loadSite } from "../../../src/site/build/board.ts";
import { gridOf } from "../../../src/site/build/grid.ts";

const gridOfModels = (models: string[], more: Record<string, boolean[]> = {}) => ({
  length: models.length,
  columns: { model: models, ...more },
});

test("are made of the table's own models: their families, a size, an owner", () => {
  const models = [
    "x/Skiff-7B",
    "x/Skiff-7B-chat",
    "x/Skiff-1.5B",
    "y/Brig_2B",
    "y/brig",
    "z/Sloop",
  ];
  expect(searchExamples(gridOfModels(models))).toEqual({
    words: "skiff 7b",
    owner: "@x",
    either: "brig; sloop",
  });
  expect(searchPlaceholder(gridOfModels(models))).toBe("Search: skiff 7b, @x, brig; sloop");
});

test("the owner is one of the maintainers' choice; hidden models are no example", () => {
  const models = ["x/Skiff", "x/Skiff-2", "y/Brig", "z/Sloop"];
  const maintainers_choice = [false, false, true, false];
  expect(searchExamples(gridOfModels(models, { maintainers_choice }))?.owner).toBe("@y");
  const flagged = [true, true, false, false];
  const on_hub = [true, true, true, false];
  expect(searchExamples(gridOfModels(models, { flagged, on_hub }))).toEqual({
    words: "brig",
    owner: "@y",
    either: null,
  });
});

test("names without words, and no names, give none", () => {
  for (const models of [[], ["x/7", "x/__"]]) {
    expect(searchExamples(gridOfModels(models))).toBeNull();
    expect(searchPlaceholder(gridOfModels(models))).toBe("Search models");
  }
});

describe("on both tables of the site", async () => {
  const { boards } = await loadSite();
  for (const board of boards) {
    test(`${board.suite.name}: each finds something, and less than everything`, () => {
      const { grid, columns } = gridOf(board);
      const keys = board.suite.benchmarks.map((b) => b.key);
      const matcher = createMatcher(grid, columns, keys);
      const { words, owner, either } = searchExamples(grid)!;
      for (const search of [words, owner!, either!]) {
        const rows = matcher.rows({ ...DEFAULT_VIEW, search }).length;
        expect(rows, search).toBeGreaterThan(0);
        expect(rows, search).toBeLessThan(grid.length / 2);
      }
    });
  }
});

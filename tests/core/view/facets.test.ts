import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf } from "../../../src/core/table/columns.ts";
import { createMatcher } from "../../../src/core/view/match.ts";
import { SIZES } from "../../../src/core/view/sizes.ts";
import { DEFAULT_VIEW, type View } from "../../../src/core/view/view.ts";
import { SAMPLES, suiteOf, viewOf } from "./fixtures.ts";

describe("the numbers on choices", () => {
  const grid = {
    length: 5,
    columns: {
      eval_id: ["a", "b", "c", "d", "e"],
      model: ["o/a", "o/b", "p/c", "p/d", "p/e"],
      params_b: [1, 8, 8, null, 70],
      model_type: ["chat", "chat", "merge", "merge", null],
      precision: ["4bit", "4bit", "4bit", "float16", "float16"],
      license: ["mit", "mit", null, "mit", "mit"],
      flagged: [false, false, true, false, false],
      on_hub: [true, false, true, true, true],
    },
  };
  const facets = (change: Partial<View>) => {
    const view = { ...DEFAULT_VIEW, ...change };
    const found = createMatcher(grid, columnsOf(suiteOf([], true)), []).facets(view);
    return Object.fromEntries(Object.entries(found).map(([k, v]) => [k, Object.fromEntries(v)]));
  };

  it("leave out what the view hides", () => {
    expect(facets({})).toEqual({
      sizes: { edge: 1, large: 1 },
      types: { chat: 1, merge: 1 },
      precisions: { "4bit": 1, float16: 2 },
      licenses: { mit: 3 },
    });
    expect(facets({ unavailable: "all" }).types).toEqual({ chat: 2, merge: 1 });
    expect(facets({ flagged: "all" }).types).toEqual({ chat: 1, merge: 2 });
  });

  it("are within all other choices, not within those of the same list", () => {
    expect(facets({ types: ["chat"] })).toEqual({
      sizes: { edge: 1 },
      types: { chat: 1, merge: 1 },
      precisions: { "4bit": 1 },
      licenses: { mit: 1 },
    });
    expect(facets({ types: ["merge"], precisions: ["4bit"] })).toEqual({
      sizes: {},
      types: { chat: 1 },
      precisions: { float16: 1 },
      licenses: {},
    });
    expect(facets({ search: "@p" }).precisions).toEqual({ float16: 2 });
  });
});

describe("every number on a choice", () => {
  it.each(SAMPLES)("is that of the rows that it leaves (“$name”)", (sample) => {
    const matcher = createMatcher(sample.grid, sample.columns, sample.keys);
    const lists = [
      ["sizes", SIZES.map((s) => s.name)],
      ["types", ["chat", "merge", "fine_tuned", "multimodal"]],
      ["precisions", ["bfloat16", "float16", "4bit", "none"]],
      ["licenses", ["mit", "apache-2.0", "llama3's", "none"]],
    ] as const;
    fc.assert(
      fc.property(viewOf(sample), (any) => {
        const view: View = { ...any, pins: [] };
        const facets = matcher.facets(view);
        for (const [list, values] of lists) {
          for (const value of values) {
            const chosen = matcher.rows({ ...view, [list]: [value] });
            expect(facets[list].get(value) ?? 0, `${list} ${value}`).toBe(chosen.length);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf } from "../../../src/core/table/columns.ts";
import type { Grid, Value } from "../../../src/core/table/grid.ts";
import { createMatcher } from "../../../src/core/view/match.ts";
import { placeWords } from "../../../src/core/view/place.ts";
import { DEFAULT_VIEW, type View } from "../../../src/core/view/view.ts";
import { SAMPLES, suiteOf, viewOf } from "./fixtures.ts";

const KEYS = ["math", "bbh"];

/** Named by letter; what a row does not say is unknown. */
const ROWS: Record<string, Record<string, Value>> = {
  a: { model: "Qwen/Qwen2-7B", average: 30, params_b: 5, math: 20, bbh: 40, math_raw: 0.9 },
  b: { model: "qwen/base", average: 50, params_b: 4.99, math: 60, bbh: 40, flagged: true },
  c: { model: "Meta/Llama", average: 50, params_b: 65, math: 40, bbh: 60, on_hub: false },
  d: {
    model: "Zoo/x",
    average: 50,
    params_b: 0.5,
    math: 60,
    bbh: 40,
    on_hub: true,
    flagged: false,
  },
  e: { model: "solo", math: 10, moe: true, license: "Llama 3" },
  f: { average: 10, params_b: 0, math: 0, bbh: 20, flagged: true, on_hub: false, moe: false },
  g: { model: "zoo/Y", average: 50, params_b: 64.9, math: 50, bbh: 50, model_type: "chat" },
};
const IDS = Object.keys(ROWS);

function matcherOf(missing: string[] = []) {
  const columns = columnsOf(suiteOf(KEYS, true), (name) => !missing.includes(name));
  const values = (name: string) => Object.values(ROWS).map((row) => row[name] ?? null);
  const grid: Grid = {
    length: IDS.length,
    columns: { eval_id: IDS, ...Object.fromEntries(columns.map((c) => [c.name, values(c.name)])) },
  };
  return createMatcher(grid, columns, KEYS);
}

const ALL: View = { ...DEFAULT_VIEW, flagged: "all", unavailable: "all" };

function found(change: Partial<View>, missing?: string[]): string {
  const rows = matcherOf(missing).rows({ ...ALL, ...change });
  return rows.map((row) => IDS[row]).join("");
}

describe("rows", () => {
  it("are by average, then eval_id, unknown last", () => {
    expect(found({})).toBe("bcdgafe");
  });

  it("hide by default what is flagged or gone, not what may be", () => {
    expect(found(DEFAULT_VIEW)).toBe("dgae");
  });

  it.each<[string, Partial<View>, string]>([
    ["edge, above 0 and below 5", { sizes: ["edge"] }, "bd"],
    ["consumer, from 5", { sizes: ["consumer"] }, "a"],
    ["prosumer", { sizes: ["prosumer"] }, ""],
    ["workstation, below 65", { sizes: ["workstation"] }, "g"],
    ["large or edge", { sizes: ["large", "edge"] }, "bcd"],
    ["types", { types: ["chat", "merge"] }, "g"],
    ["licenses, to the letter", { licenses: ["Llama 3", "llama 3"] }, "e"],
    ["precisions nobody has", { precisions: ["4bit"] }, ""],
    ["only MoE", { moe: "only" }, "e"],
    ["no MoE, unknown kept", { moe: "hide" }, "bcdgaf"],
    ["only flagged", { flagged: "only" }, "bf"],
    ["only unavailable", { unavailable: "only" }, "cf"],
    ["available", { unavailable: "hide" }, "bdgae"],
    ["a range with its ends", { ranges: { average: { min: 10, max: 30 } } }, "af"],
    ["an open range", { ranges: { math: { min: 60, max: null } } }, "bd"],
    ["an open range, the known", { ranges: { average: { min: null, max: null } } }, "bcdgaf"],
    ["two ranges", { ranges: { math: { min: 40, max: 50 }, bbh: { min: 60, max: 60 } } }, "c"],
    ["a range of text", { ranges: { model: { min: 0, max: 1 } } }, ""],
    ["a range of nothing", { ranges: { nothing: { min: null, max: 1 } } }, ""],
  ])("pass filters: %s", (_, change, expected) => {
    expect(found(change)).toBe(expected);
  });

  it.each([
    ["QWEN", "ba"],
    ["qwen 7b", "a"],
    ["llama", "ce"],
    ["7b;x", "da"],
    ["@zoo", "dg"],
    ["@ZOO y", "g"],
    ["@q", "ba"],
    ["@zoo/x", ""],
    ["@sol", "e"],
    ["llama@", ""],
    ["3", "e"],
    ["%", ""],
    ["@ ;", "bcdgafe"],
  ])("match the search “%s”", (search, expected) => {
    expect(found({ search })).toBe(expected);
  });

  it.each<[string, boolean, string]>([
    ["average", false, "fabcdge"],
    ["math", true, "bdgcaef"],
    ["math", false, "feacgbd"],
    ["model", false, "cbaedgf"],
    ["model", true, "gdeabcf"],
    ["moe", false, "febcdga"],
    ["moe", true, "efbcdga"],
    ["nothing", true, "bcdgafe"],
  ])("sort by %s, descending %s", (column, descending, expected) => {
    expect(found({ sort: { column, descending } })).toBe(expected);
  });

  it("sort by the raw score where raw scores are shown and there is one", () => {
    const sort = { column: "math", descending: true };
    expect(found({ sort, raw: true })).toBe("abcdgfe");
    expect(found({ sort, raw: true }, ["math_raw"])).toBe("bdgcaef");
    expect(found({ raw: true })).toBe("bcdgafe");
  });

  it("start with the pins, whatever the filters and the order", () => {
    expect(found({ pins: ["f", "?", "a", "f"], flagged: "hide", search: "zoo" })).toBe("fadg");
  });

  it("know nothing of a column that is absent", () => {
    expect(found({ flagged: "hide" }, ["flagged"])).toBe("bcdgafe");
    expect(found({ flagged: "only" }, ["flagged"])).toBe("");
    expect(found({ unavailable: "only" }, ["on_hub"])).toBe("");
    expect(found({ sizes: ["edge"] }, ["params_b"])).toBe("");
    expect(found({ search: "llama" }, ["model"])).toBe("e");
    expect(found({ search: "@q;llama" }, ["model"])).toBe("e");
    expect(found({}, ["average"])).toBe("abcdefg");
  });
});

describe("weights", () => {
  const sort = DEFAULT_VIEW.sort;

  it("make the average, the order and the ranges", () => {
    const weights = { math: 3 };
    const view = { ...ALL, weights };
    expect(matcherOf().average(view)).toEqual([25, 55, 45, 55, null, 5, 50]);
    expect(found({ weights })).toBe("bdgcafe");
    expect(found({ weights, ranges: { average: { min: 50, max: null } } })).toBe("bdg");
  });

  it("of 0 forgive a missing score", () => {
    expect(matcherOf().average({ ...ALL, weights: { bbh: 0 } })[4]).toBe(10);
    expect(found({ weights: { bbh: 0 }, sort })).toBe("bdgcaef");
  });

  it("of 0 throughout leave no average", () => {
    expect(found({ weights: { math: 0, bbh: 0 } })).toBe("abcdefg");
  });

  it("decide ties of another column", () => {
    expect(found({ weights: { math: 0 }, sort: { column: "moe", descending: true } })).toBe(
      "efcgabd",
    );
  });

  it("need no average column", () => {
    expect(found({ weights: { math: 3 } }, ["average"])).toBe("bdgcafe");
  });
});

describe("places", () => {
  /** Each row's letter with its place, in the order of the view. */
  const placed = (change: Partial<View>, missing?: string[]) => {
    const view = { ...ALL, ...change };
    const matcher = matcherOf(missing);
    const rows = matcher.rows(view);
    return rows.map((row, i) => `${IDS[row]}${matcher.places(view, rows)[i] ?? "-"}`).join(" ");
  };
  const by = (column: string, descending: boolean) => ({ sort: { column, descending } });

  it("count what is shown and not flagged, ties alike", () => {
    expect(placed({})).toBe("b- c1 d1 g1 a4 f- e-");
    const matcher = matcherOf();
    expect(matcher.places(ALL, [0, 4, 3])).toEqual([2, null, 1]);
  });

  it("follow the reader's weights", () => {
    const view: View = { ...DEFAULT_VIEW, weights: { math: 3 } };
    const matcher = matcherOf();
    expect(matcher.places(view, matcher.rows(view))).toEqual([1, 2, 3, null]);
    expect(placed({ weights: { math: 3 } }, ["average"])).toBe("b- d1 g2 c3 a4 f- e-");
  });

  it("are those by the column that is sorted by, unknown without one", () => {
    expect(placed(by("math", true))).toBe("b- d1 g2 c3 a4 e5 f-");
    expect(placed(by("bbh", true))).toBe("c1 g2 b- d3 a3 f- e-");
    expect(placed({ ...by("math", true), raw: true })).toBe("a1 b- c- d- g- f- e-");
    expect(placed(by("nothing", true))).toBe("b- c- d- g- a- f- e-");
    expect(placed(by("math", true), ["math"])).toBe("b- c- d- g- a- f- e-");
    expect(placed({}, ["average"])).toBe("a- b- c- d- e- f- g-");
  });

  it("of scores count from the best, of others from where the order begins", () => {
    expect(placed(by("math", false))).toBe("f- e5 a4 c3 g2 b- d1");
    expect(placed(by("average", false))).toBe("f- a4 b- c1 d1 g1 e-");
    expect(placed(by("params_b", true))).toBe("c1 g2 a3 b- d4 f- e-");
    expect(placed(by("params_b", false))).toBe("f- d1 b- a2 g3 c4 e-");
  });

  it("of words are the numbers of the rows", () => {
    expect(placed(by("model", false))).toBe("c1 b- a2 e3 d4 g5 f-");
    expect(placed(by("model", true))).toBe("g1 d2 e3 a4 b- c5 f-");
    expect(placed(by("moe", false))).toBe("f- e1 b- c- d- g- a-");
  });

  it("of pins are those that they would have among the others", () => {
    expect(placed({ pins: ["e", "f", "g"], ...by("math", true) })).toBe("e5 f- g2 b- d1 c3 a4");
  });

  it("are counted anew within filters", () => {
    expect(placed({ ...by("math", true), search: "zoo" })).toBe("d1 g2");
  });
});

describe("placeWords", () => {
  const words = (column: string, descending: boolean) => {
    const sort = { column, descending };
    return placeWords(
      columnsOf(suiteOf(KEYS, true)).find((c) => c.name === column),
      { sort },
    );
  };

  it("say what the numbers are", () => {
    expect(words("average", true)).toBe("Place by Average among the rows shown, highest first");
    expect(words("math", false)).toBe("Place by MATH among the rows shown, highest first");
    expect(words("rank", true)).toBe("Place by Rank among the rows shown, lowest first");
    expect(words("params_b", false)).toBe("Place by Params among the rows shown, lowest first");
    expect(words("likes", true)).toBe("Place by Likes among the rows shown, highest first");
    expect(words("submitted_at", true)).toBe(
      "Place by Submitted among the rows shown, latest first",
    );
    expect(words("model", false)).toBe("Number of the row, in the order of Model");
  });
});

describe("hiddenBy", () => {
  const hidden = (change: Partial<View>, missing?: string[]) =>
    matcherOf(missing).hiddenBy({ ...DEFAULT_VIEW, ...change });

  it("counts a row for both reasons and once in all", () => {
    expect(hidden({})).toEqual({ flagged: 2, unavailable: 2, total: 3 });
  });

  it("counts only what matches the rest", () => {
    expect(hidden({ search: "qwen" })).toEqual({ flagged: 1, unavailable: 0, total: 1 });
    expect(hidden({ sizes: ["workstation"] })).toEqual({ flagged: 0, unavailable: 0, total: 0 });
  });

  it("counts no reason that is not set", () => {
    expect(hidden({ flagged: "all" })).toEqual({ flagged: 0, unavailable: 2, total: 2 });
    expect(hidden({ flagged: "only" })).toEqual({ flagged: 0, unavailable: 1, total: 1 });
    expect(hidden({}, ["flagged", "on_hub"])).toEqual({ flagged: 0, unavailable: 0, total: 0 });
  });

  it("does not count pins", () => {
    expect(hidden({ pins: ["f"] })).toEqual({ flagged: 1, unavailable: 1, total: 2 });
  });

  it.each(SAMPLES)("is what showing them would add (“$name”)", (sample) => {
    const matcher = createMatcher(sample.grid, sample.columns, sample.keys);
    const count = (view: View, change: Partial<View>) =>
      matcher.rows({ ...view, ...change }).length;
    fc.assert(
      fc.property(viewOf(sample), (any) => {
        const view: View = { ...any, flagged: "hide", unavailable: "hide" };
        const hidden = matcher.hiddenBy(view);
        const all = count(view, { flagged: "all", unavailable: "all" });
        expect(hidden.total).toBe(all - count(view, {}));
        expect(hidden.flagged).toBe(all - count(view, { unavailable: "all" }));
        expect(hidden.unavailable).toBe(all - count(view, { flagged: "all" }));
      }),
      { numRuns: 200 },
    );
  });
});

describe("a matcher", () => {
  it("gives the same answer after any other question", () => {
    const sample = SAMPLES[0]!;
    const used = createMatcher(sample.grid, sample.columns, sample.keys);
    fc.assert(
      fc.property(viewOf(sample), (view) => {
        const fresh = createMatcher(sample.grid, sample.columns, sample.keys);
        expect(used.rows(view)).toEqual(fresh.rows(view));
      }),
      { numRuns: 200 },
    );
  });
});

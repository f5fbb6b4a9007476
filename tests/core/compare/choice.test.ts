import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  catalogueOf,
  choiceToQuery,
  MAX_MODELS,
  readChoice,
} from "../../../src/core/compare/choice.ts";
import { grid } from "./fixtures.ts";

const catalogue = catalogueOf(grid);
const read = (query: string) => readChoice(query, catalogue);

describe("readChoice", () => {
  it("takes a model's name for its best-ranked evaluation, and an eval_id for itself", () => {
    expect(read("?m=own/big&m=own/small").rows).toEqual([0, 3]);
    expect(read("?m=own/big@1:bf16:Original:plain").rows).toEqual([1]);
    expect(catalogue.rowsOf("own/big")).toEqual([0, 1]);
  });

  it("prefers a ranked evaluation to a flagged one, and a flagged one to one without average", () => {
    const own = {
      length: 3,
      columns: {
        model: ["a/b", "a/b", "a/b"],
        eval_id: ["x", "y", "z"],
        rank: [null, null, 7],
        average: [null, 80, 20],
      },
    };
    expect(catalogueOf(own).rowsOf("a/b")).toEqual([2, 1, 0]);
  });

  it("does not tell upper from lower case where a name is not there as written", () => {
    expect(read("?m=OWN/Small").rows).toEqual([3]);
  });

  it("counts once what is given twice, by whatever name", () => {
    expect(read("?m=own/big&m=own/small&m=own/big@1:bf16:Original:chat&m=own/big")).toEqual({
      rows: [0, 3],
      problems: [],
    });
  });

  it("ignores and names what it does not know", () => {
    expect(read("?m=own/big&m=no/such&m=&x=1")).toEqual({
      rows: [0],
      problems: ["“no/such” is not in this table and was left out."],
    });
    expect(read("?m=a&m=b&m=c&m=d&m=e&m=a").problems).toEqual([
      "“a”, “b”, “c”, 2 more are not in this table and were left out.",
    ]);
    const [problem] = read(`?m=${"😀".repeat(5000)}`).problems;
    expect(Array.from(problem!).length).toBeLessThan(150);
    expect(problem).toContain(`${"😀".repeat(80)}…`);
  });

  it("keeps the first five and says so", () => {
    const names = ["own/big", "own/mid", "own/small", "bad/flag", "own/holes", "other/big"];
    const { rows, problems } = read(`?${names.map((n) => `m=${n}`).join("&")}`);
    expect(rows).toEqual([0, 2, 3, 4, 5]);
    expect(problems).toEqual(["At most 5 models are compared: the first 5 of 6 are shown."]);
  });

  it("has nothing to say about an empty address, and never throws", () => {
    expect(read("")).toEqual({ rows: [], problems: [] });
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void read(text)));
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(read(`?m=${name}`).rows).toEqual([]);
    }
  });
});

describe("choiceToQuery", () => {
  it("is readable, names a model where its best evaluation is meant, else the evaluation", () => {
    expect(choiceToQuery([0, 3], grid, catalogue)).toBe("m=own/big&m=own/small");
    expect(choiceToQuery([1], grid, catalogue)).toBe("m=own/big@1:bf16:Original:plain");
    expect(choiceToQuery([], grid, catalogue)).toBe("");
  });

  it("is read back as the same rows", () => {
    const rows = Array.from({ length: grid.length }, (_, row) => row);
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { maxLength: MAX_MODELS }), (choice) => {
        const query = choiceToQuery(choice, grid, catalogue);
        expect(read(query)).toEqual({ rows: choice, problems: [] });
      }),
    );
  });
});

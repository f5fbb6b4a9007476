import { describe, expect, test } from "vitest";
import {
  commitKey,
  type Listed,
  lastNames,
  type Named,
  renamesBetween,
  renamesOf,
} from "../../../src/core/table/renames.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";

/** An evaluation in short: `o/a 1111 chat Adapter`, where the commit is 11111111. */
function named(text: string): Named {
  const [model = "", digit = "", chat = "plain", weights = "Original"] = text.split(" ");
  return { model, eval_id: `${model}@${digit.repeat(2)}:bfloat16:${weights}:${chat}` };
}

const listed = (text: string, first: number, last: number): Listed => {
  const day = (n: number) => `2025-01-${String(n).padStart(2, "0")}`;
  return { ...named(text), first: day(first), last: day(last) };
};

test("what a rename leaves of an evaluation is its commit and how it was evaluated", () => {
  const key = (model: string, rest: string) => commitKey({ model, eval_id: `${model}@${rest}` });
  expect(key("o/a", "0123abcd:bfloat16:Original:chat")).toBe("0123abcd:bfloat16:Original:chat");
  expect(key("a", "0123abcd:-:Original:-")).toBe("0123abcd:-:Original:-");
  const whole = "0123abcd".repeat(5);
  expect(key("o/a", `${whole}:bfloat16:Original:chat`)).toBe("0123abcd:bfloat16:Original:chat");
  for (const rest of [
    "main:bfloat16:Original:chat",
    "-:bfloat16:Original:chat",
    "0123abc:bfloat16:Original:chat",
    "0123ABCD:bfloat16:Original:chat",
    "0123abcd:bfloat16:Adapter:chat",
    "0123abcd:bfloat16:Delta:chat",
    "",
  ]) {
    expect(key("o/a", rest), rest).toBeNull();
  }
  expect(commitKey({ model: "o/b", eval_id: "o/a@0123abcd:bfloat16:Original:chat" })).toBeNull();
});

describe("between two tables", () => {
  const between = (from: string[], to: string[]) =>
    [...renamesBetween(from.map(named), to.map(named))].map((ids) =>
      ids.map((id) => id.split("@")[0]).join(" → "),
    );

  test("the same commit, evaluated in the same way, under another name is one evaluation", () => {
    expect(between(["o/a 1111", "o/x 9999"], ["o/b 1111", "o/x 9999"])).toEqual(["o/a → o/b"]);
    expect(between(["o/a 1111 chat"], ["o/b 1111"])).toEqual([]);
    expect(between(["o/a 1111"], ["o/b 2222"])).toEqual([]);
    expect(between(["o/a 1111 chat Adapter"], ["o/b 1111 chat Adapter"])).toEqual([]);
  });

  test("two names of one commit at the same time are copies", () => {
    expect(between(["o/a 1111"], ["o/a 1111", "o/b 1111"])).toEqual([]);
    expect(between(["o/a 1111", "o/b 1111"], ["o/b 1111"])).toEqual([]);
    // Both names are in both: this evaluation only changed places.
    expect(
      between(["o/a 1111", "o/a 2222", "o/b 3333"], ["o/a 2222", "o/b 1111", "o/b 3333"]),
    ).toEqual([]);
  });

  test("a name that is there already may take over the evaluation of one that went", () => {
    expect(between(["o/a 1111", "o/b 2222"], ["o/b 1111"])).toEqual(["o/a → o/b"]);
  });

  test("where more than one could be the other, none is taken", () => {
    expect(between(["o/a 1111"], ["o/b 1111", "o/c 1111"])).toEqual([]);
    expect(between(["o/b 1111", "o/c 1111"], ["o/a 1111"])).toEqual([]);
  });

  test("seen from the other side it is the same", () => {
    const [a, b] = [
      ["o/a 1111", "o/b 2222", "o/c 3333 chat"],
      ["o/b 1111", "o/d 3333 chat"],
    ];
    const back = between(b!, a!).map((words) => words.split(" → ").reverse().join(" → "));
    expect(back.sort()).toEqual(between(a!, b!).sort());
    expect(back).toHaveLength(2);
  });
});

describe("in a history", () => {
  const names = (list: Listed[]) =>
    renamesOf(list).map((r) => `${r.from.model} → ${r.to.model} ${r.until}/${r.since}`);

  test("one name ends before the other begins, at once or later", () => {
    expect(names([listed("o/a 1111", 1, 3), listed("o/b 1111", 4, 9)])).toEqual([
      "o/a → o/b 2025-01-03/2025-01-04",
    ]);
    expect(names([listed("o/b 1111", 8, 9), listed("o/a 1111", 1, 3)])).toHaveLength(1);
    expect(names([listed("o/a 1111", 1, 4), listed("o/b 1111", 4, 9)])).toEqual([]);
    expect(names([listed("o/a 1111", 1, 9), listed("o/b 1111", 4, 9)])).toEqual([]);
  });

  test("twice renamed is two renames, and both names before lead to the last", () => {
    const list = [
      listed("o/c 1111", 7, 9),
      listed("o/a 1111", 1, 2),
      listed("o/b 1111", 4, 6),
      listed("o/x 2222", 1, 9),
    ];
    const renames = renamesOf(list);
    expect(names(list)).toEqual([
      "o/a → o/b 2025-01-02/2025-01-04",
      "o/b → o/c 2025-01-06/2025-01-07",
    ]);
    const last = lastNames(renames);
    const lastOf = (text: string) => last.get(named(text).eval_id);
    expect(lastOf("o/a 1111")).toBe(named("o/c 1111").eval_id);
    expect(lastOf("o/b 1111")).toBe(named("o/c 1111").eval_id);
    expect(lastOf("o/c 1111")).toBeUndefined();
    expect(lastOf("o/x 2222")).toBeUndefined();
  });

  test("copies, and what cannot be told, are no renames", () => {
    // The name goes on with another evaluation.
    expect(
      names([
        listed("o/a 1111", 1, 3),
        listed("o/a 2222", 1, 9),
        listed("o/b 1111", 4, 9),
        listed("o/b 3333", 1, 9),
      ]),
    ).toEqual([]);
    expect(
      names([listed("o/a 1111", 1, 3), listed("o/b 1111", 4, 9), listed("o/c 1111", 4, 9)]),
    ).toEqual([]);
    expect(
      names([listed("o/a 1111", 1, 3), listed("o/b 1111", 1, 3), listed("o/c 1111", 4, 9)]),
    ).toEqual([]);
  });

  test("on the board's 190 days there are 24, which SQL finds too", async () => {
    const [rows, wanted] = await withDuckDB(async (db) => {
      await db.run(`CREATE VIEW listed AS SELECT eval_id, min(first_day) AS f, max(last_day) AS l,
        split_part(eval_id, '@', 1) AS model, split_part(eval_id, '@', 2) AS key
        FROM 'public/data/latest/intervals.parquet' GROUP BY eval_id`);
      return [
        await readQuery(
          db,
          "SELECT eval_id, model, f::VARCHAR AS first, l::VARCHAR AS last FROM listed",
        ),
        await readQuery(
          db,
          `SELECT a.eval_id AS a, b.eval_id AS b FROM listed a JOIN listed b USING (key)
           WHERE a.model <> b.model AND a.l < b.f AND regexp_matches(key, '^[0-9a-f]{8}:[^:]*:Original:')
             AND (SELECT max(l) FROM listed c WHERE c.model = a.model) < b.f
           QUALIFY row_number() OVER (PARTITION BY a.eval_id ORDER BY b.f) = 1`,
        ),
      ];
    });
    const found = renamesOf(rows as unknown as Listed[]);
    expect(found).toHaveLength(24);
    expect(found.map((r) => [r.from.eval_id, r.to.eval_id]).sort()).toEqual(
      wanted.map((w) => [w.a, w.b]).sort(),
    );
    const names = found.map((r) => `${r.from.model} → ${r.to.model}, ${r.since}`);
    expect(names).toContain(
      "meta-llama/Meta-Llama-3.1-70B-Instruct → meta-llama/Llama-3.1-70B-Instruct, 2025-03-11",
    );
    expect(names).toContain("dnhkng/Medium → dnhkng/RYS-Medium, 2024-08-19");
    const twice = rows.find((r) => String(r.model).endsWith("8.11B_36Layers-Appended"));
    const last = lastNames(found);
    const ends = [...last].filter(([, now]) => now.startsWith(`${twice!.model}@`));
    expect(ends.map(([before]) => before.split("@")[0]!.split("_").at(-1)).sort()).toEqual([
      "8.11B-36Layers-Last",
      "BlockExpansion-36Layers-End",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { cellText, formatOf } from "../../../src/site/sql/cells.ts";
import { toJson, uniqueNames } from "../../../src/site/sql/export.ts";
import { cutBy, LIMITS, memoryLimit } from "../../../src/site/sql/limits.ts";
import { nextSort, orderOf } from "../../../src/site/sql/order.ts";
import { isPlain, kindOf, type ResultColumn } from "../../../src/site/sql/types.ts";

const column = (name: string, type: string): ResultColumn => ({ name, type, kind: kindOf(type) });

describe("cells", () => {
  it("of a column have the same decimals, four at most", () => {
    const rows = [[1], [2.5], [9.87654321], [null]];
    const format = formatOf(column("x", "DOUBLE"), 0, rows);
    expect(rows.map(([v]) => cellText(format, v!))).toEqual(["1.0000", "2.5000", "9.8765", "–"]);
    expect(cellText(format, 0.0000012)).toBe("0.0000012");
    expect(cellText(format, 1e20)).toBe("100000000000000000000");
    expect(cellText(format, Number.NaN)).toBe("NaN");
    const whole = formatOf(column("n", "BIGINT"), 0, [[2024], ["9007199254740993"]]);
    expect(cellText(whole, 2024)).toBe("2024");
    expect(cellText(whole, "9007199254740993")).toBe("9007199254740993");
    expect(cellText(whole, "x".repeat(1000))).toHaveLength(301);
  });
});

describe("sorting", () => {
  const rows = [
    ["b", 2],
    ["a", null],
    ["B", 10],
    [null, 1],
    ["a", 2],
  ];
  const sorted = (index: number, descending: boolean, type: string) =>
    orderOf(rows, { column: index, descending }, kindOf(type));

  it("is stable, by value, with the unknown last both ways", () => {
    expect(sorted(1, false, "DOUBLE")).toEqual([3, 0, 4, 2, 1]);
    expect(sorted(1, true, "DOUBLE")).toEqual([2, 0, 4, 3, 1]);
    expect(sorted(0, false, "VARCHAR")).toEqual([1, 4, 0, 2, 3]);
    expect(sorted(0, true, "VARCHAR")).toEqual([0, 2, 1, 4, 3]);
    expect(orderOf(rows, null, "text")).toEqual([0, 1, 2, 3, 4]);
  });

  it("compares whole numbers beyond 2^53, which come as text, as numbers", () => {
    expect(
      orderOf(
        [["90071992547409930"], [5], ["9007199254740993"]],
        { column: 0, descending: false },
        "number",
      ),
    ).toEqual([1, 2, 0]);
  });

  it("goes one way, the other way, and back to the query's order", () => {
    const first = nextSort(null, 1, "number");
    expect(first).toEqual({ column: 1, descending: true });
    const second = nextSort(first, 1, "number");
    expect(second).toEqual({ column: 1, descending: false });
    expect(nextSort(second, 1, "number")).toBeNull();
    expect(nextSort(second, 0, "text")).toEqual({ column: 0, descending: false });
  });
});

it("tells kinds by DuckDB's types, and which come over as they are", () => {
  expect(["UTINYINT", "HUGEINT", "DECIMAL(18,3)", "FLOAT"].map(kindOf)).toEqual(
    Array(4).fill("number"),
  );
  expect(
    ["DATE", "TIMESTAMP WITH TIME ZONE", "BOOLEAN", "VARCHAR", "INTERVAL"].map(kindOf),
  ).toEqual(["day", "moment", "boolean", "text", "text"]);
  for (const type of ["DOUBLE", "VARCHAR", "DATE", "TIMESTAMP_NS", "UUID"])
    expect(isPlain(type)).toBe(true);
  for (const type of [
    "INTERVAL",
    "INTEGER[]",
    "STRUCT(a INTEGER)",
    "MAP(VARCHAR, INTEGER)",
    "ENUM('a')",
    "BLOB",
    "BIT",
    "DECIMAL(4,1)[]",
    "TIME WITH TIME ZONE",
  ])
    expect(isPlain(type), type).toBe(false);
});

it("cuts by rows, cells or bytes, whichever comes first", () => {
  expect(cutBy(LIMITS.rows - 1, 3, 0)).toBeNull();
  expect(cutBy(LIMITS.rows, 3, 0)).toBe("rows");
  expect(cutBy(50_000, 45, 0)).toBe("cells");
  expect(cutBy(10, 1, LIMITS.bytes)).toBe("bytes");
  expect([undefined, 2, 4, 8].map(memoryLimit)).toEqual([1024, 512, 512, 1024]);
});

it("writes JSON that is read back, with a name for every column", () => {
  const rows = [
    ['a"\u2028<b>', 1.5, null, true],
    ["b", Number.NaN, "x", false],
  ];
  const read = JSON.parse(toJson({ names: ["a", "a", "b", "c"], rows }));
  expect(read).toEqual([
    { a: 'a"\u2028<b>', a_2: 1.5, b: null, c: true },
    { a: "b", a_2: null, b: "x", c: false },
  ]);
  expect(JSON.parse(toJson({ names: ["a"], rows: [] }))).toEqual([]);
  expect(uniqueNames(["a", "a_2", "a", "a"])).toEqual(["a", "a_2", "a_3", "a_4"]);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { keptPairs, pairQuery, readPair } from "../../../src/core/diff/pair.ts";

const NAMES = ["2025-03-13.2", "2025-03-13", "2025-02-28", "2024-07-13"];

test("an address names two snapshots, in either order", () => {
  const read = (query: string) => readPair(query, NAMES);
  for (const from of NAMES) {
    for (const to of NAMES) {
      expect(read(pairQuery({ from, to }))).toEqual({ pair: { from, to }, problems: [] });
    }
  }
});

test("what is not given is the newest, and the one before", () => {
  const pair = (query: string) => Object.values(readPair(query, NAMES).pair);
  expect(pair("")).toEqual(["2025-03-13", "2025-03-13.2"]);
  expect(pair("?to=2025-02-28")).toEqual(["2024-07-13", "2025-02-28"]);
  expect(pair("?from=2024-07-13")).toEqual(["2024-07-13", "2025-03-13.2"]);
  expect(pair("?from=2025-02-28&to=latest")).toEqual(["2025-02-28", "2025-03-13.2"]);
  expect(pair("?from=latest")).toEqual(["2025-03-13.2", "2025-03-13"]);
  expect(pair("?to=2024-07-13")).toEqual(["2025-03-13.2", "2024-07-13"]);
});

test("what is not there is said in a sentence, and something is shown", () => {
  expect(readPair("?from=2020-01-01&to=2025-02-28", NAMES)).toEqual({
    pair: { from: "2024-07-13", to: "2025-02-28" },
    problems: ["There is no table “2020-01-01”.", "Shown is 2024-07-13 to 2025-02-28."],
  });
  fc.assert(
    fc.property(fc.string(), fc.string(), (from, to) => {
      const { pair, problems } = readPair(`?${new URLSearchParams({ from, to })}`, NAMES);
      expect(NAMES).toContain(pair.from);
      expect(NAMES).toContain(pair.to);
      for (const text of problems) expect(text.length).toBeLessThan(80);
    }),
  );
});

test("kept are all pairs among the newest ten, and neighbours beyond, the older first", () => {
  const names = Array.from({ length: 14 }, (_, i) => `2025-01-${String(31 - i).padStart(2, "0")}`);
  const pairs = keptPairs(names);
  expect(pairs).toHaveLength(45 + 4);
  expect(pairs.every(({ from, to }) => from < to)).toBe(true);
  expect(pairs).toContainEqual({ from: names[9], to: names[0] });
  expect(pairs).not.toContainEqual({ from: names[10], to: names[0] });
  expect(pairs).toContainEqual({ from: names[10], to: names[9] });
  expect(pairs).toContainEqual({ from: names[13], to: names[12] });
  expect(keptPairs(names.slice(0, 9))).toHaveLength(36);
  expect(keptPairs(names.slice(0, 1))).toEqual([]);
});

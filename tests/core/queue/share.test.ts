import fc from "fast-check";
import { expect, test } from "vitest";
import { picksOf, type Submitter } from "../../../src/core/queue/share.ts";

const front = (size: number, per_author: number) => ({ size, per_author });
const indices = (all: string, size: number, most: number, begun = "") =>
  picksOf([...all], front(size, most), [...begun]).map(({ index }) => index);

test("of so many in a row an account gets so many, as long as another waits", () => {
  expect(indices("aaabbb", 2, 1)).toEqual([0, 3, 1, 4, 2, 5]);
  expect(indices("aaaab", 4, 2)).toEqual([0, 1, 4, 2, 3]);
  expect(indices("aaaab", 1, 1)).toEqual([0, 1, 2, 3, 4]);
  expect(indices("aaaa", 3, 1)).toEqual([0, 1, 2, 3]);
});

test("what was begun is before the first, as far as it is in the same row", () => {
  expect(indices("aab", 3, 1, "a")).toEqual([2, 0, 1]);
  expect(indices("aab", 3, 1, "axy")).toEqual([0, 2, 1]);
});

test("it says how many that are better were passed over", () => {
  expect(picksOf([..."aaab"], front(4, 2), [])).toEqual([
    { index: 0, behind: 0 },
    { index: 1, behind: 0 },
    { index: 3, behind: 1 },
    { index: 2, behind: 0 },
  ]);
});

test("a long queue of one account before all others is no matter of minutes", () => {
  const all = Array.from({ length: 20_000 }, (_, i) => (i < 10_000 ? "a" : i));
  const picks = picksOf(all, front(10, 3), []);
  expect(picks.slice(0, 4).map(({ index }) => index)).toEqual([0, 1, 2, 10_000]);
  expect(new Set(picks.map(({ index }) => index)).size).toBe(20_000);
});

/** The rule, word by word: for each place all that wait are gone through. */
function slowly(
  all: readonly Submitter[],
  size: number,
  most: number,
  begun: readonly Submitter[],
) {
  const waiting = all.map((_, index) => index);
  const before = [...begun];
  const picks: { index: number; behind: number }[] = [];
  while (waiting.length > 0) {
    const row = size > 1 ? before.slice(-(size - 1)) : [];
    const may = (i: number) =>
      all[i] === null || row.filter((submitter) => submitter === all[i]).length < most;
    const index = waiting.find(may) ?? waiting[0]!;
    picks.push({ index, behind: waiting.indexOf(index) });
    waiting.splice(waiting.indexOf(index), 1);
    before.push(all[index]!);
  }
  return picks;
}

test("whoever waits, the picks are those of the rule", () => {
  const submitters = fc.array(fc.constantFrom("a", "a", "b", "c", 4, null), { maxLength: 60 });
  const sizes = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }));
  fc.assert(
    fc.property(submitters, submitters, sizes, (all, begun, [x, y]) => {
      const [size, most] = [Math.max(x, y), Math.min(x, y)];
      expect(picksOf(all, front(size, most), begun)).toEqual(slowly(all, size, most, begun));
    }),
    { numRuns: 2000 },
  );
});

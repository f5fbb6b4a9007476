import { expect, test } from "vitest";
import { burstsIn } from "../../../src/pipeline/queue/bursts.ts";

const START = Date.parse("2026-11-20T00:00:00Z");
const vote = (username: string, model: string, hours: number) => ({
  ...{ username, model },
  voted_at: new Date(START + hours * 3_600_000).toISOString(),
});
const names = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `u${from + i}`);

test("ten new accounts for one model within a day are a burst, nine are not", () => {
  const ring = names(10).map((name, i) => vote(name, "o/ring", i * 2.4));
  expect(burstsIn(ring)).toEqual([
    {
      ...{ model: "o/ring", from: START, to: START + 9 * 2.4 * 3_600_000 },
      ...{ accounts: 10, first: names(10), only: 10, all: 10 },
    },
  ]);
  expect(burstsIn(ring.slice(1))).toEqual([]);
});

test("a ring that writes its model in capitals and small letters is one", () => {
  const ring = names(10).map((name, i) => vote(name, i % 2 ? "o/ring" : "O/Ring", i));
  expect(burstsIn(ring)).toMatchObject([{ accounts: 10, only: 10, all: 10 }]);
});

test("votes that a day lies between are not one burst", () => {
  const slow = names(10).map((name, i) => vote(name, "o/slow", i * (24 / 9)));
  expect(burstsIn(slow)).toEqual([]);
});

test("accounts that have voted before make no burst, as long as they are more than half", () => {
  const before = names(10).map((name) => vote(name, "o/other", -100));
  const day = (known: number) => [
    ...before,
    ...names(10, 10 - known).map((name) => vote(name, "o/m", 1)),
  ];
  expect(burstsIn(day(6)).map(({ model }) => model)).toEqual(["o/other"]);
  const [burst] = burstsIn(day(5)).filter(({ model }) => model === "o/m");
  expect(burst).toMatchObject({ accounts: 10, only: 5, first: names(5, 10) });
});

test("of two bursts the one with more accounts is first; votes of unknown time do not count", () => {
  const votes = [
    ...names(10).map((name) => vote(name, "o/a", 0)),
    ...names(11, 50).map((name) => vote(name, "o/b", 0)),
    ...names(20, 100).map((name) => ({ ...vote(name, "o/c", 0), voted_at: null })),
  ];
  expect(burstsIn(votes).map(({ model }) => model)).toEqual(["o/b", "o/a"]);
});

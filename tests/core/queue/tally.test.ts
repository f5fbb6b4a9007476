import { expect, test } from "vitest";
import { tallyOf, type Vote } from "../../../src/core/queue/tally.ts";

const COMMIT = "0123456789012345678901234567890123456789";
const REQUEST = { model: "o/m", revision: COMMIT, branch: null, precision: "float16" };

const vote = (account: Vote["account"], change: Partial<Vote> = {}): Vote => ({
  model: "o/m",
  revision: COMMIT,
  precision: "float16",
  account,
  proven: true,
  ...change,
});

const apart = { unproven: "apart" } as const;
const count = (request: object, ...votes: Vote[]) =>
  tallyOf(votes, apart)({ ...REQUEST, ...request }).counted;

test("a vote is for its model, at its precision and revision", () => {
  expect(count({}, vote("kim"), vote("li"))).toBe(2);
  expect(count({ model: "O/m" }, vote("kim"), vote("li", { model: "o/M" }))).toBe(2);
  for (const other of [{ model: "o/n" }, { precision: "bfloat16" }, { revision: "v2" }]) {
    expect(count({}, vote("kim", other)), JSON.stringify(other)).toBe(0);
  }
});

test("one that names no precision is for any", () => {
  expect(count({}, vote("kim", { precision: null }))).toBe(1);
  expect(count({ precision: null }, vote("kim"))).toBe(0);
});

test("one for a branch is for what was submitted under it: main, where the request does not say", () => {
  const main = vote("kim", { revision: "main" });
  const v2 = vote("li", { revision: "v2" });
  expect(count({}, main, v2)).toBe(1);
  expect(count({ branch: "v2" }, main, v2)).toBe(1);
  expect(count({ revision: "main" }, main, v2)).toBe(1);
  expect(count({ revision: null }, main)).toBe(1);
});

test("an account has one vote, whatever it named; accounts that are not known are others each time", () => {
  const thrice = (account: Vote["account"]) => [
    vote(account),
    vote(account, { revision: "main" }),
    vote(account, { precision: null }),
  ];
  expect(count({}, ...thrice("kim"))).toBe(1);
  expect(count({}, ...thrice(7), ...thrice("kim"))).toBe(2);
  expect(count({}, ...thrice(null))).toBe(3);
});

test("unproven votes are shown apart, and count only where the rules say so; a proven one stands for both", () => {
  const votes = [
    vote("kim"),
    vote("kim", { proven: false, precision: null }),
    vote("li", { proven: false }),
    vote("mo", { proven: false }),
  ];
  expect(tallyOf(votes, apart)(REQUEST)).toEqual({ proven: 1, unproven: 2, counted: 1 });
  expect(tallyOf(votes, { unproven: "count" })(REQUEST)).toEqual({
    proven: 1,
    unproven: 2,
    counted: 3,
  });
});

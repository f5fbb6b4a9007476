import { expect, test } from "vitest";
import { queueSchema } from "../../../src/core/queue/rules.ts";
import { leaderboardSchema } from "../../../src/core/records/leaderboard.ts";
import tiny from "../../fixtures/tiny.config.ts";

/** As the issue and the leaderboard's announcement have them. */
const AGREED = {
  per_author: { requests: 5, days: 7 },
  accounts: { days: 30 },
  front: { size: 10, per_author: 3 },
  worth: { choice_days: 90, vote_days: 7, most_vote_days: 28, cost_days: 1, most_cost_days: 14 },
  largest: { memory_gb: null },
  precisions: ["bfloat16", "float16", "float32"],
  never: [],
  voters: "pseudonyms",
  unproven: "apart",
  estimates: { factor: 1 },
};

test("a configuration that says nothing of the queue has the agreed rules", () => {
  expect(leaderboardSchema.parse(tiny).queue).toMatchObject(AGREED);
});

test("one that says something keeps the rest", () => {
  const queue = { front: { per_author: 2 }, accounts: { days: null }, voters: "names" as const };
  expect(leaderboardSchema.parse({ ...tiny, queue }).queue).toMatchObject({
    ...AGREED,
    front: { size: 10, per_author: 2 },
    accounts: { days: null },
    voters: "names",
  });
});

test.each([
  [{ voter: "names" }, /has no .*voter.*; its fields are .*voters/],
  [{ front: { size: 2, per_author: 3 } }, /must not be above front.size/],
  [{ front: { size: 0 } }, /Too small/],
  [{ worth: { vote_days: -1 } }, /Too small/],
  [{ estimates: { factor: 0 } }, /Too small/],
  [{ never: [{ name: "../up", reason: "r" }] }, /must be a model name/],
  [{ never: [{ name: "o/m" }] }, /reason/],
])("what is no rule is refused, with a sentence: %j", (queue, message) => {
  expect(JSON.stringify(queueSchema.safeParse(queue).error?.issues)).toMatch(message);
});

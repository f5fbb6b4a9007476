import { expect, test } from "vitest";
import { DEFAULT_RULES, queueSchema } from "../../../src/core/queue/rules.ts";
import { orderBy, placesIn } from "../../../src/pipeline/runner/order.ts";
import { parseVotes } from "../../../src/pipeline/sources/votes.ts";
import { V2 } from "../../core/suite/suites.ts";
import { connectTo, newCache } from "../hub/quick.ts";
import { standIn } from "../hub/stand-in.ts";
import { requestOf } from "./requests.ts";

const NOW = Date.parse("2025-02-11T08:00:00Z");
const ORDERING = { rules: DEFAULT_RULES, suite: V2, choice: new Set<string>() };

/** Requests of one size, so that cost takes the same off. */
const asks = (model: string, submitted_time: string | null, more: object = {}) =>
  requestOf({ model, submitted_time, sender: model, ...more });
const models = (places: { request: { row: { model: string } } }[]) =>
  places.map(({ request }) => request.row.model);

/** A vote by an account's own pull request, in its own file. */
const voted = (username: string, model: string, more: object = {}) => {
  const plain = { model, revision: "main", precision: "float16", username, pull_request: 3 };
  return JSON.stringify({ ...plain, timestamp: "2025-02-01T00:00:00Z", ...more });
};
const votesOf = (username: string, ...lines: string[]) =>
  parseVotes(lines.join("\n"), `${username}/votes_data.jsonl`).votes;

const WAITING = [
  asks("o/unknown", null),
  asks("o/new", "2025-02-09T08:00:00Z"),
  asks("o/old", "2025-02-01T08:00:00Z"),
  asks("o/big", "2025-02-01T08:00:00Z", { params: 70 }),
];

test("without votes the oldest is first, large ones some days later; each place says why", () => {
  const places = placesIn(WAITING, [], ORDERING, NOW);
  expect(models(places).slice(0, 2)).toEqual(["o/old", "o/big"]);
  // By the plain rule: 161,193 questions' choices × 1,000 tokens × 2 × 2.8e9 / 1e14 a second are 2.5 hours.
  expect(places[0]!.reason).toBe(
    "10 days of waiting, some 3 hours on a GPU take off 0.1: 9.9 days. None has more.",
  );
});

test("votes, the maintainers' choice and an account's share count as on the queue's page", () => {
  const votes = votesOf("kim", voted("kim", "o/new"));
  expect(models(placesIn(WAITING, votes, ORDERING, NOW))[0]).toBe("o/old");
  const more = [...votes, ...votesOf("li", voted("li", "o/new"))];
  expect(models(placesIn(WAITING, more, ORDERING, NOW))[0]).toBe("o/new");
  // Whoever it names, a line of somebody else's file is not its vote.
  const forged = [...votes, ...votesOf("eve", voted("li", "o/new"), voted("mo", "o/new"))];
  expect(models(placesIn(WAITING, forged, ORDERING, NOW))[0]).toBe("o/old");
  const choice = new Set(["o/big"]);
  expect(models(placesIn(WAITING, votes, { ...ORDERING, choice }, NOW))[0]).toBe("o/big");
  const front = { size: 2, per_author: 1 };
  const running = asks("o/x", null, {
    status: "RUNNING",
    sender: "O/Old",
    job_start_time: "2025-02-11T07:00:00Z",
  });
  const shared = { ...ORDERING, rules: queueSchema.parse({ front }) };
  expect(models(placesIn([...WAITING, running], [], shared, NOW))[0]).toBe("o/big");
});

test("votes are read from their dataset; where that cannot be, it is said, and the oldest is first", async () => {
  const hub = await standIn();
  hub.tokens.set("hf_w", { account: "ann", displayName: "ci", role: "write" });
  hub.dataset("o/votes", {
    "kim/votes_data.jsonl": voted("kim", "o/new"),
    "li/votes_data.jsonl": `${voted("li", "o/new")}\nnot a vote\n`,
    "votes_data.jsonl": voted("mo", "o/big"),
  });
  const said: string[] = [];
  const order = async (votes: string | undefined) => {
    const ballot = {
      hub: await connectTo(hub, { token: "hf_w" }),
      cache: await newCache(),
      votes,
      say: (text: string) => said.push(text),
    };
    return models(await orderBy(ballot, ORDERING)(WAITING));
  };
  expect((await order("o/votes"))[0]).toBe("o/new");
  expect((await order(undefined))[0]).toBe("o/old");
  expect(said).toEqual([]);
  expect((await order("o/none"))[0]).toBe("o/old");
  expect(said).toEqual([expect.stringMatching(/^The order is made without votes: .*o\/none/)]);
});

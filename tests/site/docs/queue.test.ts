import { expect, test } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };
import { CAUSES } from "../../../src/core/queue/failures.ts";
import type { OpenQueue } from "../../../src/core/queue/open.ts";
import { DEFAULT_RULES } from "../../../src/core/queue/rules.ts";
import { readSubmission, requestPath } from "../../../src/core/queue/submission.ts";
import { readStatements } from "../../../src/core/queue/votes.ts";
import { isRequestFile } from "../../../src/pipeline/sources/requests.ts";
import { isVotesFile } from "../../../src/pipeline/sources/votes.ts";
import {
  COLLECT,
  cron,
  DIGEST,
  exampleRequest,
  failures,
  propose,
  REQUEST_FIELDS,
  VOTE,
  VOTE_BACK,
  VOTES_FILE,
  welcome,
} from "../../../src/site/docs/queue.ts";

test("the request that is shown is read as it stands, under the name that is shown", () => {
  const { path, text } = exampleRequest();
  const submission = readSubmission(text);
  expect(submission).toMatchObject({
    model: "OWNER/NAME",
    revision: "main",
    precision: "bfloat16",
  });
  expect(requestPath(submission)).toBe(path);
  expect(isRequestFile(path)).toBe(true);
  expect(propose("a/requests").split(" ")).toContain(path);
});

test("a closed queue invites nobody, and one without votes to none", () => {
  const open = { requests: "a/requests", votes: "a/votes", client: null };
  const words = (queue: OpenQueue | null) => Object.values(welcome(queue, "Board"));
  expect(words(open).join(" ")).toMatch(
    /votes count.*so is a vote\. You propose.*submit a model and vote/,
  );
  expect(words({ ...open, votes: null }).join(" ")).not.toMatch(/vote/);
  const [description, lead, link] = words(null);
  expect(description).toMatch(/^Board takes no submissions\./);
  expect(lead).toMatch(/This one takes none\.$/);
  expect(`${description} ${lead} ${link}`).not.toMatch(/\bYou\b|How to submit|queue of Board/);
});

test("every field of a submission is explained, in the order of the file", () => {
  const shown = REQUEST_FIELDS.map(({ field }) => field);
  expect(shown.toSorted()).toEqual(Object.keys(readSubmission(exampleRequest().text)).toSorted());
});

test("the lines that are shown are a vote and its withdrawal", () => {
  expect(isVotesFile(VOTES_FILE)).toBe(true);
  const read = (text: string) => readStatements(text, { account: "ACCOUNT", unproven: [] });
  const choice = { model: "OWNER/NAME", revision: "main", precision: "bfloat16" };
  expect(read(VOTE)).toEqual({ statements: [{ ...choice, withdrawn: false }], objections: [] });
  expect(read(VOTE_BACK)).toEqual({ statements: [{ ...choice, withdrawn: true }], objections: [] });
});

test("every cause of a failure but the request's own is told, as a runner tells it", () => {
  const shown = failures();
  expect(shown.map(({ cause }) => cause)).toEqual(CAUSES.filter((c) => c !== "request"));
  for (const { cause, why } of shown) {
    expect(why, cause).toMatch(/OWNER\/NAME/);
    expect(why, cause).not.toMatch(/\(\)|: ?$/);
  }
});

test("the commands are there", () => {
  const commands = [COLLECT, DIGEST, cron()].join("\n");
  const words = [...commands.matchAll(/npm run (\w+) -- (\w+)/g)].map(([, ...said]) => said);
  expect(words).toEqual([
    ["queue", "collect"],
    ["queue", "digest"],
    ["queue", "collect"],
  ]);
  expect(packageJson.scripts).toHaveProperty("queue");
});

test("a leaderboard evaluates the precision of the example unless it says otherwise", () => {
  expect(DEFAULT_RULES.precisions).toContain(readSubmission(exampleRequest().text).precision);
});

// What the queue's page makes of an account's votes, read by the collector's own functions.
import { expect, test } from "vitest";
import type { Get } from "../../../src/core/queue/get.ts";
import { readBallot, readStatements } from "../../../src/core/queue/votes.ts";
import { ballotText, ownBallot } from "../../../src/site/queue/ballot.ts";
import { keyOf } from "../../../src/site/queue/setup.ts";

const AT = "2026-11-30T20:00:00.000Z";
const choice = (model: string) => ({ model, revision: "main", precision: "bfloat16" });
const line = (model: string, more: object) =>
  JSON.stringify({ ...choice(model), username: "kok", timestamp: "2026-11-01T08:00:00Z", ...more });

/** A Hub of these files: `REVISION PATH`. */
function hubOf(files: Record<string, string>): Get {
  return async (path) => {
    const [, revision, file] = /^\/datasets\/a\/votes\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const text = files[`${decodeURIComponent(revision ?? "")} ${file}`];
    if (text === undefined) return { status: 404, body: new Uint8Array() };
    return { status: 200, body: new TextEncoder().encode(text) };
  };
}

const request = (number: number) => ({ number, title: "Votes of kok", isOpen: true, created: AT });

test("what is sent is what the collector reads: new votes, and those taken back", () => {
  const before = `${line("a/old", { pull_request: 1 })}\nno JSON`;
  const text = ballotText(before, "kok", AT, [
    { ...choice("a/new"), withdrawn: false },
    { ...choice("a/old"), withdrawn: true },
  ]);
  expect(text.startsWith(`${before}\n`)).toBe(true);
  const ballot = readBallot("kok", before, "");
  expect(readStatements(text, ballot)).toEqual({
    statements: [
      { ...choice("a/new"), withdrawn: false },
      { ...choice("a/old"), withdrawn: true },
    ],
    objections: [],
  });
  expect(ballotText("", "kok", AT, [{ ...choice("a/b"), withdrawn: false }])).toBe(
    `{"model":"a/b","revision":"main","precision":"bfloat16","username":"kok","timestamp":"${AT}"}\n`,
  );
});

test("an account's votes are those on main, and what its open pull requests say since, the last first", async () => {
  const standing = line("a/standing", { pull_request: 1 });
  const get = hubOf({
    "main kok/votes_data.jsonl": `${standing}\n`,
    "main kok/votes_taken_back.jsonl": `${line("a/back", { pull_request: 2, withdrawn: true })}\n`,
    "refs/pr/8 kok/votes_data.jsonl": `${standing}\n${line("a/new", {})}\n`,
    "refs/pr/9 kok/votes_data.jsonl": `${line("a/new", { withdrawn: true })}\n${line("a/other", {})}\n`,
  });
  const { text, said } = await ownBallot(get, "a/votes", "kok", [request(9), request(8)]);
  expect(text).toBe(`${standing}\n`);
  expect(said).toEqual(
    new Map([
      [keyOf(choice("a/standing")), { votes: true, open: null }],
      [keyOf(choice("a/back")), { votes: false, open: null }],
      [keyOf(choice("a/new")), { votes: false, open: 9 }],
      [keyOf(choice("a/other")), { votes: true, open: 9 }],
    ]),
  );
});

test("an account that has never voted has no votes; a Hub that refuses is an error", async () => {
  expect(await ownBallot(hubOf({}), "a/votes", "kok", [])).toEqual({ text: "", said: new Map() });
  const refusing: Get = async () => ({ status: 503, body: new Uint8Array() });
  await expect(ownBallot(refusing, "a/votes", "kok", [])).rejects.toThrow("HTTP 503");
});

test("a vote is shown at its model whatever capitals it was made with", () => {
  expect(keyOf(choice("A/Model"))).toBe(keyOf(choice("a/model")));
  expect(keyOf(choice("a/model"))).not.toBe(keyOf(choice("a/model2")));
});

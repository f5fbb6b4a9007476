import { expect, test } from "vitest";
import { isVotesFile, parseVotes } from "../../../src/pipeline/sources/votes.ts";

const vote = (model: string, username: string, timestamp?: string, revision?: string) =>
  JSON.stringify({ model, revision, username, timestamp });
const parse = (...lines: string[]) => parseVotes(lines.join("\n"), "votes_data.jsonl");

test("files are known by their names", () => {
  expect(isVotesFile("votes_data.jsonl")).toBe(true);
  expect(isVotesFile("2024/votes_data.jsonl")).toBe(true);
  for (const path of ["my_votes_data.jsonl", "votes_data.json", "votes_data.jsonl/x"])
    expect(isVotesFile(path)).toBe(false);
});

test("of several votes of one person for one revision of a model the first in time counts", () => {
  const { votes, rejections } = parse(
    vote("a/y", "kim", "2024-10-02T08:00:00.5Z"),
    vote("a/y", "kim", "2024-10-01T08:00:00Z", "main"),
    vote("a/y", "kim"),
    vote("a/y", "kim", "2024-10-03T08:00:00Z", "v2"),
    vote("a/x", "kim", "2024-10-01T08:00:00Z"),
    vote("a/y", "li", "2024-09-30T08:00:00Z"),
    "",
  );
  expect(rejections).toEqual([]);
  expect(votes).toEqual(
    [
      { model: "a/y", revision: "main", username: "li", voted_at: "2024-09-30T08:00:00Z" },
      { model: "a/x", revision: "main", username: "kim", voted_at: "2024-10-01T08:00:00Z" },
      { model: "a/y", revision: "main", username: "kim", voted_at: "2024-10-01T08:00:00Z" },
      { model: "a/y", revision: "v2", username: "kim", voted_at: "2024-10-03T08:00:00Z" },
    ].map((v) => ({ ...v, precision: null, proven: false })),
  );
});

test("names with spaces or quotes in them are not taken for one another", () => {
  const { votes } = parse(vote("a/y", "kim main"), vote("a/y", "main", undefined, "main kim"));
  expect(votes).toHaveLength(2);
});

test("votes of unknown time stand last", () => {
  const { votes } = parse(vote("a/y", "kim", "soon"), vote("a/y", "li", "2024-10-02T08:00:00Z"));
  expect(votes.map((v) => [v.username, v.voted_at])).toEqual([
    ["li", "2024-10-02T08:00:00Z"],
    ["kim", null],
  ]);
});

test("lines that do not check are set aside by their number, and cost no other", () => {
  const { votes, rejections } = parse(
    vote("a/y", "kim"),
    vote("a/y", "li").slice(0, 12),
    vote("<b>", "li"),
    "",
    vote("a/y", ""),
    vote("a/y", "mo"),
  );
  expect(votes.map((v) => v.username)).toEqual(["kim", "mo"]);
  expect(rejections.map((r) => [r.path, r.reason.slice(0, 17)])).toEqual([
    ["votes_data.jsonl#2", "is not valid JSON"],
    ["votes_data.jsonl#3", "field model: must"],
    ["votes_data.jsonl#5", "field username: m"],
  ]);
});

const OWN = { model: "a/y", revision: "main", precision: "float16", username: "kim" };
const own = (change: object = {}) =>
  JSON.stringify({ ...OWN, timestamp: "2026-10-02T08:00:00Z", pull_request: 7, ...change });

test("what an account's own pull request brought into its own file is proven", () => {
  const { votes, rejections } = parseVotes(own(), "kim/votes_data.jsonl");
  expect(rejections).toEqual([]);
  expect(votes).toEqual([{ ...OWN, voted_at: "2026-10-02T08:00:00Z", proven: true }]);
});

test.each([
  ["in the file of another account", own(), "li/votes_data.jsonl"],
  ["in one whose letters are not quite the same", own(), "Kim/votes_data.jsonl"],
  ["in the file of all", own(), "votes_data.jsonl"],
  ["further down", own(), "old/kim/votes_data.jsonl"],
  ["without a pull request", own({ pull_request: undefined }), "kim/votes_data.jsonl"],
  ["with one that is none", own({ pull_request: "7" }), "kim/votes_data.jsonl"],
  ["with number 0", own({ pull_request: 0 }), "kim/votes_data.jsonl"],
  ["in a folder that is no account", own({ username: ".kim" }), ".kim/votes_data.jsonl"],
])("%s a vote is unproven", (_, line, path) => {
  const { votes } = parseVotes(line, path);
  expect(votes.map((v) => v.proven)).toEqual([false]);
});

test("a vote that was taken back is none, and an old one does not stand in for a proven one", () => {
  const lines = [own({ withdrawn: true, model: "a/x" }), own({ pull_request: undefined }), own()];
  const { votes } = parseVotes(lines.join("\n"), "kim/votes_data.jsonl");
  expect(votes.map((v) => [v.model, v.proven])).toEqual([
    ["a/y", false],
    ["a/y", true],
  ]);
});

test("votes for two precisions are two", () => {
  const { votes } = parse(own(), own({ precision: "bfloat16" }), own({ precision: "" }));
  expect(votes.map((v) => v.precision).sort()).toEqual(["bfloat16", "float16", null]);
  expect(parse(own({ precision: "<b>" })).rejections).toMatchObject([
    { reason: expect.stringMatching(/^field precision: /) },
  ]);
});

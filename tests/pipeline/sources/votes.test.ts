import { expect, test } from "vitest";
import { isVotesFile, parseVotes } from "../../../src/pipeline/sources/votes.ts";

const vote = (model: string, username: string, timestamp?: string, revision?: string) =>
  JSON.stringify({ model, revision, username, timestamp });
const parse = (...lines: string[]) => parseVotes(lines.join("\n"), "o/votes/votes_data.jsonl");

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
  expect(votes).toEqual([
    { model: "a/y", revision: "main", username: "li", voted_at: "2024-09-30T08:00:00Z" },
    { model: "a/x", revision: "main", username: "kim", voted_at: "2024-10-01T08:00:00Z" },
    { model: "a/y", revision: "main", username: "kim", voted_at: "2024-10-01T08:00:00Z" },
    { model: "a/y", revision: "v2", username: "kim", voted_at: "2024-10-03T08:00:00Z" },
  ]);
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
    ["o/votes/votes_data.jsonl#2", "is not valid JSON"],
    ["o/votes/votes_data.jsonl#3", "field model: must"],
    ["o/votes/votes_data.jsonl#5", "field username: m"],
  ]);
});

// Who asked and who voted, as tables have it: the digests below are openssl's.
//   printf '%s' kim-lee | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
import { expect, test } from "vitest";
import { requestsTable, voterBy, votesTable } from "../../../src/pipeline/snapshot/queue-tables.ts";
import type { Table } from "../../../src/pipeline/snapshot/tables.ts";
import { parseRequest } from "../../../src/pipeline/sources/requests.ts";
import type { VoteRow } from "../../../src/pipeline/sources/votes.ts";

const KEY = "0123456789abcdef0123456789abcdef";

const vote = (username: string, change: Partial<VoteRow> = {}): VoteRow => ({
  model: "a/y",
  revision: "main",
  precision: null,
  username,
  voted_at: null,
  proven: true,
  ...change,
});

function cells({ columns, rows, values }: Table, name: string) {
  return values(0, rows)[columns.findIndex((c) => c.name === name)];
}

test("a pseudonym is that of the account, however it is written, and of the key", () => {
  const votes = [vote("kim-lee"), vote("Kim-Lee", { proven: false }), vote("mo")];
  const table = votesTable(votes, voterBy({ voters: "pseudonyms" }, KEY));
  expect(cells(table, "voter")).toEqual([
    "a496ac12ebb5ceb4",
    "a496ac12ebb5ceb4",
    "96c5ae24be8d730c",
  ]);
  expect(cells(table, "account")).toEqual([1, 1, 2]);
  const [other] = cells(
    votesTable(votes, voterBy({ voters: "pseudonyms" }, `${KEY}0`)),
    "voter",
  ) as string[];
  expect(other).not.toBe("a496ac12ebb5ceb4");
});

test("no column has a name where the leaderboard does not say so, with or without a key", () => {
  for (const key of [KEY, "", undefined]) {
    const table = votesTable([vote("kim-lee")], voterBy({ voters: "pseudonyms" }, key));
    expect(JSON.stringify(table.values(0, 1))).not.toContain("kim");
    expect(cells(table, "voter")![0] === null).toBe(!key);
  }
});

test("where it does, an account's name stands at votes that are proven to be its own", () => {
  const votes = [vote("Kim-Lee"), vote("mo", { proven: false })];
  const table = votesTable(votes, voterBy({ voters: "names" }, KEY));
  expect(cells(table, "voter")).toEqual(["Kim-Lee", null]);
});

test("a key that could be found by trying is refused, with the way to make one", () => {
  expect(() => voterBy({ voters: "pseudonyms" }, KEY.slice(1))).toThrow(
    /VOTES_KEY has 31 characters; .* openssl rand -hex 32/,
  );
});

test("requests of one account have one number, and no name", () => {
  const of = (sender: string | undefined) => {
    const text = JSON.stringify({ model: "a/x", status: "PENDING", sender });
    return { ...parseRequest(text), path: "a/x_eval_request_False_float16_Original.json" };
  };
  const table = requestsTable(["ann", "bob", undefined, "Ann"].map(of));
  expect(cells(table, "submitter")).toEqual([1, 2, null, 1]);
  expect(JSON.stringify(table.values(0, 4))).not.toMatch(/ann|bob/i);
});

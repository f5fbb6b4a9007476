// Who asked and who voted, as tables have it: the digests below are openssl's.
//   printf '%s' kim-lee | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
import fc from "fast-check";
import { expect, test } from "vitest";
import { hoursBy } from "../../../src/core/queue/hours.ts";
import { queueOf, type Request } from "../../../src/core/queue/queue.ts";
import { queueSchema } from "../../../src/core/queue/rules.ts";
import type { Vote } from "../../../src/core/queue/tally.ts";
import { placesIn } from "../../../src/pipeline/runner/order.ts";
import { readRequest } from "../../../src/pipeline/runner/request-file.ts";
import { requestsTable, voterBy, votesTable } from "../../../src/pipeline/snapshot/queue-tables.ts";
import type { Table } from "../../../src/pipeline/snapshot/tables.ts";
import { parseRequest } from "../../../src/pipeline/sources/requests.ts";
import { firstVotes, parseVotes, type VoteRow } from "../../../src/pipeline/sources/votes.ts";
import { V2 } from "../../core/suite/suites.ts";

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

/** A table's rows, as the page reads them. */
function rowsOf<T>({ columns, rows, values }: Table): T[] {
  const cells = values(0, rows);
  return Array.from({ length: rows }, (_, i) =>
    Object.fromEntries(columns.map(({ name }, c) => [name, cells[c]![i]])),
  ) as T[];
}

const NAMES = ["ann", "Ann", "bob", "cy"];
const request = fc.record({
  precision: fc.constantFrom("float16", "bfloat16"),
  revision: fc.constantFrom("main", "c0ffee"),
  params: fc.constantFrom(0, 1, 70),
  status: fc.constantFrom("PENDING", "PENDING", "PENDING", "RUNNING", "FINISHED"),
  submitted_time: fc.constantFrom("2026-11-01T00:00:00Z", "2026-11-05T00:00:00Z", null),
  job_start_time: fc.constantFrom("2026-11-06T00:00:00Z", "2026-11-07T00:00:00Z", null),
  sender: fc.constantFrom(...NAMES, undefined),
});
const line = fc.record({
  model: fc.constantFrom("o/m0", "o/m1", "o/m2"),
  revision: fc.constantFrom("main", "c0ffee"),
  precision: fc.constantFrom("float16", "bfloat16", undefined),
  username: fc.constantFrom(...NAMES),
  pull_request: fc.constantFrom(7, undefined),
});

test("the tables have all that the order comes of: the page's is that of the runners, who know the names", () => {
  const files = fc.dictionary(fc.constantFrom(...NAMES, "."), fc.array(line, { maxLength: 6 }));
  const requests = fc.array(request, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(requests, files, fc.constantFrom("count", "apart"), (asked, voted, unproven) => {
      const rules = queueSchema.parse({ unproven, front: { size: 4, per_author: 2 } });
      const now = Date.UTC(2026, 10, 30);
      const choice = new Set(["o/m2"]);
      const read = asked.map((r, i) => {
        const text = JSON.stringify({ ...r, model: `o/m${i % 4}` });
        return readRequest(`${i}.json`, text);
      });
      const votes = Object.entries(voted).flatMap(([account, lines]) => {
        const text = lines.map((l) => JSON.stringify(l)).join("\n");
        return parseVotes(text, `${account}/votes_data.jsonl`).votes;
      });
      const inRunner = placesIn(read, votes, { rules, suite: V2, choice }, now);
      const onPage = queueOf({
        requests: rowsOf<Request & { params_b: number | null }>(
          requestsTable(read.map(({ row, path }) => ({ ...row, path }))),
        ),
        votes: rowsOf<Vote>(votesTable(firstVotes(votes), () => null)),
        choice,
        rules,
        hours: hoursBy(V2, rules),
        now,
      });
      expect(onPage.map((p) => [p.request.path, p.reason])).toEqual(
        inRunner.map((p) => [p.request.path, p.reason]),
      );
    }),
    { numRuns: 500 },
  );
});

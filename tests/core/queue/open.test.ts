import { expect, test } from "vitest";
import { openQueue } from "../../../src/core/queue/open.ts";
import { DEFAULT_RULES } from "../../../src/core/queue/rules.ts";

const open = { ...DEFAULT_RULES, open: true };

test("a queue is closed until somebody opens it and names a dataset for the requests", () => {
  expect(openQueue({ queue: DEFAULT_RULES, hub: { requests: "a/requests" } })).toBeNull();
  expect(openQueue({ queue: open, hub: { votes: "a/votes" } })).toBeNull();
  expect(openQueue({ queue: open, hub: undefined })).toBeNull();
});

test("of an open one, votes and login are there where they are named", () => {
  expect(openQueue({ queue: open, hub: { requests: "a/requests" } })).toEqual({
    requests: "a/requests",
    votes: null,
    client: null,
  });
  const queue = { ...open, oauth: { client_id: "app" } };
  expect(openQueue({ queue, hub: { requests: "a/requests", votes: "a/votes" } })).toEqual({
    requests: "a/requests",
    votes: "a/votes",
    client: "app",
  });
});

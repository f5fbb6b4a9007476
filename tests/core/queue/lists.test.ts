import { expect, test } from "vitest";
import { listsOf, MOST_SHOWN } from "../../../src/core/queue/lists.ts";
import type { Told } from "../../../src/core/queue/timeline.ts";

type Request = Told & { model: string };

const request = (model: string, status: string, more: Partial<Told> = {}): Request => ({
  model,
  status,
  submitted_at: null,
  started_at: null,
  ended_at: null,
  job_id: null,
  tries: null,
  why: null,
  progress: null,
  pull_request: null,
  earlier: [],
  ...more,
});

const models = (requests: readonly Request[], status: string, places = new Map()) =>
  listsOf(requests, places)
    .find((list) => list.status === status)!
    .shown.map((r) => r.model);

const day = (n: number) => `2026-11-${String(n).padStart(2, "0")}T00:00:00Z`;

test("every request is in the list of its status, and no status vanishes", () => {
  const statuses = ["RERUN", "FINISHED", "PENDING", "A<b>", "FAILED", "RUNNING", "CANCELLED"];
  const requests = statuses.flatMap((s) => [request(`a/${s}`, s), request(`b/${s}`, s)]);
  const lists = listsOf(requests, new Map());
  expect(lists.map(({ status, total }) => [status, total])).toEqual([
    ["RUNNING", 2],
    ["PENDING", 2],
    ["FAILED", 2],
    ["FINISHED", 2],
    ["CANCELLED", 2],
    ["A<b>", 2],
    ["RERUN", 2],
  ]);
});

test("the lists of the format are there where they are empty", () => {
  expect(listsOf([], new Map()).map(({ status }) => status)).toEqual([
    "RUNNING",
    "PENDING",
    "FAILED",
    "FINISHED",
    "CANCELLED",
  ]);
});

test("those that wait stand by place, one without a place last", () => {
  const waiting = ["c", "a", "b"].map((model) => request(model, "PENDING"));
  const places = new Map([
    [waiting[2]!, 1],
    [waiting[0]!, 2],
  ]);
  expect(models(waiting, "PENDING", places)).toEqual(["b", "c", "a"]);
});

test("those that run stand by when they began, those of unknown time last", () => {
  const running = [
    request("unknown", "RUNNING", { submitted_at: day(1) }),
    request("later", "RUNNING", { started_at: day(4) }),
    request("z-first", "RUNNING", { started_at: day(3) }),
    request("first", "RUNNING", { started_at: day(3) }),
  ];
  expect(models(running, "RUNNING")).toEqual(["first", "z-first", "later", "unknown"]);
});

test("those that ended stand newest first, by the latest time that is known", () => {
  const ended = [
    request("unknown", "FINISHED"),
    request("submitted on the 5th", "FINISHED", { submitted_at: day(5) }),
    request("ended on the 7th", "FINISHED", { submitted_at: day(1), ended_at: day(7) }),
    request("begun on the 6th", "FINISHED", { submitted_at: day(2), started_at: day(6) }),
  ];
  expect(models(ended, "FINISHED")).toEqual([
    "ended on the 7th",
    "begun on the 6th",
    "submitted on the 5th",
    "unknown",
  ]);
});

test("of a long list the page has the newest, and all are counted", () => {
  const many = Array.from({ length: 5000 }, (_, i) => {
    const at = new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString();
    return request(`a/${i}`, "FINISHED", { ended_at: at });
  });
  const { total, shown } = listsOf(many, new Map()).find((l) => l.status === "FINISHED")!;
  expect(total).toBe(5000);
  expect(shown).toHaveLength(MOST_SHOWN);
  expect(shown[0]!.model).toBe("a/4999");
});

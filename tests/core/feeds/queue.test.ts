import { expect, test } from "vitest";
import { atomXml } from "../../../src/core/feeds/atom.ts";
import { type FedRequest, queueFeed } from "../../../src/core/feeds/queue.ts";
import { readFeed } from "./valid.ts";

const SITE = "https://board.example/";

const feedOf = (requests: FedRequest[]) =>
  readFeed(
    atomXml(
      queueFeed({
        title: "Board",
        requests,
        day: "2026-11-20",
        addresses: {
          site: SITE,
          feed: `${SITE}feeds/queue.xml`,
          page: `${SITE}queue/`,
          search: (model) => `${SITE}queue/?${new URLSearchParams({ q: model })}`,
          model: (model) => (model === "a/done" ? `${SITE}models/a/done/` : null),
        },
      }),
    ),
  );

const request = (model: string, more: Partial<FedRequest> = {}): FedRequest => ({
  model,
  what: "bfloat16 · 7B",
  status: "PENDING",
  submitted_at: null,
  started_at: null,
  ended_at: null,
  why: null,
  ...more,
});

test("submission, start and end are entries, newest first, each at its moment", () => {
  const { entries, updated } = feedOf([
    request("a/done", {
      status: "FINISHED",
      submitted_at: "2026-11-01T08:00:00Z",
      started_at: "2026-11-03T09:00:00Z",
      ended_at: "2026-11-03T15:30:00Z",
    }),
    request("a/failed", {
      status: "FAILED",
      submitted_at: "2026-11-02T08:00:00Z",
      ended_at: "2026-11-03T10:00:00Z",
      why: "It is <b>gated</b> & closed.",
    }),
  ]);
  expect(entries.map((e) => [e.updated, e.title])).toEqual([
    ["2026-11-03T15:30:00Z", "a/done has finished"],
    ["2026-11-03T10:00:00Z", "a/failed has failed"],
    ["2026-11-03T09:00:00Z", "a/done was begun"],
    ["2026-11-02T08:00:00Z", "a/failed was submitted"],
    ["2026-11-01T08:00:00Z", "a/done was submitted"],
  ]);
  expect(updated).toBe("2026-11-03T15:30:00Z");
  expect(entries[1]!.content).toBe(
    "a/failed (bfloat16 · 7B) has failed.\nIt is <b>gated</b> & closed.",
  );
  expect(entries[3]!.content).not.toContain("gated");
  expect(entries[0]!.links).toEqual([
    { rel: "alternate", href: `${SITE}queue/?q=a%2Fdone` },
    { rel: "related", href: `${SITE}models/a/done/` },
  ]);
  expect(entries[1]!.links).toEqual([{ rel: "alternate", href: `${SITE}queue/?q=a%2Ffailed` }]);
});

test("what has no time is no entry, and a status that is no end ends nothing", () => {
  const { entries, updated } = feedOf([
    request("a/b", { status: "FINISHED" }),
    request("a/c", { status: "RERUN", ended_at: "2026-11-03T10:00:00Z" }),
  ]);
  expect(entries).toEqual([]);
  expect(updated).toBe("2026-11-20T00:00:00Z");
});

test("two files that ask for the same at one moment are one entry, for ids stand for one", () => {
  const at = "2026-11-01T08:00:00Z";
  const same = request("a/b", { submitted_at: at });
  const other = request("a/b", { submitted_at: at, what: "float16 · 7B" });
  expect(feedOf([same, { ...same }, other]).entries).toHaveLength(2);
});

test("a feed has the newest hundred", () => {
  const many = Array.from({ length: 300 }, (_, i) =>
    request(`a/${i}`, {
      submitted_at: new Date(Date.UTC(2026, 0, 1, i)).toISOString().replace(".000", ""),
    }),
  );
  const { entries } = feedOf(many);
  expect(entries).toHaveLength(100);
  expect(entries[0]!.title).toBe("a/299 was submitted");
});

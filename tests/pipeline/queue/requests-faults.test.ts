// The same of submissions as interleavings.test.ts tries of votes.
import { expect, test } from "vitest";
import type { PatienceOptions } from "../../../src/pipeline/net/patience.ts";
import { collectRequests } from "../../../src/pipeline/queue/requests.ts";
import { FAULTS, type Fault, LATE_FAULTS } from "../hub/faults.ts";
import type { Operation, Repo, StandIn } from "../hub/stand-in.ts";
import { commentsOf } from "../hub/stand-in-discussions.ts";
import { dieAfter } from "./death.ts";
import { collectorAt, textsOf } from "./fake.ts";
import { REQUESTS, requestOn, requestsHub, submit } from "./submissions.ts";

const collect = async (hub: StandIn, options: PatienceOptions = {}) =>
  collectRequests(await collectorAt(hub, {}, options), REQUESTS);

/** Two submissions that are taken, one of them withdrawn; one that comes second. */
async function staged() {
  const { hub, repo } = await requestsHub(["o/a", "o/b"]);
  submit(repo, "alice", "o/a");
  submit(repo, "bob", "o/a");
  submit(repo, "bob", "o/b");
  submit(repo, "bob", "o/b", { status: "CANCELLED" });
  return { hub, repo };
}

function expectAllDone(repo: Repo, named: string): void {
  expect(requestOn(repo, "o/a"), named).toMatchObject({
    sender: "alice",
    pull_request: 1,
    status: "PENDING",
  });
  expect(requestOn(repo, "o/b"), named).toMatchObject({
    sender: "bob",
    pull_request: 3,
    status: "CANCELLED",
  });
  expect(
    repo.pullRequests.map(({ status }) => status),
    named,
  ).toEqual(Array(4).fill("closed"));
  expect(
    repo.pullRequests.map((r) => commentsOf(r).length),
    named,
  ).toEqual([1, 1, 1, 1]);
}

test.each([false, true])(
  "killed after any request (that one done: %s), the next collector leaves none lost and none doubled",
  async (isDone) => {
    const whole = await staged();
    await collect(whole.hub);
    expectAllDone(whole.repo, "nobody killed");
    const length = whole.hub.log.length;
    expect(length).toBeGreaterThan(30);
    for (let k = 0; k <= length; k++) {
      const { hub, repo } = await staged();
      dieAfter(hub, k, isDone);
      await collect(hub, { tries: 1 }).catch(() => {});
      hub.instead = () => false;
      await collect(hub);
      const named = `killed after ${k} of ${length} requests`;
      expectAllDone(repo, named);
      expect(withoutTimes(textsOf(repo)), named).toEqual(withoutTimes(textsOf(whole.repo)));
    }
  },
  120_000,
);

/** The note says when it was withdrawn. */
function withoutTimes(texts: Record<string, string>): string {
  return JSON.stringify(texts).replace(/"ended\\": \\"[^"]*"/g, "");
}

const CALLS: [Operation, skips: number[]][] = [
  ["discussions", [0]],
  ["info", [0, 1, 2]],
  ["tree", [0]],
  ["discussion", [0, 2]],
  ["resolve", [0, 4]],
  ["resolve-cache", [0, 4]],
  ["preupload", [0]],
  ["commit", [0]],
  ["discussion-status", [0, 2]],
];

test.each(CALLS)(
  "whatever goes wrong once with an answer to %s is mended",
  async (call, skips) => {
    const isWrite = call === "commit" || call === "discussion-status";
    const quick = FAULTS.filter((fault) => !fault.startsWith("stall"));
    const faults: Fault[] = [...quick, ...(isWrite ? LATE_FAULTS : [])];
    for (const fault of faults) {
      for (const skip of skips) {
        const { hub, repo } = await staged();
        hub.faults.once(call, [fault], skip);
        await collect(hub);
        // What could not be read of a model waits for the next run.
        await collect(hub);
        expectAllDone(repo, `${fault}, after ${skip}`);
      }
    }
  },
  60_000,
);

test("two collectors at once: each submission once", async () => {
  for (let i = 0; i < 5; i++) {
    const { hub, repo } = await staged();
    await Promise.all([collect(hub), collect(hub)]);
    await collect(hub);
    expect(requestOn(repo, "o/a")).toMatchObject({ sender: "alice", status: "PENDING" });
    expect(requestOn(repo, "o/b")).toMatchObject({ sender: "bob", status: "CANCELLED" });
    expect(repo.pullRequests.map(({ status }) => status)).toEqual(Array(4).fill("closed"));
    expect(repo.commits.filter(({ title }) => title.startsWith("Requests of"))).toHaveLength(1);
  }
});

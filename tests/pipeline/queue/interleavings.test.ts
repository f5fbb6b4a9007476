// Whatever goes wrong with the Hub, or between collectors: in the end main has what the pull requests
// say, none lost, none doubled, and each is answered once.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PatienceOptions } from "../../../src/pipeline/net/patience.ts";
import { collectVotes } from "../../../src/pipeline/queue/votes.ts";
import { FAULTS, type Fault, LATE_FAULTS } from "../hub/faults.ts";
import { commitFiles, type Operation, type Repo, type StandIn } from "../hub/stand-in.ts";
import { commentsOf } from "../hub/stand-in-discussions.ts";
import { dieAfter } from "./death.ts";
import { collectorAt, line, mainOf, standing, textsOf, VOTES, voteOf, votesHub } from "./fake.ts";
import { type Act, expectedOf, play, sceneOf } from "./scene.ts";

const collect = async (hub: StandIn, options: PatienceOptions = {}) =>
  collectVotes(await collectorAt(hub, {}, options), VOTES);

/** Two accounts vote, one of them twice; one is refused for another's name. */
const ACTS = sceneOf(7, 5);

async function staged(acts: readonly Act[]) {
  const { hub, repo } = await votesHub();
  for (const act of acts) play(repo, act);
  const refused = voteOf(repo, "dave", [line("o/m", { username: "alice" })]);
  return { hub, repo, refused };
}

function expectAllDone(repo: Repo, acts: readonly Act[], named: string): void {
  expect(standing(repo), named).toEqual(expectedOf(acts));
  const open = repo.pullRequests.filter(({ status }) => status !== "closed");
  expect(open, named).toEqual([]);
}

function expectOneComment(repo: Repo, named: string): void {
  const counts = repo.pullRequests.map((request) => commentsOf(request).length);
  expect(counts, named).toEqual(repo.pullRequests.map(() => 1));
}

test.each([false, true])(
  "killed after any request (that one done: %s), the next collector leaves none lost and none doubled",
  async (isDone) => {
    const whole = await staged(ACTS);
    await collect(whole.hub);
    const length = whole.hub.log.length;
    expect(length).toBeGreaterThan(20);
    for (let k = 0; k <= length; k++) {
      const { hub, repo } = await staged(ACTS);
      dieAfter(hub, k, isDone);
      await collect(hub, { tries: 1 }).catch(() => {});
      hub.instead = () => false;
      await collect(hub);
      const named = `killed after ${k} of ${length} requests`;
      expectAllDone(repo, ACTS, named);
      expectOneComment(repo, named);
      expect(textsOf(repo), named).toEqual(textsOf(whole.repo));
    }
  },
  120_000,
);

const CALLS: [Operation, skips: number[]][] = [
  ["discussions", [0]],
  ["info", [0, 1]],
  ["paths-info", [0]],
  ["resolve", [0, 3]],
  ["resolve-cache", [0, 3]],
  ["user", [0, 1]],
  ["preupload", [0]],
  ["commit", [0]],
  ["discussion", [0]],
  ["discussion-status", [0, 1, 5]],
];

test.each(CALLS)("whatever goes wrong once with an answer to %s is mended", async (call, skips) => {
  const isWrite = call === "commit" || call === "discussion-status";
  const quick = FAULTS.filter((fault) => !fault.startsWith("stall"));
  const faults: Fault[] = [...quick, ...(isWrite ? LATE_FAULTS : [])];
  for (const fault of faults) {
    for (const skip of skips) {
      const { hub, repo } = await staged(ACTS);
      hub.faults.once(call, [fault], skip);
      await collect(hub);
      const named = `${fault}, after ${skip}`;
      expectAllDone(repo, ACTS, named);
      expectOneComment(repo, named);
      expect(
        repo.commits.filter(({ title }) => title.startsWith("Votes of")),
        named,
      ).toHaveLength(1);
    }
  }
});

test("a Hub that never gives one file costs only that vote, which waits", async () => {
  const { hub, repo } = await votesHub();
  voteOf(repo, "alice", [line("o/a")]);
  voteOf(repo, "bob", [line("o/a")]);
  hub.instead = ({ path }, response) => {
    if (!path.includes("refs%2Fpr%2F1/alice/")) return false;
    response.writeHead(500).end();
    return true;
  };
  const [alice, bob] = await collect(hub, { tries: 2 });
  expect(alice?.verdict).toMatchObject({
    is: "waits",
    why: expect.stringContaining("did not give"),
  });
  expect(bob?.verdict.is).toBe("taken");
});

test("a Hub that gives no file ends the run, and the sentence says so", async () => {
  const { hub, repo } = await votesHub();
  for (let i = 0; i < 12; i++) voteOf(repo, "alice", [line("o/a")]);
  hub.instead = ({ operation }, response) => {
    if (operation !== "resolve") return false;
    response.writeHead(503).end();
    return true;
  };
  await expect(collect(hub, { tries: 1 })).rejects.toThrow("did not give");
});

test("two collectors at once: each vote once, each request answered", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const acts = sceneOf(seed, 6);
    const { hub, repo } = await votesHub();
    for (const act of acts) play(repo, act);
    await Promise.all([collect(hub), collect(hub)]);
    await collect(hub);
    expectAllDone(repo, acts, `seed ${seed}`);
    // The Hub closes unconditionally: in the moment between look and word both may speak.
    for (const request of repo.pullRequests) {
      expect(commentsOf(request).length).toBeGreaterThan(0);
      expect(commentsOf(request).length).toBeLessThanOrEqual(2);
    }
  }
}, 60_000);

test("a collector that finds everything done by another since its list says nothing more", async () => {
  const { hub, repo } = await staged(ACTS);
  const late = await collectorAt(hub);
  const { fetch } = late.hub.client;
  let first: Promise<unknown> | undefined;
  late.hub.client.fetch = async (input, init) => {
    if (!String(input).includes("/discussions")) {
      first ??= collect(hub);
      await first;
    }
    return fetch(input, init);
  };
  await collectVotes(late, VOTES);
  expectAllDone(repo, ACTS, "late");
  expectOneComment(repo, "late");
});

test("a collector whose commit came second leaves the answer to the first", async () => {
  const { hub, repo } = await votesHub();
  const request = voteOf(repo, "alice", [line("o/a")]);
  let first: Promise<unknown> | undefined;
  hub.onRequest = ({ operation }) => {
    if (operation !== "resolve" || first) return;
    first = collect(hub);
  };
  const second = await collectorAt(hub);
  const { fetch } = second.hub.client;
  second.hub.client.fetch = async (input, init) => {
    // Held back until the first is through.
    if (String(input).includes("/preupload/")) await first;
    return fetch(input, init);
  };
  const [outcome] = await collectVotes(second, VOTES);
  expect(outcome?.verdict).toMatchObject({
    is: "waits",
    why: expect.stringContaining("Another collector"),
  });
  expect(standing(repo)).toEqual(["alice o/a bfloat16 #1"]);
  expect(commentsOf(request)).toHaveLength(1);
});

test("after any interleaving of collectors, faults, deaths and new requests, main is as if collected once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.nat(60), { maxLength: 3 }),
      fc.double({ min: 0, max: 0.3, noNaN: true }),
      async (seed, length, deaths, share) => {
        const acts = sceneOf(seed, length);
        const { hub, repo } = await votesHub();
        const waiting = [...acts];
        const next = () => {
          const act = waiting.shift();
          if (act) play(repo, act);
        };
        next();
        // Others come while it is collected, and maintainers commit in between.
        hub.onRequest = ({ operation }) => {
          if (operation === "resolve" || operation === "commit") next();
          if (operation === "preupload" && waiting.length % 2 === 1) {
            const files = Object.fromEntries(mainOf(repo));
            commitFiles(repo, { ...files, "README.md": `Edited ${waiting.length}.` });
          }
        };
        hub.faults.atRandom(seed, share);
        for (const death of deaths) {
          dieAfter(hub, death, death % 2 === 0);
          await Promise.allSettled([collect(hub, { tries: 1 }), collect(hub, { tries: 1 })]);
        }
        hub.instead = () => false;
        hub.faults.atRandom(seed, 0);
        while (waiting.length > 0) next();
        hub.onRequest = () => {};
        await collect(hub);
        expectAllDone(repo, acts, `seed ${seed}`);
        const once = await votesHub();
        for (const act of acts) play(once.repo, act);
        await collect(once.hub);
        const { "README.md": _, ...main } = textsOf(repo);
        const { "README.md": __, ...expected } = textsOf(once.repo);
        expect(main).toEqual(expected);
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);

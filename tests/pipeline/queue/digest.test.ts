import { expect, test } from "vitest";
import { flaggedSchema } from "../../../src/core/records/curated.ts";
import { digestOf } from "../../../src/pipeline/queue/digest.ts";
import { digestAsMarkdown, digestAsText } from "../../../src/pipeline/queue/digest-text.ts";
import { lookAround } from "../../../src/pipeline/queue/look.ts";
import { collectVotes } from "../../../src/pipeline/queue/votes.ts";
import { openPullRequest, type StandIn } from "../hub/stand-in.ts";
import { openTalk } from "../hub/stand-in-discussions.ts";
import { collectorAt, line, VOTES, voteOf } from "./fake.ts";
import { asked, pathOf, REQUESTS, requestsHub } from "./submissions.ts";

const NOW = Date.parse("2026-12-01T00:00:00Z");
const ago = (days: number) => new Date(NOW - days * 86_400_000).toISOString();

const digest = async (hub: StandIn, flags: unknown[] = []) => {
  const clock = { now: () => NOW, sleep: async () => {} };
  const collector = await collectorAt(hub, {}, { clock });
  return digestOf(
    await lookAround(collector, { requests: REQUESTS, votes: VOTES }, flaggedSchema.parse(flags)),
  );
};

function request(model: string, status: string, more: object = {}): [string, string] {
  return [pathOf(model), JSON.stringify({ ...asked(model), status, sender: "bob", ...more })];
}

test("nothing to do is said", async () => {
  const { hub } = await requestsHub();
  expect(digestAsText(await digest(hub))).toBe("Nothing needs a person.");
});

test("each kind of thing that needs a person is there, with figures and where they are from", async () => {
  const failed = (cause: string, days: number) => ({
    runner: { tries: 3, cause, why: "It broke off.", ended: ago(days) },
  });
  const lease = (hours: number) => ({
    ...{ job_id: "r1", job_start_time: ago(1) },
    runner: { tries: 1, until: new Date(NOW + hours * 3_600_000).toISOString() },
  });
  const { hub, repo } = await requestsHub(
    [],
    Object.fromEntries([
      request("o/f1", "FAILED", failed("harness", 2)),
      request("o/f2", "FAILED", failed("harness", 20)),
      request("o/f3", "FAILED"),
      request("o/r1", "RUNNING", lease(-30)),
      request("o/r2", "RUNNING", lease(1)),
      request("o/r3", "RUNNING", { job_id: "77", job_start_time: ago(5) }),
      ...[1, 2, 3, 4, 5, 6].map((i) =>
        request(`o/p${i}`, "PENDING", { submitted_time: ago(i * 10) }),
      ),
    ]),
  );
  openPullRequest(repo, {
    author: "mallory",
    files: { "README.md": "Mine." },
    at: ago(9),
    title: "Nice",
  });
  openTalk(repo, "carol", "[Dispute] o/f1 is not that bad", ago(4));
  openTalk(repo, "dave", "How are you?", ago(4));
  const votes = hub.repos.get(`datasets/${VOTES}`)!;
  hub.users.set("shy", null);
  voteOf(votes, "shy", [line("o/p1")], { at: ago(1) });
  for (let i = 0; i < 12; i++) {
    hub.users.set(`ring${i}`, i < 8 ? ago(32) : ago(400));
    voteOf(votes, `ring${i}`, [line("o/p1")], { at: ago(1) });
  }
  await collectVotes(await collectorAt(hub), VOTES);
  const before = votes.commits.length;
  const text = digestAsText(await digest(hub));
  const at = (number: number, dataset = REQUESTS) =>
    `${hub.url}/datasets/${dataset}/discussions/${number}`;
  expect(text.split("\n")).toEqual([
    "Pull requests left to a person: 1 (from open pull requests, as the collector judges them now)",
    `  ${REQUESTS}#1 by mallory, "Nice", open for 9 days. It is no submission: it changes 1 file, README.md. ${at(1)}`,
    "",
    "Pull requests that wait for what the Hub does not say: 1 (from open pull requests, as the collector judges them now)",
    `  ${VOTES}#1 by shy, "Proposal", open for 1 day. The Hub does not say since when the author's account is there. ${at(1, VOTES)}`,
    "",
    "Disputes and flags: 1 (from open discussions whose title begins with Dispute or Flag, of 2 that are open)",
    `  ${REQUESTS}#2 by carol, "[Dispute] o/f1 is not that bad", open for 4 days. ${at(2)}`,
    "",
    "Votes in bursts: 1 (from proven votes of the dataset of votes: 10 accounts or more within a day, half of them for the first time. Whether that is a ring is for people to judge)",
    "  o/p1: 12 accounts from 2026-11-30 00:00 to 2026-11-30 00:00 UTC, of 12 that voted for it at any time; 12 had never voted before, 12 have voted for nothing else. The median of 12 accounts asked about is 32 days old.",
    "",
    "Causes of failed requests: 2 (from files of requests with the status FAILED)",
    "  harness: 1 in the last 7 days, 2 in all; o/f1, o/f2.",
    "  no cause noted: 0 in the last 7 days, 1 in all; o/f3.",
    "",
    "Requests that may be stuck: 2 (from the 3 files of requests with the status RUNNING)",
    "  o/r1: the lease of r1 is over since 1 day; no runner has put it back, so none may be running.",
    "  o/r3: runs without a lease for 5 days, by 77; npm run runner -- cancel ends it.",
    "",
    "Requests that wait, the longest first: 6 (from files of requests with the status PENDING)",
    ...[6, 5, 4, 3, 2].map((i) => `  o/p${i} (bfloat16) waits for ${i * 10} days`),
    "  … and 1 more",
  ]);
  // It looked, and did nothing.
  expect(votes.commits.length).toBe(before);
  expect(repo.pullRequests[0]?.status).toBe("open");
});

test("in Markdown a title calls nobody and is no link of its author's", async () => {
  const { hub, repo } = await requestsHub();
  openTalk(repo, "mallory", "Dispute: @everyone <b>[x](https://evil.example)</b>", ago(1));
  const text = digestAsMarkdown(await digest(hub));
  expect(text).toContain("## Disputes and flags: 1");
  expect(text).not.toMatch(/@|(?<!\\)<b|https:\/\/evil/);
  expect(text.match(/(?<!\\)\]\(/g)).toHaveLength(1);
});

test("disputes that nobody has answered are there, the oldest first, and answered ones are not", async () => {
  const { hub } = await requestsHub();
  const flag = { suite: "kitchen", reason: "In doubt.", link: null };
  const answer = { by: "keeper", at: "2026-11-29", text: "It stands.", outcome: "upheld" };
  const flags = [
    {
      ...{ ...flag, model: "o/a" },
      disputes: [
        {
          by: "erin",
          at: "2026-11-27",
          text: "Not so: @all <b>",
          link: "https://evil.example/(x)",
        },
        { by: "frank", at: "2026-11-20", text: "Why?", answer },
      ],
    },
    { ...flag, model: "o/b", disputes: [{ by: "gus", at: "2026-11-01", text: "Look again." }] },
    { ...flag, model: "o/c" },
  ];
  const sections = await digest(hub, flags);
  expect(digestAsText(sections).split("\n")).toEqual([
    "Disputes without an answer: 2 (from the 3 flags of flagged.json; each waits for its field answer)",
    '  o/b in kitchen, by gus, open for 30 days: "Look again."',
    '  o/a in kitchen, by erin, open for 4 days: "Not so: @all <b>" https://evil.example/(x)',
  ]);
  const markdown = digestAsMarkdown(sections);
  expect(markdown).toContain("[Look](https://evil.example/%28x%29)");
  expect(markdown).not.toMatch(/@|(?<!\\)<b/);
});

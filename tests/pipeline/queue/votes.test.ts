import { commit } from "@huggingface/hub";
import { expect, test } from "vitest";
import type { Collector } from "../../../src/pipeline/queue/collector.ts";
import { collectVotes } from "../../../src/pipeline/queue/votes.ts";
import { commitFiles, openPullRequest, pushTo } from "../hub/stand-in.ts";
import { commentsOf, openTalk } from "../hub/stand-in-discussions.ts";
import { collectorAt, line, standing, textsOf, VOTES, voteOf, votesHub } from "./fake.ts";

const collect = (collector: Collector) => collectVotes(collector, VOTES);

test("votes are copied to the account's own file in one commit, and their requests closed with a comment", async () => {
  const { hub, repo } = await votesHub();
  const one = voteOf(repo, "alice", [line("o/a"), line("o/b")]);
  const two = voteOf(repo, "bob", [line("o/a", { precision: undefined })]);
  const outcomes = await collect(await collectorAt(hub));
  expect(outcomes.map(({ verdict }) => verdict.is)).toEqual(["taken", "taken"]);
  expect(textsOf(repo)).toEqual({
    "README.md": "Synthetic.",
    "alice/votes_data.jsonl":
      '{"model":"o/a","revision":"main","precision":"bfloat16","username":"alice","timestamp":"2026-11-20T10:00:00Z","pull_request":1}\n' +
      '{"model":"o/b","revision":"main","precision":"bfloat16","username":"alice","timestamp":"2026-11-20T10:00:00Z","pull_request":1}\n',
    "bob/votes_data.jsonl":
      '{"model":"o/a","revision":"main","precision":null,"username":"bob","timestamp":"2026-11-20T10:00:00Z","pull_request":2}\n',
  });
  const head = repo.branches.get("main")!;
  expect(repo.commits.filter(({ title }) => title.startsWith("Votes"))).toHaveLength(1);
  expect([one.status, two.status]).toEqual(["closed", "closed"]);
  expect(commentsOf(one)).toEqual([
    expect.stringContaining(`2 votes, with the commit \`${head}\``),
  ]);
  expect(await collect(await collectorAt(hub))).toEqual([]);
});

test("a vote is taken back by its line, and the newest pull request has the last word", async () => {
  const { hub, repo } = await votesHub();
  voteOf(repo, "alice", [line("o/a"), line("o/b")]);
  await collect(await collectorAt(hub));
  // As somebody edits the file by hand: the collector's own line, with one field more.
  const edited = textsOf(repo)["alice/votes_data.jsonl"]!.replace(/1\}\n/, '1,"withdrawn":true}\n');
  openPullRequest(repo, { author: "alice", files: { "alice/votes_data.jsonl": edited } });
  await collect(await collectorAt(hub));
  expect(standing(repo)).toEqual(["alice o/b bfloat16 #1"]);
  voteOf(repo, "alice", [line("o/b", { withdrawn: true })]);
  await collect(await collectorAt(hub));
  expect(standing(repo)).toEqual([]);
  expect(Object.keys(textsOf(repo))).toEqual(["README.md", "alice/votes_taken_back.jsonl"]);
  voteOf(repo, "alice", [line("o/a")]);
  await collect(await collectorAt(hub));
  expect(standing(repo)).toEqual(["alice o/a bfloat16 #4"]);
});

test("an older request that is collected after a newer one does not bring a vote back", async () => {
  const { hub, repo } = await votesHub();
  const older = voteOf(repo, "alice", [line("o/a")]);
  older.status = "draft";
  voteOf(repo, "alice", [line("o/a", { withdrawn: true })]);
  await collect(await collectorAt(hub));
  older.status = "open";
  await collect(await collectorAt(hub));
  expect(standing(repo)).toEqual([]);
  expect(older.status).toBe("closed");
});

test("lines that nobody can prove stay as they are, and do not count as the account's", async () => {
  const old =
    '{"model": "o/z", "revision": "main", "username": "alice", "timestamp": "2024-06-30"}';
  const { hub, repo } = await votesHub({
    "alice/votes_data.jsonl": `${old}\nno json\n`,
    "votes_data.jsonl": `${old}\n`,
  });
  voteOf(repo, "alice", [line("o/a")]);
  await collect(await collectorAt(hub));
  const [first, second, third] = textsOf(repo)["alice/votes_data.jsonl"]!.split("\n");
  expect([first, second]).toEqual([old, "no json"]);
  expect(JSON.parse(third!)).toMatchObject({ model: "o/a", pull_request: 1 });
  expect(textsOf(repo)["votes_data.jsonl"]).toBe(`${old}\n`);
});

test("a line that claims to be the collector's says nothing", async () => {
  const { hub, repo } = await votesHub();
  const request = voteOf(repo, "alice", [
    line("o/a", { username: "alice", timestamp: "2020-01-01T00:00:00Z", pull_request: 999 }),
  ]);
  await collect(await collectorAt(hub));
  expect(standing(repo)).toEqual([]);
  expect(commentsOf(request)[0]).toContain("says nothing new");
});

test("an account that is too young is told from when its votes count", async () => {
  const { hub, repo } = await votesHub();
  const at = "2026-11-20T10:00:00.000Z";
  const ages = { young: "2026-10-21T10:00:01.000Z", justOld: "2026-10-21T10:00:00.000Z" };
  for (const [name, since] of Object.entries(ages)) hub.users.set(name, since);
  const young = voteOf(repo, "young", [line("o/a")], { at });
  voteOf(repo, "justOld", [line("o/a")], { at });
  await collect(await collectorAt(hub));
  expect(standing(repo)).toEqual(["justOld o/a bfloat16 #2"]);
  expect(commentsOf(young)[0]).toMatch(/since 2026-10-21.*30 days old[\s\S]*after 2026-11-20/);
  // Who once voted long enough ago is not asked about again.
  hub.users.delete("justOld");
  voteOf(repo, "justOld", [line("o/b")], { at: "2027-01-01T00:00:00.000Z" });
  await collect(await collectorAt(hub));
  expect(standing(repo)).toHaveLength(2);
});

test("where the Hub does not say how old an account is, its vote waits; without a rule it counts", async () => {
  const { hub, repo } = await votesHub();
  hub.users.set("shy", null);
  const requests = [voteOf(repo, "shy", [line("o/a")]), voteOf(repo, "nobody", [line("o/a")])];
  const [first] = await collect(await collectorAt(hub));
  expect(first?.verdict).toMatchObject({
    is: "waits",
    why: expect.stringContaining("does not say"),
  });
  expect(requests.map(({ status }) => status)).toEqual(["open", "open"]);
  expect(standing(repo)).toEqual([]);
  await collect(await collectorAt(hub, { accounts: { days: null } }));
  expect(standing(repo)).toHaveLength(2);
});

test("discussions, drafts and what is no vote are left alone, and named", async () => {
  const { hub, repo } = await votesHub();
  const talk = openTalk(repo, "alice", "Dispute: o/a");
  const draft = voteOf(repo, "alice", [line("o/a")]);
  draft.status = "draft";
  const card = openPullRequest(repo, { author: "alice", files: { "README.md": "Mine now." } });
  const gone = openPullRequest(repo, {
    author: null,
    files: { "x/votes_data.jsonl": line("o/a") },
  });
  const outcomes = await collect(await collectorAt(hub));
  expect(outcomes.map(({ request, verdict }) => [request.number, verdict.is])).toEqual([
    [card.number, "left"],
    [gone.number, "left"],
  ]);
  expect(outcomes[0]?.verdict).toMatchObject({ why: expect.stringContaining("README.md") });
  expect([talk, draft, card, gone].map(({ status }) => status)).toEqual([
    "open",
    "draft",
    "open",
    "open",
  ]);
  expect(textsOf(repo)).toEqual({ "README.md": "Synthetic." });
});

test("a list of files in which an account's is missing does not cost its votes", async () => {
  const { hub, repo } = await votesHub();
  voteOf(repo, "alice", [line("o/a")]);
  await collect(await collectorAt(hub));
  openPullRequest(repo, { author: "alice", files: { "alice/votes_data.jsonl": line("o/b") } });
  hub.instead = ({ operation }, response) => {
    if (operation !== "paths-info") return false;
    response.writeHead(200, { "content-type": "application/json" }).end("[]");
    return true;
  };
  await collect(await collectorAt(hub));
  expect(standing(repo)).toEqual(["alice o/a bfloat16 #1", "alice o/b bfloat16 #2"]);
});

test("a request opened by the Hub's own client, as the page does it, is collected", async () => {
  const { hub, repo } = await votesHub();
  hub.tokens.set("hf_alice", { account: "alice", displayName: "page", role: "write" });
  const made = await commit({
    ...{ hubUrl: hub.url, accessToken: "hf_alice", repo: { type: "dataset", name: VOTES } },
    ...{ title: "Vote", isPullRequest: true, useXet: false },
    operations: [
      {
        ...{ operation: "addOrUpdate", path: "alice/votes_data.jsonl" },
        content: new Blob([line("o/a")]),
      },
    ],
  });
  expect(made?.pullRequestUrl).toBe(`${hub.url}/datasets/${VOTES}/discussions/1`);
  const [outcome] = await collect(await collectorAt(hub));
  expect(outcome).toMatchObject({ request: { author: "alice" }, verdict: { is: "taken" } });
  expect(standing(repo)).toEqual(["alice o/a bfloat16 #1"]);
});

test("a look changes nothing", async () => {
  const { hub, repo } = await votesHub();
  const request = voteOf(repo, "alice", [line("o/a")]);
  const looked = await collect({ ...(await collectorAt(hub)), dry: true });
  expect(looked.map(({ verdict }) => verdict.is)).toEqual(["taken"]);
  expect(request.status).toBe("open");
  expect(repo.commits).toHaveLength(2);
  expect(
    hub.log.filter(({ method, operation }) => method === "POST" && operation !== "paths-info"),
  ).toEqual([]);
});

test("without the right to write, the sentence says which is missing", async () => {
  const { hub, repo } = await votesHub();
  voteOf(repo, "alice", [line("o/a")]);
  hub.tokens.get("hf_keeper")!.role = "read";
  await expect(collect(await collectorAt(hub))).rejects.toThrow(
    /The dataset board\/votes may not be written.*role read/,
  );
});

test("what an author pushes after the look is not collected, and their next request is", async () => {
  const { hub, repo } = await votesHub();
  const request = voteOf(repo, "alice", [line("o/a")]);
  let pushed = false;
  hub.onRequest = ({ operation }) => {
    if (operation !== "preupload" || pushed) return;
    pushed = true;
    pushTo(repo, request, { "alice/votes_data.jsonl": line("o/evil"), "README.md": "Mine now." });
  };
  await collect(await collectorAt(hub));
  expect(pushed).toBe(true);
  expect(standing(repo)).toEqual(["alice o/a bfloat16 #1"]);
  expect(textsOf(repo)["README.md"]).toBe("Synthetic.");
});

test("a line that is added after a collector died before its answer is collected by the next", async () => {
  const { hub, repo } = await votesHub();
  const request = voteOf(repo, "alice", [line("o/a")]);
  hub.instead = ({ operation }, response) => {
    if (operation !== "discussion-status") return false;
    response.destroy();
    return true;
  };
  await collect(await collectorAt(hub, {}, { tries: 1 })).catch(() => {});
  expect([standing(repo), request.status]).toEqual([["alice o/a bfloat16 #1"], "open"]);
  hub.instead = () => false;
  pushTo(repo, request, { "alice/votes_data.jsonl": `${line("o/a")}\n${line("o/b")}\n` });
  const [outcome] = await collect(await collectorAt(hub));
  expect(outcome!.verdict.is).toBe("taken");
  expect(standing(repo)).toEqual(["alice o/a bfloat16 #1", "alice o/b bfloat16 #1"]);
  expect(request.status).toBe("closed");
});

test("a vote is taken back whatever capitals its line has", async () => {
  const { hub, repo } = await votesHub();
  voteOf(repo, "alice", [line("o/Model")]);
  await collect(await collectorAt(hub));
  voteOf(repo, "alice", [line("o/model", { withdrawn: true })]);
  await collect(await collectorAt(hub));
  expect(standing(repo)).toEqual([]);
});

test("a maintainer's commit in between is kept", async () => {
  const { hub, repo } = await votesHub();
  voteOf(repo, "alice", [line("o/a")]);
  let done = false;
  hub.onRequest = ({ operation }) => {
    if (operation !== "commit" || done) return;
    done = true;
    commitFiles(repo, { "README.md": "Edited.", "bob/votes_data.jsonl": `${line("o/c")}\n` });
  };
  await collect(await collectorAt(hub));
  expect(textsOf(repo)["README.md"]).toBe("Edited.");
  expect(standing(repo)).toEqual(["alice o/a bfloat16 #1", "bob o/c bfloat16 #undefined"]);
});

// What somebody may put into a pull request on the dataset of votes. What must hold of each: main has
// nothing of it but votes of the account that opened it.
import { expect, test } from "vitest";
import { collectVotes } from "../../../src/pipeline/queue/votes.ts";
import { openPullRequest } from "../hub/stand-in.ts";
import type { Proposal } from "../hub/stand-in-discussions.ts";
import { commentsOf } from "../hub/stand-in-discussions.ts";
import { collectorAt, line, mainOf, standing, textsOf, VOTES, votesHub } from "./fake.ts";

const OWN = "mallory/votes_data.jsonl";
const BOB = "bob/votes_data.jsonl";
const bobs =
  '{"model":"o/b","revision":"main","precision":null,"username":"bob","timestamp":"2026-01-01T00:00:00Z","pull_request":900}\n';

/** What is proposed; what becomes of it; what the comment says, where there is one. */
const CASES: [string, Proposal["files"], "taken" | "refused" | "left", RegExp?][] = [
  [
    "her vote, and the dataset's card",
    { [OWN]: line("o/m"), "README.md": "Mine now." },
    "taken",
    /nothing else of it was taken/,
  ],
  ["her vote, and all of bob's gone", { [OWN]: line("o/m"), [BOB]: null }, "taken"],
  [
    "another's name in her own file",
    { [OWN]: line("o/m", { username: "bob" }) },
    "refused",
    /another account/,
  ],
  ["a vote in bob's file", { [BOB]: bobs + line("o/m") }, "refused", /not those of the account/],
  ["bob's votes gone", { [BOB]: null }, "refused", /not those of the account/],
  ["bob's vote taken back", { [BOB]: bobs.replace("900", '900,"withdrawn":true') }, "refused"],
  ["her own file, and it is bob's", { [OWN]: bobs }, "refused", /another account/],
  ["an old vote", { "votes_data.jsonl": line("o/m", { username: "bob" }) }, "refused"],
  ["a folder in another case", { "Mallory/votes_data.jsonl": line("o/m") }, "refused", /not those/],
  [
    "a folder that looks alike",
    { "mаllory/votes_data.jsonl": line("o/m") },
    "refused",
    /not those/,
  ],
  ["an encoded slash", { "bob%2Fvotes_data.jsonl": line("o/m") }, "refused", /not those/],
  ["a folder in her folder", { "mallory/bob/votes_data.jsonl": line("o/m") }, "refused"],
  ["only the card", { "README.md": "Mine now." }, "left"],
  ["a workflow and her own file's end", { ".gitattributes": "* filter=x", [OWN]: "" }, "left"],
  ["10 MB of votes", { [OWN]: `${line("o/m")}\n`.repeat(130_000) }, "refused", /larger than/],
  ["10 MB kept in LFS", { [OWN]: Buffer.alloc(10_000_001, "x") }, "refused", /kept in LFS/],
  ["a line of 1 MB less one", { [OWN]: `"${"x".repeat(999_000)}"` }, "refused", /Line 1/],
  ["brackets in brackets", { [OWN]: "[".repeat(9_000) }, "refused", /Line 1/],
  [
    "objects in objects",
    { [OWN]: `${'{"model":'.repeat(1_000)}1${"}".repeat(1_000)}` },
    "refused",
    /Line 1/,
  ],
  [
    "bytes that are no text",
    { [OWN]: Buffer.from([0xff, 0xfe, 0x00, 0xd8]) },
    "refused",
    /no text/,
  ],
  ["a name that leads out", { [OWN]: line("../../etc/passwd") }, "refused", /model name/],
  ["a name of dots", { [OWN]: line("o/..") }, "refused", /model name/],
  ["a name that looks alike", { [OWN]: line("о/model") }, "refused", /model name/],
  ["a name with an invisible sign", { [OWN]: line("o/m\u200b") }, "refused", /model name/],
  ["a name with an end of line", { [OWN]: line("o/m\n{}") }, "refused", /model name/],
  ["a revision that leads out", { [OWN]: line("o/m", { revision: "main\n@bob" }) }, "refused"],
  [
    "a field called __proto__",
    { [OWN]: `{"__proto__":{"withdrawn":true},"model":"o/m"}` },
    "taken",
  ],
  ["numbers for names", { [OWN]: '{"model":1e999}' }, "refused", /field model/],
  ["the same vote a thousand times", { [OWN]: `${line("o/m")}\n`.repeat(1000) }, "taken"],
  ["a carriage return at each end", { [OWN]: `${line("o/m")}\r\n` }, "taken"],
];

test.each(CASES)("%s", async (_, files, is, says) => {
  const { hub, repo } = await votesHub({ [BOB]: bobs });
  hub.users.set("mallory", "2024-01-01T00:00:00.000Z");
  const before = textsOf(repo);
  const request = openPullRequest(repo, { author: "mallory", files });
  const [outcome] = await collectVotes(await collectorAt(hub), VOTES);
  expect(outcome?.verdict.is).toBe(is);
  const { [OWN]: own, ...rest } = textsOf(repo);
  expect(rest).toEqual(before);
  expect(own === undefined).toBe(is !== "taken");
  expect(standing(repo).filter((vote) => vote.startsWith("mallory"))).toEqual(
    is === "taken" ? [expect.stringMatching(/^mallory o\/m .* #1$/)] : [],
  );
  expect(request.status).toBe(is === "left" ? "open" : "closed");
  const comments = commentsOf(request);
  expect(comments).toHaveLength(is === "left" ? 0 : 1);
  if (says) expect(comments[0]).toMatch(says);
  for (const text of comments) expect(text.length).toBeLessThan(5000);
});

test("no more of a large file comes over the line than a file of votes can have", async () => {
  const { hub, repo } = await votesHub();
  openPullRequest(repo, {
    author: "alice",
    files: { "alice/votes_data.jsonl": "x".repeat(9_000_000) },
  });
  const collector = await collectorAt(hub);
  const { fetchOnce } = collector.hub;
  let came = 0;
  collector.hub.fetchOnce = async (input, init) => {
    const response = await fetchOnce(input, init);
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform: (bytes, to) => {
        came += bytes.length;
        to.enqueue(bytes);
      },
    });
    const made = new Response(response.body?.pipeThrough(counted), { headers: response.headers });
    return Object.defineProperty(made, "url", { value: response.url });
  };
  await collectVotes(collector, VOTES);
  expect(came).toBeLessThan(2_000_000);
});

test("an account called like a file of the dataset gets no folder in its place", async () => {
  const { hub, repo } = await votesHub();
  hub.users.set("README.md", "2024-01-01T00:00:00.000Z");
  openPullRequest(repo, {
    author: "README.md",
    files: { "README.md": null, "README.md/votes_data.jsonl": line("o/m") },
  });
  const [outcome] = await collectVotes(await collectorAt(hub), VOTES);
  expect(outcome?.verdict.is).toBe("left");
  expect([...mainOf(repo).keys()]).toEqual(["README.md"]);
});

test.each(["..", ".git", "a/b", "a%2Fb", "аlice", "a".repeat(97), "a b", "-x", ""])(
  "an account that the Hub would call %j is left to a person, and nothing is asked about it",
  async (author) => {
    const { hub, repo } = await votesHub();
    openPullRequest(repo, { author, files: { "x/votes_data.jsonl": line("o/m") } });
    const [outcome] = await collectVotes(await collectorAt(hub), VOTES);
    expect(outcome?.verdict.is).toBe("left");
    expect(hub.log.map(({ operation }) => operation)).toEqual(["discussions"]);
  },
);

test("a vote made twice, in two requests, is one vote of the later", async () => {
  const { hub, repo } = await votesHub();
  for (let i = 0; i < 2; i++) {
    openPullRequest(repo, { author: "alice", files: { "alice/votes_data.jsonl": line("o/m") } });
  }
  await collectVotes(await collectorAt(hub), VOTES);
  expect(standing(repo)).toEqual(["alice o/m bfloat16 #2"]);
});

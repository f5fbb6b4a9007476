import { expect, test } from "vitest";
import { accountSince } from "../../../src/pipeline/hub/accounts.ts";
import {
  changedPaths,
  closeDiscussion,
  openDiscussions,
  statusOf,
} from "../../../src/pipeline/hub/discussions.ts";
import { publish } from "../../../src/pipeline/hub/publish.ts";
import { tmpFolder } from "../cache/folder.ts";
import { connectTo } from "./quick.ts";
import { openPullRequest, standIn } from "./stand-in.ts";
import { commentsOf, openTalk } from "./stand-in-discussions.ts";

async function started() {
  const hub = await standIn();
  const repo = hub.dataset("o/n", { "a.json": "1", "b.json": "2" }, { members: ["ann"] });
  hub.tokens.set("hf_w", { account: "ann", displayName: "ci", role: "write" });
  return { hub, repo, connection: await connectTo(hub, { token: "hf_w" }) };
}

test("all that are open are listed by number, over as many pages as it takes", async () => {
  const { hub, repo, connection } = await started();
  hub.discussionsPage = 3;
  for (let i = 0; i < 7; i++)
    openPullRequest(repo, { author: `u${i}`, files: { "a.json": `${i}` } });
  openTalk(repo, "ann", "Dispute: \u202Eo/m\u0000", "2026-01-02T03:04:05.678Z");
  repo.pullRequests[1]!.status = "closed";
  repo.pullRequests[2]!.status = "draft";
  repo.pullRequests[3]!.author = null;
  const open = await openDiscussions(connection, "o/n");
  expect(open.map(({ number }) => number)).toEqual([1, 4, 5, 6, 7, 8]);
  expect(open.map(({ author }) => author)).toEqual(["u0", null, "u4", "u5", "u6", "ann"]);
  expect(open.at(-1)).toMatchObject({
    ...{ isPullRequest: false, at: "2026-01-02T03:04:05Z" },
    title: "Dispute:  o/m",
  });
  // Seven open or drafts, three on a page.
  expect(hub.log).toHaveLength(3);
});

test("pages that repeat themselves, or promise more than comes, are no endless list", async () => {
  const { hub, repo, connection } = await started();
  openPullRequest(repo, { author: "bob", files: { "a.json": "3" } });
  hub.instead = (_, response) => {
    const author = { name: "bob", type: "user" };
    const one = { num: 1, title: "t", author, createdAt: "2026-01-01T00:00:00.000Z" };
    const discussions = [{ ...one, status: "open", isPullRequest: true }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ discussions, count: 1e9, start: 0 }));
    return true;
  };
  expect(await openDiscussions(connection, "o/n")).toHaveLength(1);
  expect(hub.log).toHaveLength(2);
});

test("an author without a name is a deleted one, and an entry that cannot be read hides no other", async () => {
  const { hub, connection } = await started();
  const one = { title: "t", createdAt: "2026-01-01T00:00:00.000Z", status: "open" };
  const discussions = [
    { ...one, num: 1, isPullRequest: true, author: { type: "user" } },
    { ...one, num: 2, isPullRequest: true, author: { name: null, type: "user" } },
    { ...one, num: 3, isPullRequest: true, createdAt: "yesterday" },
    { ...one, num: 4, isPullRequest: true, author: { name: "bob", type: "user" } },
  ];
  hub.instead = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ discussions, count: 4, start: 0 }));
    return true;
  };
  const open = await openDiscussions(connection, "o/n");
  expect(open.map(({ number, author }) => [number, author])).toEqual([
    [1, null],
    [2, null],
    [4, "bob"],
  ]);
  discussions.splice(0, 4, { ...one, num: 3, isPullRequest: true, createdAt: "yesterday" });
  await expect(openDiscussions(connection, "o/n")).rejects.toThrow("the discussions of o/n");
});

test("changed, added, removed and oddly named files are told; content cannot pass for a name", async () => {
  const { repo, connection } = await started();
  const files = {
    ...{ "a.json": "+diff --git a/x b/x\ndiff --git a/y b/y\n", "b.json": null },
    ...{ "d/new file.json": "1", "d/é.json": "1", 'd/"q".json': "1" },
  };
  openPullRequest(repo, { author: "bob", files });
  expect(await changedPaths(connection, "o/n", 1)).toEqual([
    "a.json",
    "b.json",
    '"a/d/\\042q\\042.json" "b/d/\\042q\\042.json"',
    "d/new file.json",
    '"a/d/\\303\\251.json" "b/d/\\303\\251.json"',
  ]);
  openPullRequest(repo, { author: "bob", files: { "a.json": "x".repeat(5_000_000) } });
  expect(await changedPaths(connection, "o/n", 2)).toBeNull();
});

test("it is closed once, with one comment, also where the answer was lost", async () => {
  const { hub, repo, connection } = await started();
  const request = openPullRequest(repo, { author: "bob", files: { "a.json": "3" } });
  hub.faults.once("discussion-status", ["503", "reset after"]);
  await closeDiscussion(connection, "o/n", 1, "Why, and what to do.");
  expect(await statusOf(connection, "o/n", 1)).toBe("closed");
  expect(commentsOf(request)).toEqual(["Why, and what to do."]);
  expect(await statusOf(connection, "o/n", 2)).toBeNull();
});

test("without the right to write, a sentence says so", async () => {
  const { hub, repo } = await started();
  openPullRequest(repo, { author: "bob", files: { "a.json": "3" } });
  hub.tokens.set("hf_bob", { account: "bob", displayName: "x", role: "write" });
  const bob = await connectTo(hub, { token: "hf_bob" });
  await expect(closeDiscussion(bob, "o/n", 1, "x")).rejects.toThrow(
    "The dataset o/n may not be written",
  );
});

test("since when an account is there, where the Hub says so", async () => {
  const { hub, connection } = await started();
  hub.users.set("ann", "2024-01-01T00:00:00.000Z").set("shy", null);
  expect(await accountSince(connection, "ann")).toBe(Date.parse("2024-01-01T00:00:00Z"));
  expect(await accountSince(connection, "shy")).toBeNull();
  expect(await accountSince(connection, "none")).toBeNull();
});

test("a listing that leads to another host, or back to itself, ends a publication", async () => {
  for (const [next, said] of [
    ["https://elsewhere.example/next", "which is not the Hub"],
    [undefined, "from page to page without an end"],
  ] as const) {
    const { hub, connection } = await started();
    hub.instead = ({ operation, path }, response) => {
      if (operation !== "tree") return false;
      const link = `<${next ?? hub.url + path}>; rel="next"`;
      response.writeHead(200, { "content-type": "application/json", link }).end("[]");
      return true;
    };
    const wanted = { dataset: "o/n", folder: await tmpFolder(), title: "t", mirror: true };
    await expect(publish(connection, wanted)).rejects.toThrow(said);
  }
});

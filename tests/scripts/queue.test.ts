import { expect, test } from "vitest";
import { tmpFolder } from "../pipeline/cache/folder.ts";
import type { StandIn } from "../pipeline/hub/stand-in.ts";
import { openTalk } from "../pipeline/hub/stand-in-discussions.ts";
import { line, standing, VOTES, voteOf } from "../pipeline/queue/fake.ts";
import { REQUESTS, requestOn, requestsHub, submit } from "../pipeline/queue/submissions.ts";
import { start } from "./process.ts";

const OPEN = "tests/fixtures/open.config.ts";

async function run(hub: StandIn, args: string[], env: NodeJS.ProcessEnv = {}) {
  const cache = await tmpFolder();
  const both = ["--requests", REQUESTS, "--votes", VOTES, "--cache", cache, "--tables", cache];
  const at = { HF_ENDPOINT: hub.url, HF_TOKEN: "hf_keeper", LEADERBOARD_CONFIG: OPEN, ...env };
  return start("queue", [...args, ...both], { env: at }).ended;
}

test("what was collected is told, and what needs a person", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  const votes = hub.repos.get(`datasets/${VOTES}`)!;
  submit(repo, "alice", "o/m");
  submit(repo, "bob", "o/none");
  voteOf(votes, "bob", [line("o/m")]);
  openTalk(repo, "carol", "Flag: o/m\u001b[31m was trained on the questions");
  const look = await run(hub, ["collect", "--dry-run"]);
  expect(look.err).toBe("");
  expect(look.out).toMatch(/Taken: 2\n[\s\S]*Refused: 1\n[\s\S]*; nothing was changed\n$/);
  expect(requestOn(repo, "o/m")).toBeUndefined();
  const done = await run(hub, ["collect"]);
  expect(done).toMatchObject({ code: 0, err: "" });
  expect(done.out).toMatch(/^Taken: 2\n {2}board\/requests#1 by alice: In the queue: `o\/m_eval/);
  expect(requestOn(repo, "o/m")).toMatchObject({ sender: "alice" });
  expect(standing(votes)).toEqual(["bob o/m bfloat16 #1"]);
  const again = await run(hub, ["collect"]);
  expect(again.out).toMatch(/^No pull request is open\.\n\d+ requests to the Hub\n$/);
  const digest = await run(hub, ["digest"]);
  expect(digest.out).toMatch(
    /^Disputes and flags: 1 [\s\S]*\n\nRequests that wait, the longest first: 1 /,
  );
  expect(digest.out).not.toContain("\u001b");
  const markdown = await run(hub, ["digest", "--markdown"]);
  expect(markdown.out).toMatch(/^## Disputes and flags: 1\n/);
  for (const { out, err } of [look, done, again, digest, markdown]) {
    expect(out + err).not.toContain("hf_keeper");
  }
});

test("what could not be closed is told at the end, with the code 1, after all else was done", async () => {
  const { hub, repo } = await requestsHub(["o/m", "o/n"]);
  const votes = hub.repos.get(`datasets/${VOTES}`)!;
  submit(repo, "alice", "o/m");
  submit(repo, "bob", "o/n");
  voteOf(votes, "bob", [line("o/m")]);
  hub.instead = ({ operation, path }, response) => {
    if (operation !== "discussion-status" || !path.includes(`${REQUESTS}/discussions/1/`))
      return false;
    response.writeHead(403).end();
    return true;
  };
  const { code, out, err } = await run(hub, ["collect"]);
  expect(code).toBe(1);
  expect(out).toMatch(/^Taken: 3\n/);
  expect(err).toMatch(
    /^1 pull request could not be closed; the next run tries again. board\/requests#1: /,
  );
  expect(standing(votes)).toEqual(["bob o/m bfloat16 #1"]);
});

test("of a closed queue nothing is collected, and that is said; the digest still looks", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  submit(repo, "alice", "o/m");
  const closed = { LEADERBOARD_CONFIG: "tests/fixtures/harbour.config.ts" };
  for (const args of [["collect"], ["collect", "--dry-run"]]) {
    const { code, out, err } = await run(hub, args, closed);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^This leaderboard takes no submissions and no votes \(queue\.open .*\n$/);
  }
  expect(hub.log).toEqual([]);
  expect(repo.pullRequests[0]!.status).toBe("open");
  expect(requestOn(repo, "o/m")).toBeUndefined();
  expect((await run(hub, ["digest"], closed)).code).toBe(0);
});

test("without a token, a command or datasets, a sentence says what is missing", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  submit(repo, "alice", "o/m");
  const nobody = await run(hub, ["collect"], { HF_TOKEN: "" });
  expect(nobody.code).toBe(1);
  expect(nobody.err).toMatch(/may not be written.*set HF_TOKEN to a token with the role write/);
  const none = await run(hub, ["merge"]);
  expect(none.err).toBe("Say one of npm run queue -- collect, digest.\n");
  const odd = await start("queue", ["collect", "--votes", "../x"], {}).ended;
  expect(odd.err).toBe("--votes ../x: must be a dataset like OWNER/NAME.\n");
});

import { expect, test } from "vitest";
import { tmpFolder } from "../pipeline/cache/folder.ts";
import { filesIn, kitchenHub, REQUESTS, RESULTS } from "../pipeline/runner/fake.ts";
import { start } from "./process.ts";

test("npm run runner -- --dry-run says in which order and why, with votes, and changes nothing", async () => {
  const hub = await kitchenHub(["a/anise", "b/basil"]);
  const vote = { model: "b/basil", revision: "main", precision: "float16", username: "kim" };
  hub.dataset("kitchen/votes", {
    "kim/votes_data.jsonl": JSON.stringify({ ...vote, pull_request: 3 }),
  });
  const before = [...filesIn(hub, REQUESTS)].map(([path, bytes]) => [path, bytes.toString()]);
  const [work, cache] = [await tmpFolder(), await tmpFolder()];
  const env = {
    HF_ENDPOINT: hub.url,
    HF_TOKEN: "hf_w",
    LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts",
  };
  const run = (...args: string[]) => {
    const folders = [
      "--work",
      work,
      "--cache",
      cache,
      "--requests",
      REQUESTS,
      "--results",
      RESULTS,
    ];
    return start("runner", ["--dry-run", ...folders, ...args], { env }).ended;
  };
  const waiting = (out: string) => out.slice(out.indexOf("Waiting")).match(/[ab]\/\w+ \(.*/g);

  const plain = await run();
  expect(plain).toMatchObject({ code: 0, err: "" });
  expect(waiting(plain.out)).toEqual([
    expect.stringMatching(/^a\/anise \(float16\)\. \d+(\.\d)? days of waiting.* None has more\./),
    expect.stringMatching(/^b\/basil \(float16\)\. .* 1 goes before it with as much or more\./),
  ]);
  const voted = await run("--votes", "kitchen/votes");
  expect(waiting(voted.out)).toEqual([
    expect.stringMatching(/^b\/basil .* 1 vote counts as 7.* None has more\./),
    expect.stringMatching(/^a\/anise /),
  ]);
  expect((await run("--votes", "nobody")).err.trim()).toBe(
    "--votes nobody: must be a dataset like OWNER/NAME.",
  );
  const after = [...filesIn(hub, REQUESTS)].map(([path, bytes]) => [path, bytes.toString()]);
  expect(after).toEqual(before);
});

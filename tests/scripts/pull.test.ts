import { type ChildProcess, execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Manifest } from "../../src/core/records/manifest.ts";
import { openCache } from "../../src/pipeline/cache/open.ts";
import { contentOf, tmpFolder } from "../pipeline/cache/folder.ts";
import { commitFiles, type Files, type StandIn, standIn } from "../pipeline/hub/stand-in.ts";
import { query, readJson } from "../pipeline/snapshot/snapshot.ts";
import { ROOT as root, start as startCommand } from "./process.ts";

const RESULTS: Files = {
  ...Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [
      `a/m${i}/results_${i}.json`,
      JSON.stringify({ i, pad: "x".repeat(2000) }),
    ]),
  ),
  "data/big.parquet": Buffer.alloc(600_000, "PAR1"),
};
const CONTENTS: Files = { "data/train-00000-of-00001.parquet": Buffer.alloc(200_000, "rows") };

async function startHub(): Promise<StandIn> {
  const hub = await standIn();
  hub.pageSize = 25;
  hub.dataset("o/results", RESULTS);
  hub.dataset("o/contents", CONTENTS);
  return hub;
}

/** Starts the command on a hub and a cache. */
function start(
  hub: StandIn,
  cache: string,
  args: string[] = [],
  env: NodeJS.ProcessEnv = {},
  through?: string,
) {
  return startCommand("pull", ["--cache", cache, ...args], {
    env: { HF_ENDPOINT: hub.url, ...env },
    ...(through && { through }),
  });
}

const BOTH = ["--dataset", "o/results", "--dataset", "hf://datasets/o/contents@main"];

test("a pull says what it did, and with nothing new how little that was", async () => {
  const hub = await startHub();
  const cache = join(await tmpFolder(), "hub");
  const first = await start(hub, cache, BOTH).ended;
  expect(first).toMatchObject({ code: 0, err: "" });
  const commit = (name: string) => hub.repos.get(`datasets/${name}`)!.commits[0]!.oid;
  expect(first.out.replace(/, \d+ s\n$/, "\n")).toBe(
    `o/results@main is ${commit("o/results")}\n` +
      "  41 files listed; 41 fetched (681 kB), 0 known\n" +
      `o/contents@main is ${commit("o/contents")}\n` +
      "  1 file listed; 1 fetched (200 kB), 0 known\n" +
      // Two revisions, four pages and one, 42 files; redirects are not counted.
      "49 requests\n",
  );
  const again = await start(hub, cache, BOTH).ended;
  expect(again.out).toContain("  41 files, listed before; 0 fetched (0 B), 41 known\n");
  expect(again.out).toMatch(/\n2 requests, \d+ s\n$/);
});

test("what is tried again is counted by kind", async () => {
  const hub = await startHub();
  hub.faults.once("info", ["503"]);
  hub.faults.once("tree", ["reset"], 1);
  const { out, code } = await start(hub, join(await tmpFolder(), "hub"), BOTH).ended;
  expect(code).toBe(0);
  expect(out).toMatch(/ requests, 2 tried again \(503: 1, reset: 1\), \d+ s\n$/);
});

test("without --dataset it pulls what the configuration names; --prune takes the rest away", async () => {
  const hub = await startHub();
  const dir = await tmpFolder();
  const config = join(dir, "leaderboard.config.ts");
  const tiny = join(root, "tests/fixtures/tiny.config.ts");
  const write = (fields: string) =>
    writeFile(
      config,
      `import tiny from ${JSON.stringify(tiny)};\nexport default { ...tiny${fields} };\n`,
    );
  await write(', hub: { results: "o/results", contents: "o/contents" }');
  const env = { LEADERBOARD_CONFIG: config };
  const cache = join(dir, "hub");
  expect((await start(hub, cache, [], env).ended).code).toBe(0);
  const opened = await openCache(cache);
  expect((await opened.listing("o/results")).files).toHaveLength(41);
  expect((await opened.listing("o/contents")).files).toHaveLength(1);
  commitFiles(hub.repos.get("datasets/o/contents")!, { "data/a.parquet": "new" });
  expect((await start(hub, cache, ["--prune"], env).ended).out).toContain(
    "Pruned 1 object (200 kB) and 1 listing that no revision names\n",
  );
  await write("");
  const none = await start(hub, cache, [], env).ended;
  expect(none).toMatchObject({ code: 1, out: "" });
  expect(none.err).toMatch(/^There is nothing to pull: name a dataset with --dataset OWNER\/NAME/);
});

test("beside another pull nothing is pruned, which is no failure", async () => {
  const hub = await startHub();
  const cache = join(await tmpFolder(), "hub");
  // Of another machine, where nobody can see whether the process still runs.
  await mkdir(join(cache, "tmp"), { recursive: true });
  const mark = join(cache, "tmp/other-machine.17.0.pull");
  await writeFile(mark, "");
  const { code, out, err } = await start(hub, cache, [...BOTH, "--prune"]).ended;
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(
    `\nNot pruned, the next pull can. Process 17 of other-machine is pulling to the cache ${cache}: ` +
      `wait until it has ended. If it runs no more, remove ${mark}.\n`,
  );
  const both = [1, 2].map(() => start(hub, cache, [...BOTH, "--prune"]).ended);
  expect((await Promise.all(both)).map((ended) => ended.code)).toEqual([0, 0]);
});

test("a run whose minutes are over ends by itself, and what has come stays", async () => {
  const hub = await startHub();
  const cache = join(await tmpFolder(), "hub");
  const { code, out, err } = await start(hub, cache, [...BOTH, "--budget", "0"]).ended;
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toBe(
    `The 0 minutes that one run may take are over. What has come is in ${cache}; the same command goes on from there.\n`,
  );
  expect((await start(hub, cache, [...BOTH, "--budget", "60"]).ended).code).toBe(0);
});

test.each([
  [["--dataset", "nope"], "--dataset nope: must be OWNER/NAME or OWNER/NAME@REV.\n"],
  [["--dataset", "../x"], "--dataset ../x: must be OWNER/NAME or OWNER/NAME@REV.\n"],
  [["--dataset", "o/n@a b"], '--dataset o/n@a b: "a b" is no branch, tag or commit.\n'],
  [["--nope"], /^Unknown option '--nope'/],
])("%j is a sentence, not a stack", async (args, expected) => {
  const hub = await startHub();
  const { code, err } = await start(hub, join(await tmpFolder(), "hub"), args).ended;
  expect(code).toBe(1);
  expect(err).toMatch(expected);
  expect(hub.log).toEqual([]);
});

test("a full disk ends it with a sentence; with room again it goes on", async () => {
  const hub = await startHub();
  const cache = join(await tmpFolder(), "hub");
  // Files may have 200 kB at most (512-byte blocks): the small ones fit, the large one does not.
  const limited = 'ulimit -f 400; exec "$@"';
  const full = await start(hub, cache, ["--dataset", "o/results"], {}, limited).ended;
  expect(full.code).toBe(1);
  expect(full.err).toMatch(
    /^The cache .* cannot be written: .* \(EFBIG\)\. What is in it stays whole/,
  );
  const kept = Object.keys(await contentOf(cache));
  expect(kept.filter((path) => /^(?:tmp|datasets)\//.test(path))).toEqual([]);
  expect((await start(hub, cache, ["--dataset", "o/results"]).ended).code).toBe(0);
});

test("Ctrl-C ends it with a sentence, and what has come stays", async () => {
  const hub = await startHub();
  const cache = join(await tmpFolder(), "hub");
  const running: { child?: ChildProcess } = {};
  let files = 0;
  hub.onRequest = ({ operation }) => {
    if (operation === "resolve" && ++files === 20) running.child!.kill("SIGINT");
  };
  const { child, ended } = start(hub, cache, BOTH);
  running.child = child;
  const { code, out, err } = await ended;
  expect(code).toBe(130);
  expect(out).toBe("");
  expect(err).toBe(`Stopped. What has come is in ${cache}; the same command goes on from there.\n`);
  const objects = Object.keys(await contentOf(cache)).filter((path) => path.startsWith("objects/"));
  expect(objects.length).toBeGreaterThan(5);
  hub.onRequest = () => {};
  const next = await start(hub, cache, BOTH).ended;
  expect(next.out).toContain(`${41 - objects.length} fetched`);
});

test("facts come for the models of the newest snapshot, and the next tables have them", async () => {
  const hub = await startHub();
  const dir = await tmpFolder();
  const tiny = { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts", PUBLIC_DIR: dir };
  const latest = join(dir, "data/latest");
  const snapshot = async (...args: string[]) => {
    const command = ["scripts/data.ts", "--out", latest, ...args];
    execFileSync(process.execPath, command, { cwd: root, env: { ...process.env, ...tiny } });
    const file = join(latest, "models.parquet");
    return query(`SELECT model, likes, on_hub FROM '${file}' ORDER BY model`);
  };
  const before = await snapshot();
  const [first, second] = before.map(({ model }) => String(model));
  // A Hub that knows none of them is not believed, unless somebody says so.
  const wrong = await start(hub, join(dir, "wrong"), ["--facts"], tiny).ended;
  expect(wrong).toMatchObject({ code: 1, out: "" });
  expect(wrong.err).toMatch(/^Of 13 models asked about for the first time, 13 are gone/);
  const allowed = await start(hub, join(dir, "wrong"), ["--facts", "--allow-gone"], tiny).ended;
  expect(allowed).toMatchObject({ code: 0, err: "" });
  expect(allowed.out).toContain("Gone from the Hub: 13\n");
  hub.model(first!, { likes: 4321 });
  hub.model(second!, {}, {});
  hub.repos.get(`models/${second}`)!.movedTo = "kitchen/renamed";
  hub.model("kitchen/renamed", { likes: 7 });
  const cache = join(dir, "hub");
  // A full disk: nothing of them is kept, and nothing lost.
  const limited = 'ulimit -f 1; exec "$@"';
  const full = await start(hub, cache, ["--facts", "--limit", "3"], tiny, limited).ended;
  expect(full).toMatchObject({ code: 1, out: "" });
  expect(full.err).toMatch(/^The cache .* cannot be written: .* \(EFBIG\)/);
  const facts = await start(hub, cache, ["--facts", "--limit", "3"], tiny).ended;
  expect(facts.err).toBe("");
  const models = new Set(before.map(({ model }) => model)).size;
  expect(facts.out).toContain(
    `Facts of ${models} models: 3 asked about, 0 still young, ${models - 3} left for the next time\n`,
  );
  expect(facts.out).toContain(`Renamed: 1\n  ${second} is now kitchen/renamed\n`);
  expect(facts.out).toContain("Gone from the Hub: 1\n");
  const after = await snapshot("--cache", cache);
  expect(after.map(({ model }) => model)).toEqual(before.map(({ model }) => model));
  expect(after[0]).toMatchObject({ likes: 4321, on_hub: true });
  expect(after[1]).toMatchObject({ likes: 7, on_hub: true });
  expect(after[2]).toEqual({ ...before[2], on_hub: false });
  expect(after.slice(3)).toEqual(before.slice(3));
  const { sources } = await readJson<Manifest>(latest, "manifest.json");
  expect(sources.at(-1)).toMatchObject({ source: "facts", rows: 3 });
  // The snapshot has the facts too: a new cache begins with them.
  const again = await start(hub, join(dir, "new"), ["--facts", "--limit", "1"], tiny).ended;
  expect(again.out).toContain(`1 asked about, 3 still young, ${models - 4} left`);
});

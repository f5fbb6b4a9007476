import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { harnesses, harnessRuns } from "./processes.ts";
import { MODEL, newWorld, RESULTS, type World } from "./world.ts";

/** Seconds. */
const LEASE = 20;

const ARGS = ["--once", "--lease", String(LEASE)];

/** One command for all benchmarks, and one for each, so that there is something to go on from. */
const ONE = "tests/runner/board.config.ts";
const THREE = "tests/runner/board-by-benchmark.config.ts";

/**
 * Where the first runner is killed, with which leaderboard, how many commands it has, and which of them
 * are then not run again.
 */
const POINTS: [
  string,
  (world: World, kill: () => void) => void,
  { board: string; commands: number; kept: number[] },
][] = [
  [
    "the second command of three runs",
    whenHarnessRuns(2),
    { board: THREE, commands: 3, kept: [1] },
  ],
  ["the upload begins", whenUploadBegins, { board: ONE, commands: 1, kept: [1] }],
];

test.each(POINTS)(
  "kill -9 when %s: a second runner finishes it, exactly once",
  async (_, kill, { board, commands, kept }) => {
    const world = await newWorld();
    const env = { LEADERBOARD_CONFIG: board };
    const path = world.submit();
    const first = world.runner(ARGS, env);
    kill(world, () => first.child.kill("SIGKILL"));
    const { signal, out: begun } = await first.ended;
    expect(signal, begun).toBe("SIGKILL");
    // The harness ended with its runner.
    await new Promise((done) => setTimeout(done, 1000));
    expect(await harnesses(world)).toEqual([]);
    expect(world.request(path)).toMatchObject({ status: "RUNNING", runner: { tries: 1 } });
    expect(resultsIn(world)).toEqual([]);

    const early = await world.runner(ARGS, env).ended;
    expect(early.out).toContain("No request that waits fits here.");
    await new Promise((done) => setTimeout(done, LEASE * 1000));
    const { code, out, err } = await world.runner(ARGS, env).ended;
    expect({ code, err }, out).toEqual({ code: 0, err: "" });
    expect(out).toContain(`${MODEL}: its runner is gone, now PENDING`);
    for (const i of [1, 2, 3]) {
      expect(out.includes(`command ${i} was done before`), out).toBe(kept.includes(i));
    }
    expect(world.request(path)).toMatchObject({ status: "FINISHED", runner: { tries: 2 } });

    expect(resultsIn(world).filter((name) => /\/results_/.test(name))).toHaveLength(commands);
    expect(resultsIn(world).filter((name) => /\/runner_/.test(name))).toHaveLength(1);
    const samples = [...world.files("compass/compass__random-details").keys()];
    expect(samples.filter((name) => /\/samples_/.test(name))).toHaveLength(4);
    // Nothing is left to do, and nothing is done.
    const idle = await world.runner(ARGS, env).ended;
    expect(idle.out).toContain("No request that waits fits here.");
    expect(await readdir(join(world.work, "jobs"))).toEqual([]);
  },
);

test("whoever stops a runner puts its request back, and ends the harness", async () => {
  const world = await newWorld();
  const path = world.submit();
  const { child, ended } = world.runner(ARGS);
  whenHarnessRuns(1)(world, () => child.kill("SIGTERM"));
  expect(await ended).toMatchObject({ code: 1, err: "Stopped; the request was put back.\n" });
  expect(await harnesses(world)).toEqual([]);
  expect(world.request(path)).toMatchObject({
    status: "PENDING",
    job_id: -1,
    runner: { until: null, tries: 0 },
  });
});

function resultsIn(world: World): string[] {
  return [...world.files(RESULTS).keys()].filter((name) => name.startsWith(MODEL));
}

/** Once the harness has been started so many times. */
function whenHarnessRuns(times: number) {
  return (world: World, kill: () => void) => harnessRuns(world, times).then(kill);
}

/** The first thing that is uploaded is a model's dataset of samples, which is made for it. */
function whenUploadBegins(world: World, kill: () => void): void {
  world.hub.onRequest = ({ operation }) => {
    if (operation === "create") kill();
  };
}

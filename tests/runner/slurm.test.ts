// The executor slurm with a real Slurm of this machine, and the real harness.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import type { Command } from "../../src/pipeline/runner/executor.ts";
import { recordSchema } from "../../src/pipeline/runner/record.ts";
import type { SlurmSettings } from "../../src/pipeline/runner/slurm/settings.ts";
import { slurm } from "../../src/pipeline/runner/slurm/slurm.ts";
import { query } from "../pipeline/snapshot/snapshot.ts";
import { type Cluster, startCluster } from "./cluster/start.ts";
import { harnesses, harnessRuns } from "./processes.ts";
import { scoresOf } from "./scores.ts";
import { MODEL, newWorld, RESULTS, type World } from "./world.ts";

const cluster = await startCluster().catch((error: Error) => {
  console.log(`\nTHE EXECUTOR SLURM WAS NOT TESTED WITH A REAL SLURM: ${error.message}.\n`);
  return null;
});
if (cluster) Object.assign(process.env, cluster.env);
afterAll(() => cluster?.stop());

const slurmTest = test.skipIf(cluster === null);
const { call } = cluster ?? ({} as Cluster);

const SETTINGS: SlurmSettings = {
  partition: "spare",
  account: null,
  gres: "gpu",
  gpuMemory: 2 ** 30,
  options: [],
  downloadHere: false,
};

/** A command of a shell as a job with one GPU. */
function sh(line: string, change: Partial<Command> = {}, settings = SETTINGS) {
  const folder = mkdtempSync(join(tmpdir(), "slurm-command-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const said: string[] = [];
  const executor = slurm(settings, "/usr/bin/python3", (text) => said.push(text));
  const ended = executor.run({
    name: "compass/$(touch x)",
    request: folder.slice(-6),
    needs: { gpus: 1, memory: 2 ** 28, seconds: 10, network: false },
    argv: ["/bin/sh", "-c", line, "sh", "$(touch x); a b"],
    env: { PATH: "/usr/bin:/bin", ONLY: "this", CUDA_VISIBLE_DEVICES: "7" },
    cwd: folder,
    folder,
    empty: null,
    log: join(folder, "log"),
    limits: { seconds: 3600, disk: 1e9, output: 1e6 },
    signal: new AbortController().signal,
    ...change,
  });
  return { ended, said, folder, log: () => read(join(folder, "log")) };
}

const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : "");

const until = async (is: () => boolean) => {
  for (let i = 0; i < 600 && !is(); i++) await new Promise((done) => setTimeout(done, 100));
};

const states = (): string[] => call("squeue", "--noheader", "--format=%T").trim().split("\n");

/** Somebody whose jobs come first takes the GPU. */
const takeGpu = (seconds: number): string =>
  call(
    "sbatch",
    "--parsable",
    "--partition=high",
    "--gres=gpu:1",
    "--output=/dev/null",
    `--wrap=sleep ${seconds}`,
  ).trim();

slurmTest("a command has its words, its environment and its GPU, and ends as it ends", async () => {
  process.env.HF_TOKEN_OF_TESTS = "hf_secret";
  const job = sh('echo "$1|$ONLY|$CUDA_VISIBLE_DEVICES"; env; exit 3');
  const ended = await job.ended;
  expect(ended).toMatchObject({ code: 3, signal: null, stopped: null });
  expect(ended.tail).toBe(job.log());
  const [first, ...env] = ended.tail.trim().split("\n");
  expect(first).toBe("$(touch x); a b|this|0");
  expect(env.join("\n")).not.toMatch(/hf_secret|SLURM/);
  // What it was handed in with is gone.
  expect(await readdir(job.folder)).toEqual(["log"]);
});

slurmTest("who stops it ends the job", async () => {
  const stop = new AbortController();
  const { ended, said } = sh("sleep 300", { signal: stop.signal });
  await until(() => said.some((text) => text.endsWith("RUNNING")));
  stop.abort();
  expect(await ended).toMatchObject({ code: null, stopped: "abort" });
  expect(states()).toEqual([""]);
});

slurmTest("whoever else ends the job is told of", async () => {
  const { ended, said } = sh("sleep 300");
  await until(() => said.some((text) => text.endsWith("RUNNING")));
  call("scancel", /Slurm job (\d+)/.exec(said[0]!)![1]!);
  expect(await ended).toMatchObject({
    stopped: "cluster",
    why: "somebody cancelled it on the cluster.",
  });
});

slurmTest("what takes too long is ended by Slurm", async () => {
  const { ended } = sh("echo begun; sleep 300", {
    limits: { seconds: 60, disk: 1e9, output: 1e6 },
  });
  const { stopped, tail, seconds } = await ended;
  expect({ stopped, tail: tail.split("\n")[0] }).toEqual({ stopped: "time", tail: "begun" });
  expect(seconds).toBeGreaterThan(50);
});

slurmTest("what is refused says so, and is no fault of the request", async () => {
  const { ended } = sh("true", { needs: { gpus: 9, memory: 1, seconds: 1, network: false } });
  await expect(ended).rejects.toThrow(
    /^Slurm does not take the job: .*Requested node configuration is not available\.$/,
  );
});

slurmTest("what Slurm would never start is taken back", async () => {
  const settings = { ...SETTINGS, options: ["--hold"] };
  const { ended } = sh("true", {}, settings);
  await expect(ended).rejects.toThrow(
    /^Slurm job \d+ is not going to start: JobHeldUser\. Mend that first\.$/,
  );
  expect(states()).toEqual([""]);
});

slurmTest("a command that gave way begins anew, with its folder empty", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slurm-empty-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const line = `ls '${folder}'; touch '${folder}/half'; echo begun; sleep 8`;
  const { ended, said, log } = sh(line, { empty: folder });
  await until(() => log() === "begun\n");
  takeGpu(3);
  expect(await ended).toMatchObject({ code: 0, stopped: null });
  expect(said.join("\n")).toContain("RUNNING, begun anew once");
  expect(log()).toBe("begun\nbegun\n");
});

/** One command for each benchmark, in the partition that gives way, with the stand-in GPU. */
const ENV = { LEADERBOARD_CONFIG: "tests/runner/board-by-benchmark.config.ts", ...cluster?.env };
const ARGS = [
  ...["--once", "--lease", "20", "--executor", "slurm", "--slurm-partition", "spare"],
  // Nothing can be computed on it.
  ...["--slurm-gpu-memory", "0", "--slurm-option=--gres=gpu:1"],
];

/** Milliseconds: a job is waited for longer than its command takes. */
const LONG = 600_000;

const resultsIn = (world: World) =>
  [...world.files(RESULTS).keys()].filter((name) => name.startsWith(`${MODEL}/results_`));

slurmTest(
  "a request becomes a row, although its job had to give way in the middle",
  async () => {
    const world = await newWorld();
    const path = world.submit({ use_chat_template: true });
    const runner = world.runner(ARGS, ENV);
    await harnessRuns(world, 2);
    takeGpu(2);
    const { code, out, err } = await runner.ended;
    expect({ code, err }, out).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/PENDING \(BeginTime\), begun anew once/);
    expect(out).toMatch(/COMPLETED, begun anew once/);
    expect(world.request(path)).toMatchObject({ status: "FINISHED", runner: { tries: 1 } });
    expect(resultsIn(world)).toHaveLength(3);

    const files = world.files(RESULTS);
    const recorded = [...files.keys()].find((name) => name.startsWith(`${MODEL}/runner_`));
    const record = recordSchema.parse(JSON.parse(files.get(recorded!)!.toString()));
    expect(record).toMatchObject({ executor: "slurm", machine: { gpus: [] } });
    // Noted on the node, not where the runner is.
    expect(record.node?.cores).toBeGreaterThan(0);
    expect(record.energy.kwh).toBeGreaterThan(0);
    expect(record.device).toMatch(/^\d+ cores of the Slurm partition spare$/);

    const models = join(await world.tables(), "models.parquet");
    const [row, ...more] = await query(`SELECT * FROM '${models}' WHERE model = '${MODEL}'`);
    expect(more).toEqual([]);
    const scores = scoresOf(world, MODEL);
    for (const [key, score] of Object.entries(scores))
      expect(row![key], key).toBeCloseTo(score, 10);
    expect(scores.winds_raw).toBeGreaterThan(0);
  },
  LONG,
);

slurmTest(
  "kill -9 of the runner: the next one ends its job, and runs it once",
  async () => {
    const env = { ...ENV, LEADERBOARD_CONFIG: "tests/runner/board.config.ts" };
    const world = await newWorld();
    const path = world.submit();
    const first = world.runner(ARGS, env);
    const harness = await harnessRuns(world, 1);
    first.child.kill("SIGKILL");
    await first.ended;
    // It would be done before the lease is over.
    process.kill(Number(harness), "SIGSTOP");
    await new Promise((done) => setTimeout(done, 21_000));
    expect(states()).toEqual(["RUNNING"]);
    const { code, out, err } = await world.runner(ARGS, env).ended;
    expect({ code, err }, out).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/Slurm job \d+ of a runner that is gone is cancelled/);
    expect(world.request(path)).toMatchObject({ status: "FINISHED", runner: { tries: 2 } });
    expect(resultsIn(world)).toHaveLength(1);
    expect(states()).toEqual([""]);
    expect(await harnesses(world)).toEqual([]);
  },
  LONG,
);

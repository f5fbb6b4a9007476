// The executor slurm with programs that say what a Slurm would.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Command } from "../../../src/pipeline/runner/executor.ts";
import type { SlurmSettings } from "../../../src/pipeline/runner/slurm/settings.ts";
import { slurm } from "../../../src/pipeline/runner/slurm/slurm.ts";
import { tmpFolder } from "../cache/folder.ts";
import { fakeSlurm } from "./fake-slurm.ts";

const SETTINGS: SlurmSettings = {
  partition: null,
  account: null,
  gres: "gpu",
  gpuMemory: 2 ** 30,
  options: [],
  downloadHere: false,
};

const REPORT = JSON.stringify({ code: 0, signal: null, seconds: 5, tail: "done\n" });

/** Runs a command as a job. */
async function run(change: Partial<Command> = {}, settings: Partial<SlurmSettings> = {}) {
  const folder = await tmpFolder();
  const said: string[] = [];
  const executor = slurm({ ...SETTINGS, ...settings }, "/w/python", (text) => said.push(text));
  const ended = executor.run({
    name: "o/n",
    request: "0123456789abcdef",
    needs: { gpus: 1, memory: 2 ** 28, seconds: 10, network: false },
    argv: ["/bin/echo", "$(touch x)"],
    env: { TOKEN: "hf_read" },
    cwd: folder,
    folder,
    empty: null,
    log: join(folder, "log"),
    limits: { seconds: 3600, disk: 1e6, output: 1e6 },
    signal: new AbortController().signal,
    ...change,
  });
  return { ended, said, folder };
}

test("a job is handed in, waited for, and its folder is gone after it", async () => {
  const fake = await fakeSlurm();
  await fake.write("ended.json", REPORT);
  await fake.looks("PENDING 0 Resources", "RUNNING 0 None", "COMPLETED 0 None");
  process.env.HF_TOKEN = "hf_write";
  onTestFinished(() => {
    delete process.env.HF_TOKEN;
  });
  const { ended, said, folder } = await run();
  expect(await ended).toEqual({ ...JSON.parse(REPORT), stopped: null });
  expect(said).toEqual([
    "o/n: Slurm job 7: PENDING (Resources)",
    "o/n: Slurm job 7: RUNNING",
    "o/n: Slurm job 7: COMPLETED",
  ]);
  expect(await readdir(folder)).toEqual([]);
  // Neither sbatch nor its words know a token; the command's own is in a file that is shut.
  expect((await fake.read("words")) + (await fake.read("env"))).not.toMatch(/hf_|touch/);
  expect(await fake.read("mode")).toBe("600\n");
  expect(JSON.parse(await fake.read("command.json"))).toMatchObject({ env: { TOKEN: "hf_read" } });
});

test("one that gives way and is begun anew goes on, whatever it seems to be in between", async () => {
  const fake = await fakeSlurm();
  await fake.write("ended.json", REPORT);
  await fake.looks("RUNNING 0 None", "PREEMPTED 0 None", "PENDING 1 BeginTime", "COMPLETED 1 None");
  const { ended, said } = await run();
  expect(await ended).toMatchObject({ code: 0, stopped: null });
  expect(said.at(-1)).toBe("o/n: Slurm job 7: COMPLETED, begun anew once");
});

test("one that stays so has ended", async () => {
  const fake = await fakeSlurm();
  await fake.looks("NODE_FAIL 0 None");
  const { ended } = await run();
  expect(await ended).toMatchObject({ stopped: "cluster", why: "its node of the cluster failed." });
});

test("a controller that is away is waited for; a job that squeue has forgotten the accounting knows", async () => {
  const fake = await fakeSlurm();
  await fake.looks("away", "gone");
  await fake.write("accounting", "OUT_OF_MEMORY\n");
  const { ended, said } = await run();
  expect(await ended).toMatchObject({ stopped: "memory" });
  expect(said[0]).toBe("o/n: Slurm job 7: UNREACHABLE");
});

test("a job that nobody knows any more ended as it noted itself", async () => {
  const fake = await fakeSlurm();
  await fake.write("ended.json", REPORT);
  await fake.looks("gone");
  expect(await (await run()).ended).toMatchObject({ code: 0 });
});

test("what a dead runner left of the request is ended before; other jobs are not", async () => {
  const fake = await fakeSlurm();
  await fake.write("strays", "5|open-leaderboard 0123456789abcdef\n6|open-leaderboard other\n4|\n");
  await fake.write("ended.json", REPORT);
  const { ended, said } = await run();
  // scancel of the fake makes every job one that was cancelled, but what was noted counts.
  expect(await ended).toMatchObject({ code: 0 });
  expect(await fake.read("cancelled")).toBe("5\n");
  expect(said[0]).toBe("o/n: Slurm job 5 of a runner that is gone is cancelled");
});

test("a job that Slurm took without saying so is not run twice", async () => {
  const fake = await fakeSlurm();
  await fake.write("refusals", "sbatch: error: Batch job submission failed: Socket timed out\n");
  await fake.write("taken", "6|open-leaderboard 0123456789abcdef\n");
  await fake.write("ended.json", REPORT);
  expect(await (await run()).ended).toMatchObject({ code: 0 });
  expect(await fake.read("cancelled")).toBe("6\n");
}, 20_000);

test("who stops it ends the job", async () => {
  const fake = await fakeSlurm();
  await fake.looks("RUNNING 0 None");
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 300);
  expect(await (await run({ signal: stop.signal })).ended).toMatchObject({ stopped: "abort" });
  expect(await fake.read("cancelled")).toMatch(/^7\n/);
});

test("what writes more than it may is ended", async () => {
  const fake = await fakeSlurm();
  await fake.looks("RUNNING 0 None");
  const { ended, folder } = await run();
  await writeFile(join(folder, "big"), Buffer.alloc(2e6));
  expect(await ended).toMatchObject({ stopped: "disk" });
  expect(await fake.read("cancelled")).toMatch(/^7\n/);
});

test("what Slurm refuses, or will never start, stops the runner with a sentence", async () => {
  const fake = await fakeSlurm();
  const refusal = "sbatch: error: Batch job submission failed: Invalid account\n";
  await fake.write("refusals", refusal);
  await expect((await run()).ended).rejects.toThrow(
    "Slurm does not take the job: Batch job submission failed: Invalid account.",
  );
  await fake.looks("PENDING 0 PartitionTimeLimit");
  await expect((await run()).ended).rejects.toThrow(
    "Slurm job 7 is not going to start: PartitionTimeLimit. Mend that first.",
  );
  expect(await fake.read("cancelled")).toMatch(/^7\n/);
});

test("a machine without Slurm says so", async () => {
  const path = process.env.PATH;
  process.env.PATH = await tmpFolder();
  onTestFinished(() => {
    process.env.PATH = path;
  });
  await expect((await run()).ended).rejects.toThrow(/^There is no sinfo: .* login node/);
});

test("downloads run here where that is asked for", async () => {
  const { ended, folder } = await run(
    { needs: { gpus: 0, memory: 1, seconds: null, network: true } },
    { downloadHere: true },
  );
  expect((await ended).tail).toBe("$(touch x)\n");
  expect(await readdir(folder)).toEqual(["log"]);
});

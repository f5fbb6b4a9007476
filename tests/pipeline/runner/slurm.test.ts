// What is pure of the executor slurm. With a real Slurm: tests/runner/slurm.test.ts.
import { expect, test } from "vitest";
import { slurmSettings } from "../../../src/pipeline/commands/executors.ts";
import { type Ended, failureOf } from "../../../src/pipeline/runner/failure.ts";
import { errorIn, isUnreachable } from "../../../src/pipeline/runner/slurm/call.ts";
import { machineOf, parseNodes } from "../../../src/pipeline/runner/slurm/nodes.ts";
import type { SlurmSettings } from "../../../src/pipeline/runner/slurm/settings.ts";
import {
  endedOf,
  isOver,
  isStuck,
  parseComments,
  parseSacct,
  parseSqueue,
  parseSubmitted,
} from "../../../src/pipeline/runner/slurm/state.ts";
import {
  commandFile,
  jobNameOf,
  minutesOf,
  sbatchWords,
} from "../../../src/pipeline/runner/slurm/submission.ts";

const SETTINGS: SlurmSettings = {
  partition: "gpu",
  account: "ann",
  gres: "gpu",
  gpuMemory: 80 * 2 ** 30,
  options: [],
  downloadHere: false,
};

/** As `sinfo --Node --noheader --format=%P|%c|%m|%t|%G` of several versions says it. */
const NODES = `cpu*|64|256000+|idle|(null)
cpu*|64|512000|mix|(null)
gpu|128|1024000|alloc|gpu:a100:8(S:0-7)
gpu|128|1024000|down*|gpu:a100:16(S:0-7)
mixed|32|128000|idle|gpu:a100:2(S:0,3-5),gpu:v100:4(S:1),shard:8
old|8|64000|idle|gpu:1
`;
const of = (partition: string | null, change: Partial<SlurmSettings> = {}) =>
  machineOf(parseNodes(NODES), { ...SETTINGS, partition, ...change });

test("the machine is the largest node of the partition that is up", () => {
  const { cpu, gpus } = of("gpu");
  expect(cpu).toMatchObject({
    name: "the Slurm partition gpu",
    cores: 128,
    free: 1024000 * 2 ** 20,
  });
  expect(gpus).toHaveLength(8);
  expect(gpus[0]).toEqual({ name: "a100 of gpu", memory: 80 * 2 ** 30, driver: "unknown" });
  // The default partition, without GPUs; the larger of two nodes.
  expect(of(null, { gpuMemory: null })).toMatchObject({
    cpu: { cores: 64, memory: 512000 * 2 ** 20 },
    gpus: [],
  });
});

test("GPUs of one type are counted where one is asked for", () => {
  expect(of("mixed").gpus).toHaveLength(6);
  expect(of("mixed", { gres: "gpu:v100" }).gpus.map(({ name }) => name)).toEqual(
    Array(4).fill("v100 of mixed"),
  );
  expect(of("old").gpus.map(({ name }) => name)).toEqual(["GPU of old"]);
  expect(of("old", { gpuMemory: 0 }).gpus).toEqual([]);
});

test("what Slurm does not know has to be said", () => {
  expect(() => of("gpu", { gpuMemory: null })).toThrow(/--slurm-gpu-memory GIGABYTES, or 0/);
  expect(() => of("nowhere")).toThrow(/no nodes in the partition nowhere: sinfo lists/);
  expect(() => machineOf([], { ...SETTINGS, partition: null })).toThrow(/no default partition/);
});

const command = {
  name: "o/n $(touch x)\n--wrap=x",
  request: "0123456789abcdef",
  needs: { gpus: 2, memory: 16 * 2 ** 30, seconds: 7200, network: false },
  limits: { seconds: 86_400, disk: 1e9, output: 1e6 },
};
const where = { place: "/w/jobs/1/slurm-x", python: "/w/bin/python" };

test("the words of sbatch: what is needed, on what, and nothing of the request but its name, cleaned", () => {
  const words = sbatchWords(command, { ...SETTINGS, options: ["--qos=low"] }, of("gpu"), where);
  expect(words.slice(0, -4)).toEqual([
    "--parsable",
    "--requeue",
    "--export=NONE",
    "--job-name=eval-o_n_touch_x_--wrap_x",
    "--comment=open-leaderboard 0123456789abcdef",
    "--output=slurm.out",
    "--open-mode=append",
    "--chdir=/w/jobs/1/slurm-x",
    "--nodes=1",
    "--ntasks=1",
    // A quarter of the GPUs, a quarter of the cores.
    "--cpus-per-task=32",
    "--mem=20480M",
    "--time=480",
    "--gres=gpu:2",
    "--partition=gpu",
    "--account=ann",
    "--qos=low",
  ]);
  expect(words.slice(-4).map((word) => word.replace(/.*\/scripts/, "scripts"))).toEqual([
    "scripts/runner/slurm.sh",
    "/w/bin/python",
    "scripts/runner/slurm.py",
    "/w/jobs/1/slurm-x",
  ]);
});

test("without GPUs all cores, for a download one; never more memory than a node has", () => {
  const plain = { ...SETTINGS, partition: null, account: null };
  const words = (needs: Partial<typeof command.needs>) =>
    sbatchWords(
      { ...command, needs: { ...command.needs, gpus: 0, ...needs } },
      plain,
      of(null),
      where,
    );
  expect(words({})).toContain("--cpus-per-task=64");
  expect(words({ network: true })).toContain("--cpus-per-task=1");
  expect(words({ memory: 2 ** 50 })).toContain("--mem=512000M");
  expect(words({ memory: 0 })).toContain("--mem=1M");
  expect(words({}).filter((word) => /gres|partition|account/.test(word))).toEqual([]);
});

test("a job may take four times as long as expected, an hour at least, and what is allowed at most", () => {
  const minutes = (seconds: number | null) =>
    minutesOf({ needs: { ...command.needs, seconds }, limits: command.limits });
  expect([10, 7200, 1e6, null].map(minutes)).toEqual([60, 480, 1440, 1440]);
});

test("names of jobs are short and plain", () => {
  expect(jobNameOf("o/n.v1")).toBe("eval-o_n.v1");
  expect(jobNameOf("x".repeat(200))).toHaveLength(64);
});

test("the command travels as words in a file", () => {
  const whole = {
    ...command,
    argv: ["/bin/echo", "$(x); '\""],
    env: { ONLY: "this" },
    cwd: "/c",
    folder: "/f",
    empty: "/f/output/0",
    log: "/f/log",
    signal: new AbortController().signal,
  };
  expect(JSON.parse(commandFile(whole))).toEqual({
    argv: ["/bin/echo", "$(x); '\""],
    env: { ONLY: "this" },
    cwd: "/c",
    log: "/f/log",
    output: 1e6,
    tail: 65_536,
    empty: "/f/output/0",
    silence: 900,
  });
});

/** A line of `squeue --Format`. */
const line = (state: string, restarts: string, reason: string) =>
  `${state.padEnd(24)}${restarts.padEnd(12)}${reason.padEnd(80)}\n`;

test("what squeue, sacct and sbatch say", () => {
  expect(parseSqueue(line("PENDING", "1", "BeginTime"))).toEqual({
    state: "PENDING",
    restarts: 1,
    reason: "BeginTime",
  });
  const reason = "launch failed requeued held";
  expect(parseSqueue(line("PENDING", "3", reason))).toMatchObject({ reason });
  expect(parseSqueue("")).toBeNull();
  expect(parseSacct("CANCELLED by 1000\n")).toMatchObject({ state: "CANCELLED" });
  expect(parseSacct("OUT_OF_MEMORY\n")).toMatchObject({ state: "OUT_OF_MEMORY" });
  expect(parseSacct("\n")).toBeNull();
  expect(parseSubmitted("123\n")).toBe("123");
  expect(parseSubmitted("123;north\n")).toBe("123");
  expect(parseSubmitted("sbatch: error\n")).toBeNull();
  expect(parseComments("12|open-leaderboard a|b\n7|\nodd\n")).toEqual([
    { id: "12", comment: "open-leaderboard a|b" },
    { id: "7", comment: "" },
  ]);
});

test("a controller that does not answer is told from one that refuses", () => {
  const err = (text: string) => ({ ok: false, out: "", err: text });
  const away = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n";
  expect(isUnreachable(err(away))).toBe(true);
  expect(isUnreachable(err("slurm_load_jobs error: Invalid job id specified\n"))).toBe(false);
  expect(isUnreachable({ ok: true, out: "", err: "" })).toBe(false);
  const refused =
    "sbatch: error: x\nsbatch: error: Batch job submission failed: Invalid partition name specified\n";
  expect(errorIn(err(refused))).toBe(
    "Batch job submission failed: Invalid partition name specified",
  );
});

const at = (state: string, reason = "") => ({ state, restarts: 0, reason });

test("a job that waits, gives way or ends goes on; one that somebody holds, or that asks too much, does not", () => {
  const going = [
    "PENDING",
    "RUNNING",
    "SUSPENDED",
    "COMPLETING",
    "CONFIGURING",
    "REQUEUED",
    "UNREACHABLE",
  ];
  expect(going.filter((state) => isOver(at(state)))).toEqual([]);
  const waits = ["None", "Resources", "Priority", "BeginTime", "ReqNodeNotAvail", "QOSGrpCpuLimit"];
  expect(waits.filter((reason) => isStuck(at("PENDING", reason)))).toEqual([]);
  const stuck = [
    "JobHeldUser",
    "launch failed requeued held",
    "PartitionTimeLimit",
    "QOSMaxGRESPerJob",
    "AssocMaxWallDurationPerJobLimit",
  ];
  expect(stuck.filter((reason) => !isStuck(at("PENDING", reason)))).toEqual([]);
  expect(isStuck(at("REQUEUE_HOLD"))).toBe(true);
});

const NOTHING = { seconds: 60, tail: "" };
const REPORT = { code: 1, signal: null, seconds: 5, tail: "KeyError: 'x'\n" };

test.each<[string, Partial<Ended>, string, RegExp]>([
  ["FAILED", { code: 1, stopped: null }, "harness", /KeyError/],
  ["OUT_OF_MEMORY", { stopped: "memory" }, "out-of-memory", /did not fit into the memory/],
  ["TIMEOUT", { stopped: "time" }, "timeout", /was not done in the time/],
  ["DEADLINE", { stopped: "time" }, "timeout", /was not done in the time/],
  ["NODE_FAIL", { stopped: "cluster" }, "harness", /its node of the cluster failed/],
  ["BOOT_FAIL", { stopped: "cluster" }, "harness", /did not start/],
  ["PREEMPTED", { stopped: "cluster" }, "harness", /it had to give way/],
  ["FORGOTTEN", { stopped: "cluster" }, "harness", /does not know its job any more/],
  ["CANCELLED", { stopped: "cluster" }, "harness", /somebody cancelled it/],
])("a job that ended as %s", (state, ended, cause, why) => {
  const made = endedOf(at(state), state === "FAILED" ? REPORT : null, {}, NOTHING);
  expect(made).toMatchObject(ended);
  const failure = failureOf("o/n", made);
  expect(failure).toEqual({ cause, why: expect.stringMatching(why) });
});

test("what ended well ended well; what we stopped we stopped", () => {
  const well = { ...REPORT, code: 0 };
  expect(endedOf(at("OUT_OF_MEMORY"), well, {}, NOTHING)).toMatchObject({ code: 0, stopped: null });
  const ours = { stopped: "abort" } as const;
  expect(endedOf(at("CANCELLED"), null, ours, NOTHING)).toMatchObject({ stopped: "abort" });
  expect(endedOf(at("COMPLETED"), well, ours, NOTHING)).toMatchObject({ stopped: "abort" });
  // One that never began has no words of its own but the node's.
  const tail = "slurm.sh: 4: exec: /w/bin/python: not found\n";
  const made = endedOf(at("FAILED"), null, {}, { seconds: 0, tail });
  expect(failureOf("o/n", made).why).toContain("python: not found");
});

const VALUES = {
  executor: "slurm",
  "slurm-gres": "gpu",
  "slurm-option": [],
  "slurm-download-here": false,
};

test("settings come from options, and from sbatch's own variables", () => {
  const env = { SBATCH_PARTITION: "gpu", SBATCH_ACCOUNT: "ann" };
  expect(slurmSettings(VALUES, env)).toMatchObject({
    partition: "gpu",
    account: "ann",
    gpuMemory: null,
  });
  expect(
    slurmSettings({ ...VALUES, "slurm-partition": "cpu", "slurm-gpu-memory": "0" }, env),
  ).toMatchObject({ partition: "cpu", gpuMemory: 0 });
  const wrong = (change: object, why: RegExp) =>
    expect(() => slurmSettings({ ...VALUES, ...change }, {})).toThrow(why);
  wrong({ "slurm-gpu-memory": "80GB" }, /^--slurm-gpu-memory 80GB: must be a number/);
  wrong({ "slurm-gres": "gpu --x" }, /^--slurm-gres gpu --x: must be like gpu/);
  wrong({ "slurm-option": ["script.sh"] }, /must be one option of sbatch with its value/);
});

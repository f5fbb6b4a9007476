import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordSchema } from "../../../src/pipeline/runner/record.ts";
import { cancel, plan, runFirst } from "../../../src/pipeline/runner/rounds.ts";
import { readStatus } from "../../../src/pipeline/runner/status.ts";
import { start } from "../../scripts/process.ts";
import { tmpFolder } from "../cache/folder.ts";
import { filesBelow } from "../hub/jobs.ts";
import { KITCHEN_BOARD } from "../snapshot/snapshot.ts";
import { filesIn, REQUESTS, RESULTS, requestIn } from "./fake.ts";
import {
  asProcess,
  deliver,
  endless,
  entriesOf,
  evaluates,
  jobsHub,
  jobsRunner,
  ordersOf,
  outputOf,
  paid,
} from "./fake-jobs.ts";

const MODEL = "a/anise";

const uploaded = (hub: Parameters<typeof filesIn>[0]) =>
  [...filesIn(hub, RESULTS)].filter(([path]) => path.startsWith(MODEL));

const until = async (is: () => boolean) => {
  for (let i = 0; i < 600 && !is(); i++) await new Promise((done) => setTimeout(done, 10));
  expect(is()).toBe(true);
};

/** A harness in Node: writes what it was given for the model that it is asked about. */
const HARNESS = `
const { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } = require("node:fs");
const words = process.argv.slice(2);
const place = words[words.indexOf("--output_path") + 1];
mkdirSync(place + "/m", { recursive: true });
const files = ${JSON.stringify(outputOf(MODEL))};
for (const [name, text] of Object.entries(files)) writeFileSync(place + "/m/" + name, text);
// What is none of the harness's stays in the container.
writeFileSync(place + "/m/notes.txt", "x");
symlinkSync("/etc/passwd", place + "/m/results_2025-01-01T00-00-00.json");
const hub = process.env.HF_HOME + "/hub/models--a--anise/snapshots/";
const [commit] = readdirSync(hub);
console.log("SAW " + JSON.stringify({
  words, commit, model: readdirSync(hub + commit), env: Object.keys(process.env).sort(),
  network: readdirSync("/sys/class/net"),
}));
`;

test("a request becomes results by a job: no token, nothing of ours but what is mounted", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = asProcess(HARNESS);
  const { runner, said, work } = await jobsRunner(hub);
  expect((await runFirst(runner))?.row.status, said.join("\n")).toBe("FINISHED");
  const [job] = jobs.all;
  expect(jobs.all).toHaveLength(1);
  const commit = hub.repos.get(`models/${MODEL}`)!.branches.get("main")!;
  const kit = hub.repos.get("datasets/kitchen/leaderboard-runner-kit")!;
  expect(kit.private).toBe(true);
  const { start: name } = ordersOf(job!);
  expect(job!.body).toMatchObject({
    dockerImage: "python:3.12",
    flavor: "t4-small",
    environment: {},
    attempts: 1,
    labels: {
      runner: "leaderboard",
      request: expect.stringMatching(/^[0-9a-f]{16}$/),
      start: name,
    },
    volumes: [
      {
        type: "dataset",
        source: "kitchen/leaderboard-runner-kit",
        revision: kit.branches.get("main"),
        readOnly: true,
        mountPath: "/runner/kit",
      },
      { type: "model", source: MODEL, revision: commit, readOnly: true },
      { type: "bucket", source: "kitchen/leaderboard-runner", path: `jobs/${name}` },
    ],
  });
  expect(job!.body.secrets).toBeUndefined();
  expect(JSON.stringify(job!.body)).not.toContain("hf_");
  const saw = JSON.parse(job!.logs.find((line) => line.startsWith("SAW "))!.slice(4));
  expect(saw).toMatchObject({ commit, model: ["config.json", "model.safetensors"] });
  expect(saw.words.join(" ")).toContain(`pretrained=${MODEL},revision=${commit},dtype=float16`);
  expect(saw.env.filter((name: string) => /HF_TOKEN|SECRET/.test(name))).toEqual([]);
  const out = await filesBelow(jobs.bucket("kitchen/leaderboard-runner"));
  expect(Object.keys(out)).toEqual([
    `jobs/${name}/ended.json`,
    ...Object.keys(outputOf(MODEL)).map((file) => `jobs/${name}/output/0/${file}`),
  ]);
  const record = uploaded(hub)
    .find(([path]) => path.includes("runner_"))![1]
    .toString();
  expect(recordSchema.parse(JSON.parse(record))).toMatchObject({
    executor: "hf-jobs",
    device: "1 × T4 of t4-small",
    machine: { cpu: { cores: 4 }, gpus: [{ name: "T4 of t4-small", memory: 16e9 }] },
    models: { [MODEL]: { commit } },
    batch_size: null,
    // 90 seconds are two minutes, at a cent each.
    cost: { currency: "USD", amount: 0.02, per: "minute", seconds: 120 },
  });
  expect(await entriesOf(work)).toMatchObject([{ state: "spent", micro: 20_000, job: job!.id }]);
  expect((await readStatus(work))?.done[0]).toMatchObject({ cost: { amount: 0.02 } });
  const results = uploaded(hub)
    .find(([path]) => path.includes("results_"))![1]
    .toString();
  expect(JSON.parse(results)).toMatchObject({ model_sha: commit });
  expect(said.join("\n")).toMatch(/a job on t4-small, about \$0\.\d\d, at most \$0\.\d\d; \$5\.00/);
  expect(said.join("\n")).toMatch(/the job 0+1 cost \$0\.02/);
}, 30_000);

test("out of memory in a job: once more there, with one question at a time", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = asProcess(`
if (!process.argv.includes("--batch_size")) {
  console.log("torch.OutOfMemoryError: CUDA out of memory.");
  process.exit(1);
}
${HARNESS}`);
  const { runner } = await jobsRunner(hub);
  expect((await runFirst(runner))?.row.status).toBe("FINISHED");
  expect(jobs.all).toHaveLength(1);
  const record = uploaded(hub)
    .find(([path]) => path.includes("runner_"))![1]
    .toString();
  expect(JSON.parse(record)).toMatchObject({ batch_size: 1 });
}, 30_000);

test("a command that fails in a job is told to its submitter; what it cost is in the status", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = asProcess(
    `console.log("ValueError: needs trust_remote_code=True"); process.exit(1);`,
  );
  const { runner, work } = await jobsRunner(hub);
  expect((await runFirst(runner))?.row.status).toBe("FAILED");
  expect(requestIn(hub, MODEL).runner).toMatchObject({ cause: "remote-code" });
  expect((await readStatus(work))?.done[0]?.cost).toMatchObject({ amount: 0.02 });
}, 30_000);

test("commands that ended well in one job are not run, nor paid, in the next", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  const suite = KITCHEN_BOARD.suites[0]!;
  const reproduce = { ...suite.reproduce!, per_benchmark: true };
  const ended = { small: false, signal: null, stopped: null, seconds: 1, network: "none" };
  jobs.container = async (job, { root }) => {
    const commands = [
      { ...ended, i: 0, code: 0, tail: "" },
      { ...ended, i: 1, code: 1, tail: "KeyError: 'x'" },
    ];
    await deliver(job, root, outputOf(MODEL), { commands });
    return { stage: "COMPLETED" };
  };
  const { runner, work } = await jobsRunner(hub, { change: { suite: { ...suite, reproduce } } });
  expect((await runFirst(runner))?.row.status).toBe("PENDING");
  expect(requestIn(hub, MODEL).runner.why).toMatch(/KeyError: 'x'$/);
  jobs.container = async (job, { root }) => {
    await deliver(job, root, {});
    return { stage: "COMPLETED" };
  };
  expect((await runFirst(runner))?.row.status).toBe("FINISHED");
  const told = jobs.all.map((job) => ordersOf(job).commands.map(({ i }) => i));
  expect(told).toEqual([
    [0, 1, 2, 3],
    [1, 2, 3],
  ]);
  expect((await entriesOf(work)).map(({ micro }) => micro)).toEqual([20_000, 20_000]);
  const record = uploaded(hub)
    .find(([path]) => path.includes("runner_"))![1]
    .toString();
  expect(JSON.parse(record)).toMatchObject({
    commands: Array(4).fill(expect.arrayContaining(["lm_eval"])),
    // Both jobs.
    cost: { amount: 0.04, seconds: 240 },
  });
});

test("a container that cannot set up the harness says so", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  // Another harness than the image's; and no place for a new one.
  const container = asProcess(HARNESS, "c".repeat(16));
  jobs.container = async (job, box) => {
    await mkdir(join(box.root, "tmp/runner"), { recursive: true });
    await writeFile(join(box.root, "tmp/runner/harness"), "");
    return container(job, box);
  };
  const { runner } = await jobsRunner(hub);
  expect((await runFirst(runner))?.row.status).toBe("PENDING");
  expect(requestIn(hub, MODEL).runner.why).toMatch(/the container could not set up the harness: /);
}, 60_000);

test("the plan says what a request would cost, on what, and what the ceiling leaves out", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  const { runner } = await jobsRunner(hub);
  const [planned] = (await plan(runner)).planned;
  // The plain rule: 30 s to start, 2.4 GB at 200 MB a second, 2 × 1.2e9 × 1000 tokens × 2,030 choices at 1e14 a second:
  // 91 s, and 600 s of setting up, are 12 minutes at a cent.
  expect(planned!.estimate).toMatchObject({
    kind: "t4-small",
    deviceName: "1 × T4 of t4-small",
    cost: { currency: "USD", amount: 0.12, per: "minute", seconds: 720 },
  });
  const { executor } = runner;
  expect("about" in executor && (await executor.about())).toBe(
    "Jobs of kitchen on t4-small, l4x4, a100-large; $5.00 of the ceiling of $5.00 are left.",
  );
  const own = await jobsRunner(hub, { settings: { namespace: null } });
  const { executor: ann } = own.runner;
  expect("about" in ann && (await ann.about())).toMatch(/^Jobs of ann on /);
  const poor = await jobsRunner(hub, { settings: { ceiling: 0.2 } });
  expect((await plan(poor.runner)).planned[0]!.estimate).toBe(
    "a/anise is expected to cost $0.12 on t4-small, and a start of it more; $0.20 of the ceiling of $0.20 are left.",
  );
  expect(await runFirst(poor.runner)).toBeNull();
  expect(jobs.all).toEqual([]);
  expect(hub.log.filter(({ operation }) => operation === "jobs-start")).toEqual([]);
});

test("npm run runner -- --dry-run says it as a table, and starts and writes nothing", async () => {
  const { hub, jobs } = await jobsHub([MODEL, "b/basil"]);
  const [work, cache] = [await tmpFolder(), await tmpFolder()];
  const folders = ["--work", work, "--cache", cache, "--requests", REQUESTS, "--results", RESULTS];
  const env = {
    HF_ENDPOINT: hub.url,
    HF_TOKEN: "hf_w",
    LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts",
  };
  const rented = ["--executor", "hf-jobs", "--ceiling", "0.5", "--jobs-namespace", "kitchen"];
  const { code, out, err } = await start("runner", ["--dry-run", ...rented, ...folders], { env })
    .ended;
  expect({ code, err }, out).toEqual({ code: 0, err: "" });
  expect(out).toContain(
    "Jobs of kitchen on t4-small, l4x4, a100-large; $0.50 of the ceiling of $0.50 are left.",
  );
  expect(out).toMatch(/^model {4}precision {2}on {18}memory {2}time {8}cost$/m);
  expect(out).toMatch(
    /^a\/anise {2}float16 {4}1 × T4 of t4-small {2}\d\.\d GB {2}1 min 31 s {2}\$0\.12$/m,
  );
  expect(hub.log.filter(({ method }) => method !== "GET")).toEqual([]);
  expect(jobs.all).toEqual([]);
  expect(await entriesOf(work)).toEqual([]);
});

test("who stops the runner, or cancels the request, ends the job, and it is counted", async () => {
  const stopped = await jobsHub([MODEL]);
  stopped.jobs.container = endless;
  const { runner, stop, work } = await jobsRunner(stopped.hub);
  const ended = runFirst(runner);
  await until(() => stopped.jobs.all.length === 1);
  stop.abort(new Error("Stopped."));
  await expect(ended).rejects.toThrow("Stopped");
  expect(stopped.jobs.all[0]!.stage).toBe("CANCELED");
  expect(requestIn(stopped.hub, MODEL)).toMatchObject({ status: "PENDING", runner: { tries: 0 } });
  expect(await entriesOf(work)).toMatchObject([{ state: "spent", micro: 20_000 }]);
  // Another runner begins anew: what was ended has no results.
  stopped.jobs.container = evaluates;
  const next = await jobsRunner(stopped.hub, { work });
  expect((await runFirst(next.runner))?.row.status).toBe("FINISHED");
  expect(stopped.jobs.all).toHaveLength(2);

  const lost = await jobsHub([MODEL]);
  lost.jobs.container = endless;
  const second = await jobsRunner(lost.hub, { change: { lease: 300 } });
  const left = runFirst(second.runner);
  await until(() => lost.jobs.all.length === 1);
  expect(await cancel(second.runner, MODEL)).toBe(1);
  expect(await left).toBeNull();
  expect(lost.jobs.all[0]!.stage).toBe("CANCELED");
  expect(uploaded(lost.hub)).toEqual([]);
});

test("a job that ends without a word is no result, whatever its logs say; they are kept for people", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = async (job) => {
    job.logs.push("results: all right", "\u001b[31mbye");
    return { stage: "ERROR", message: "Job failed with exit code: 137" };
  };
  const { runner, work } = await jobsRunner(hub);
  expect((await runFirst(runner))?.row.status).toBe("PENDING");
  expect(requestIn(hub, MODEL).runner).toMatchObject({
    cause: "harness",
    why: expect.stringMatching(
      /its job ended as ERROR \(Job failed with exit code: 137\) and left no results\.$/,
    ),
  });
  expect(uploaded(hub)).toEqual([]);
  const [folder] = await readdir(join(work, "jobs"));
  const log = await readFile(join(work, "jobs", folder!, "evaluation.log"), "utf8");
  expect(log).toBe("results: all right\n[31mbye\n");
});

test("a job that has ended by the time it is to be ended is none that cannot be", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = endless;
  const inner = hub.jobs;
  hub.jobs = (call) => {
    if (!call.url.pathname.endsWith("/cancel")) return inner(call);
    inner(call);
    const body = Buffer.from('{"error": "Job is already finished"}');
    return { status: 400, headers: { "content-type": "application/json" }, body };
  };
  const { runner, stop } = await jobsRunner(hub);
  const ended = runFirst(runner);
  await until(() => jobs.all.length === 1);
  stop.abort(new Error("Stopped."));
  await expect(ended).rejects.toThrow("Stopped");
  expect(requestIn(hub, MODEL)).toMatchObject({ status: "PENDING", runner: { tries: 0 } });
});

test("a stage that nobody knows is waited for; that it has ended its time says", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = async (job, box) => {
    job.stage = "PONDERING";
    await new Promise((done) => setTimeout(done, 50));
    return { ...(await evaluates(job, box)), stage: "PONDERED" };
  };
  const { runner, said } = await jobsRunner(hub);
  expect((await runFirst(runner))?.row.status).toBe("FINISHED");
  expect(said.join("\n")).toMatch(/PONDERING[\s\S]*PONDERED/);
});

test("a job that is not got to run in time is ended, and the request goes back without a try", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = async (job, box) => {
    job.stage = "SCHEDULING";
    job.startedAt = null;
    job.createdAt = new Date(Date.now() - 3_600_000).toISOString();
    return endless(job, box);
  };
  const { runner } = await jobsRunner(hub);
  await expect(runFirst(runner)).rejects.toThrow(/did not get the job .* to run in time/);
  expect(jobs.all[0]!.stage).toBe("CANCELED");
  expect(requestIn(hub, MODEL)).toMatchObject({ status: "PENDING", runner: { tries: 0 } });
});

test("a job that goes on beyond its time is ended from here: a timeout", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = async (job, box) => {
    job.createdAt = new Date(Date.now() - 86_400_000).toISOString();
    return endless(job, box);
  };
  const { runner } = await jobsRunner(hub);
  expect((await runFirst(runner))?.row.status).toBe("FAILED");
  expect(requestIn(hub, MODEL).runner).toMatchObject({ cause: "timeout" });
});

test("a job of which the Hub does not say its limit is held to what was asked for", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = async (job, box) => {
    job.body.timeoutSeconds = undefined as never;
    job.createdAt = new Date(Date.now() - 86_400_000).toISOString();
    return endless(job, box);
  };
  const { runner } = await jobsRunner(hub);
  expect((await runFirst(runner))?.row.status).toBe("FAILED");
  expect(jobs.all[0]!.stage).toBe("CANCELED");
  expect(requestIn(hub, MODEL).runner).toMatchObject({ cause: "timeout" });
});

test("a job that the ceiling gave less time is no fault of its request", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = async (job, { root }) => {
    const command = { i: 0, small: false, code: null, signal: "SIGKILL", stopped: "deadline" };
    const commands = [{ ...command, seconds: 700, network: "none", tail: "" }];
    await deliver(job, root, {}, { commands });
    return { stage: "COMPLETED" };
  };
  // 40 minutes, of which 15 are for the start: less than the hour that it would have.
  const { runner } = await jobsRunner(hub, { settings: { ceiling: 0.4 } });
  await expect(runFirst(runner)).rejects.toThrow(/the ceiling left it less/);
  expect(jobs.all[0]!.body.timeoutSeconds).toBe(25 * 60);
  expect(requestIn(hub, MODEL)).toMatchObject({ status: "PENDING", runner: { tries: 0 } });

  const rich = await jobsHub([MODEL]);
  rich.jobs.container = jobs.container;
  const second = await jobsRunner(rich.hub);
  expect((await runFirst(second.runner))?.row.status).toBe("FAILED");
  expect(requestIn(rich.hub, MODEL).runner).toMatchObject({ cause: "timeout" });
});

test("what is public is not given questions, and not written to", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  hub.dataset("kitchen/leaderboard-runner-kit", { x: "" }, { members: ["ann"] });
  const { runner } = await jobsRunner(hub);
  await expect(runFirst(runner)).rejects.toThrow(/leaderboard-runner-kit is public/);
  const open = await jobsHub([MODEL]);
  open.jobs.private = false;
  const second = await jobsRunner(open.hub);
  await expect(runFirst(second.runner)).rejects.toThrow(/bucket .* is not said to be private/);
  expect([...jobs.all, ...open.jobs.all]).toEqual([]);
});

test("a token that may start no jobs is told what it lacks, and nothing is spent", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  const { runner, work } = await jobsRunner(hub);
  const inner = hub.jobs;
  hub.jobs = (call) =>
    call.req.method === "POST" && call.url.pathname === "/api/jobs/kitchen"
      ? {
          status: 402,
          headers: { "content-type": "application/json" },
          body: Buffer.from('{"error": "Pre-paid credit balance is insufficient"}'),
        }
      : inner(call);
  await expect(runFirst(runner)).rejects.toThrow(/402 Pre-paid credit balance is insufficient/);
  expect(await entriesOf(work)).toMatchObject([{ state: "spent", micro: 0 }]);
  expect(requestIn(hub, MODEL)).toMatchObject({ status: "PENDING", runner: { tries: 0 } });
  expect(paid(jobs)).toBe(0);
});

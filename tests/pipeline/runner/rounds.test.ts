import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Command } from "../../../src/pipeline/runner/executor.ts";
import type { Ended } from "../../../src/pipeline/runner/failure.ts";
import { happen, readQueue } from "../../../src/pipeline/runner/queue.ts";
import { recordSchema } from "../../../src/pipeline/runner/record.ts";
import { cancel, plan, runFirst } from "../../../src/pipeline/runner/rounds.ts";
import { readStatus } from "../../../src/pipeline/runner/status.ts";
import { FAULTS, type Fault, LATE_FAULTS } from "../hub/faults.ts";
import type { Operation, StandIn } from "../hub/stand-in.ts";
import {
  COMMIT,
  fakeRunner,
  filesIn,
  kitchenHub,
  REQUESTS,
  RESULTS,
  requestIn,
  WELL,
  writes,
} from "./fake.ts";

const FAILED: Ended = { ...WELL, code: 1 };
const MODEL = "a/anise";

/** Runs until its signal ends it. */
const endless = ({ signal }: Command) =>
  new Promise<Ended>((done) => {
    const end = () => done({ ...WELL, code: null, signal: "SIGTERM", stopped: "abort" });
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });

/** The only record among the results. */
function recordIn(hub: StandIn) {
  const [, bytes] = [...filesIn(hub, RESULTS)].find(([path]) => path.includes("runner_"))!;
  return recordSchema.parse(JSON.parse(bytes.toString()));
}

const until = async (is: () => boolean) => {
  for (let i = 0; i < 400 && !is(); i++) await new Promise((done) => setTimeout(done, 10));
  expect(is()).toBe(true);
};

test("requests are run one after the other, the oldest first, and each once", async () => {
  const hub = await kitchenHub([MODEL, "b/basil"]);
  const { runner, executor } = await fakeRunner(hub, (command, n) =>
    writes(n === 1 ? MODEL : "b/basil")(command, n),
  );
  expect((await runFirst(runner))?.row).toMatchObject({ model: MODEL, status: "FINISHED" });
  expect((await runFirst(runner))?.row).toMatchObject({ model: "b/basil", status: "FINISHED" });
  expect(await runFirst(runner)).toBeNull();
  expect(executor.commands).toHaveLength(2);
  expect(executor.commands[0]!.argv.join(" ")).toContain(`pretrained=${MODEL},revision=${COMMIT}`);
  const results = [...filesIn(hub, RESULTS).keys()].filter((path) => path.includes("results_"));
  expect(results).toHaveLength(2);
  expect(existsSync(join(runner.work, "jobs"))).toBe(true);
  const status = await readStatus(runner.work);
  expect(status).toMatchObject({ running: null, waiting: [], counts: { FINISHED: 2 } });
  expect(status?.done.map((d) => d.model)).toEqual(["b/basil", MODEL]);
});

test("the commit that the harness could not ask for is filled in, and nothing else", async () => {
  const hub = await kitchenHub([MODEL]);
  const { runner } = await fakeRunner(hub, writes(MODEL));
  await runFirst(runner);
  const [, bytes] = [...filesIn(hub, RESULTS)].find(([path]) => path.includes("results_"))!;
  expect(JSON.parse(bytes.toString())).toMatchObject({ model_sha: COMMIT });
});

test("out of memory: once more with one question at a time, which the record says", async () => {
  const hub = await kitchenHub([MODEL]);
  const tail = "torch.OutOfMemoryError: CUDA out of memory.";
  const { runner, executor } = await fakeRunner(hub, (command, n) =>
    n === 1 ? { ...FAILED, tail } : writes(MODEL)(command, n),
  );
  expect((await runFirst(runner))?.row.status).toBe("FINISHED");
  const batch = executor.commands.map(({ argv }) => argv[argv.indexOf("--batch_size") + 1]);
  expect(batch[1]).toBe("1");
  expect(recordIn(hub).batch_size).toBe(1);

  const again = await kitchenHub([MODEL]);
  const small = await fakeRunner(again, () => ({ ...FAILED, tail }));
  await runFirst(small.runner);
  expect(small.executor.commands).toHaveLength(2);
  expect(requestIn(again, MODEL)).toMatchObject({
    status: "FAILED",
    runner: { cause: "out-of-memory", tries: 1 },
  });
});

test("the record says what the run took of electricity and where it ran", async () => {
  const hub = await kitchenHub([MODEL]);
  const gpu = { name: "H", how: "counter", joules: 3_600_000, watts: 700 };
  const energy = { seconds: 1, cores: 1, memory: 0, cpu: 1, dram: 1, driver: "535.1", gpus: [gpu] };
  const { runner } = await fakeRunner(hub, async (command, n) => {
    const note = command.argv.find((word) => word.endsWith("launched.json"))!;
    await writeFile(note, JSON.stringify({ network: "none", energy }));
    return writes(MODEL)(command, n);
  });
  const machine = await runner.executor.machine();
  const gpus = [{ name: "H", memory: 80 * 2 ** 30, driver: "unknown" }];
  runner.executor = { ...runner.executor, machine: async () => ({ ...machine, gpus }) };
  await runFirst(runner);
  const record = recordIn(hub);
  expect(record.energy).toMatchObject({ how: "measured", kwh: 3_600_002 / 3_600_000 });
  expect(record.energy.of.map(({ part }) => part)).toEqual(["cpu", "memory", "gpu"]);
  // A hundred grams for each kilowatt-hour.
  expect(record.co2).toEqual({
    kg: 0.1 * (3_600_002 / 3_600_000),
    grams_per_kwh: 100,
    source: "the test",
  });
  expect(record.node).toEqual({ cores: 1, memory: 0, gpus: ["H"], driver: "535.1" });
});

test("what was not noted is not known, and no 0", async () => {
  const hub = await kitchenHub([MODEL]);
  const { runner } = await fakeRunner(hub, async (command, n) => {
    const note = command.argv.find((word) => word.endsWith("launched.json"))!;
    await writeFile(note, '{"network": "none", "energy": {"seconds": "long"}}');
    return writes(MODEL)(command, n);
  });
  await runFirst(runner);
  expect(recordIn(hub)).toMatchObject({
    network: "none",
    node: null,
    energy: { kwh: null, how: null },
    co2: { kg: null },
  });
});

test("a fault that may pass is tried three times, then it has failed", async () => {
  const hub = await kitchenHub([MODEL]);
  const { runner, executor } = await fakeRunner(hub, () => ({ ...FAILED, tail: "KeyError: 'x'" }));
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await runFirst(runner))?.row.status);
  expect(statuses).toEqual(["PENDING", "PENDING", "FAILED", undefined]);
  expect(executor.commands).toHaveLength(3);
  expect(requestIn(hub, MODEL).runner.why).toMatch(/KeyError: 'x'$/);
});

test("answers that are no numbers are not uploaded", async () => {
  const hub = await kitchenHub([MODEL]);
  const { runner } = await fakeRunner(hub, writes(MODEL, "nan"));
  await runFirst(runner);
  expect(requestIn(hub, MODEL)).toMatchObject({
    status: "FAILED",
    runner: {
      why: "a/anise gives no usable answers: some of its likelihoods are no numbers (NaN): its weights may be damaged, or made for another precision.",
    },
  });
  expect([...filesIn(hub, RESULTS).keys()]).toEqual(["README.md"]);
});

test("what the harness did not evaluate is not uploaded either", async () => {
  const hub = await kitchenHub([MODEL]);
  const { runner } = await fakeRunner(hub, () => WELL);
  await runFirst(runner);
  expect(requestIn(hub, MODEL).runner).toMatchObject({
    cause: "harness",
    why: expect.stringMatching(/the harness wrote no results$/),
  });
});

test("what does not fit here is left to others, and the plan and the status say why", async () => {
  const hub = await kitchenHub([MODEL, "b/basil"]);
  const { runner } = await fakeRunner(hub, writes("b/basil"));
  const machine = await runner.executor.machine();
  let free = 3 * 2 ** 30;
  runner.executor = {
    ...runner.executor,
    // Too small for the first look at it, which is at the first request.
    machine: async () => ({ ...machine, cpu: { ...machine.cpu, free } }),
  };
  expect(await runFirst(runner)).toBeNull();
  const { planned } = await plan(runner);
  expect(planned[0]!.estimate).toMatch(/^a\/anise needs about .* are free here/);
  expect((await readStatus(runner.work))?.waiting[0]).toMatchObject({
    model: MODEL,
    estimate: null,
    refused: expect.stringMatching(/needs about/),
  });
  expect(requestIn(hub, MODEL).status).toBe("PENDING");
  free = 64 * 2 ** 30;
  expect(await runFirst(runner)).not.toBeNull();
});

test("of a size that nobody stated, no more is downloaded than the memory holds", async () => {
  const hub = await kitchenHub([MODEL]);
  const { runner, executor } = await fakeRunner(hub, writes(MODEL));
  await runFirst(runner);
  expect(executor.downloads[0]).toMatchObject({ models: [[MODEL, "main"]], most: 1e9 });

  const { cpu } = await executor.machine();
  const vague = await kitchenHub([MODEL]);
  const [[path, text]] = [...filesIn(vague, REQUESTS)] as [[string, Buffer]];
  filesIn(vague, REQUESTS).set(
    path,
    Buffer.from(text.toString().replace(/"params":[\d.]+/, '"params":0')),
  );
  const limits = { ...runner.limits, disk: 1e15 };
  const second = await fakeRunner(vague, writes(MODEL), { limits });
  expect((await runFirst(second.runner))?.row).toMatchObject({
    status: "FINISHED",
    params_b: null,
  });
  expect(second.executor.downloads[0]!.most).toBe(cpu.free);
});

test("how far it is stands in the request's file, in no commit of its own, and is gone at the end", async () => {
  const hub = await kitchenHub([MODEL]);
  const noted = () => requestIn(hub, MODEL).runner?.progress;
  const seen: string[] = [];
  const act = async (command: Command, n: number) => {
    await until(() => noted()?.startsWith("Evaluation"));
    seen.push(noted());
    return writes(MODEL)(command, n);
  };
  const { runner } = await fakeRunner(hub, act, { lease: 300 });
  await runFirst(runner);
  expect(seen).toEqual([
    expect.stringMatching(/^Evaluation, command 1 of 1; noted \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/),
  ]);
  expect(requestIn(hub, MODEL)).toMatchObject({
    status: "FINISHED",
    runner: { progress: null, ended: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
  });

  const quiet = await kitchenHub([MODEL]);
  await runFirst((await fakeRunner(quiet, writes(MODEL))).runner);
  const titles = quiet.repos.get(`datasets/${REQUESTS}`)!.commits.map(({ title }) => title);
  const path = `${MODEL}_eval_request_False_float16_Original.json`;
  // Before the samples are sent and before the results are, a runner makes sure that the request is still its own.
  const looks = [`Still running ${path}`, `Still running ${path}`];
  expect(titles.slice(1)).toEqual([`Run ${path}`, ...looks, `Finished ${path}`]);
});

test("whoever stops the runner puts the request back, and that is no try", async () => {
  const hub = await kitchenHub([MODEL]);
  const { runner, executor, stop } = await fakeRunner(hub, endless);
  const ended = runFirst(runner);
  await until(() => executor.commands.length === 1);
  expect(requestIn(hub, MODEL).status).toBe("RUNNING");
  stop.abort();
  await expect(ended).rejects.toThrow("Stopped; the request was put back.");
  expect(requestIn(hub, MODEL)).toMatchObject({
    status: "PENDING",
    job_id: -1,
    runner: { tries: 0 },
  });
  expect((await readStatus(runner.work))?.running).toBeNull();
});

test("a request that is cancelled while it runs ends its job at the next sign of life", async () => {
  const hub = await kitchenHub([MODEL]);
  const { runner, executor, said } = await fakeRunner(hub, endless, { lease: 300 });
  const ended = runFirst(runner);
  await until(() => executor.commands.length === 1);
  expect(await cancel(runner, MODEL)).toBe(1);
  expect(await ended).toBeNull();
  expect(said.at(-1)).toMatch(/left to others, it is CANCELLED/);
  expect(requestIn(hub, MODEL).status).toBe("CANCELLED");
  expect([...filesIn(hub, RESULTS).keys()]).toEqual(["README.md"]);
});

test("of a model's requests one that ends meanwhile keeps none of the others from being cancelled", async () => {
  const hub = await kitchenHub([MODEL]);
  const files = filesIn(hub, REQUESTS);
  const [[path, bytes]] = [...files] as [[string, Buffer]];
  const other = path.replace("float16", "bfloat16");
  files.set(other, Buffer.from(bytes.toString().replace('"float16"', '"bfloat16"')));
  const { runner } = await fakeRunner(hub, writes(MODEL));
  // Once it is in the cache, a file is asked for only to be changed.
  const { requests } = await readQueue(runner.hub, runner.cache, REQUESTS);
  expect(requests).toHaveLength(2);
  const ended = requests[0]!.path;
  hub.onRequest = ({ operation }) => {
    const text = files.get(ended)!.toString().replace('"PENDING"', '"FINISHED"');
    if (operation === "resolve") files.set(ended, Buffer.from(text));
  };
  expect(await cancel(runner, MODEL)).toBe(1);
  const [left] = [path, other].filter((one) => one !== ended);
  expect(JSON.parse(filesIn(hub, REQUESTS).get(left!)!.toString()).status).toBe("CANCELLED");
  expect(JSON.parse(filesIn(hub, REQUESTS).get(ended)!.toString()).status).toBe("FINISHED");
});

test("who slept through the lease uploads nothing; the one who took over does", async () => {
  const hub = await kitchenHub([MODEL]);
  const other = await fakeRunner(hub, writes(MODEL));
  const path = `${MODEL}_eval_request_False_float16_Original.json`;
  const sleeper = await fakeRunner(hub, async (command, n) => {
    // An hour later, for all that the others know.
    await happen(other.runner.hub, REQUESTS, path, { kind: "expire", now: Date.now() + 3_600_000 });
    expect((await runFirst(other.runner))?.row.status).toBe("FINISHED");
    return writes(MODEL)(command, n);
  });
  const before = () => hub.repos.get(`datasets/${RESULTS}`)!.commits.length;
  expect(await runFirst(sleeper.runner)).toBeNull();
  expect(sleeper.said.at(-1)).toMatch(/left to others, it is FINISHED/);
  expect(before()).toBe(2);
  expect(requestIn(hub, MODEL).job_id).toContain(other.runner.name);
});

test("whoever finds the results uploaded runs nothing", async () => {
  const hub = await kitchenHub([MODEL]);
  const first = await fakeRunner(hub, writes(MODEL));
  await runFirst(first.runner);
  // As if the runner had been killed between its upload and its last word.
  const repo = hub.repos.get(`datasets/${REQUESTS}`)!;
  repo.branches.set("main", repo.commits[0]!.oid);
  const second = await fakeRunner(hub, () => FAILED);
  expect((await runFirst(second.runner))?.row.status).toBe("FINISHED");
  expect(second.executor.commands).toHaveLength(0);
  expect(hub.repos.get(`datasets/${RESULTS}`)!.commits).toHaveLength(2);
});

/** What a runner asks of the Hub, once or more on its way. */
const CALLS: Operation[] = [
  "info",
  "tree",
  "paths-info",
  "resolve",
  "preupload",
  "commit",
  "create",
];

const quick = FAULTS.filter((fault) => !fault.startsWith("stall"));

test.each(CALLS)(
  "whatever goes wrong once with an answer to %s, the request is run exactly once",
  async (call) => {
    const isWrite = call === "commit" || call === "create";
    const faults: Fault[] = [...quick, ...(isWrite ? LATE_FAULTS : [])];
    const cases = faults.flatMap((fault) =>
      (call === "commit" ? [0, 1, 2, 3] : [0, 1]).map((skip) => ({ fault, skip })),
    );
    const run = async ({ fault, skip }: { fault: Fault; skip: number }) => {
      const hub = await kitchenHub([MODEL]);
      hub.faults.once(call, [fault], skip);
      const { runner, executor } = await fakeRunner(hub, writes(MODEL));
      const ended = await runFirst(runner);
      const named = `${fault}, after ${skip}`;
      expect(ended?.row.status, named).toBe("FINISHED");
      expect(executor.commands, named).toHaveLength(1);
      const files = [...filesIn(hub, RESULTS).keys()].filter((path) => path.startsWith(MODEL));
      expect(files, named).toHaveLength(2);
    };
    await Promise.all(cases.map(run));
  },
);

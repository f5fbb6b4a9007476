// Nothing is paid twice, and nothing above the ceiling: whatever fails, whoever is killed.
import { appendFile, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  amend,
  committed,
  type Entry,
  readLedger,
  reserve,
} from "../../../src/pipeline/runner/hf-jobs/ledger.ts";
import { timeFor } from "../../../src/pipeline/runner/hf-jobs/start.ts";
import { plan, runFirst } from "../../../src/pipeline/runner/rounds.ts";
import { tmpFolder } from "../cache/folder.ts";
import { type Fault, mulberry32 } from "../hub/faults.ts";
import { HARDWARE } from "../hub/jobs.ts";
import type { Operation, StandIn } from "../hub/stand-in.ts";
import { filesIn, RESULTS, requestIn } from "./fake.ts";
import {
  deliver,
  endless,
  entriesOf,
  evaluates,
  jobsHub,
  jobsRunner,
  killedAt,
  ordersOf,
  paid,
  runOut,
} from "./fake-jobs.ts";

const MODEL = "a/anise";

const uploaded = (hub: StandIn) =>
  [...filesIn(hub, RESULTS).keys()].filter((path) => path.startsWith(MODEL));

/** What is asked about jobs, and can be asked again. */
const ASKED: Operation[] = [
  "jobs-hardware",
  "jobs-list",
  "jobs-get",
  "bucket-create",
  "bucket-info",
  "bucket-tree",
  "bucket-resolve",
];

// Each fault by itself, and kills at every request: tests/hostile/runner-jobs.test.ts.
test.each(ASKED)("%s is asked again, whatever comes in between", async (call) => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = evaluates;
  hub.faults.once(call, ["429", "500", "reset", "reset in the body", "truncated"]);
  const { runner, work } = await jobsRunner(hub);
  expect((await runFirst(runner))?.row.status).toBe("FINISHED");
  expect(jobs.all).toHaveLength(1);
  expect(await entriesOf(work)).toMatchObject([{ state: "spent", micro: 20_000 }]);
});

test.each(["500 after", "reset after"] as const)(
  "a start whose answer is lost (%s) is found, and not repeated",
  async (fault) => {
    const { hub, jobs } = await jobsHub([MODEL]);
    jobs.container = evaluates;
    hub.faults.once("jobs-start", [fault]);
    // The list is behind at first.
    let looks = 0;
    jobs.hidden = () => looks++ < 2;
    const { runner, work } = await jobsRunner(hub);
    expect((await runFirst(runner))?.row.status).toBe("FINISHED");
    expect(hub.log.filter(({ operation }) => operation === "jobs-start")).toHaveLength(1);
    expect(await entriesOf(work)).toMatchObject([{ state: "spent", job: jobs.all[0]!.id }]);
  },
);

test("a start that nobody knows of stays set aside for an hour, and is then no expense", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = evaluates;
  hub.faults.once("jobs-start", ["500"]);
  const { runner, work, said } = await jobsRunner(hub);
  await expect(runFirst(runner)).rejects.toThrow(/stays set aside for an hour/);
  expect(requestIn(hub, MODEL)).toMatchObject({ status: "PENDING", runner: { tries: 0 } });
  const [entry] = await entriesOf(work);
  expect(entry).toMatchObject({ state: "reserved", job: null });
  const path = join(work, "spending.jsonl");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace(entry!.at, "2025-01-01T00:00:00.000Z"));
  expect((await runFirst(runner))?.row.status).toBe("FINISHED");
  expect(said.join("\n")).toMatch(/nothing was paid for it/);
  expect((await entriesOf(work)).map(({ micro }) => micro)).toEqual([0, 20_000]);
  expect(jobs.all).toHaveLength(1);
});

test.each([
  ["jobs-start", false],
  ["jobs-start", true],
  ["jobs-get", true],
  ["bucket-resolve", true],
] as [Operation, boolean][])(
  "killed at %s (done by the Hub: %s), another runner goes on: one job, one payment",
  async (call, isDone) => {
    const { hub, jobs } = await jobsHub([MODEL]);
    jobs.container = evaluates;
    const work = await tmpFolder();
    expect(await killedAt(hub, work, ({ operation }) => operation === call, { isDone })).toBe(true);
    expect(jobs.all).toHaveLength(call === "jobs-start" && !isDone ? 0 : 1);
    runOut(hub, MODEL);
    const next = await jobsRunner(hub, { work });
    expect((await runFirst(next.runner))?.row.status, next.said.join("\n")).toBe("FINISHED");
    expect(jobs.all).toHaveLength(1);
    expect(uploaded(hub)).toHaveLength(2);
    expect(committed(await readLedger(work))).toBeGreaterThanOrEqual(paid(jobs));
  },
);

test("a job that runs on after its runner is gone on with, and its reservation is no obstacle", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  let release = () => {};
  const gate = new Promise<void>((done) => {
    release = done;
  });
  jobs.container = async (job, box) => {
    await gate;
    return evaluates(job, box);
  };
  const work = await tmpFolder();
  // So little that the job's own reservation is all of it.
  const settings = { ceiling: 0.4 };
  await killedAt(hub, work, ({ operation }) => operation === "jobs-get", { settings });
  runOut(hub, MODEL);
  const next = await jobsRunner(hub, { work, settings });
  // It ends only once the second runner has found it at work.
  const isFound = () => next.said.some((text) => text.includes("goes on"));
  hub.onRequest = ({ operation }) => operation === "jobs-get" && isFound() && release();
  const ended = runFirst(next.runner);
  expect((await ended)?.row.status, next.said.join("\n")).toBe("FINISHED");
  expect(next.said.join("\n")).toMatch(/of an earlier runner goes on/);
  expect(jobs.all).toHaveLength(1);
  expect(await entriesOf(work)).toMatchObject([{ state: "spent", micro: 20_000 }]);
});

test("a job on the second page of the list is found, also where the Hub does not filter", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = evaluates;
  const work = await tmpFolder();
  await killedAt(hub, work, ({ operation }) => operation === "bucket-tree");
  await jobs.all[0]!.ended;
  const [own] = jobs.all;
  // Others' jobs, newer than ours.
  for (let i = 0; i < 5; i++) {
    const body = { ...own!.body, labels: { name: `other-${i}` } };
    jobs.all.push({ ...own!, id: `o${i}`, body, createdAt: new Date().toISOString() });
  }
  jobs.filters = false;
  jobs.pageSize = 2;
  runOut(hub, MODEL);
  const next = await jobsRunner(hub, { work });
  expect((await runFirst(next.runner))?.row.status).toBe("FINISHED");
  expect(hub.log.filter(({ operation }) => operation === "jobs-start")).toHaveLength(1);
});

test("a job of another folder that ended well is taken; one that failed is not told again", async () => {
  for (const isWell of [true, false]) {
    const { hub, jobs } = await jobsHub([MODEL]);
    jobs.container = isWell
      ? evaluates
      : async (job, { root }) => {
          const command = { i: 0, small: false, code: 1, signal: null, stopped: null };
          const commands = [{ ...command, seconds: 1, network: "none", tail: "KeyError: 'x'" }];
          await deliver(job, root, {}, { commands });
          return { stage: "COMPLETED" };
        };
    await killedAt(hub, undefined, ({ operation }) => operation === "bucket-tree");
    jobs.container = evaluates;
    runOut(hub, MODEL);
    const elsewhere = await jobsRunner(hub);
    expect((await runFirst(elsewhere.runner))?.row.status).toBe("FINISHED");
    expect(jobs.all).toHaveLength(isWell ? 1 : 2);
  }
});

test("a job that does something else, as the model has changed, is ended before another is started", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = endless;
  const work = await tmpFolder();
  await killedAt(hub, work, ({ operation }) => operation === "jobs-get");
  hub.model(MODEL, {}, { "config.json": '{"new": 1}', "model.safetensors": "other" });
  jobs.container = evaluates;
  runOut(hub, MODEL);
  const next = await jobsRunner(hub, { work });
  expect((await runFirst(next.runner))?.row.status).toBe("FINISHED");
  expect(jobs.all.map(({ stage }) => stage)).toEqual(["CANCELED", "COMPLETED"]);
  expect(ordersOf(jobs.all[1]!).models[0]!.commit).not.toBe(
    ordersOf(jobs.all[0]!).models[0]!.commit,
  );
  expect((await entriesOf(work)).map(({ state }) => state)).toEqual(["spent", "spent"]);
});

test("what a job wrote well is not evaluated again, though its upload failed", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = (job, box) => {
    // From now on nothing is uploaded.
    hub.faults.once("preupload", Array<Fault>(40).fill("503"));
    return evaluates(job, box);
  };
  const { runner, work } = await jobsRunner(hub);
  await expect(runFirst(runner)).rejects.toThrow(/preupload/);
  expect(await entriesOf(work)).toMatchObject([{ state: "spent", micro: 20_000 }]);
  runOut(hub, MODEL);
  hub.faults.once("preupload", []);
  // By now another kind would be chosen; what was done was done on the first.
  jobs.hardware = HARDWARE.map((one) =>
    one.name === "t4-small" ? { ...one, unitCostMicroUSD: 900_000 } : one,
  );
  const next = await jobsRunner(hub, { work });
  expect((await runFirst(next.runner))?.row.status).toBe("FINISHED");
  expect(jobs.all).toHaveLength(1);
  const record = [...filesIn(hub, RESULTS)].find(([path]) => path.includes("runner_"))![1];
  expect(JSON.parse(record.toString())).toMatchObject({
    device: "1 × T4 of t4-small",
    cost: { amount: 0.02 },
  });
});

const ENTRY: Entry = {
  at: "2026-11-30T12:00:00.000Z",
  start: "s",
  request: "r",
  model: MODEL,
  kind: "t4-small",
  job: null,
  state: "reserved",
  micro: 0,
  seconds: null,
};

test("a plan leaves the ledger alone; a round notes first what starts of dead runners took", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = evaluates;
  const { runner, work } = await jobsRunner(hub);
  // All of the ceiling; the Hub has not known of it for long.
  await reserve(work, { ...ENTRY, at: "2025-01-01T00:00:00.000Z", micro: 5e6 }, 5e6);
  const path = join(work, "spending.jsonl");
  const before = await readFile(path, "utf8");
  expect((await plan(runner)).planned[0]!.estimate).toMatch(
    /\$0\.00 of the ceiling of \$5\.00 are/,
  );
  expect(await readFile(path, "utf8")).toBe(before);
  expect((await runFirst(runner))?.row.status).toBe("FINISHED");
  expect((await entriesOf(work)).map(({ micro }) => micro)).toEqual([0, 20_000]);
});

test("entries of older runners, which say no seconds, are read", async () => {
  const work = await tmpFolder();
  const { seconds, ...old } = ENTRY;
  await writeFile(join(work, "spending.jsonl"), `${JSON.stringify(old)}\n`);
  expect(await entriesOf(work)).toEqual([ENTRY]);
});

test("whatever is killed while it writes, what runs and was paid is never above the ceiling", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = mulberry32(seed);
    const work = await tmpFolder();
    const path = join(work, "spending.jsonl");
    const ceiling = 1_000_000;
    /** Of jobs that were started, the most that they may cost, or what they did. */
    const world = new Map<string, { most: number; took: number | null }>();
    for (let step = 0; step < 40; step++) {
      const name = `s${step}`;
      const micro = Math.floor(random() * 400_000);
      const before = await readFile(path, "utf8").catch(() => "");
      const running = [...world].filter(([, { took }]) => took === null);
      if (random() < 0.6 || running.length === 0) {
        const isIn = await reserve(work, { ...ENTRY, start: name, micro }, ceiling).then(
          () => true,
          () => false,
        );
        // Killed while the line was written, or right after it: then nothing was started.
        const kill = random();
        if (isIn && kill < 0.3) {
          const size = Buffer.byteLength(await readFile(path, "utf8"));
          await truncate(path, size - 1 - Math.floor(random() * (size - before.length - 1)));
        } else if (isIn && kill > 0.4) world.set(name, { most: micro, took: null });
      } else {
        const [started, job] = running[Math.floor(random() * running.length)]!;
        const took = Math.floor(random() * job.most);
        // It has ended whether or not somebody notes that.
        job.took = took;
        const kill = random();
        if (kill < 0.2) continue;
        await amend(work, started, { state: "spent", micro: took });
        if (kill < 0.4) {
          const size = Buffer.byteLength(await readFile(path, "utf8"));
          await truncate(path, size - 1 - Math.floor(random() * (size - before.length - 1)));
        }
      }
      const most = [...world.values()].reduce((sum, job) => sum + (job.took ?? job.most), 0);
      expect(most, `seed ${seed}, step ${step}`).toBeLessThanOrEqual(ceiling);
      expect(committed(await readLedger(work))).toBeGreaterThanOrEqual(most);
    }
  }
});

test("of many that reserve at once so many are let in as the ceiling holds", async () => {
  const work = await tmpFolder();
  const all = Array.from({ length: 12 }, (_, i) =>
    reserve(work, { ...ENTRY, start: `s${i}`, micro: 300_000 }, 1_000_000).then(
      () => true,
      (error) => {
        expect(error.message).toMatch(/^The ceiling: a job for a\/anise may cost \$0\.30/);
        return false;
      },
    ),
  );
  expect((await Promise.all(all)).filter(Boolean)).toHaveLength(3);
  expect(committed(await readLedger(work))).toBe(900_000);
});

test("a ledger that cannot be read is no empty one", async () => {
  const work = await tmpFolder();
  await reserve(work, { ...ENTRY, micro: 1 }, 10);
  await appendFile(join(work, "spending.jsonl"), "what?\n");
  await expect(readLedger(work)).rejects.toThrow(/spending\.jsonl, line 2, is no entry/);
  await expect(reserve(work, { ...ENTRY, start: "t", micro: 1 }, 10)).rejects.toThrow(/line 2/);
});

test("a job's time is four times what is expected, at least an hour, and what the money is enough for", () => {
  const cent = { micro: 10_000, per: "minute" } as const;
  const at = (expected: number, left: number, most = 86_400) =>
    timeFor(cent, { expected, most, left });
  // An hour, ten minutes to set up; and a quarter of an hour to start, which is paid.
  expect(at(100, 5e6)).toEqual({ seconds: 4200, isCut: false, micro: 850_000 });
  expect(at(3600, 5e6)).toEqual({ seconds: 15_000, isCut: false, micro: 2_650_000 });
  expect(at(3600, 5e6, 7200)).toEqual({ seconds: 7800, isCut: false, micro: 1_450_000 });
  expect(at(100, 400_000)).toEqual({ seconds: 1500, isCut: true, micro: 400_000 });
  expect(at(100, 409_999)).toEqual({ seconds: 1500, isCut: true, micro: 400_000 });
  expect(at(100, 260_000)).toBeNull();
  expect(at(100, 0)).toBeNull();
  expect(at(100, -1)).toBeNull();
});

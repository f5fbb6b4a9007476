// Jobs that are paid: whatever fails, whoever is killed, one job is started, and no more spent than was said.
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockedHarness } from "../../src/pipeline/runner/harness.ts";
import { committed, readLedger } from "../../src/pipeline/runner/hf-jobs/ledger.ts";
import { runFirst } from "../../src/pipeline/runner/rounds.ts";
import { tmpFolder } from "../pipeline/cache/folder.ts";
import { FAULTS, LATE_FAULTS } from "../pipeline/hub/faults.ts";
import type { LoggedRequest, Operation, StandIn } from "../pipeline/hub/stand-in.ts";
import { filesIn, REQUESTS, RESULTS, requestIn } from "../pipeline/runner/fake.ts";
import {
  entriesOf,
  evaluates,
  jobsHub,
  jobsRunner,
  killedAt,
  paid,
  runOut,
} from "../pipeline/runner/fake-jobs.ts";
import { KITCHEN_BOARD } from "../pipeline/snapshot/snapshot.ts";
import { start } from "../scripts/process.ts";
import { tried } from "./counts.ts";

const MODEL = "a/anise";

const uploaded = (hub: StandIn) =>
  [...filesIn(hub, RESULTS).keys()].filter((path) => path.startsWith(MODEL));

const CALLS: Operation[] = [
  "jobs-hardware",
  "jobs-list",
  "jobs-start",
  "jobs-get",
  "bucket-create",
  "bucket-info",
  "bucket-tree",
  "bucket-resolve",
];

const quick = FAULTS.filter((fault) => !fault.startsWith("stall"));

test.each(CALLS)(
  "whatever goes wrong with an answer to %s, one job is started, and paid",
  async (call) => {
    const isWrite = call === "jobs-start" || call === "bucket-create";
    for (const fault of [...quick, ...(isWrite ? LATE_FAULTS : [])]) {
      const { hub, jobs } = await jobsHub([MODEL]);
      jobs.container = evaluates;
      hub.faults.once(call, [fault]);
      const { runner, work } = await jobsRunner(hub);
      // A start that was not answered may cost a round; the next one finds out.
      let ended = await runFirst(runner).catch((error) => error.message);
      if (typeof ended === "string") {
        expect(ended, fault).toMatch(/did not say whether it started|cannot be read|Hub/);
        runOut(hub, MODEL);
        ended = await runFirst(runner);
      }
      expect(ended?.row.status, fault).toBe("FINISHED");
      expect(
        jobs.all.map(({ stage }) => stage),
        fault,
      ).toEqual(["COMPLETED"]);
      expect(uploaded(hub), fault).toHaveLength(2);
      const spent = (await entriesOf(work)).filter(({ state }) => state === "spent");
      expect(
        spent.map(({ micro }) => micro),
        fault,
      ).toEqual([20_000]);
    }
    const count = quick.length + (isWrite ? LATE_FAULTS.length : 0);
    tried("faults of the Hub about jobs", count, `with ${call}: one job is started, and paid`);
  },
  300_000,
);

const OF_JOBS = /^(?:jobs|bucket)-/;

test.each([false, true])(
  "killed at any request about jobs (done by the Hub: %s), another goes on: one job, one payment",
  async (isDone) => {
    for (let k = 1; ; k++) {
      const { hub, jobs } = await jobsHub([MODEL]);
      jobs.container = evaluates;
      const work = await tmpFolder();
      let count = 0;
      const isIt = ({ operation }: LoggedRequest) => OF_JOBS.test(operation) && ++count >= k;
      if (!(await killedAt(hub, work, isIt, { isDone }))) {
        expect(k).toBeGreaterThan(8);
        tried(
          "kills of a runner with a paid job",
          k - 1,
          "then another goes on: one job, one payment",
        );
        break;
      }
      runOut(hub, MODEL);
      const named = `killed at request ${k}`;
      const next = await jobsRunner(hub, { work });
      await runFirst(next.runner);
      expect(requestIn(hub, MODEL).status, `${named}\n${next.said.join("\n")}`).toBe("FINISHED");
      expect(jobs.all, named).toHaveLength(1);
      expect(uploaded(hub), named).toHaveLength(2);
      const spent = committed(await readLedger(work));
      expect(spent, named).toBeGreaterThanOrEqual(paid(jobs));
      expect(spent, named).toBeLessThanOrEqual(5e6);
    }
  },
  120_000,
);

/** A `python` that does for a runner what download.py does; the harness runs nowhere here. */
async function fakeHarness(work: string, commit: string): Promise<void> {
  const { bin } = await lockedHarness(KITCHEN_BOARD.suites[0]!, work);
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "../whole"), "");
  const found = { models: { [MODEL]: { commit, bytes: 1 } } };
  const python = `#!${process.execPath}
const { report } = JSON.parse(process.argv[3]);
require("node:fs").writeFileSync(report, ${JSON.stringify(JSON.stringify(found))});
`;
  await writeFile(join(bin, "python"), python);
  await chmod(join(bin, "python"), 0o755);
}

const POINTS: Operation[] = ["bucket-create", "jobs-list", "jobs-start", "jobs-get", "bucket-tree"];

test.each(POINTS)(
  "kill -9 of the command at %s: the next one goes on, and the ledger knows all",
  async (point) => {
    const { hub, jobs } = await jobsHub([MODEL]);
    jobs.container = evaluates;
    const [work, cache] = [await tmpFolder(), await tmpFolder()];
    await fakeHarness(work, hub.repos.get(`models/${MODEL}`)!.branches.get("main")!);
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
    const rented = ["--executor", "hf-jobs", "--ceiling", "5", "--jobs-namespace", "kitchen"];
    const env = {
      HF_ENDPOINT: hub.url,
      HF_TOKEN: "hf_w",
      LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts",
    };
    const { child, ended } = start("runner", ["--once", ...rented, ...folders], { env });
    hub.onRequest = ({ operation }) => operation === point && child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
    hub.onRequest = () => {};
    runOut(hub, MODEL);
    const second = await start("runner", ["--once", ...rented, ...folders], { env }).ended;
    expect(second, second.err).toMatchObject({ code: 0, err: "" });
    expect(requestIn(hub, MODEL).status).toBe("FINISHED");
    expect(jobs.all).toHaveLength(1);
    expect(uploaded(hub)).toHaveLength(2);
    expect(committed(await readLedger(work))).toBeGreaterThanOrEqual(paid(jobs));
    expect(await readFile(join(work, "spending.jsonl"), "utf8")).not.toContain("hf_");
    tried("kills of the runner's command with a paid job", 1, "the next one goes on");
  },
  120_000,
);

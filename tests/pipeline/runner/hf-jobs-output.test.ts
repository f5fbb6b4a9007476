// What comes back from a container is a stranger's: only what the harness writes is taken, and only as announced.
import { existsSync } from "node:fs";
import { mkdir, readdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runFirst } from "../../../src/pipeline/runner/rounds.ts";
import { type Box, type Container, filesBelow, type StandInJob } from "../hub/jobs.ts";
import { filesIn, RESULTS, requestIn } from "./fake.ts";
import {
  asProcess,
  deliver,
  evaluates,
  jobsHub,
  jobsRunner,
  ordersOf,
  outputOf,
} from "./fake-jobs.ts";

const MODEL = "a/anise";
const [[RESULTS_NAME, RESULTS_TEXT], [SAMPLES_NAME]] = Object.entries(outputOf(MODEL)) as [
  [string, string],
  [string, string],
];

const DONE: Container = async () => ({ stage: "COMPLETED" });

/** What a container does before it ends well; runs it, and says what became of the request. */
async function after(forge: (job: StandInJob, out: string, box: Box) => Promise<void>) {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = async (job, box) => {
    await forge(job, join(box.root, ordersOf(job).places.out!), box);
    return DONE(job, box);
  };
  const { runner, work, said } = await jobsRunner(hub, {
    change: { limits: { seconds: 3600, disk: 1e6, output: 1e6 } },
  });
  await runFirst(runner);
  const uploaded = [...filesIn(hub, RESULTS).keys()].filter((path) => path.startsWith(MODEL));
  return { request: requestIn(hub, MODEL), uploaded, work, said, hub };
}

const file = (path: string, bytes = 1) => ({ path, bytes, sha256: "0".repeat(64) });

/** A change to the report of a job whose files are all right, or to what is beside it. */
const FORGERIES: [string, (job: StandInJob, out: string, box: Box) => Promise<void>, RegExp][] = [
  [
    "a path out of its folder",
    (job, _, { root }) =>
      deliver(job, root, outputOf(MODEL), { files: [file("output/0/../../../evil.json")] }),
    /left no results/,
  ],
  [
    "a name that the harness never writes",
    (job, _, { root }) => deliver(job, root, outputOf(MODEL), { files: [file("output/0/a.py")] }),
    /left no results/,
  ],
  [
    "results of another job",
    (job, _, { root }) => deliver(job, root, outputOf(MODEL), { start: "0123456789abcdef" }),
    /left no results/,
  ],
  [
    "a report that is none",
    async (_, out) => writeFile(join(out, "ended.json"), "{half"),
    /left no results/,
  ],
  [
    "a report that is too long",
    async (_, out) => {
      await writeFile(join(out, "ended.json"), "{}");
      await truncate(join(out, "ended.json"), 65e6);
    },
    /left no results/,
  ],
  [
    "a link for a report",
    async (_, out) => {
      await writeFile(join(out, "other"), "{}");
      await symlink(join(out, "other"), join(out, "ended.json"));
    },
    /left no results/,
  ],
  [
    "a link for results",
    async (job, out, { root }) => {
      const { [SAMPLES_NAME]: samples, ...rest } = outputOf(MODEL);
      await deliver(job, root, { [SAMPLES_NAME]: samples!, ...rest });
      const path = join(out, "output/0", RESULTS_NAME);
      await truncate(path, 0);
      await import("node:fs/promises").then(({ rm }) => rm(path));
      await symlink("/etc/passwd", path);
    },
    /what the job left is not taken: results_\S+ is not what was announced/,
  ],
  [
    "results that were changed after they were announced",
    async (job, out, { root }) => {
      await deliver(job, root, outputOf(MODEL));
      const other = RESULTS_TEXT.replace("0.5", "0.9");
      await writeFile(join(out, "output/0", RESULTS_NAME), other);
    },
    /is not what was announced/,
  ],
  [
    "results of another size",
    async (job, out, { root }) => {
      await deliver(job, root, outputOf(MODEL));
      await writeFile(join(out, "output/0", RESULTS_NAME), `${RESULTS_TEXT} `);
    },
    /is not what was announced/,
  ],
  [
    "more than a run may write",
    async (job, out, { root }) => {
      await deliver(job, root, outputOf(MODEL), { files: [file(`output/0/${RESULTS_NAME}`, 2e6)] });
      await truncate(join(out, "output/0", RESULTS_NAME), 2e6);
    },
    /it wrote more than a run may/,
  ],
  [
    "a command that ended well and was never asked for",
    (job, _, { root }) => {
      const command = { i: 7, small: false, code: 0, signal: null, stopped: null };
      const commands = [{ ...command, seconds: 1, network: "none", tail: "" }];
      return deliver(job, root, outputOf(MODEL), { commands });
    },
    /did not run all commands/,
  ],
  [
    "results of another suite",
    (job, _, { root }) => deliver(job, root, { [RESULTS_NAME]: '{"results": {}}' }),
    /broke off/,
  ],
];

test.each(FORGERIES)("%s: not taken, and not uploaded", async (_, forge, why) => {
  const { request, uploaded, work } = await after(forge);
  expect(request.status).toBe("PENDING");
  expect(request.runner.why).toMatch(why);
  expect(uploaded).toEqual([]);
  expect(existsSync(join(work, "evil.json"))).toBe(false);
});

test("what is beside what was announced is left where it is", async () => {
  const { request, uploaded } = await after(async (job, out, { root }) => {
    await deliver(job, root, outputOf(MODEL));
    await writeFile(join(out, "output/0/results_2030-01-01T00-00-00.json"), RESULTS_TEXT);
    await mkdir(join(out, "more"));
    await writeFile(join(out, "more/evil.json"), "{}");
  });
  expect(request.status).toBe("FINISHED");
  expect(uploaded.filter((path) => path.includes("results_"))).toEqual([
    `${MODEL}/${RESULTS_NAME}`,
  ]);
});

test("a folder with more files than a job may have is not listed to its end", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = evaluates;
  const inner = hub.jobs;
  hub.jobs = (call) => {
    if (!/\/tree\/jobs/.test(call.url.pathname)) return inner(call);
    const page = Array.from({ length: 1000 }, (_, i) => ({
      type: "file",
      path: `${call.url.pathname.split("/tree/")[1]}/x${call.url.search}${i}`,
      size: 1,
    }));
    const next = new URL(call.url);
    next.searchParams.set("cursor", String(Number(next.searchParams.get("cursor") ?? 0) + 1));
    const headers = { "content-type": "application/json", link: `<${next.href}>; rel="next"` };
    return { status: 200, headers, body: Buffer.from(JSON.stringify(page)) };
  };
  const { runner } = await jobsRunner(hub);
  await runFirst(runner);
  expect(requestIn(hub, MODEL)).toMatchObject({ status: "PENDING", runner: { cause: "harness" } });
});

test("job.py follows no link, and writes nothing but files of the harness", async () => {
  const { hub, jobs } = await jobsHub([MODEL]);
  jobs.container = asProcess(`
const { mkdirSync, symlinkSync, writeFileSync } = require("node:fs");
const place = process.argv[process.argv.indexOf("--output_path") + 1] + "/m";
mkdirSync(place, { recursive: true });
symlinkSync("/etc/hostname", place + "/${RESULTS_NAME}");
symlinkSync("/etc", place + "/etc");
writeFileSync(place + "/results_x.json", "{}");
`);
  const { runner } = await jobsRunner(hub);
  await runFirst(runner);
  expect(requestIn(hub, MODEL).runner.why).toMatch(/the harness wrote no results$/);
  const out = await filesBelow(jobs.bucket("kitchen/leaderboard-runner"));
  expect(Object.keys(out)).toEqual([expect.stringMatching(/^jobs\/[0-9a-f]{16}\/ended\.json$/)]);
  expect(JSON.parse(Object.values(out)[0]!)).toMatchObject({ commands: [{ code: 0 }], files: [] });
  expect((await readdir(jobs.bucket("kitchen/leaderboard-runner"))).length).toBe(1);
}, 30_000);

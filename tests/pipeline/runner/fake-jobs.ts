import { spawn } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hfJobs } from "../../../src/pipeline/runner/hf-jobs/hf-jobs.ts";
import { type Entry, readLedger } from "../../../src/pipeline/runner/hf-jobs/ledger.ts";
import type { JobsSettings } from "../../../src/pipeline/runner/hf-jobs/settings.ts";
import { LOCKS } from "../../../src/pipeline/runner/locks.ts";
import { runFirst } from "../../../src/pipeline/runner/rounds.ts";
import type { Runner } from "../../../src/pipeline/runner/runner.ts";
import { sha256, tmpFolder } from "../cache/folder.ts";
import { type Container, type Jobs, type StandInJob, withJobs } from "../hub/jobs.ts";
import { connectTo } from "../hub/quick.ts";
import type { LoggedRequest, StandIn } from "../hub/stand-in.ts";
import { kitchenResults } from "../sources/kitchen.ts";
import { fakeRunner, filesIn, kitchenHub, REQUESTS, requestIn } from "./fake.ts";

/** Names the harness that a runner of these tests has. */
export const HARNESS = "b".repeat(16);

/** A Hub with a queue, models and jobs. */
export async function jobsHub(models: string[]): Promise<{ hub: StandIn; jobs: Jobs }> {
  const hub = await kitchenHub(models);
  for (const model of models) {
    hub.model(model, {}, { "config.json": "{}", "model.safetensors": "weights", "evil.py": "1/0" });
  }
  return { hub, jobs: await withJobs(hub) };
}

/** A `python` that looks at models as download.py does: each is at its newest commit. */
async function fakePython(hub: StandIn): Promise<string> {
  const bin = await tmpFolder();
  const commits = Object.fromEntries(
    [...hub.repos].map(([key, repo]) => [key.replace(/^models\//, ""), repo.branches.get("main")]),
  );
  const python = `#!${process.execPath}
const { models, report } = JSON.parse(process.argv[3]);
const commits = ${JSON.stringify(commits)};
const found = models.map(([name]) => [name, { commit: commits[name], bytes: 7 }]);
require("node:fs").writeFileSync(report, JSON.stringify({ models: Object.fromEntries(found) }));
`;
  await writeFile(join(bin, "python"), python);
  await chmod(join(bin, "python"), 0o755);
  return bin;
}

export const SETTINGS: JobsSettings = {
  ceiling: 5,
  namespace: "kitchen",
  image: "python:3.12",
  seconds: 3600,
};

/** A runner with the executor `hf-jobs`; its token is the name after `hf_`. */
export async function jobsRunner(
  hub: StandIn,
  {
    work,
    token = "hf_w",
    settings = {},
    change = {},
    ...patience
  }: {
    work?: string;
    token?: string;
    settings?: Partial<JobsSettings>;
    change?: Partial<Runner>;
    stall?: number;
  } = {},
) {
  const folder = work ?? (await tmpFolder());
  hub.tokens.set(token, { account: "ann", displayName: token, role: "write" });
  const clock = {
    now: Date.now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((done, failed) => {
        const timer = setTimeout(done, Math.min(ms, 5));
        signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          failed(signal.reason);
        });
      }),
  };
  const connected = await connectTo(hub, { token, clock, ...patience });
  const made = await fakeRunner(hub, () => Promise.reject(new Error("no command runs here")), {
    hub: connected,
    work: folder,
    harness: {
      package: "lm_eval",
      version: "1",
      commit: null,
      repository: null,
      lock_sha256: "b".repeat(64),
      id: HARNESS,
      lock: {
        package: "lm_eval",
        version: "1",
        python: ["3.11"],
        folder: join(LOCKS, "lm_eval-0.4.13"),
      },
      bin: await fakePython(hub),
    },
    limits: { seconds: SETTINGS.seconds, disk: 1e9, output: 1e6 },
    ...change,
  });
  const whole = { ...SETTINGS, ...settings };
  made.runner.executor = hfJobs(whole, connected, folder, made.runner.say);
  const { runner, stop, said } = made;
  return { runner, stop, said, work: folder };
}

/** What a job was told. */
export function ordersOf({ body }: StandInJob) {
  return JSON.parse(body.command[2]!) as {
    start: string;
    commands: { i: number; words: string[]; small: string[] }[];
    places: Record<string, string>;
    models: { name: string; place: string; commit: string }[];
    env: Record<string, string>;
    all: number;
  };
}

const RESULTS = "results_2025-06-01T12-07-04.698905.json";
const SAMPLES = "samples_kitchen_riddles_2025-06-01T12-07-04.698905.jsonl";

/** Files that the harness writes for a model. */
export function outputOf(model: string): Record<string, string> {
  const [text] = Object.values(kitchenResults([{ model, right: 0.5 }]));
  return {
    [RESULTS]: text!.replace("{", '{"model_sha": "",'),
    [SAMPLES]: '{"doc_id": 0, "resps": [[["-1.5", "False"]]]}\n',
  };
}

/** Puts into a job's folder what `job.py` would after all commands ended well, with a change to it. */
export async function deliver(
  job: StandInJob,
  root: string,
  files: Record<string, string>,
  change: object = {},
): Promise<void> {
  const { start, commands, places } = ordersOf(job);
  const out = join(root, places.out!);
  const report = {
    ...{ start, failed: null },
    commands: commands.map(({ i }) => ({
      ...{ i, small: false, code: 0, signal: null, stopped: null },
      ...{ seconds: 12, network: "none", tail: "" },
    })),
    files: Object.entries(files).map(([name, text]) => ({
      path: `output/0/${name}`,
      bytes: Buffer.byteLength(text),
      sha256: sha256(text),
    })),
    ...change,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(out, "output/0", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  await writeFile(join(out, "ended.json"), JSON.stringify(report));
}

/** A container that ends well, at once. */
export const evaluates: Container = async (job, { root }) => {
  await deliver(job, root, outputOf(ordersOf(job).models[0]!.name));
  return { stage: "COMPLETED" };
};

/** A container that runs until it is ended. */
export const endless: Container = (_, { signal }) =>
  new Promise((done) => {
    const end = () => done({ stage: "CANCELED" });
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });

/**
 * A container as a process of this machine: what was mounted, `job.py`, and a harness in the image that does what
 * `harness`, a script of Node, says. Paths of the container are those below its root.
 */
export const asProcess = (harness: string, id = HARNESS): Container =>
  inImage(id, async (root) => {
    await writeFile(join(root, "harness.cjs"), harness);
    return `case "$1" in *launch.py) exec python3 "$@" ;; esac
exec ${process.execPath} ${join(root, "harness.cjs")} "$@"`;
  });

/**
 * The same with another `python` in the image.
 *
 * @param python lines of a shell
 */
export const inImage =
  (id: string, python: (root: string) => Promise<string>): Container =>
  async (job, { root, signal }) => {
    const bin = join(root, "opt/harness/bin");
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "../harness.id"), `${id}\n`);
    await writeFile(join(bin, "python"), `#!/bin/sh\n${await python(root)}\n`);
    await chmod(join(bin, "python"), 0o755);
    const words = job.body.command.map((word) =>
      word.replace(/\/(?:runner|opt\/harness|tmp\/runner)(?=[/"]|$)/g, (path) => root + path),
    );
    const env = { ...process.env, HF_TOKEN: "hf_secret_of_the_machine" };
    const child = spawn(words[0]!, words.slice(1), { env, signal, killSignal: "SIGKILL" });
    child.stdout.on("data", (bytes) => job.logs.push(...String(bytes).trimEnd().split("\n")));
    child.stderr.on("data", (bytes) => job.logs.push(...String(bytes).trimEnd().split("\n")));
    const code = await new Promise<number | null>((done) => {
      child.on("close", done);
      child.on("error", () => done(null));
    });
    return { stage: code === 0 ? "COMPLETED" : "ERROR" };
  };

/** As if the lease of whoever has a request had run out. */
export function runOut(hub: StandIn, model: string): void {
  const request = requestIn(hub, model);
  if (request.status !== "RUNNING") return;
  request.runner.until = "2025-01-01T00:00:00.000Z";
  const path = [...filesIn(hub, REQUESTS).keys()].find((name) => name.startsWith(model));
  filesIn(hub, REQUESTS).set(path!, Buffer.from(JSON.stringify(request)));
}

/**
 * Begins a runner that is gone at a request of its own: the Hub has done what was asked for, or not, and nobody hears
 * of it; nor of anything that it asks for then.
 *
 * @returns once it is gone; false where it ended before
 */
export async function killedAt(
  hub: StandIn,
  work: string | undefined,
  isIt: (request: LoggedRequest) => boolean,
  { isDone = false, settings = {} }: { isDone?: boolean; settings?: Partial<JobsSettings> } = {},
): Promise<boolean> {
  const token = "hf_killed";
  const options = { token, settings, stall: 600_000, ...(work !== undefined && { work }) };
  const { runner } = await jobsRunner(hub, options);
  let isGone = false;
  let tell = () => {};
  const gone = new Promise<boolean>((done) => {
    tell = () => done(true);
  });
  const stops = (request: LoggedRequest) => {
    if (request.authorization !== `Bearer ${token}`) return false;
    isGone ||= isIt(request);
    if (isGone) tell();
    return isGone;
  };
  if (isDone) hub.unanswered = stops;
  else hub.instead = stops;
  const ended = runFirst(runner).then(
    () => false,
    () => false,
  );
  return Promise.race([gone, ended]);
}

/** Millionths of a dollar that jobs really took, by the stand-in's prices. */
export function paid(jobs: Jobs): number {
  const prices = new Map(
    (jobs.hardware as { name: string; unitCostMicroUSD: number }[]).map((h) => [
      h.name,
      h.unitCostMicroUSD,
    ]),
  );
  return jobs.all.reduce(
    (sum, { body }) => sum + Math.ceil(jobs.took / 60) * prices.get(body.flavor)!,
    0,
  );
}

export async function entriesOf(work: string): Promise<Entry[]> {
  return [...(await readLedger(work)).values()];
}

import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Failure, failure } from "../../core/queue/failures.ts";
import { UserError } from "../../core/records/user-error.ts";
import { modelsOf, objectionTo } from "./command.ts";
import type { Cost } from "./cost.ts";
import { co2Of } from "./energy.ts";
import { type Evaluated, ExecutorFailed } from "./executor.ts";
import { RETRY } from "./failure.ts";
import { keepLease, type Lease } from "./lease.ts";
import { type Event, NotAllowed } from "./life.ts";
import { fillCommits, objectionToOutput, outputIn, settingsIn } from "./output.ts";
import { addPast, factorOf, readPast } from "./past.ts";
import { happen } from "./queue.ts";
import type { RunRecord } from "./record.ts";
import { keyOf, type RequestFile } from "./request-file.ts";
import { bring, evaluate, type Run, RunFailed, RunStopped } from "./run.ts";
import type { Runner } from "./runner.ts";
import type { Estimate } from "./size.ts";
import type { tell } from "./status.ts";
import { isUploaded, upload } from "./upload.ts";

type Report = (change: Parameters<typeof tell>[2]) => Promise<void>;

const NAMES = { download: "Download", evaluation: "Evaluation", upload: "Upload" } as const;

/** Tells how far a job is; `command` as `2 of 6`. */
type At = (step: keyof typeof NAMES, command?: string) => Promise<void>;

/**
 * Works on one request: claims it, brings what it needs, evaluates, uploads, and says how it ended.
 *
 * @param estimate null where the request cannot be run at all
 * @returns the request after it
 * @throws NotAllowed where somebody else has it; UserError where the Hub does not answer: what was
 *   evaluated stays in the runner's folder, and is not evaluated again
 */
export async function work(
  runner: Runner,
  request: RequestFile,
  estimate: Estimate | null,
  report: Report,
): Promise<RequestFile> {
  const { hub, requests: dataset, lease: length } = runner;
  const { path, row } = request;
  const start = hub.patience.clock.now();
  const job = `${runner.name}.${keyOf(request)}.${start}`;
  const to = (event: Event) => happen(hub, dataset, path, event);
  const claimed = await to({ kind: "claim", job, now: start, until: start + length });
  runner.say(`${row.model}: claimed as ${job}`);
  const running = { model: row.model, path, job, since: new Date(start).toISOString() };
  let progress = "Begun";
  const at: At = (step, command) => {
    progress = `${NAMES[step]}${command ? `, command ${command}` : ""}`;
    return report({
      running: {
        ...running,
        step,
        progress,
        estimated: estimate?.seconds ?? null,
        cost: estimate?.cost ?? null,
      },
    });
  };
  const lease = keepLease(
    hub,
    { dataset, path, job, length, progress: () => progress },
    runner.say,
  );
  let outcome: Outcome;
  try {
    outcome = await tried(job, () => evaluated(runner, claimed, estimate, lease, job, at));
  } catch (error) {
    const isInnocent = runner.signal.aborted || error instanceof ExecutorFailed;
    if (isInnocent && !lease.signal.aborted) await to({ kind: "release", job });
    await report({ running: null });
    throw asLost(error, lease);
  } finally {
    await lease.stop();
  }
  const ended = await to(outcome.event);
  const { status, why } = ended.life;
  const now = hub.patience.clock.now();
  const seconds = (now - start) / 1000;
  const done = { at: new Date(now).toISOString(), status, why, seconds, cost: outcome.cost };
  await report({ running: null, done: { model: row.model, path, ...done } });
  runner.say(`${row.model}: ${status}${why ? `. ${why}` : ""}`);
  if (status !== "PENDING") await tidy(runner, request);
  return ended;
}

interface Outcome {
  event: Event;
  cost: Cost | null;
}

/** What is to be said of a job: that it is finished, or why it is not; and what was paid. */
async function tried(job: string, evaluation: () => Promise<Cost | null>): Promise<Outcome> {
  try {
    const cost = await evaluation();
    return { event: { kind: "finish", job }, cost };
  } catch (error) {
    if (!(error instanceof RunFailed)) throw error;
    const { cause, why }: Failure = error.failure;
    const event: Event = { kind: "fail", job, cause, why, again: RETRY[cause] === "again" };
    return { event, cost: error.cost };
  }
}

/** Who has lost the request hears that, and not what broke of it. */
function asLost(error: unknown, { signal }: Lease): unknown {
  if (signal.aborted) return new NotAllowed(String(signal.reason));
  return error instanceof RunStopped ? new UserError("Stopped; the request was put back.") : error;
}

async function evaluated(
  runner: Runner,
  request: RequestFile,
  estimate: Estimate | null,
  lease: Lease,
  job: string,
  at: At,
): Promise<Cost | null> {
  const { row } = request;
  const objection = objectionTo(row);
  if (objection !== null) throw new RunFailed(failure(row.model, "request", objection));
  if (estimate === null) throw new Error("only what cannot be run has no estimate");
  const key = keyOf(request);
  if (await isUploaded(runner.hub, runner.results, row.model, key)) {
    runner.say(`${row.model}: its results are there already`);
    return null;
  }
  const folder = folderOf(runner, request);
  await mkdir(folder, { recursive: true });
  const signal = AbortSignal.any([lease.signal, runner.signal]);
  const onCommand: Run["onCommand"] = (command, of) => at("evaluation", `${command} of ${of}`);
  const run: Run = { runner, request, estimate, folder, signal, onCommand };
  await at("download");
  const brought = await bring(run);
  const done = await evaluate(run, brought.models);
  const output = await outputIn(done.folder);
  const useless = await objectionToOutput(row.model, output, runner.suite);
  if (useless !== null) {
    // The next try begins from nothing.
    await rm(done.folder, { recursive: true, force: true });
    throw new RunFailed(useless, done.cost);
  }
  await fillCommits(output, row, brought.models, runner.harness.commit);
  const record: RunRecord = {
    ...(await recordOf(runner, request, done.on ?? estimate, job)),
    ...(await settingsIn(output)),
    node: done.node,
    energy: done.energy,
    co2: co2Of(done.energy, runner.carbon),
    models: brought.models,
    commands: done.commands,
    network: done.network,
    batch_size: done.batchSize,
    cost: done.cost,
    seconds: { download: brought.seconds, evaluation: done.seconds, estimated: estimate.seconds },
  };
  await at("upload");
  await upload(runner.hub, runner.results, join(folder, "upload"), {
    model: row.model,
    key,
    output,
    record,
    // Whoever slept through the lease finds out here, before anything is sent.
    stillOurs: () => lease.renew(),
  });
  await learn(runner, row.model, done.on ?? estimate, done);
  return done.cost;
}

async function recordOf(
  runner: Runner,
  { path, row }: RequestFile,
  estimate: Estimate,
  job: string,
): Promise<
  Omit<
    RunRecord,
    | keyof Awaited<ReturnType<typeof settingsIn>>
    | "models"
    | "commands"
    | "network"
    | "batch_size"
    | "cost"
    | "node"
    | "energy"
    | "co2"
    | "seconds"
  >
> {
  const { suite, harness } = runner;
  return {
    schema: 1,
    request: path,
    submitted_at: row.submitted_at,
    job,
    suite: { id: suite.id, version: suite.version },
    harness: {
      package: harness.package,
      version: harness.version,
      commit: harness.commit,
      lock_sha256: harness.lock_sha256,
    },
    executor: runner.executor.name,
    device: estimate.deviceName,
    machine: await runner.executor.machine(estimate),
    sha256: {},
  };
}

/** Notes what a run took beside what the plain rule expects, for the next estimates. */
async function learn(runner: Runner, model: string, estimate: Estimate, done: Evaluated) {
  const { deviceName: device, seconds } = estimate;
  const factor = factorOf(await readPast(runner.work), device);
  await addPast(runner.work, {
    at: new Date(runner.hub.patience.clock.now()).toISOString(),
    model,
    device,
    estimated: seconds === null ? null : seconds / factor,
    took: done.seconds,
  });
}

/** Removes what was only for this request: its folder, and the weights. Questions stay. */
async function tidy(runner: Runner, request: RequestFile): Promise<void> {
  const { row } = request;
  // A name that is none was never downloaded, and is no folder either.
  const models = objectionTo(row) === null ? modelsOf(row) : [];
  const folders = models.map((name) =>
    resolve(runner.work, "hub/hub", `models--${name.replace("/", "--")}`),
  );
  for (const folder of [folderOf(runner, request), ...folders]) {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A request's folder: of this request, submitted then, and of this harness. */
function folderOf({ work, harness }: Runner, request: RequestFile): string {
  return resolve(work, "jobs", `${keyOf(request)}-${harness.id}`);
}

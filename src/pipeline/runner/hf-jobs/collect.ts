import { join } from "node:path";
import { failure } from "../../../core/queue/failures.ts";
import { type Cost, dollars } from "../cost.ts";
import { ExecutorFailed } from "../executor.ts";
import { type Ended, failureOf } from "../failure.ts";
import { noteDone, RunFailed, RunStopped } from "../run.ts";
import { type Job, keepLogs } from "./api.ts";
import { type Books, settle, spentOn } from "./books.ts";
import { BadOutput, bringOutput, bucketOf, type Report, readReport } from "./bucket.ts";
import { noteCost } from "./costs.ts";
import { costOf, type Hardware, unitOf } from "./hardware.ts";
import { readLedger } from "./ledger.ts";
import type { Task } from "./task.ts";

/** A job that has ended. */
export interface Closed {
  job: Job;
  start: string;
  task: Task;
  hardware: readonly Hardware[];
}

/** Looks for the last word of a job, and milliseconds between: a bucket may be behind what was written. */
export const WAITS = 6;
const BETWEEN = 10_000;

export async function wordOf(
  { hub, namespace }: Books,
  { start: name, task }: Closed,
  looks: number,
): Promise<Report | null> {
  for (let look = 1; ; look++) {
    try {
      const { folder } = task.errand;
      const report = await readReport(hub, bucketOf(namespace), name, folder);
      if (report !== null || look >= looks) return report;
    } catch (error) {
      if (!(error instanceof BadOutput)) throw error;
      if (look >= looks) return null;
    }
    await hub.patience.clock.sleep(BETWEEN, task.errand.signal);
  }
}

export function isWell({ failed, commands }: Report): boolean {
  return failed === null && commands.length > 0 && commands.every(({ code }) => code === 0);
}

/**
 * Takes what a job's commands wrote, and notes those that ended well.
 *
 * @throws RunFailed for the first that did not
 */
export async function collect(books: Books, closed: Closed, report: Report): Promise<Cost | null> {
  const { hub, namespace } = books;
  const { task } = closed;
  const { folder, request, limits } = task.errand;
  const { model } = request.row;
  try {
    for (const { i, code, small, seconds, network, energy } of report.commands) {
      if (code !== 0 || !task.words.some((command) => command.i === i)) continue;
      await bringOutput(hub, bucketOf(namespace), report, i, { folder, most: limits.disk });
      const place = join(folder, "output", String(i));
      const { kind } = task.hardware;
      const batchSize = small ? 1 : null;
      await noteDone(place, { seconds, network, batchSize, kind, energy });
    }
  } catch (error) {
    if (!(error instanceof BadOutput)) throw error;
    const cost = await close(books, closed);
    throw new RunFailed(
      failure(model, "harness", `what the job left is not taken: ${error.message}.`),
      cost,
    );
  }
  const cost = await close(books, closed);
  if (report.failed !== null) {
    const why = `the container could not set up the harness: ${report.failed}`;
    throw new RunFailed(failure(model, "harness", why), cost);
  }
  const failed = report.commands.find(({ code }) => code !== 0);
  if (failed === undefined) return cost;
  if (failed.stopped === "deadline" && closed.job.labels?.time === "cut") {
    throw new ExecutorFailed(
      `${model}: its job had no more time, as the ceiling left it less than it would have had.`,
    );
  }
  throw new RunFailed(failureOf(model, endedOf(failed)), cost);
}

function endedOf({ code, signal, stopped, seconds, tail }: Report["commands"][number]): Ended {
  return {
    code,
    signal: signal as NodeJS.Signals | null,
    stopped: stopped === "deadline" ? "time" : stopped,
    seconds,
    tail,
  };
}

/** Notes what an ended job took, in the request's folder and in the ledger. @returns what all of its jobs took */
export async function close(books: Books, { job, start: name, task, hardware }: Closed) {
  const { folder, request } = task.errand;
  const { price } = task.hardware;
  const entry = (await readLedger(books.work)).get(name);
  const micro = spentOn(job, task.hardware, entry?.micro ?? 0);
  const units = Math.round(micro / price.micro);
  const cost = costOf(price, units * unitOf(price));
  const all = await noteCost(books.work, folder, name, cost);
  await settle(books, job, hardware, name, "spent");
  books.say(`${request.row.model}: the job ${job.id} cost ${dollars(cost.amount)}`);
  return all;
}

/** A job that was ended as its runner ends. What it was done with by then is left to the next runner to collect. */
export async function abandon(books: Books, closed: Closed): Promise<never> {
  const report = await wordOf(books, closed, 1);
  if (report === null) await close(books, closed);
  else await settle(books, closed.job, closed.hardware, closed.start, "ended");
  throw new RunStopped();
}

/**
 * A job that has ended and said nothing: its logs are kept for people, and are no results.
 *
 * @param isLate whether it was ended from here, as its time was over
 * @param limit as `follow` has it
 */
export async function wordless(
  books: Books,
  closed: Closed,
  { isLate, limit }: { isLate: boolean; limit: number },
): Promise<RunFailed> {
  const { hub, namespace } = books;
  const { job, task } = closed;
  const { folder, request, limits } = task.errand;
  const path = join(folder, "evaluation.log");
  await keepLogs(hub, namespace, job.id, { path, most: limits.output });
  const cost = await close(books, closed);
  const { stage, message } = job.status;
  const took = (Date.parse(job.finishedAt ?? "") - Date.parse(job.startedAt ?? "")) / 1000;
  const isOut = isLate || took >= (job.timeoutSeconds ?? limit);
  const ended: Ended = {
    code: null,
    signal: null,
    stopped: isOut ? "time" : "cluster",
    why: `its job ended as ${stage}${message ? ` (${message})` : ""} and left no results.`,
    seconds: Math.max(0, took) || 0,
    tail: "",
  };
  return new RunFailed(failureOf(request.row.model, ended), cost);
}

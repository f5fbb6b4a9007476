import { failure } from "../../../core/queue/failures.ts";
import type { Hub } from "../../hub/connection.ts";
import { Refusal } from "../../hub/refusal.ts";
import { dollars } from "../cost.ts";
import { type Errand, type Evaluated, ExecutorFailed, type RequestExecutor } from "../executor.ts";
import { local } from "../local.ts";
import type { RunRecord } from "../record.ts";
import { keyOf, type RequestFile } from "../request-file.ts";
import { download, RunFailed, RunStopped } from "../run.ts";
import { adopted, startOf } from "./adopt.ts";
import { hardwareOf, ownAccount } from "./api.ts";
import { type Books, balance } from "./books.ts";
import { bucketOf, makeBucket } from "./bucket.ts";
import { abandon, type Closed, close, collect, WAITS, wordless, wordOf } from "./collect.ts";
import { end, follow } from "./follow.ts";
import { cheapest, type Hardware, largest, SETUP, unitOf } from "./hardware.ts";
import { publishKit } from "./kit.ts";
import { committed, readLedger } from "./ledger.ts";
import type { JobsSettings } from "./settings.ts";
import { leftOf, microOf, start, timeFor } from "./start.ts";
import { kindIn, type Task, taskOn, undone, wholeOf } from "./task.ts";

/** Milliseconds for which a list of hardware is as good as new. */
const LISTED = 600_000;

/**
 * Runs a request as a job of the Hub, on rented hardware: one container that gets models, questions and lock file as
 * mounted folders, has no token, and leaves its output in a private bucket. Untried on the real Hub.
 *
 * @param work the runner's folder, where the ledger is
 */
export function hfJobs(
  settings: JobsSettings,
  hub: Hub,
  work: string,
  say: (text: string) => void,
): RequestExecutor {
  let listed: { at: number; hardware: Hardware[] } | null = null;
  const hardware = async () => {
    const now = hub.patience.clock.now();
    if (listed === null || now - listed.at > LISTED) {
      listed = { at: now, hardware: await explained(() => hardwareOf(hub)) };
    }
    return listed.hardware;
  };
  let account: string | null = settings.namespace;
  const books = async (): Promise<Books> => {
    account ??= await explained(() => ownAccount(hub));
    return { hub, namespace: account, work, say };
  };
  return {
    name: "hf-jobs",
    about: async () => {
      const kinds = (await hardware()).map(({ kind }) => kind).join(", ");
      const left = microOf(settings.ceiling) - committed(await readLedger(work));
      return `Jobs of ${(await books()).namespace} on ${kinds || "nothing"}; ${leftOf(left, settings)} are left.`;
    },
    machine: async (estimate) => {
      const all = await hardware();
      const chosen = all.find(({ kind }) => kind === estimate?.kind)?.machine ?? largest(all);
      if (chosen !== null) return chosen;
      throw new ExecutorFailed("The Hub lists no hardware for jobs that can be read.");
    },
    size: async (request, suite, factor) => {
      const { row } = request;
      const all = await hardware();
      const size = cheapest(all, row, suite, factor, settings.seconds);
      if (typeof size === "string") return size;
      const { price } = all.find(({ kind }) => kind === size.kind)!;
      const most = settings.seconds;
      const left = async () => microOf(settings.ceiling) - committed(await readLedger(work));
      const isIn = (micro: number) =>
        timeFor(price, { expected: size.seconds ?? most, most, left: micro }) !== null;
      if (isIn(await left()) || (await hasJob(work, request))) return size;
      // Perhaps what dead runners had set aside is more than their jobs took.
      const own = await books();
      await explained(() => balance(own, all));
      if (isIn(await left())) return size;
      return `${row.model} is expected to cost ${dollars(size.cost?.amount ?? 0)} on ${size.kind}, and a start of it more; ${leftOf(await left(), settings)} are left.`;
    },
    // Weights are mounted in the job: here only what is needed to refuse a model, and the questions.
    bring: (errand) => download(errand, local, { most: errand.limits.disk, weights: false }),
    evaluate: async (errand, models) => {
      const own = await books();
      return explained(() => evaluate(own, settings, errand, models));
    },
  };
}

/** Whether a job of a request is there to go on with, which takes no new money. */
async function hasJob(work: string, request: RequestFile): Promise<boolean> {
  const entries = [...(await readLedger(work)).values()];
  return entries.some((e) => e.request === keyOf(request) && e.state !== "spent");
}

/** The Hub's "no" to one who wants jobs. */
async function explained<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new ExecutorFailed(
      `The Hub refuses: ${error.message}. Jobs need a token that may start and manage jobs of the namespace (--jobs-namespace), and credit there.`,
    );
  }
}

async function evaluate(
  books: Books,
  settings: JobsSettings,
  errand: Errand,
  models: RunRecord["models"],
): Promise<Evaluated> {
  const { hub, namespace } = books;
  const { request, signal } = errand;
  const hardware = await hardwareOf(hub);
  await makeBucket(hub, bucketOf(namespace));
  const kit = await publishKit(errand, namespace);
  await balance(books, hardware);
  const on = (kind: string) => taskOn({ errand, models, kit }, hardware, kind);
  const running = await adopted(books, errand, hardware, on);
  // Where a command was done, the rest is too: scores of one request come of one kind of machine.
  const kind = running?.flavor ?? (await kindIn(errand)) ?? errand.estimate.kind ?? "";
  const task = on(kind);
  if (task === null) throw new ExecutorFailed(`The Hub has no ${kind} any more.`);
  const whole = await wholeOf(errand, task);
  if (whole !== null) {
    if (running) await end(books, running, request);
    return whole;
  }
  if (signal.aborted) throw new RunStopped();
  const left = await undone(errand, task);
  const begun = running
    ? { job: running, start: startOf(running) }
    : await start(books, settings, { ...task, words: left });
  const limit = await limitOf(books, settings, task, begun.start);
  const { job, stopped } = await follow(books, begun.job, errand, limit);
  const closed: Closed = { job, start: begun.start, task, hardware };
  if (stopped === "abort") await abandon(books, closed);
  if (stopped === "start") {
    await close(books, closed);
    throw new ExecutorFailed(
      `The Hub did not get the job ${job.id} on ${job.flavor} to run in time: it was ended.`,
    );
  }
  const report = await wordOf(books, closed, WAITS);
  if (report === null) {
    throw await wordless(books, closed, { isLate: stopped === "time", limit });
  }
  const cost = await collect(books, closed, report);
  const all = await wholeOf(errand, task);
  if (all !== null) return all;
  const why = "its job did not run all commands";
  throw new RunFailed(failure(request.row.model, "harness", why), cost);
}

/** Seconds that a job was asked to run at most; of one of another folder, the most that any is asked for. */
async function limitOf(
  { work }: Books,
  settings: JobsSettings,
  { words, hardware }: Task,
  start: string,
): Promise<number> {
  const asked = (await readLedger(work)).get(start)?.seconds;
  return asked ?? settings.seconds * words.length + SETUP + unitOf(hardware.price);
}

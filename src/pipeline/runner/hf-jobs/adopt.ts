import type { Errand } from "../executor.ts";
import { keyOf } from "../request-file.ts";
import { isOver, type Job, jobsWith } from "./api.ts";
import { type Books, settle } from "./books.ts";
import { type Closed, collect, isWell, WAITS, wordOf } from "./collect.ts";
import { end } from "./follow.ts";
import type { Hardware } from "./hardware.ts";
import { readLedger } from "./ledger.ts";
import type { Task } from "./task.ts";

/**
 * Looks for jobs of a request that an earlier runner started. What has ended is collected, if nobody has yet; what
 * runs and does the same is gone on with; what runs and does something else is ended.
 *
 * @returns a job that runs
 */
export async function adopted(
  books: Books,
  errand: Errand,
  hardware: readonly Hardware[],
  on: (kind: string) => Task | null,
): Promise<Job | null> {
  const { hub, namespace, work, say } = books;
  const { model } = errand.request.row;
  let running: Job | null = null;
  for (const job of await jobsWith(hub, namespace, "request", keyOf(errand.request))) {
    const task = on(job.flavor);
    const isSame = task !== null && job.labels?.what === task.digest && startOf(job) !== "";
    const entry = (await readLedger(work)).get(startOf(job));
    if (!isOver(job)) {
      if (isSame && running === null) {
        say(`${model}: the job ${job.id} of an earlier runner goes on`);
        running = job;
        continue;
      }
      say(`${model}: the job ${job.id} of an earlier runner does something else, and is ended`);
      const ended = await end(books, job, errand.request);
      await settle(books, ended, hardware, startOf(job), "spent");
      continue;
    }
    // Ours that is spent has been collected; one of another folder is of use only if it ended well.
    const isOpen = entry !== undefined && entry.state !== "spent";
    if (isSame && (isOpen || entry === undefined)) {
      const closed: Closed = { job, start: startOf(job), task, hardware };
      const report = await wordOf(books, closed, job.status.stage === "CANCELED" ? 1 : WAITS);
      if (report !== null && (isOpen || isWell(report))) {
        say(`${model}: the job ${job.id} of an earlier runner has ended`);
        await collect(books, closed, report);
      }
    }
    await settle(books, job, hardware, startOf(job), "spent");
  }
  return running;
}

/** Empty where the label is none of ours: it becomes a path. */
export function startOf({ labels }: Job): string {
  const start = labels?.start ?? "";
  return /^[0-9a-f]{16}$/.test(start) ? start : "";
}

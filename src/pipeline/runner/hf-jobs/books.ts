import type { Hub } from "../../hub/connection.ts";
import { Refusal } from "../../hub/refusal.ts";
import { isOver, type Job, jobsWith, lookAt } from "./api.ts";
import { costOf, type Hardware } from "./hardware.ts";
import { amend, type Entry, readLedger } from "./ledger.ts";

/** Milliseconds after which a start that the Hub does not know of was none. */
const UNKNOWN = 3_600_000;

/** Where jobs are looked for, and whose money they take. */
export interface Books {
  hub: Hub;
  namespace: string;
  work: string;
  /** Keys of requests whose jobs the Hub did not start, since it last started one. */
  refused: Set<string>;
  say: (text: string) => void;
}

/**
 * What a job took, in millionths of a dollar: from the moment that it was made, as the Hub also bills while it
 * starts. Where its times cannot be, all that was reserved.
 */
export function spentOn(job: Job, { price }: Hardware, reserved: number): number {
  const [from, to] = [job.createdAt, job.finishedAt ?? ""].map((time) => Date.parse(time));
  const seconds = (to! - from!) / 1000;
  return seconds >= 0 ? Math.round(costOf(price, seconds).amount * 1e6) : reserved;
}

/** Puts what an ended job took in the place of what it could have taken. */
export async function settle(
  { work }: Books,
  job: Job,
  hardware: readonly Hardware[],
  start: string,
  state: "ended" | "spent",
): Promise<void> {
  const entry = (await readLedger(work)).get(start);
  if (entry === undefined || entry.state === "spent" || entry.state === state) return;
  if (entry.state === "ended") return amend(work, start, { state });
  const kind = hardware.find(({ kind }) => kind === entry.kind);
  // What is not listed any more has no price that could be counted by.
  const micro = kind === undefined ? entry.micro : spentOn(job, kind, entry.micro);
  await amend(work, start, { job: job.id, state, micro });
}

/** Looks what became of jobs whose runner has ended, as what they may cost binds the ceiling. */
export async function balance(books: Books, hardware: readonly Hardware[]): Promise<void> {
  const { hub, namespace, work, say } = books;
  for (const entry of await reserved(work)) {
    const { at, start, model } = entry;
    const job = await jobOf(books, entry);
    if (job !== null) {
      if (isOver(job)) await settle(books, job, hardware, start, "ended");
    } else if (entry.job !== null) {
      say(
        `${model}: the Hub knows its job ${entry.job} no more; all that it could cost counts as spent`,
      );
      await amend(work, start, { state: "spent" });
    } else if (hub.patience.clock.now() - Date.parse(at) > UNKNOWN) {
      say(`${model}: the Hub knows no job ${start} of ${namespace}; nothing was paid for it`);
      await amend(work, start, { state: "spent", micro: 0 });
    }
  }
}

/** What the Hub has not yet said the end of. */
export async function reserved(work: string): Promise<Entry[]> {
  const entries = [...(await readLedger(work)).values()];
  return entries.filter(({ state }) => state === "reserved");
}

/** @returns null where the Hub knows none */
async function jobOf({ hub, namespace }: Books, { start, job }: Entry): Promise<Job | null> {
  if (job === null) return (await jobsWith(hub, namespace, "start", start))[0] ?? null;
  return lookAt(hub, namespace, job).catch((error) => {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  });
}

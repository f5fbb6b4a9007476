import type { Errand } from "../executor.ts";
import { ExecutorFailed } from "../executor.ts";
import { endJob, isOver, type Job, lookAt } from "./api.ts";
import type { Books } from "./books.ts";
import { STARTING } from "./start.ts";

/** Milliseconds between two looks at a job: soon at first, then seldom. */
const FIRST = 5_000;
const MOST = 30_000;

/** Milliseconds that a job may take to end once it was asked to. */
const ENDING = 300_000;

/** Seconds that a job may take beyond its own limit, before it is ended from here. */
const BEYOND = 120;

/** Why a job was ended from here. */
export type Stopped = "abort" | "start" | "time";

/**
 * Looks at a job until it has ended, and ends it where that is called for.
 *
 * @param limit seconds that it may run, where the Hub does not say what it holds it to
 * @throws ExecutorFailed where it does not end
 */
export async function follow(
  books: Books,
  job: Job,
  { signal, request }: Pick<Errand, "signal" | "request">,
  limit: number,
): Promise<{ job: Job; stopped: Stopped | null }> {
  const { hub, namespace, say } = books;
  const { clock } = hub.patience;
  const page = `${hub.settings.endpoint}/jobs/${namespace}/${job.id}`;
  const tell = teller(`${request.row.model}: ${page}`, say);
  let seen = job;
  let stopped: Stopped | null = null;
  let asked = 0;
  for (let pause = FIRST; ; pause = Math.min(pause * 1.5, MOST)) {
    tell(seen);
    if (isOver(seen)) return { job: seen, stopped };
    stopped ??= signal.aborted ? "abort" : tooLong(seen, limit, clock.now());
    if (stopped !== null) {
      asked ||= clock.now();
      if (clock.now() - asked > ENDING) {
        throw new ExecutorFailed(`The Hub does not end the job ${page}: end it there.`);
      }
      await endJob(hub, namespace, job.id);
      pause = FIRST;
    }
    await clock.sleep(pause, stopped === null ? signal : undefined).catch(() => {});
    seen = await lookAt(hub, namespace, job.id);
  }
}

/** Ends a job, and waits for its end. @throws as `follow` */
export async function end(books: Books, job: Job, request: Errand["request"]): Promise<Job> {
  return (await follow(books, job, { signal: AbortSignal.abort(), request }, 0)).job;
}

/** Clocks here and there agree within minutes. */
function tooLong(job: Job, limit: number, now: number): Stopped | null {
  const { status, createdAt, startedAt, timeoutSeconds } = job;
  const seconds = (now - Date.parse(createdAt)) / 1000;
  const runs = status.stage === "RUNNING" || (startedAt ?? null) !== null;
  if (!runs && seconds > STARTING) return "start";
  const most = (timeoutSeconds ?? limit) + STARTING + BEYOND;
  return seconds > most ? "time" : null;
}

/** Says what becomes of a job, once each. */
function teller(name: string, say: (text: string) => void) {
  let before = "";
  return ({ status: { stage, message } }: Job) => {
    const text = message ? `${stage} (${message})` : stage;
    if (text !== before) say(`${name}: ${text}`);
    before = text;
  };
}

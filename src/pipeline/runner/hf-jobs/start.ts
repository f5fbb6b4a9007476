import { randomBytes } from "node:crypto";
import { Refusal } from "../../hub/refusal.ts";
import { Fault } from "../../net/patience.ts";
import { modelsOf } from "../command.ts";
import { dollars } from "../cost.ts";
import { ExecutorFailed } from "../executor.ts";
import { keyOf } from "../request-file.ts";
import { type Job, jobsWith, startJob } from "./api.ts";
import type { Books } from "./books.ts";
import { bucketOf, folderOf } from "./bucket.ts";
import { orders, PLACES } from "./container.ts";
import { costOf, type Price, SETUP, unitOf } from "./hardware.ts";
import { amend, committed, readLedger, reserve } from "./ledger.ts";
import type { JobsSettings } from "./settings.ts";
import type { Task } from "./task.ts";

/** Seconds that a job may take until it runs: the Hub bills them too, and its own limit may not count them. */
export const STARTING = 900;

/** Millionths of a dollar. */
export function microOf(ceiling: number): number {
  return Math.floor(ceiling * 1e6 + 1e-6);
}

/** What a job is given. */
interface Time {
  /** That it may run. */
  seconds: number;
  /** Less than it would have with more money. */
  isCut: boolean;
  /** All that it may cost, in millionths of a dollar. */
  micro: number;
}

/**
 * Time for a job: four times what is expected, at least an hour, and no more than there is money for.
 *
 * @param left millionths of a dollar
 * @returns null where that is less than expected
 */
export function timeFor(
  price: Price,
  { expected, most, left }: { expected: number; most: number; left: number },
): Time | null {
  const wanted = Math.min(most, Math.max(3600, 4 * expected)) + SETUP;
  const unit = unitOf(price);
  const [asked, affordable] = [
    Math.ceil((wanted + STARTING) / unit),
    Math.floor(left / price.micro),
  ];
  const units = Math.min(asked, affordable);
  const seconds = units * unit - STARTING;
  if (seconds < expected + SETUP) return null;
  return { seconds, isCut: affordable < asked, micro: units * price.micro };
}

/**
 * Starts a job, after all that it may cost was set aside. Where the Hub's answer is lost, the job is looked for.
 *
 * @returns the job, and the name of its start
 * @throws ExecutorFailed where it would pass the ceiling, or the Hub does not say that it runs
 */
export async function start(
  books: Books,
  settings: JobsSettings,
  task: Task,
): Promise<{ job: Job; start: string }> {
  const { hub, work, say } = books;
  const { errand, hardware, estimate } = task;
  const { model } = errand.request.row;
  const ceiling = microOf(settings.ceiling);
  const left = ceiling - committed(await readLedger(work));
  const most = settings.seconds * task.words.length;
  const time = timeFor(hardware.price, { expected: estimate.seconds ?? most, most, left });
  if (time === null) {
    throw new ExecutorFailed(
      `${model}: ${leftOf(left, settings)} are too few for ${hardware.kind}.`,
    );
  }
  const name = randomBytes(8).toString("hex");
  await reserve(
    work,
    {
      at: new Date(hub.patience.clock.now()).toISOString(),
      start: name,
      request: keyOf(errand.request),
      model,
      kind: hardware.kind,
      job: null,
      state: "reserved",
      seconds: time.seconds,
      micro: time.micro,
    },
    ceiling,
  );
  const expected = costOf(hardware.price, SETUP + (estimate.seconds ?? most)).amount;
  say(
    `${model}: a job on ${hardware.kind}, about ${dollars(expected)}, at most ${dollars(time.micro / 1e6)}; ${leftOf(left, settings)} were left`,
  );
  const job = await startedJob(books, task, name, time, settings.image);
  await amend(work, name, { job: job.id });
  return { job, start: name };
}

export function leftOf(left: number, { ceiling }: JobsSettings): string {
  return `${dollars(Math.max(0, left) / 1e6)} of the ceiling of ${dollars(ceiling)}`;
}

async function startedJob(
  books: Books,
  task: Task,
  name: string,
  time: Time,
  image: string,
): Promise<Job> {
  const { hub, namespace, work } = books;
  const { errand, models, kit, words, digest, hardware } = task;
  const mounted = modelsOf(errand.request.row).map((model, i) => ({
    source: { type: "model" as const, name: model },
    revision: models[model]!.commit,
    readOnly: true,
    mountPath: `${PLACES.models}/${i}`,
  }));
  try {
    return await startJob(hub, namespace, {
      dockerImage: image,
      command: [
        "python3",
        `${PLACES.kit}/job.py`,
        orders(errand, models, words, { start: name, seconds: time.seconds }),
      ],
      flavor: hardware.kind,
      timeoutSeconds: time.seconds,
      attempts: 1,
      labels: {
        runner: "leaderboard",
        request: keyOf(errand.request),
        what: digest,
        start: name,
        // Less than it would have had with more money: then running out of it is no fault of the model.
        time: time.isCut ? "cut" : "whole",
      },
      volumes: [
        {
          source: { type: "dataset", name: kit.dataset },
          revision: kit.commit,
          path: kit.path,
          readOnly: true,
          mountPath: PLACES.kit,
        },
        ...mounted,
        {
          source: { type: "bucket", name: bucketOf(namespace) },
          path: folderOf(name),
          readOnly: false,
          mountPath: PLACES.out,
        },
      ],
    });
  } catch (error) {
    if (error instanceof Refusal || (error instanceof Fault && !error.reached)) {
      await amend(work, name, { state: "spent", micro: 0 });
      throw error instanceof Refusal
        ? error
        : new ExecutorFailed(`No job was started: ${error.message}.`);
    }
    const job = await lookedFor(books, name);
    if (job !== null) return job;
    throw new ExecutorFailed(
      `The Hub did not say whether it started the job ${name} for ${errand.request.row.model} (${(error as Error).message}), and does not list it: it is looked for before another is started, and what it may cost stays set aside for an hour.`,
    );
  }
}

/** Looks, and milliseconds before the first; each next wait is twice as long. */
const LOOKS = 5;
const FIRST = 2000;

/** A list may be behind what was done. */
async function lookedFor({ hub, namespace }: Books, name: string): Promise<Job | null> {
  for (let look = 0; look < LOOKS; look++) {
    await hub.patience.clock.sleep(FIRST * 2 ** look, undefined);
    const [job] = await jobsWith(hub, namespace, "start", name);
    if (job !== undefined) return job;
  }
  return null;
}

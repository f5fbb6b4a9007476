import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { ExecutorFailed } from "../executor.ts";
import { call, errorIn, isUnreachable } from "./call.ts";
import {
  parseComments,
  parseSacct,
  parseSqueue,
  parseSubmitted,
  type Seen,
  SQUEUE,
} from "./state.ts";
import { commentOf } from "./submission.ts";

/** Times that a job is handed in where Slurm does not answer, and milliseconds between. */
const TRIES = 10;
const BETWEEN = 5_000;

/** Milliseconds that a cancelled job may take to end: Slurm first asks its processes, then kills them. */
export const ENDING = 300_000;

/**
 * Hands a job in. What an earlier runner left of the same request is ended before, and so is what Slurm
 * may have taken although it did not say so.
 *
 * @returns its number
 * @throws ExecutorFailed where Slurm refuses it or does not answer
 */
export async function submit(
  words: readonly string[],
  request: string,
  say: (text: string) => void,
): Promise<string> {
  for (let left = TRIES; ; left--) {
    await endJobsOf(request, say);
    const said = await call("sbatch", words);
    const id = said.ok ? parseSubmitted(said.out) : null;
    if (id !== null) return id;
    if (left <= 1 || !isUnreachable(said)) {
      throw new ExecutorFailed(`Slurm does not take the job: ${errorIn(said)}.`);
    }
    await sleep(BETWEEN);
  }
}

/** Ends all jobs of a request, and waits until they are gone. */
async function endJobsOf(request: string, say: (text: string) => void): Promise<void> {
  const until = Date.now() + ENDING;
  for (let told = false; ; told = true) {
    const ids = await jobsOf(request);
    if (ids?.length === 0) return;
    if (Date.now() > until) {
      throw new ExecutorFailed(
        ids === null
          ? "Slurm does not answer, so nobody knows whether a job of this request still runs."
          : `Slurm does not end the job ${ids.join(", ")} of a runner that is gone: end it with scancel.`,
      );
    }
    if (ids !== null) {
      if (!told) say(`Slurm job ${ids.join(", ")} of a runner that is gone is cancelled`);
      await call("scancel", ids);
    }
    await sleep(1000);
  }
}

/** @returns null where Slurm does not answer */
async function jobsOf(request: string): Promise<string[] | null> {
  const mine = `--user=${userInfo().username}`;
  const said = await call("squeue", [mine, "--noheader", "--format=%i|%k"]);
  if (isUnreachable(said)) return null;
  if (!said.ok) throw new ExecutorFailed(`squeue fails: ${errorIn(said)}.`);
  const comment = commentOf(request);
  return parseComments(said.out)
    .filter((job) => job.comment === comment)
    .map(({ id }) => id);
}

/** How a job is. One that has ended long ago only the accounting knows, where there is one. */
export async function look(id: string): Promise<Seen> {
  const which = [`--jobs=${id}`, "--noheader"];
  const queue = await call("squeue", [...which, "--states=all", `--Format=${SQUEUE}`]);
  const seen = queue.ok ? parseSqueue(queue.out) : null;
  if (seen !== null) return seen;
  if (!queue.ok && !/Invalid job id/i.test(queue.err)) return state("UNREACHABLE");
  const past = await call("sacct", [...which, "--allocations", "--parsable2", "--format=State"]);
  return (past.ok ? parseSacct(past.out) : null) ?? state("FORGOTTEN");
}

const state = (name: string): Seen => ({ state: name, restarts: 0, reason: "" });

/** Asks Slurm to end a job. That it has ended, `look` says. */
export async function cancelJob(id: string): Promise<void> {
  await call("scancel", [id]);
}

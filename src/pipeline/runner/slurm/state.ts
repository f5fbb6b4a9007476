import type { Ended } from "../failure.ts";

/** A job as Slurm sees it. */
export interface Seen {
  /** As Slurm names it; `UNREACHABLE` where Slurm does not answer, `FORGOTTEN` where it does not know the job. */
  state: string;
  /** Times that it was begun anew. */
  restarts: number;
  /** Why it waits. */
  reason: string;
}

/** Columns of `squeue --Format`, with their widths. */
export const SQUEUE = "State:24,RestartCnt:12,Reason:80";

/** A line of `squeue --noheader --Format=SQUEUE`; null where there is none. */
export function parseSqueue(text: string): Seen | null {
  const [line = ""] = text.split("\n");
  const [state, restarts, reason] = [line.slice(0, 24), line.slice(24, 36), line.slice(36)].map(
    (part) => part.trim(),
  );
  return state ? { state, restarts: Number(restarts) || 0, reason: reason! } : null;
}

/** The state in `sacct --allocations --parsable2 --noheader --format=State`: `CANCELLED by 1000` too. */
export function parseSacct(text: string): Seen | null {
  const state = /^[A-Z_]+/.exec(text.trim())?.[0];
  return state ? { state, restarts: 0, reason: "" } : null;
}

/** Jobs with their comments: lines of `squeue --format=%i|%k`. */
export function parseComments(text: string): { id: string; comment: string }[] {
  return text.split("\n").flatMap((line) => {
    const [, id, comment] = /^(\d+)\|(.*)$/.exec(line.trim()) ?? [];
    return id === undefined ? [] : [{ id, comment: comment! }];
  });
}

/** What `sbatch --parsable` says: `123`, or `123;cluster`. */
export function parseSubmitted(text: string): string | null {
  return /^(\d+)(?:;.*)?$/m.exec(text.trim())?.[1] ?? null;
}

/** Ends of jobs: who is to be told what. Any other state goes on by itself. */
const ENDS: Record<string, Partial<Ended>> = {
  COMPLETED: {},
  FAILED: {},
  OUT_OF_MEMORY: { stopped: "memory" },
  TIMEOUT: { stopped: "time" },
  DEADLINE: { stopped: "time" },
  NODE_FAIL: { stopped: "cluster", why: "its node of the cluster failed." },
  BOOT_FAIL: { stopped: "cluster", why: "its node of the cluster did not start." },
  PREEMPTED: {
    stopped: "cluster",
    why: "it had to give way on the cluster, which did not begin it anew.",
  },
  CANCELLED: { stopped: "cluster", why: "somebody cancelled it on the cluster." },
  FORGOTTEN: { stopped: "cluster", why: "the cluster does not know its job any more." },
  REVOKED: { stopped: "cluster", why: "the cluster gave it away to another one." },
};

export function isOver({ state }: Seen): boolean {
  return state in ENDS;
}

/** On the way to being begun anew a job may seem to have ended so. */
export function isDoubtful({ state }: Seen): boolean {
  return state === "PREEMPTED" || state === "NODE_FAIL";
}

/** Why a job waits that asks for what it will never get. */
const HOPELESS =
  /^(?:BadConstraints|InvalidAccount|InvalidQOS|Partition(?:Config|NodeLimit|TimeLimit)|(?:Account|QOS)NotAllowed|\w+PerJob(?:Limit)?)$/;

/** Whether a job waits for what will not come by itself: somebody has to let go of it, or mend the settings. */
export function isStuck({ state, reason }: Seen): boolean {
  if (/^(?:REQUEUE_HOLD|SPECIAL_EXIT)$/.test(state)) return true;
  return state === "PENDING" && (/held/i.test(reason) || HOPELESS.test(reason));
}

/** How a command ended, as it was noted at its place; null where nothing was. */
export type Report = Pick<Ended, "code" | "signal" | "seconds" | "tail"> | null;

/**
 * How a command ended.
 *
 * - That it ended well counts, whatever Slurm says of the job around it.
 * - What the runner stopped was stopped by it.
 * - Else as the state says; of a job that ended by itself, how the command did.
 *
 * @param ours what the runner stopped it for
 * @param seconds that it ran, and `tail` of what was said, where nothing was noted
 */
export function endedOf(
  { state }: Seen,
  report: Report,
  ours: Partial<Ended>,
  { seconds, tail }: Pick<Ended, "seconds" | "tail">,
): Ended {
  const base = report ?? { code: null, signal: null, seconds, tail };
  if (ours.stopped) return { stopped: null, ...base, ...ours };
  if (report?.code === 0) return { ...report, stopped: null };
  return { stopped: null, ...base, ...ENDS[state] };
}

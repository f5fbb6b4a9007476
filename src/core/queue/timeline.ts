/** What a request's file tells of what happened to it. Times are ISO 8601, UTC; what is unknown is null. */
export interface Told {
  status: string;
  submitted_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  job_id: string | null;
  /** Runs that were begun. */
  tries: number | null;
  why: string | null;
  /** How far it is, as its runner noted it. */
  progress: string | null;
  pull_request: number | null;
  /** Requests under the same name that had ended before it, oldest first. */
  earlier: readonly Earlier[];
}

/** A request that another took the place of. */
export interface Earlier {
  revision: string | null;
  status: string | null;
  submitted_at: string | null;
  ended_at: string | null;
  why: string | null;
}

/** Something that happened to a request; `at` is null where the file does not say when. */
export interface Step {
  at: string | null;
  text: string;
  /** Number of the pull request that it came about by. */
  pull_request?: number;
}

/** How a request ended, by its status. A status that is not here is no end. */
const ENDS: Record<string, string> = {
  FINISHED: "Finished.",
  FAILED: "Failed.",
  CANCELLED: "Withdrawn.",
};

/** What happened to a request, oldest first: submitted, begun, put back, how far it is, ended. */
export function timelineOf(told: Told): Step[] {
  const { status, started_at, ended_at, job_id, tries, why, progress } = told;
  const steps: Step[] = [...told.earlier.map(earlierStep), submission(told)];
  const isWaiting = status === "PENDING";
  if (isWaiting && tries) {
    const times = `Begun ${tries === 1 ? "once" : `${tries} times`}, and put back.`;
    steps.push({ at: null, text: why ? `${times} ${why}` : times });
  }
  if (!isWaiting && (started_at || job_id)) {
    const job = job_id ? `, as job ${job_id}` : "";
    const again = tries && tries > 1 ? `, for the ${ordinal(tries)} time` : "";
    steps.push({ at: started_at, text: `Begun by a runner${job}${again}.` });
  }
  if (status === "RUNNING" && progress) steps.push({ at: null, text: progress });
  const end = ENDS[status];
  if (end) steps.push({ at: ended_at, text: end });
  return steps;
}

function submission({ submitted_at: at, pull_request }: Told): Step {
  if (pull_request === null) return { at, text: "Submitted." };
  return { at, text: `Submitted by pull request ${pull_request}.`, pull_request };
}

function earlierStep({ revision, status, submitted_at, ended_at, why }: Earlier): Step {
  const of = revision ? ` for ${shortRevision(revision)}` : "";
  const end = ENDS[status ?? ""] ?? "Ended.";
  const text = `An earlier request${of}: ${end.toLowerCase()}`;
  return { at: ended_at ?? submitted_at, text: why ? `${text} ${why}` : text };
}

/** The first seven digits of a commit; a branch or tag as it is. */
export function shortRevision(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision;
}

/** 2 → `2nd` */
export function ordinal(n: number): string {
  const [tens, ones] = [n % 100, n % 10];
  const end = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][ones] ?? "th");
  return `${n}${end}`;
}

/** When something last happened to it, as far as its file says. */
export function lastChange({ submitted_at, started_at, ended_at }: Told): string | null {
  return ended_at ?? started_at ?? submitted_at;
}

/** 2026-11-30T17:05:09Z → `2026-11-30 17:05`, in UTC as it was. */
export function momentWords(at: string): string {
  return at.slice(0, 16).replace("T", " ");
}

/**
 * A moment that is only roughly known: to the hour within a day and a half, beyond that the day.
 *
 * @param now ISO 8601, UTC
 */
export function roughMoment(now: string, hours: number): string {
  const at = new Date(Date.parse(now) + hours * 3_600_000);
  if (hours >= 36) return at.toISOString().slice(0, 10);
  const full = new Date(Math.round(at.getTime() / 3_600_000) * 3_600_000);
  return momentWords(full.toISOString());
}

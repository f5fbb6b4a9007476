import type { Epoch, Suite } from "../records/suite.ts";
import type { Made, Origin } from "../suite/origin.ts";

/** Days that tell when a run was. */
export interface Days {
  submitted: string | null;
  /** Of the run, from its file. */
  day: string | null;
  /** First day on which the table had a score of these answers. */
  answers_since: string | null;
}

/** `to 2024-07-17`, `2024-07-18 to 2024-11-25`, `from 2025-02-14`. */
export function spanText({ epochs }: Pick<Suite, "epochs">, { id, since }: Epoch): string {
  const next = epochs[epochs.findIndex((e) => e.id === id) + 1]?.since;
  const last = next && dayBefore(next);
  if (!since) return last ? `to ${last}` : "all the time";
  return last ? `${since} to ${last}` : `from ${since}`;
}

/** How sure it is by which harness the answers were made: a sentence. */
export function sureText({ answers }: Origin, days: Days): string {
  const { by, commit, candidates } = answers;
  if (by === "commit") return `Its result file names this commit, ${commit!.slice(0, 8)}.`;
  if (by === "file") return `Told by the day of the run in its result file, ${days.day}.`;
  const until = days.answers_since;
  const asked = days.submitted ? `submitted on ${days.submitted}` : "submitted on an unknown day";
  const seen = until ? `in the table by ${until}` : "in the table on an unknown day";
  if (by === "days") return `Told by the days: ${asked}, ${seen}.`;
  const several = candidates.length > 1 ? ", with more than one between" : "";
  return `It cannot be told: ${asked}, ${seen}${several}.`;
}

/** What a commit that a file names says where it is none of the harness's; null where there is nothing to say. */
export function strangeCommit(hash: string | null, { by }: Made): string | null {
  if (hash === null || by === "commit") return null;
  return `The file names commit ${hash}, which is that of the folder the run was started in and none of the harness’s that are known here.`;
}

/** Seconds as `31 min 48 s`, `8 h 19 min`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

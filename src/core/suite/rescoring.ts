import type { Epoch, Rescoring, Suite } from "../records/suite.ts";

/** A stretch of days on which a score stood in the table. */
export interface Stretch {
  first_day: string;
  last_day: string;
  /** Null where it is not known. */
  value: number | null;
}

/** What is known of the scoring of one figure, from the days it stood in the table. */
export interface Scoring {
  /** First known day on which the table had the evaluation at all. */
  first_seen: string | null;
  /** First known day since which the table has had the score as it is now. */
  score_since: string | null;
  /** The newest re-scoring of the benchmark that came after the evaluation. */
  after: Rescoring | null;
  /** Whether that one moved the score; `unchanged`: not scored anew, or with the same result. */
  rescoring: "changed" | "unchanged" | null;
}

/**
 * @param stretches of one evaluation, oldest first
 * @param rescorings of the benchmark, oldest first
 */
export function scoringOf(
  stretches: readonly Stretch[],
  rescorings: readonly Rescoring[],
): Scoring {
  const [first] = stretches;
  const last = stretches.at(-1);
  if (!first || !last) {
    return { first_seen: null, score_since: null, after: null, rescoring: null };
  }
  const since = stretches.findLast((_, i) => {
    const before = stretches[i - 1];
    return !before || !isSameScore(before.value, last.value);
  })!;
  const after = rescorings.findLast(({ day }) => day > first.first_day && day <= last.last_day);
  return {
    first_seen: first.first_day,
    score_since: since.first_day,
    after: after ?? null,
    rescoring: after ? stateAt(stretches, after.day) : null,
  };
}

function stateAt(stretches: readonly Stretch[], day: string): "changed" | "unchanged" | null {
  const before = stretches.findLast(({ first_day }) => first_day < day);
  const since = stretches.find(({ last_day }) => last_day >= day);
  if (!before || !since || before.value === null || since.value === null) return null;
  return isSameScore(before.value, since.value) ? "unchanged" : "changed";
}

/** Whether two published scores are one: tables had two digits once. In points, 0–100. */
export function isSameScore(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  const rounded = (value: number) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-9;
  return Math.abs(a - b) <= (rounded(a) !== rounded(b) ? 0.005 + 1e-9 : 1e-9);
}

/** The epoch that a day falls in; null where the suite has none. */
export function epochOf({ epochs }: Pick<Suite, "epochs">, day: string): Epoch | null {
  return epochs.findLast(({ since }) => (since ?? "") <= day) ?? null;
}

/**
 * The epoch in which a score was formed. A score that a re-scoring moved is of that day. One that a
 * re-scoring passed over may be of either. Else it is of the run's day, where a file says it, or of
 * one between submission and the first table that has it, where those fall in one epoch.
 */
export function scoringEpoch(
  suite: Pick<Suite, "epochs">,
  { first_seen, after, rescoring }: Scoring,
  { run, submitted }: { run: string | null; submitted: string | null },
): Epoch | null {
  if (after) return rescoring === "changed" ? epochOf(suite, after.day) : null;
  if (run) return epochOf(suite, run);
  if (!submitted || !first_seen || submitted > first_seen) return null;
  const epoch = epochOf(suite, submitted);
  return epoch === epochOf(suite, first_seen) ? epoch : null;
}

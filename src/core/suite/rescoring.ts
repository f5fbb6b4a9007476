import type { Epoch, Rescoring, Suite } from "../records/suite.ts";
import { isSameScore } from "./same-score.ts";

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
  /**
   * First known day on which the table had a score of the answers that this one is of: a re-scoring
   * changes the score, not the answers.
   */
  answers_since: string | null;
  /** The newest re-scoring of the benchmark that came after these answers. */
  after: Rescoring | null;
  /** Whether that one moved the score; `unchanged`: not scored anew, or with the same result. */
  rescoring: "changed" | "unchanged" | null;
}

/**
 * @param stretches of one evaluation, oldest first
 * @param rescorings of the benchmark, oldest first
 * @param reruns days on which the evaluation was run anew: see `rerunDays`
 */
export function scoringOf(
  stretches: readonly Stretch[],
  rescorings: readonly Rescoring[],
  reruns: ReadonlySet<string> = new Set(),
): Scoring {
  const [first] = stretches;
  const last = stretches.at(-1);
  if (!first || !last) {
    return {
      first_seen: null,
      score_since: null,
      answers_since: null,
      after: null,
      rescoring: null,
    };
  }
  const changes = changesOf(stretches);
  const answers = changes.findLast(
    (d) => reruns.has(d) || !rescorings.some(({ day }) => day === d),
  );
  const answersSince = answers ?? first.first_day;
  const after = rescorings.findLast(({ day }) => day > answersSince && day <= last.last_day);
  return {
    first_seen: first.first_day,
    score_since: changes.at(-1) ?? first.first_day,
    answers_since: answersSince,
    after: after ?? null,
    rescoring: after ? stateAt(stretches, after.day) : null,
  };
}

/**
 * Days on which the score of some benchmark changed without being scored anew: the evaluation was
 * run again, and with it those benchmarks whose re-scoring fell on the same day.
 */
export function rerunDays(
  benchmarks: readonly { stretches: readonly Stretch[]; rescorings: readonly Rescoring[] }[],
): ReadonlySet<string> {
  return new Set(
    benchmarks.flatMap(({ stretches, rescorings }) =>
      changesOf(stretches).filter((d) => !rescorings.some(({ day }) => day === d)),
    ),
  );
}

/**
 * The scoring of every benchmark of one evaluation.
 *
 * @param stretches of the benchmark at this place in the suite, oldest first
 */
export function scoringsOf(
  suite: Pick<Suite, "benchmarks" | "rescorings">,
  stretches: (index: number) => readonly Stretch[],
): ReadonlyMap<string, Scoring> {
  const own = suite.benchmarks.map(({ key }, index) => ({
    key,
    stretches: stretches(index),
    rescorings: suite.rescorings.filter(({ benchmark }) => benchmark === key),
  }));
  const reruns = rerunDays(own);
  return new Map(own.map((b) => [b.key, scoringOf(b.stretches, b.rescorings, reruns)]));
}

/** First days of other scores than before. */
function changesOf(stretches: readonly Stretch[]): string[] {
  return stretches
    .filter((s, i) => i > 0 && !isSameScore(stretches[i - 1]!.value, s.value))
    .map((s) => s.first_day);
}

function stateAt(stretches: readonly Stretch[], day: string): "changed" | "unchanged" | null {
  const before = stretches.findLast(({ first_day }) => first_day < day);
  const since = stretches.find(({ last_day }) => last_day >= day);
  if (!before || !since || before.value === null || since.value === null) return null;
  return isSameScore(before.value, since.value) ? "unchanged" : "changed";
}

/** The epoch that a day falls in; null where the suite has none. */
export function epochOf({ epochs }: Pick<Suite, "epochs">, day: string): Epoch | null {
  return epochs.findLast(({ since }) => (since ?? "") <= day) ?? null;
}

/**
 * The day of a run as its file gives it; null where a score of that file stood in the table before:
 * then the file was written when old answers were scored anew.
 *
 * @param scorings of the benchmarks that the file has
 */
export function runDay(day: string | null, scorings: readonly Scoring[]): string | null {
  const isLater = scorings.some(
    (s) => day !== null && s.score_since !== null && s.score_since < day,
  );
  return isLater ? null : day;
}

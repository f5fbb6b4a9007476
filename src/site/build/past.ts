import type { HistoryLine } from "../../core/charts/history.ts";
import { modelOfId } from "../../core/records/eval-id.ts";
import type { Rescoring, Suite } from "../../core/records/suite.ts";
import { isSameScore } from "../../core/suite/same-score.ts";
import { loadSite } from "./board.ts";
import type { PastScores, Standing } from "./model.ts";

/** A row of the table of an evaluation's past: a stretch of days, and what was new on its first. */
export interface PastRow {
  first_day: string;
  last_day: string;
  average: number | null;
  /** On the first and on the last day. */
  ranks: [number | null, number | null];
  /** What its model was called before, where it was renamed since the row above. */
  renamedFrom: string | null;
  changes: Change[];
}

/** A benchmark whose score is another than on the day before; `rescoring` where it was scored anew that day. */
export interface Change {
  name: string;
  from: number | null;
  to: number | null;
  rescoring: Rescoring | null;
}

/** @param standings ranks on the first and last day of each stretch */
export function pastOf(
  suite: Suite,
  stretches: readonly PastScores[],
  standings: readonly Standing[],
): PastRow[] {
  const rankOn = new Map(standings.map((s) => [s.day, s.rank]));
  return stretches.map((stretch, i) => ({
    first_day: stretch.first_day,
    last_day: stretch.last_day,
    average: stretch.average,
    ranks: [rankOn.get(stretch.first_day) ?? null, rankOn.get(stretch.last_day) ?? null],
    renamedFrom: formerName(stretches[i - 1], stretch),
    changes: changesOf(suite, stretches[i - 1], stretch),
  }));
}

function formerName(before: PastScores | undefined, now: PastScores): string | null {
  return before && before.eval_id !== now.eval_id ? modelOfId(before.eval_id) : null;
}

function changesOf(suite: Suite, before: PastScores | undefined, now: PastScores): Change[] {
  if (!before) return [];
  return suite.benchmarks.flatMap(({ key, name }, i) => {
    const [from, to] = [before.scores[i] ?? null, now.scores[i] ?? null];
    if (isSameScore(from, to)) return [];
    const rescoring = suite.rescorings.find(
      (r) => r.benchmark === key && r.day > before.last_day && r.day <= now.first_day,
    );
    return [{ name, from, to, rescoring: rescoring ?? null }];
  });
}

/** Lines of the average, and of each benchmark, for `historyChart`; those without any value left out. */
export function linesOf(
  suite: Suite,
  stretches: readonly PastScores[],
): { average: HistoryLine[]; benchmarks: HistoryLine[] } {
  const line = (name: string, value: (s: PastScores) => number | null): HistoryLine[] => {
    const known: HistoryLine["stretches"] = [];
    let before: PastScores | undefined;
    for (const stretch of stretches) {
      const now = value(stretch);
      const last = known.at(-1);
      // What another benchmark's change cut is one stretch of this one.
      if (now !== null && last && before && isSameScore(value(before), now)) {
        last.last_day = stretch.last_day;
      } else if (now !== null) {
        known.push({ first_day: stretch.first_day, last_day: stretch.last_day, value: now });
      }
      before = stretch;
    }
    return known.length === 0 ? [] : [{ name, stretches: known }];
  };
  return {
    average: line("", (s) => s.average),
    benchmarks: suite.benchmarks.flatMap((b, i) => line(b.name, (s) => s.scores[i] ?? null)),
  };
}

let ever: Promise<Set<string>> | undefined;

/** Every model that any known table of the main suite has had. */
export function modelsEver(): Promise<Set<string>> {
  ever ??= loadSite().then(
    ({ intervals }) =>
      new Set((intervals?.columns.eval_id ?? []).map((id) => modelOfId(String(id)))),
  );
  return ever;
}

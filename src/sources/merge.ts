import { evalId } from "../records/eval-id.ts";
import type { Evaluation, Measure } from "../records/evaluation.ts";

/** Fields that a newer evaluation may not know although an older one did. */
const FACTS = [
  "architecture",
  "model_type",
  "params_b",
  "license",
  "likes",
  "base_model",
  "generation",
  "merged",
  "moe",
  "on_hub",
  "submitted_at",
  "uploaded_at",
  "co2_kg",
] as const;

/** Two sources for one evaluation, told in the summary. */
export interface Superseded {
  eval_id: string;
  suite: string;
  kept: string;
  dropped: string;
}

/**
 * One evaluation per key. Of two the newer stands; facts that it does not know are taken from the
 * older, and so is the older's detail (subtasks) of a benchmark whose score did not change.
 */
export function mergeEvaluations(evaluations: Evaluation[]): {
  evaluations: Evaluation[];
  superseded: Superseded[];
} {
  const byKey = new Map<string, Evaluation>();
  const superseded: Superseded[] = [];
  for (const next of evaluations) {
    const id = evalId(next);
    const key = `${next.suite} ${id}`;
    const known = byKey.get(key);
    if (!known) {
      byKey.set(key, next);
      continue;
    }
    const [newer, older] = isNewer(next, known) ? [next, known] : [known, next];
    superseded.push({ eval_id: id, suite: next.suite, kept: newer.source, dropped: older.source });
    byKey.set(key, combine(newer, older));
  }
  return { evaluations: [...byKey.values()], superseded };
}

/** Later time first; at the same time the source's name decides, so that order of reading does not. */
function isNewer(a: Evaluation, b: Evaluation): boolean {
  const [ta, tb] = [Date.parse(a.at), Date.parse(b.at)];
  return ta === tb ? a.source > b.source : ta > tb;
}

function combine(newer: Evaluation, older: Evaluation): Evaluation {
  const merged: Evaluation = {
    ...newer,
    flagged: newer.flagged || older.flagged,
    maintainers_choice: newer.maintainers_choice || older.maintainers_choice,
    measures: withDetail(newer.measures, older.measures),
  };
  for (const field of FACTS) Object.assign(merged, { [field]: newer[field] ?? older[field] });
  return merged;
}

/**
 * Adds the subtasks of another account of the same run to measures that have none, benchmark by
 * benchmark, where both give the same score; the standard error then comes from the subtasks too.
 * A benchmark that was scored anew since (a better answer parser) keeps only its own figure.
 */
export function withDetail(measures: Measure[], detail: Measure[]): Measure[] {
  return measures.flatMap((whole) => {
    if (whole.subtask !== null) return [whole];
    const own = measures.filter((m) => m.benchmark === whole.benchmark);
    const other = detail.filter((m) => m.benchmark === whole.benchmark);
    const same = other.find((m) => m.subtask === null && Math.abs(m.raw - whole.raw) < 1e-9);
    if (own.length > 1 || !same) return [whole];
    return [
      { ...whole, stderr: same.stderr ?? whole.stderr },
      ...other.filter((m) => m.subtask !== null),
    ];
  });
}

import { evalId } from "../../core/records/eval-id.ts";
import type { Measure } from "../../core/records/evaluation.ts";
import { countOf, layoutIn, measuresOf, type Row } from "./packed.ts";

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
  "availability",
  "submitted_at",
  "uploaded_at",
  "co2_kg",
  "context_length",
  "context_source",
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
export function mergeEvaluations<R extends Row>(
  evaluations: readonly R[],
): {
  evaluations: R[];
  superseded: Superseded[];
} {
  const byKey = new Map<string, R[]>();
  for (const evaluation of evaluations) {
    const key = `${evaluation.suite} ${evalId(evaluation)}`;
    const accounts = byKey.get(key);
    if (accounts) accounts.push(evaluation);
    else byKey.set(key, [evaluation]);
  }
  const superseded: Superseded[] = [];
  const merged = [...byKey.values()].map((accounts) => {
    const [newest, ...older] = accounts.length > 1 ? accounts.sort(byAge) : accounts;
    const { suite, source: kept } = newest!;
    for (const { source: dropped } of older) {
      superseded.push({ eval_id: evalId(newest!), suite, kept, dropped });
    }
    return older.reduce<R>(combine, newest!);
  });
  return { evaluations: merged, superseded };
}

/** Newest first; at the same time the source's name decides, so that order of reading does not. */
function byAge(a: Row, b: Row): number {
  return (
    Date.parse(b.at) - Date.parse(a.at) || (a.source > b.source ? -1 : a.source < b.source ? 1 : 0)
  );
}

function combine<R extends Row>(newer: R, older: R): R {
  const merged = {
    ...newer,
    flagged: newer.flagged || older.flagged,
    maintainers_choice: newer.maintainers_choice || older.maintainers_choice,
    measures: mayHaveDetail(newer, older)
      ? withDetail(measuresOf(newer), measuresOf(older))
      : newer.measures,
    runs: runsOf(newer, older),
  };
  for (const field of FACTS) Object.assign(merged, { [field]: newer[field] ?? older[field] });
  return merged;
}

/** For each benchmark its newest run: a table that was scored anew is still of the run that was. */
function runsOf(newer: Row, older: Row): Row["runs"] {
  const known = new Set(newer.runs.flatMap(({ shots }) => Object.keys(shots)));
  const others = older.runs.flatMap((run) => {
    const shots = Object.entries(run.shots).filter(([benchmark]) => !known.has(benchmark));
    return shots.length === 0 ? [] : [{ ...run, shots: Object.fromEntries(shots) }];
  });
  return others.length === 0 ? newer.runs : [...newer.runs, ...others];
}

/** Whether the newer account has a benchmark of which only the older may know the subtasks. */
function mayHaveDetail(newer: Row, older: Row): boolean {
  return countOf(older) > 0 && !hasAllDetail(newer);
}

function hasAllDetail(row: Row): boolean {
  const layout = layoutIn(row);
  const detailed = new Set(layout.names.flatMap((n) => (n.subtask === null ? [] : [n.benchmark])));
  return [...layout.whole.keys()].every((benchmark) => detailed.has(benchmark));
}

/**
 * Adds the subtasks of another account of the same run to measures that have none, benchmark by
 * benchmark, where both give the same score; the standard error then comes from the subtasks too.
 * A benchmark that was scored anew since (a better answer parser) keeps only its own figure.
 */
export function withDetail(measures: readonly Measure[], detail: readonly Measure[]): Measure[] {
  return measures.flatMap((whole) => {
    if (whole.subtask !== null) return [whole];
    const own = measures.filter((m) => m.benchmark === whole.benchmark);
    const other = detail.filter((m) => m.benchmark === whole.benchmark);
    const same = other.find((m) => m.subtask === null && Math.abs(m.raw - whole.raw) < 1e-9);
    if (own.length > 1 || !same) return [whole];
    const { stderr, stderr_source } = same.stderr === null ? whole : same;
    return [{ ...whole, stderr, stderr_source }, ...other.filter((m) => m.subtask !== null)];
  });
}

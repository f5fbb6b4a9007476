import type { Suite } from "../records/suite.ts";
import { type Difference, differenceOf, type Score } from "../suite/difference.ts";
import { meanOfIndependent } from "../suite/stderr.ts";
import { cellText, doubtIn, splitModel, variantOf } from "../table/cells.ts";
import type { Column } from "../table/columns.ts";
import { count, UNKNOWN } from "../table/format.ts";
import { at, type Grid } from "../table/grid.ts";
import { stderrAt } from "../table/pack.ts";
import { isPassedOver, passedOver } from "../table/scoring.ts";

/** One score of every model compared, in the order of the models; the first is the reference. */
export interface ScoreRow {
  /** Key of the benchmark; `average` for the average. */
  key: string;
  label: string;
  /** What it measures. */
  area: string;
  cells: ScoreCell[];
}

export interface ScoreCell extends Score {
  /** Highest of its row, alone or shared. Not said where nothing else is known. */
  best: boolean;
  /** Null for the reference and where a score is unknown. */
  difference: Difference | null;
  /** Whether a re-scoring moved one of this score and the reference's and left the other as it was. */
  unlike: boolean;
}

export interface FactRow {
  label: string;
  hint: string;
  values: string[];
}

/** Columns that say what kind of evaluation a score is of. */
const FACTS = [
  "rank",
  "params_b",
  "model_type",
  "precision",
  "weight_type",
  "chat_template",
  "settings",
  "license",
  "co2_kg",
  "submitted_at",
];

/** The average first, then every benchmark of the suite. */
export function scoreRows(suite: Suite, grid: Grid, rows: readonly number[]): ScoreRow[] {
  return [
    {
      key: "average",
      label: "Average",
      area: "All benchmarks",
      cells: cellsOf(
        rows.map((row) => averageAt(suite, grid, row)),
        rows.map((row) => passedOver(grid, row).join()),
      ),
    },
    ...suite.benchmarks.map((b) => ({
      key: b.key,
      label: b.name,
      area: b.area,
      cells: cellsOf(
        rows.map((row) => scoreAt(suite, grid, b.key, row)),
        rows.map((row) => String(isPassedOver(grid, b.key, row))),
      ),
    })),
  ];
}

/** @param scorings what has to be equal for two scores to be formed alike */
function cellsOf(scores: Score[], scorings: readonly string[]): ScoreCell[] {
  const known = scores.flatMap((s) => (s.value === null ? [] : [s.value]));
  const best = known.length > 1 ? Math.max(...known) : null;
  return scores.map((score, i) => ({
    ...score,
    best: best !== null && score.value === best,
    difference: i === 0 ? null : differenceOf(score, scores[0]!),
    unlike: scorings[i] !== scorings[0],
  }));
}

export function scoreAt(suite: Suite, grid: Grid, key: string, row: number): Score {
  const value = numberAt(grid, key, row);
  const percent = value === null ? null : value / 100;
  return {
    value,
    stderr: value === null ? null : stderrAt(suite, grid, key, row),
    raw: suite.normalized ? numberAt(grid, `${key}_raw`, row) : percent,
  };
}

/** Its standard error takes the benchmarks as independent; unknown when one of theirs is. */
export function averageAt(suite: Suite, grid: Grid, row: number): Score {
  const value = numberAt(grid, "average", row);
  const errors = suite.benchmarks.map((b) => scoreAt(suite, grid, b.key, row).stderr);
  const known = value !== null && errors.every((e) => e !== null);
  return { value, stderr: known ? meanOfIndependent(errors as number[]) : null, raw: null };
}

function numberAt(grid: Grid, name: string, row: number): number | null {
  const value = at(grid, name, row);
  return typeof value === "number" ? value : null;
}

/** What else is known, of the columns this table has. */
export function factRows(
  columns: readonly Column[],
  grid: Grid,
  rows: readonly number[],
): FactRow[] {
  return FACTS.flatMap((name) => {
    const column = columns.find((c) => c.name === name);
    if (!column) return [];
    const values = rows.map((row) => factText(column, grid, row));
    return [{ label: column.label, hint: column.hint, values }];
  });
}

function factText(column: Column, grid: Grid, row: number): string {
  const value = at(grid, column.name, row);
  if (column.name === "rank") {
    if (at(grid, "flagged", row) === true) return "Flagged: not ranked";
    return typeof value === "number" ? count(value) : UNKNOWN;
  }
  const text = cellText(column, value);
  const doubt = doubtIn(column, grid, row);
  if (doubt !== null) return `${text}, doubted: ${doubt}`;
  return column.name === "co2_kg" && value !== null ? `${text} kg` : text;
}

/** Short names that tell the models apart: the name, with owner or setting only where needed. */
export function labelsOf(grid: Grid, rows: readonly number[]): string[] {
  const model = (row: number) => String(at(grid, "model", row));
  const forms = [
    (row: number) => splitModel(model(row)).name,
    model,
    (row: number) => `${splitModel(model(row)).name} (${variantOf(grid, row)})`,
    (row: number) => String(at(grid, "eval_id", row)),
  ];
  const names = forms.map((form) => rows.map(form));
  return rows.map((_, i) => {
    const unique = names.find((list) => list.filter((name) => name === list[i]).length === 1);
    return (unique ?? names[0]!)[i]!;
  });
}

/**
 * What tells the evaluations of one model apart: setting, and the revision where settings are equal.
 *
 * @param rows all evaluations of the model
 */
export function evaluationLabels(grid: Grid, rows: readonly number[]): string[] {
  const variants = rows.map((row) => variantOf(grid, row) || "settings unknown");
  return rows.map((row, i) => {
    const same = variants.filter((v) => v === variants[i]).length > 1;
    const revision = String(at(grid, "revision", row) ?? UNKNOWN).slice(0, 8);
    return same ? `${variants[i]} · ${revision}` : variants[i]!;
  });
}

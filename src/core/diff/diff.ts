import { rank } from "../suite/rank.ts";
import { compareScores, hasTwoDigits } from "../suite/same-score.ts";
import { at, type Grid, type Value } from "../table/grid.ts";
import { type Named, renamesBetween } from "../table/renames.ts";

/**
 * Raised when the fields of a `Diff` change meaning. 2: an evaluation whose model was renamed is in both
 * (`renamed`), not gone and new.
 */
export const DIFF_VERSION = 2;

/**
 * Facts that are compared, besides scores. Not among them: likes, which always change; sizes, which
 * were published with two digits at first; the base model, whose spelling changed back and forth.
 */
export const FACTS = [
  "flagged",
  "on_hub",
  "maintainers_choice",
  "license",
  "model_type",
  "merged",
  "moe",
] as const;

/** A value in the first snapshot and in the second. */
export type Pair<T> = [T, T];

/** An evaluation that one of the two tables lacks, as the other has it. */
export interface Entry {
  eval_id: string;
  model: string;
  rank: number | null;
  average: number | null;
  /**
   * Whether the table that lacks this evaluation has another of the same model: another revision,
   * precision, weight type or chat setting. Each of those is an evaluation of its own.
   */
  other: boolean;
}

/** An evaluation in both tables whose model has another name, see `renamesBetween`. */
export interface Renamed {
  /** As in the other lists: those of the second table. */
  eval_id: string;
  model: string;
  eval_ids: Pair<string>;
  models: Pair<string>;
  rank: Pair<number | null>;
  average: Pair<number | null>;
}

/** An evaluation in both tables with another score. */
export interface Rescored {
  eval_id: string;
  model: string;
  average: Pair<number | null>;
  /** By benchmark, only those that changed by more than rounding. */
  scores: Record<string, Pair<number | null>>;
  /** Given where it was submitted again in between: then it was run again, not scored again. */
  submitted_at?: Pair<string | null>;
}

/** An evaluation ranked in both tables that stands elsewhere. */
export interface Moved {
  eval_id: string;
  model: string;
  /** In the whole tables. */
  rank: Pair<number>;
  /**
   * Among the evaluations ranked in both: it changes only when scores do, while `rank` also changes
   * when others come and go.
   */
  place: Pair<number>;
}

/** An evaluation in both tables of which something else is said. */
export interface FactChange {
  eval_id: string;
  model: string;
  facts: Record<string, Pair<Value>>;
}

/** What differs between two snapshots' main tables. `/data/diff/FROM/TO.json` holds it. */
export interface Diff {
  version: number;
  /** Names of the snapshots. */
  from: string;
  to: string;
  /** Benchmarks and facts that were compared: those that both tables know. */
  benchmarks: string[];
  facts: string[];
  /** Whether differences within the rounding of two digits were seen, and not counted. */
  rounding: boolean;
  counts: {
    from: number;
    to: number;
    both: number;
    new: number;
    gone: number;
    renamed: number;
    rescored: number;
    /** By place among both, see `Moved`. */
    climbed: number;
    fell: number;
    changed: number;
  };
  new: Entry[];
  gone: Entry[];
  renamed: Renamed[];
  rescored: Rescored[];
  moved: Moved[];
  changed: FactChange[];
}

/** The documentation of the file's fields: written once, shown on the page. */
export const DIFF_FIELDS: Record<keyof Diff, string> = {
  version: `${DIFF_VERSION}; another number means that a field has another meaning.`,
  from: "Name of the first snapshot; of each pair [a, b] below, a is its value.",
  to: "Name of the second snapshot, whose value is b.",
  benchmarks: "Keys of the benchmarks compared: those that both tables know.",
  facts: "Columns compared beside the scores: those that both tables know.",
  rounding: "Whether scores differ within the rounding of two digits, which is not counted.",
  counts:
    "Evaluations in from, in to and in both; lengths of the lists; climbed and fell go by place.",
  new: "Evaluations that from lacks: eval_id, model, rank and average in to; other: whether from has another evaluation of the model.",
  gone: "Evaluations that to lacks, likewise with rank and average in from.",
  renamed:
    "In both under another name of the model: eval_ids, models, rank and average [a, b]; eval_id and model are those of to.",
  rescored:
    "In both with another score: average [a, b]; scores by benchmark, only the changed ones; submitted_at where it was submitted again.",
  moved:
    "Ranked in both and elsewhere now: rank in the whole tables, place among those ranked in both.",
  changed: "In both with other facts: facts by column, only the changed ones.",
};

export interface Side {
  name: string;
  grid: Grid;
}

/**
 * Compares two tables of one suite, evaluation by evaluation (`eval_id`). Lists are ordered: new and
 * gone by rank, re-scored by change of the average, moved by places, facts by name.
 *
 * @param keys the suite's benchmarks
 */
export function diffTables(keys: readonly string[], from: Side, to: Side): Diff {
  const knows = (name: string) => knownIn(from.grid, name) && knownIn(to.grid, name);
  const benchmarks = keys.filter(knows);
  const facts = FACTS.filter(knows);
  const rowsFrom = rowsById(from.grid);
  const rowsTo = rowsById(to.grid);
  const renames = renamesBetween(namedOf(from.grid), namedOf(to.grid));
  const both = [...rowsFrom].flatMap(([before, a]) => {
    const id = renames.get(before) ?? before;
    const b = rowsTo.get(id);
    return b === undefined ? [] : [{ id, a, b, ...scoresOf(benchmarks, from.grid, to.grid, a, b) }];
  });
  const moved = movedOf(both, from.grid, to.grid);
  const rescored = both.filter((e) => Object.keys(e.scores).length > 0);
  const changed = both.flatMap(({ id, a, b }) => {
    const differ = facts.filter((f) => at(from.grid, f, a) !== at(to.grid, f, b));
    if (differ.length === 0) return [];
    const pairs = differ.map((f): [string, Pair<Value>] => [
      f,
      [at(from.grid, f, a), at(to.grid, f, b)],
    ]);
    return [{ eval_id: id, model: modelAt(to.grid, b), facts: Object.fromEntries(pairs) }];
  });
  const [before, after] = [new Set(renames.keys()), new Set(renames.values())];
  const fresh = missingIn(rowsFrom, from.grid, rowsTo, to.grid).filter(
    (e) => !after.has(e.eval_id),
  );
  const gone = missingIn(rowsTo, to.grid, rowsFrom, from.grid).filter(
    (e) => !before.has(e.eval_id),
  );
  const renamed = both
    .filter(({ id }) => after.has(id))
    .map((e) => renamedOf(e, from.grid, to.grid));
  return {
    version: DIFF_VERSION,
    from: from.name,
    to: to.name,
    benchmarks,
    facts,
    rounding: both.some((e) => e.rounded > 0),
    counts: {
      from: rowsFrom.size,
      to: rowsTo.size,
      both: both.length,
      new: fresh.length,
      gone: gone.length,
      renamed: renamed.length,
      rescored: rescored.length,
      climbed: moved.filter((m) => m.place[1] < m.place[0]).length,
      fell: moved.filter((m) => m.place[1] > m.place[0]).length,
      changed: changed.length,
    },
    new: fresh,
    gone,
    renamed: renamed.sort(byRank),
    rescored: rescored.map((e) => rescoredOf(e, from.grid, to.grid)).sort(byChange),
    moved,
    changed: changed.sort(byId),
  };
}

/** The same difference, seen from the other side: `diffTables` with its tables exchanged. */
export function mirror(diff: Diff): Diff {
  const turn = <T>([a, b]: Pair<T>): Pair<T> => [b, a];
  const turnAll = <T>(pairs: Record<string, Pair<T>>) =>
    Object.fromEntries(Object.entries(pairs).map(([name, pair]) => [name, turn(pair)]));
  const { counts } = diff;
  // What is in both is named as the second table names it.
  const before = new Map(diff.renamed.map((r) => [r.eval_id, r]));
  const called = <T extends { eval_id: string; model: string }>(entry: T): T => {
    const name = before.get(entry.eval_id);
    return name ? { ...entry, eval_id: name.eval_ids[0], model: name.models[0] } : entry;
  };
  return {
    ...diff,
    from: diff.to,
    to: diff.from,
    counts: {
      ...counts,
      from: counts.to,
      to: counts.from,
      new: counts.gone,
      gone: counts.new,
      climbed: counts.fell,
      fell: counts.climbed,
    },
    new: diff.gone,
    gone: diff.new,
    renamed: diff.renamed
      .map((r) => ({
        ...called(r),
        eval_ids: turn(r.eval_ids),
        models: turn(r.models),
        rank: turn(r.rank),
        average: turn(r.average),
      }))
      .sort(byRank),
    rescored: diff.rescored
      .map((r) => ({
        ...called(r),
        average: turn(r.average),
        scores: turnAll(r.scores),
        ...(r.submitted_at ? { submitted_at: turn(r.submitted_at) } : {}),
      }))
      .sort(byChange),
    moved: diff.moved
      .map((m) => ({ ...called(m), rank: turn(m.rank), place: turn(m.place) }))
      .sort(byPlaces),
    changed: diff.changed.map((c) => ({ ...called(c), facts: turnAll(c.facts) })).sort(byId),
  };
}

interface Both {
  id: string;
  a: number;
  b: number;
  scores: Record<string, Pair<number | null>>;
  /** Scores that differ by rounding alone. */
  rounded: number;
  /** Whether the first table is the one that is rounded. */
  rounder: boolean;
}

function scoresOf(keys: readonly string[], from: Grid, to: Grid, a: number, b: number) {
  const scores: Both["scores"] = {};
  let rounded = 0;
  let balance = 0;
  for (const key of keys) {
    const pair: Pair<number | null> = [numberAt(from, key, a), numberAt(to, key, b)];
    const sameness = compareScores(...pair);
    if (sameness === "different") scores[key] = pair;
    if (sameness !== "rounded") continue;
    rounded++;
    balance += hasTwoDigits(pair[0]!) ? 1 : -1;
  }
  return { scores, rounded, rounder: balance > 0 };
}

function renamedOf({ id, a, b }: Both, from: Grid, to: Grid): Renamed {
  const model = modelAt(to, b);
  return {
    eval_id: id,
    model,
    eval_ids: [String(at(from, "eval_id", a)), id],
    models: [modelAt(from, a), model],
    rank: [numberAt(from, "rank", a), numberAt(to, "rank", b)],
    average: [numberAt(from, "average", a), numberAt(to, "average", b)],
  };
}

function rescoredOf({ id, a, b, scores }: Both, from: Grid, to: Grid): Rescored {
  const days = [at(from, "submitted_at", a), at(to, "submitted_at", b)] as Pair<string | null>;
  return {
    eval_id: id,
    model: modelAt(to, b),
    average: [numberAt(from, "average", a), numberAt(to, "average", b)],
    scores,
    ...(days[0] === days[1] ? {} : { submitted_at: days }),
  };
}

/**
 * Those ranked in both that stand elsewhere. What was not scored again counts with one average on
 * both sides, the more exact one: else rounding would move those close together.
 */
function movedOf(both: readonly Both[], from: Grid, to: Grid): Moved[] {
  const ranked = both.flatMap((e) => {
    const [r, s] = [numberAt(from, "rank", e.a), numberAt(to, "rank", e.b)];
    if (r === null || s === null) return [];
    const averages: Pair<number | null> = [
      numberAt(from, "average", e.a),
      numberAt(to, "average", e.b),
    ];
    return [{ ...e, rank: [r, s] as Pair<number>, averages: settled(e, averages) }];
  });
  const before = rank(ranked.map((e) => e.averages[0]));
  const after = rank(ranked.map((e) => e.averages[1]));
  return ranked
    .map((e, i) => ({
      eval_id: e.id,
      model: modelAt(to, e.b),
      rank: e.rank,
      place: [before[i] ?? 0, after[i] ?? 0] as Pair<number>,
    }))
    .filter((m) => m.rank[0] !== m.rank[1] || m.place[0] !== m.place[1])
    .sort(byPlaces);
}

function settled(e: Both, [a, b]: Pair<number | null>): Pair<number | null> {
  if (a === null || b === null || Object.keys(e.scores).length > 0) return [a, b];
  const one = e.rounded === 0 ? Math.max(a, b) : e.rounder ? b : a;
  return [one, one];
}

/** Rows of `grid` whose evaluation is not among `rows`, which are those of `lacking`. */
function missingIn(
  rows: ReadonlyMap<string, number>,
  lacking: Grid,
  own: ReadonlyMap<string, number>,
  grid: Grid,
): Entry[] {
  const models = new Set(lacking.columns.model);
  return [...own]
    .filter(([id]) => !rows.has(id))
    .map(([id, row]) => ({
      eval_id: id,
      model: modelAt(grid, row),
      rank: numberAt(grid, "rank", row),
      average: numberAt(grid, "average", row),
      other: models.has(at(grid, "model", row)),
    }))
    .sort((m, n) => (m.rank ?? Infinity) - (n.rank ?? Infinity) || byId(m, n));
}

function namedOf(grid: Grid): Named[] {
  return Array.from({ length: grid.length }, (_, row) => ({
    eval_id: String(at(grid, "eval_id", row)),
    model: modelAt(grid, row),
  }));
}

function rowsById(grid: Grid): Map<string, number> {
  return new Map((grid.columns.eval_id ?? []).map((id, row) => [String(id), row]));
}

/** A column that says nothing at all tells of how the table was made, not of its models. */
function knownIn(grid: Grid, name: string): boolean {
  return grid.columns[name]?.some((value) => value !== null) ?? false;
}

function modelAt(grid: Grid, row: number): string {
  return String(at(grid, "model", row));
}

function numberAt(grid: Grid, name: string, row: number): number | null {
  const value = at(grid, name, row);
  return typeof value === "number" ? value : null;
}

const gap = ([a, b]: Pair<number>) => Math.abs(a - b);

function byId(a: { eval_id: string }, b: { eval_id: string }): number {
  return a.eval_id < b.eval_id ? -1 : a.eval_id > b.eval_id ? 1 : 0;
}

function byPlaces(m: Moved, n: Moved): number {
  return gap(n.place) - gap(m.place) || gap(n.rank) - gap(m.rank) || byId(m, n);
}

/** By rank in the second table. */
function byRank(m: Renamed, n: Renamed): number {
  return (m.rank[1] ?? Infinity) - (n.rank[1] ?? Infinity) || byId(m, n);
}

function byChange(a: Rescored, b: Rescored): number {
  return changeOf(b) - changeOf(a) || byId(a, b);
}

/** Points by which the average changed; one that is unknown on a side comes first. */
function changeOf({ average: [a, b] }: Rescored): number {
  if (a === null || b === null) return a === b ? 0 : Infinity;
  return Math.abs(a - b);
}

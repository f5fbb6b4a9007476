import { evalId, modelOfId } from "../../core/records/eval-id.ts";
import { isOnHub, type Measure, STDERR_SOURCES } from "../../core/records/evaluation.ts";
import type { TableColumn } from "../../core/records/manifest.ts";
import type { Suite } from "../../core/records/suite.ts";
import { boardAverage, boardStderr } from "../../core/suite/board-average.ts";
import { answersBy, scoreBy } from "../../core/suite/origin.ts";
import { rank } from "../../core/suite/rank.ts";
import { runDay, type Stretch, scoringsOf } from "../../core/suite/rescoring.ts";
import { points } from "../../core/suite/score.ts";
import { type RankRange, rankRanges } from "../../core/suite/uncertainty.ts";
import type { Value } from "../../core/table/grid.ts";
import { type Listed, lastNames, renamesOf } from "../../core/table/renames.ts";
import {
  DAYS_COLUMNS,
  HISTORY_COLUMNS,
  intervalsColumns,
  intervalValues,
  modelsColumns,
  RENAMED_TO,
  RUNS_COLUMNS,
  SCORES_COLUMNS,
  SOURCES_COLUMNS,
} from "../../core/table/schema.ts";
import { sizeDoubts } from "../../core/table/size-doubt.ts";
import { twinsOf } from "../../core/table/twins.ts";
import {
  byStanding,
  type History,
  type Interval,
  NO_HISTORY,
  standingsOn,
  tablesOf,
} from "../sources/history.ts";
import { collectGarbage, MANY } from "../sources/memory.ts";
import {
  copyMeasure,
  countOf,
  type Layout,
  layoutIn,
  measureAt,
  type Row,
  WIDTH,
  wholeIndex,
} from "../sources/packed.ts";
import { runColumns } from "../sources/runs.ts";

/**
 * Values of a column. In numbers as they lie in memory, `NaN` is unknown; of numbers of texts (see
 * `Table.texts`), `-1`.
 */
export type Column = readonly Value[] | Float64Array | Int32Array;

/** A table ready to be written, read piece by piece so that it is never there as a whole. */
export interface Table {
  name: string;
  columns: TableColumn[];
  rows: number;
  /** Values by column, in the order of `columns`, of the rows from `start` up to `end`. */
  values: (start: number, end: number) => Column[];
  /** Columns of texts that repeat: their values are indices into these texts. */
  texts?: Record<string, readonly string[]>;
}

interface Standing {
  evaluation: Row;
  eval_id: string;
  average: number | null;
  rank: number | null;
  /** Null where the suite's table has no standard errors, or this row lacks one. */
  range: RankRange | null;
  /** Scores of the benchmarks, in the suite's order, in points. */
  scores: (number | null)[];
  /** Id of the evaluation whose scores it has under another name, and why its size is doubted. */
  twin_of: string | null;
  params_doubt: string | null;
}

/** Averages and ranks of a suite's evaluations, best first. */
export function standingsOf(suite: Suite, evaluations: readonly Row[]): Standing[] {
  const rows = evaluations
    .filter((e) => e.suite === suite.id)
    .map((evaluation) => {
      const whole = suite.benchmarks.map((b) => ownMeasure(evaluation, b.key));
      const scores = whole.map((measure) => (measure ? points(suite, measure) : null));
      const eval_id = evalId(evaluation);
      const stderr = suite.normalized
        ? boardStderr(
            suite.benchmarks,
            whole.map((m) => m?.stderr ?? null),
          )
        : null;
      const average = boardAverage(suite.benchmarks, scores);
      return { evaluation, eval_id, average, stderr, scores };
    });
  const ranked = rows.map((r) => (r.evaluation.flagged ? null : r.average));
  const ranks = rank(ranked);
  const ranges = rankRanges(
    ranked,
    rows.map((r) => r.stderr),
  );
  if (rows.length > MANY) collectGarbage();
  const found = findings(suite, rows);
  return rows
    .map((r, i) => ({ ...r, ...found[i]!, rank: ranks[i] ?? null, range: ranges[i] ?? null }))
    .sort(byStanding);
}

/** What only the whole table tells of an evaluation: twins, and doubts about sizes. */
function findings(
  suite: Suite,
  standing: readonly Pick<Standing, "evaluation" | "eval_id">[],
): Pick<Standing, "twin_of" | "params_doubt">[] {
  const scoreOf = (measure: Measure) => (suite.normalized ? measure.raw : points(suite, measure));
  const rows = standing.map(({ evaluation: e, eval_id }) => ({
    eval_id,
    model: e.model,
    params_b: e.params_b,
    architecture: e.architecture,
    base_model: e.base_model,
    weight_type: e.weight_type,
    flagged: e.flagged,
    availability: e.availability,
    uploaded_at: e.uploaded_at,
    submitted_at: e.submitted_at,
    scores: suite.benchmarks.map((b) => {
      const measure = ownMeasure(e, b.key);
      return measure ? scoreOf(measure) : null;
    }),
  }));
  const twins = twinsOf(rows);
  if (rows.length > MANY) collectGarbage();
  const doubts = sizeDoubts(rows);
  return rows.map((_, i) => {
    const twin = twins[i] ?? null;
    return {
      twin_of: twin === null ? null : rows[twin]!.eval_id,
      params_doubt: doubts[i] ?? null,
    };
  });
}

/** A benchmark's own measure. */
function ownMeasure(evaluation: Row, benchmark: string): Measure | undefined {
  const index = wholeIndex(evaluation, benchmark);
  return index < 0 ? undefined : measureAt(evaluation, index);
}

/** The suite's wide table. */
export function modelsTable(
  suite: Suite,
  standings: Standing[],
  history: History = NO_HISTORY,
): Table {
  const columns = modelsColumns(suite);
  const passedOver = passedOverIn(suite, history);
  const readers = columns.map((c) =>
    c.name === "rescoring_unchanged" ? passedOver : reader(suite, c.name),
  );
  return {
    name: suite.table,
    columns,
    rows: standings.length,
    values: (start, end) => readers.map((read) => standings.slice(start, end).map(read)),
  };
}

/** Keys of the benchmarks whose newest re-scoring left an evaluation's score as it was. */
function passedOverIn(suite: Suite, history: History): (row: Standing) => Value {
  const stretches = stretchesOf(suite, history);
  return ({ eval_id }) => {
    if (suite.rescorings.length === 0) return null;
    const scorings = scoringsOf(suite, (index) => stretches(eval_id, index));
    const keys = [...scorings].flatMap(([key, s]) => (s.rescoring === "unchanged" ? [key] : []));
    return keys.length === 0 ? null : keys.join(",");
  };
}

/** `scores.parquet`: one row per measured value, subtasks included. */
export function scoresTable(suites: { suite: Suite; standings: Standing[] }[]): Table {
  const { names, codesOf } = namesIn();
  const all = suites.flatMap(({ standings }, index) =>
    standings.map(({ evaluation, eval_id }) => {
      return { index, evaluation, eval_id, codes: codesOf(layoutIn(evaluation)) };
    }),
  );
  // The first row of each evaluation, and one beyond the last.
  const firsts = new Uint32Array(all.length + 1);
  all.forEach(({ evaluation }, i) => {
    firsts[i + 1] = firsts[i]! + countOf(evaluation);
  });
  const values = (start: number, end: number) => {
    const texts = Array.from({ length: 5 }, () => new Int32Array(end - start));
    const numbers = Array.from({ length: WIDTH }, () => new Float64Array(end - start));
    const [id, suite, benchmark, subtask, metric] = texts as [
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    let i = lastNotAbove(firsts, start);
    for (let row = start; row < end; row++) {
      while (row >= firsts[i + 1]!) i++;
      const { index, evaluation, codes } = all[i]!;
      const measure = row - firsts[i]!;
      const name = codes[measure]!;
      const to = row - start;
      id[to] = i;
      suite[to] = index;
      benchmark[to] = name.benchmark;
      subtask[to] = name.subtask;
      metric[to] = name.metric;
      copyMeasure(evaluation, measure, numbers, to);
    }
    const [raw, normalized, stderr, source, n] = numbers;
    return [...texts, raw!, normalized!, stderr!, codesIn(source!), n!];
  };
  return {
    name: "scores",
    columns: SCORES_COLUMNS,
    rows: firsts[all.length]!,
    texts: {
      eval_id: all.map((a) => a.eval_id),
      suite: suites.map((s) => s.suite.id),
      ...names,
      stderr_source: STDERR_SOURCES,
    },
    values,
  };
}

/** `sources.parquet`: for every evaluation, what file its figures are from. */
export function sourcesTable(suites: { suite: Suite; standings: Standing[] }[]): Table {
  const rows = suites.flatMap(({ suite, standings }) =>
    standings.flatMap(({ evaluation, eval_id }) =>
      accountsOf(evaluation).map((account) => ({ eval_id, suite: suite.id, ...account })),
    ),
  );
  return recordsTable("sources", SOURCES_COLUMNS, rows);
}

/** The sources of an evaluation, the newest first, each with its benchmarks; null for all of them. */
function accountsOf({ source, accounts }: Row): { source: string; benchmarks: string | null }[] {
  if (!accounts) return [{ source, benchmarks: null }];
  return accounts.map((a) => ({ source: a.source, benchmarks: a.benchmarks.join(",") }));
}

/** `runs.parquet`: of every evaluation and each of its benchmarks, what is known of run and scoring. */
export function runsTable(
  suites: { suite: Suite; standings: Standing[] }[],
  history: History,
): Table {
  const main = suites[0]?.suite;
  const stretches = main ? stretchesOf(main, history) : () => [];
  const all = suites.flatMap(({ suite, standings }) =>
    standings.flatMap(({ evaluation, eval_id }) =>
      suite.benchmarks.flatMap(({ key }) =>
        wholeIndex(evaluation, key) < 0 ? [] : [{ suite, evaluation, eval_id, key }],
      ),
    ),
  );
  const rowOf = ({ suite, evaluation, eval_id, key }: (typeof all)[number]) => {
    const run = evaluation.runs.find(({ shots }) => key in shots);
    const scorings = scoringsOf(suite, (index) =>
      suite === main ? stretches(eval_id, index) : [],
    );
    const scoring = scorings.get(key)!;
    const inFile = Object.keys(run?.shots ?? {}).flatMap((k) => scorings.get(k) ?? []);
    const day = runDay(run?.day ?? null, inFile);
    const answers = answersBy(suite, scoring, {
      day,
      git_hash: run?.git_hash ?? null,
      submitted: evaluation.submitted_at,
    });
    return {
      eval_id,
      suite: suite.id,
      benchmark: key,
      ...(run ? runColumns(run) : {}),
      day,
      n_shot: run?.shots[key] ?? null,
      first_seen: scoring.first_seen,
      score_since: scoring.score_since,
      answers_since: scoring.answers_since,
      rescoring: scoring.rescoring,
      run_epoch: answers.epoch?.id ?? null,
      epoch: scoreBy(suite, scoring, answers).epoch?.id ?? null,
    };
  };
  return {
    name: "runs",
    columns: RUNS_COLUMNS,
    rows: all.length,
    values: (start, end) =>
      recordsTable("runs", RUNS_COLUMNS, all.slice(start, end).map(rowOf)).values(0, end - start),
  };
}

/** The stretches of a benchmark's score, by evaluation (its last name) and the benchmark's place in the suite. */
function stretchesOf(suite: Suite, history: History) {
  const last = lastNamesIn(history);
  const known = new Map<string, Interval[]>();
  for (const interval of history.intervals) {
    const name = last.get(interval.eval_id) ?? interval.eval_id;
    const own = known.get(name);
    if (own) own.push(interval);
    else known.set(name, [interval]);
  }
  for (const own of known.values()) own.sort((a, b) => (a.first_day < b.first_day ? -1 : 1));
  const width = suite.normalized ? 2 : 1;
  return (eval_id: string, benchmark: number): Stretch[] =>
    (known.get(eval_id) ?? []).map(({ first_day, last_day, values }) => ({
      first_day,
      last_day,
      value: values[benchmark * width + width - 1] ?? null,
    }));
}

/** Numbers of texts as a column of texts has them: −1 for none. */
function codesIn(numbers: Float64Array): Int32Array {
  return Int32Array.from(numbers, (number) => (Number.isNaN(number) ? -1 : number));
}

type Names = Record<"benchmark" | "subtask" | "metric", string[]>;
type Codes = Record<keyof Names, number>;

/** Collects the names in layouts, and gives a layout's as indices into them; no name is −1. */
function namesIn(): { names: Names; codesOf: (layout: Layout) => Codes[] } {
  const names: Names = { benchmark: [], subtask: [], metric: [] };
  const known = { benchmark: new Map(), subtask: new Map(), metric: new Map() };
  const codeOf = (kind: keyof Names, name: string | null): number => {
    if (name === null) return -1;
    const code = known[kind].get(name) ?? names[kind].push(name) - 1;
    known[kind].set(name, code);
    return code;
  };
  const layouts = new Map<Layout, Codes[]>();
  const codesOf = (layout: Layout): Codes[] => {
    const codes =
      layouts.get(layout) ??
      layout.names.map(({ benchmark, subtask, metric }) => ({
        benchmark: codeOf("benchmark", benchmark),
        subtask: codeOf("subtask", subtask),
        metric: codeOf("metric", metric),
      }));
    layouts.set(layout, codes);
    return codes;
  };
  return { names, codesOf };
}

/** Index of the last of these growing numbers that is not above `value`. */
function lastNotAbove(numbers: Uint32Array, value: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numbers[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** `history.parquet`: every standing on every day; `intervals.parquet`, `days.parquet`: what it is made of. */
export function historyTables(suite: Suite, history: History): Table[] {
  const [intervals, days] = compactHistory(suite, history);
  return [standingsTable(history), withNames(intervals, history), days];
}

/** `intervals.parquet` says which of its evaluations went on under another name. */
function withNames(intervals: Table, history: History): Table {
  const last = lastNamesIn(history);
  const renamed = history.intervals.map(({ eval_id }) => last.get(eval_id) ?? null);
  return {
    ...intervals,
    columns: [...intervals.columns, RENAMED_TO],
    values: (start, end) => [...intervals.values(start, end), renamed.slice(start, end)],
  };
}

function lastNamesIn({ intervals }: History): Map<string, string> {
  const listed = new Map<string, Listed>();
  for (const { eval_id, first_day: first, last_day: last } of intervals) {
    const known = listed.get(eval_id) ?? { eval_id, model: modelOfId(eval_id), first, last };
    if (first < known.first) known.first = first;
    if (last > known.last) known.last = last;
    listed.set(eval_id, known);
  }
  return lastNames(renamesOf([...listed.values()]));
}

/** Days and evaluations repeat: both are written as numbers of texts. */
function standingsTable(history: History): Table {
  const { days, ids, columns } = standingsOn(history);
  return {
    name: "history",
    columns: HISTORY_COLUMNS,
    rows: columns[0].length,
    texts: { as_of: days, eval_id: ids },
    values: (start, end) => columns.map((c) => c.subarray(start, end)),
  };
}

/** What an embedded snapshot keeps of the history. */
export function compactHistory(suite: Suite, history: History): [intervals: Table, days: Table] {
  const names = intervalValues(suite).map(({ name }) => name);
  const rows = new Map<string, number>();
  for (const { day, rows: standing } of tablesOf(history)) rows.set(day, standing.length);
  const days = history.days.map(({ day, ...rest }) => ({
    as_of: day,
    rows: rows.get(day),
    ...rest,
  }));
  const intervals = history.intervals.map(({ values, ...rest }) => ({
    ...rest,
    ...Object.fromEntries(names.map((name, i) => [name, values[i] ?? null])),
  }));
  return [
    recordsTable("intervals", intervalsColumns(suite), intervals),
    recordsTable("days", DAYS_COLUMNS, days),
  ];
}

/** A table of records whose fields are named like its columns; a field left out is unknown. */
export function recordsTable(name: string, columns: TableColumn[], rows: object[]): Table {
  const values = (start: number, end: number) => {
    const part = rows.slice(start, end) as Record<string, Value>[];
    return columns.map((c) => part.map((r) => r[c.name] ?? null));
  };
  return { name, columns, rows: rows.length, values };
}

function reader(suite: Suite, name: string): (row: Standing) => Value {
  if (name === "eval_id" || name === "average" || name === "rank") return (row) => row[name];
  if (name === "twin_of" || name === "params_doubt") return (row) => row[name];
  if (name === "rank_low") return (row) => row.range?.low ?? null;
  if (name === "rank_high") return (row) => row.range?.high ?? null;
  if (name === "tie_group") return (row) => row.range?.group ?? null;
  if (name === "max_length") return ({ evaluation }) => evaluation.runs[0]?.max_length ?? null;
  if (name === "on_hub") return ({ evaluation }) => isOnHub(evaluation.availability);
  for (const [i, { key }] of suite.benchmarks.entries()) {
    if (name === key) return (row) => row.scores[i] ?? null;
    if (name === `${key}_raw`) return (row) => ownMeasure(row.evaluation, key)?.raw ?? null;
    if (name === `${key}_stderr`) return (row) => ownMeasure(row.evaluation, key)?.stderr ?? null;
  }
  if (suite.extras.some(({ key }) => key === name)) {
    return ({ evaluation }) => evaluation.extras[name] ?? null;
  }
  return (row) => (row.evaluation as unknown as Record<string, Value>)[name] ?? null;
}

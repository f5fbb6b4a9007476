import {
  type Evaluation,
  type Measure,
  STDERR_SOURCES,
  type StderrSource,
} from "../../core/records/evaluation.ts";

/**
 * Measures as numbers in a row. A run of 43 measures takes 1.7 kB so, as objects 5 kB: with 100,000
 * runs the difference between fitting and not.
 */
export interface PackedMeasures {
  layout: Layout;
  /** Shared by many evaluations: five numbers for each measure, NaN for unknown. */
  block: Float64Array;
  /** Index of the first number. */
  at: number;
}

/** Which measures there are and in which order: one for all runs of a kind. */
export interface Layout {
  names: readonly Pick<Measure, "benchmark" | "subtask" | "metric">[];
  /** Benchmark → index of its own measure, which is no subtask. */
  whole: ReadonlyMap<string, number>;
}

/** An evaluation in the pipeline: with its measures as objects or packed. */
export type Row = Omit<Evaluation, "measures"> & {
  measures: readonly Measure[] | PackedMeasures;
  /**
   * Where it comes of several sources: each with the keys of the benchmarks that have figures from it,
   * the newest first.
   */
  accounts?: readonly { source: string; benchmarks: readonly string[] }[];
};

/** Numbers of one measure: raw, normalized, stderr, index in `STDERR_SOURCES`, n. */
export const WIDTH = 5;

type Name = Layout["names"][number];

/** By number of names: few kinds of runs have the same, and the last one met is first. */
const layouts = new Map<number, Layout[]>();

/** The layout of these names: the same object for the same names. */
export function layoutOf(names: Layout["names"]): Layout {
  const alike = layouts.get(names.length) ?? [];
  const index = alike.findIndex((layout) => layout.names.every((n, i) => isSame(n, names[i]!)));
  const layout = alike[index] ?? newLayout(names);
  if (index !== 0) {
    const others = alike.filter((other) => other !== layout);
    layouts.set(names.length, [layout, ...others]);
  }
  return layout;
}

function isSame(a: Name, b: Name): boolean {
  return a.benchmark === b.benchmark && a.subtask === b.subtask && a.metric === b.metric;
}

function newLayout(names: Layout["names"]): Layout {
  const own = names.map(({ benchmark, subtask, metric }) => ({ benchmark, subtask, metric }));
  const whole = own.flatMap((n, i) => (n.subtask === null ? [[n.benchmark, i] as const] : []));
  // Of several, which no source has, the first counts, as `find` would have it.
  return { names: own, whole: new Map(whole.reverse()) };
}

/** Which measures an evaluation has. */
export function layoutIn({ measures }: Row): Layout {
  return "layout" in measures ? measures.layout : layoutOf(measures);
}

/** How many measures an evaluation has. */
export function countOf({ measures }: Row): number {
  return "layout" in measures ? measures.layout.names.length : measures.length;
}

/** @param index below `countOf` */
export function measureAt({ measures }: Row, index: number): Measure {
  if (!("layout" in measures)) return measures[index]!;
  const { layout, block, at } = measures;
  const start = at + index * WIDTH;
  const { benchmark, subtask, metric } = layout.names[index]!;
  return {
    benchmark,
    subtask,
    metric,
    raw: block[start]!,
    normalized: known(block[start + 1]!),
    stderr: known(block[start + 2]!),
    stderr_source: STDERR_SOURCES[block[start + 3]!] ?? null,
    n: known(block[start + 4]!),
  };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Writes one measure into a column for each of its numbers, at row `to`; NaN is unknown. */
export function copyMeasure(
  { measures }: Row,
  index: number,
  columns: readonly Float64Array[],
  to: number,
): void {
  if ("layout" in measures) {
    const start = measures.at + index * WIDTH;
    for (let i = 0; i < WIDTH; i++) columns[i]![to] = measures.block[start + i]!;
    return;
  }
  numbersOf(measures[index]!).forEach((number, i) => {
    columns[i]![to] = number;
  });
}

/** The `WIDTH` numbers of a measure; NaN is unknown. */
function numbersOf({ raw, normalized, stderr, stderr_source: source, n }: Measure): number[] {
  return [raw, normalized, stderr, source === null ? null : codeOf(source), n].map(
    (number) => number ?? Number.NaN,
  );
}

function codeOf(source: StderrSource): number {
  return STDERR_SOURCES.indexOf(source);
}

/** All measures as objects. */
export function measuresOf(row: Row): Measure[] {
  if (!("layout" in row.measures)) return [...row.measures];
  return row.measures.layout.names.map((_, i) => measureAt(row, i));
}

/** Index of a benchmark's own measure; −1 where it has none. */
export function wholeIndex({ measures }: Row, benchmark: string): number {
  if ("layout" in measures) return measures.layout.whole.get(benchmark) ?? -1;
  return measures.findIndex((m) => m.subtask === null && m.benchmark === benchmark);
}

/** Writes measures into a block from `at` on, `WIDTH` numbers each. */
export function packInto(block: Float64Array, at: number, row: Row): void {
  const { measures } = row;
  if ("layout" in measures) {
    const end = measures.at + countOf(row) * WIDTH;
    block.set(measures.block.subarray(measures.at, end), at);
    return;
  }
  measures.forEach((m, i) => {
    block.set(numbersOf(m), at + i * WIDTH);
  });
}

/** Whether all numbers of packed measures are what a checked evaluation may have. */
export function inRange({ layout, block, at }: PackedMeasures): boolean {
  const end = at + layout.names.length * WIDTH;
  if (!(at >= 0 && end <= block.length)) return false;
  for (let i = at; i < end; i += WIDTH) {
    const raw = block[i]!;
    const score = block[i + 1]!;
    const source = block[i + 3]!;
    const n = block[i + 4]!;
    if (!(raw >= 0 && raw <= 1)) return false;
    if (score < 0 || score > 100 || block[i + 2]! < 0) return false;
    if (!(Number.isNaN(source) || STDERR_SOURCES[source])) return false;
    if (!(Number.isNaN(n) || (Number.isSafeInteger(n) && n > 0))) return false;
  }
  return true;
}

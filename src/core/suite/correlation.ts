import { type Clusters, clusterIntervals, type Interval } from "./cluster.ts";

export type Method = "pearson" | "spearman";

/** Two columns by number. */
export type ColumnPair = readonly [number, number];

export interface Correlation {
  /** Null where one side does not vary. */
  r: number | null;
  /** Rows that have both. */
  n: number;
  /** 95 % interval by resampling clusters, see `clusterIntervals`. */
  interval: Interval | null;
}

export interface Correlations {
  pairs: Correlation[];
  /** 95 % intervals of the differences asked for, of the same resamples. */
  differences: (Interval | null)[];
}

/** Correlations of the rows, each counted so many times, and how many rows have both. */
export interface Sample {
  r(times: Int32Array, into: Float64Array): void;
  n: number[];
}

/**
 * Correlations of columns whose rows belong together in clusters, each with its interval.
 *
 * @param columns one array for each, row by row; NaN where unknown
 * @param differencesOf from all r in the order of `pairs` (NaN where unknown): which two to tell apart,
 *   as numbers of pairs
 */
export function correlate(
  columns: readonly Float64Array[],
  pairs: readonly ColumnPair[],
  clusters: Clusters,
  method: Method,
  differencesOf: (r: Float64Array) => ColumnPair[] = () => [],
): Correlations {
  const sample = (method === "spearman" ? spearman : pearson)(columns, pairs, clusters);
  const r = new Float64Array(pairs.length);
  sample.r(new Int32Array(clusters.count).fill(1), r);
  const compared = differencesOf(r);
  const drawn = r.slice();
  const intervals = clusterIntervals(
    clusters.count,
    pairs.length + compared.length,
    (times, into) => {
      sample.r(times, drawn);
      into.set(drawn);
      compared.forEach(([a, b], i) => {
        into[pairs.length + i] = drawn[a]! - drawn[b]!;
      });
    },
  );
  return {
    pairs: pairs.map((_, i) => ({
      r: Number.isNaN(r[i]!) ? null : r[i]!,
      n: sample.n[i]!,
      interval: Number.isNaN(r[i]!) ? null : intervals[i]!,
    })),
    differences: intervals.slice(pairs.length),
  };
}

/** n, Σx, Σy, Σx², Σy², Σxy */
const SUMS = 6;

/** Pearson's r. Its sums add up over clusters, so a resample costs as much as there are clusters. */
function pearson(
  columns: readonly Float64Array[],
  pairs: readonly ColumnPair[],
  { of, count }: Clusters,
): Sample {
  const centred = columns.map(centre);
  // All sums of a cluster stand together: they are read in one go.
  const width = pairs.length * SUMS;
  const sums = new Float64Array(count * width);
  pairs.forEach(([i, j], pair) => {
    const [x, y] = [centred[i]!, centred[j]!];
    of.forEach((cluster, row) => {
      const [a, b] = [x[row]!, y[row]!];
      if (Number.isNaN(a + b)) return;
      const at = cluster * width + pair * SUMS;
      [1, a, b, a * a, b * b, a * b].forEach((value, k) => {
        sums[at + k]! += value;
      });
    });
  });
  const total = new Float64Array(width);
  const add = (times: Int32Array) => {
    total.fill(0);
    for (let c = 0; c < count; c++) {
      const weight = times[c]!;
      if (weight === 0) continue;
      const at = c * width;
      for (let k = 0; k < width; k++) total[k]! += weight * sums[at + k]!;
    }
  };
  add(new Int32Array(count).fill(1));
  return {
    n: pairs.map((_, pair) => total[pair * SUMS]!),
    r(times, into) {
      add(times);
      pairs.forEach((_, pair) => {
        const [n, x, y, xx, yy, xy] = total.subarray(pair * SUMS, (pair + 1) * SUMS);
        into[pair] = ofSums(n!, x!, y!, xx!, yy!, xy!);
      });
    },
  };
}

/**
 * Spearman's rho: Pearson's r of ranks, where equal values share the mean of theirs. Ranks are formed
 * anew in every resample, among all its rows that have the value.
 */
export function spearman(
  columns: readonly Float64Array[],
  pairs: readonly ColumnPair[],
  { of }: Clusters,
): Sample {
  const orders = columns.map((column) =>
    Int32Array.from(column.keys())
      .filter((row) => !Number.isNaN(column[row]!))
      .sort((a, b) => column[a]! - column[b]!),
  );
  const ends = orders.map((order, i) => endsOf(columns[i]!, order));
  const ranks = columns.map((column) => column.slice());
  const weights = new Float64Array(of.length);
  return {
    n: pairs.map(([i, j]) => {
      const [x, y] = [columns[i]!, columns[j]!];
      return x.reduce((n, value, row) => (Number.isNaN(value + y[row]!) ? n : n + 1), 0);
    }),
    r(times, into) {
      for (let row = 0; row < of.length; row++) weights[row] = times[of[row]!]!;
      ranks.forEach((own, i) => {
        rankAgain(orders[i]!, ends[i]!, weights, own);
      });
      pairs.forEach(([i, j], pair) => {
        into[pair] = weighted(ranks[i]!, ranks[j]!, weights);
      });
    },
  };
}

/** For each place of the order, where the run of equal values that it is in ends. */
function endsOf(column: Float64Array, order: Int32Array): Int32Array {
  const ends = new Int32Array(order.length);
  for (let i = order.length - 1, end = order.length; i >= 0; i--) {
    if (column[order[i]!] !== column[order[i + 1]!]) end = i + 1;
    ends[i] = end;
  }
  return ends;
}

/**
 * Ranks around 0, ties at their mean, where each row counts as often as its weight says.
 *
 * @param order the rows with a value, ascending
 * @param ends for each of them, in that order: where the run of equal values ends
 */
function rankAgain(
  order: Int32Array,
  ends: Int32Array,
  weights: Float64Array,
  into: Float64Array,
): void {
  let all = 0;
  for (let i = 0; i < order.length; i++) all += weights[order[i]!]!;
  let before = -all / 2;
  for (let start = 0; start < order.length; ) {
    const end = ends[start]!;
    let tied = 0;
    for (let i = start; i < end; i++) tied += weights[order[i]!]!;
    const rank = before + tied / 2;
    for (let i = start; i < end; i++) into[order[i]!] = rank;
    before += tied;
    start = end;
  }
}

/** Pearson's r of the rows that have both. */
function weighted(x: Float64Array, y: Float64Array, weights: Float64Array): number {
  let n = 0;
  let sx = 0;
  let sy = 0;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    const a = x[row]!;
    const b = y[row]!;
    if (weight === 0 || Number.isNaN(a + b)) continue;
    n += weight;
    sx += weight * a;
    sy += weight * b;
    xx += weight * a * a;
    yy += weight * b * b;
    xy += weight * a * b;
  }
  return ofSums(n, sx, sy, xx, yy, xy);
}

/** What is left of a sum of squares by rounding alone, as a share of it. */
const NOTHING = 1e-12;

function ofSums(n: number, x: number, y: number, xx: number, yy: number, xy: number): number {
  const across = xx - (x * x) / n;
  const up = yy - (y * y) / n;
  const varies = across > NOTHING * xx && up > NOTHING * yy;
  return varies ? (xy - (x * y) / n) / Math.sqrt(across * up) : Number.NaN;
}

/** Less the mean, so that squares stay small beside what they differ by. */
function centre(column: Float64Array): Float64Array {
  const known = column.filter((x) => !Number.isNaN(x));
  const mean = known.reduce((sum, x) => sum + x, 0) / known.length;
  return column.map((x) => x - mean);
}

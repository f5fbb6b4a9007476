// Correlations against the textbook's formula, on the rows and on resamples written out.
import { expect, test } from "vitest";
import { clusterIntervals, clustersOf, type Interval } from "../../../src/core/suite/cluster.ts";
import { type ColumnPair, correlate, type Method } from "../../../src/core/suite/correlation.ts";
import { randomFrom } from "../view/fixtures.ts";

const random = randomFrom(5);

/** The textbook formula, written out. */
function pearson(x: number[], y: number[]): number {
  const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (f: (i: number) => number) => x.reduce((s, _, i) => s + f(i), 0);
  const top = sum((i) => (x[i]! - mx) * (y[i]! - my));
  return top / Math.sqrt(sum((i) => (x[i]! - mx) ** 2) * sum((i) => (y[i]! - my) ** 2));
}

/** Ranks with ties at their mean, by counting; unknown stays unknown. */
function meanRanks(values: number[]): number[] {
  const known = values.filter((v) => !Number.isNaN(v));
  return values.map((v) => {
    const below = known.filter((k) => k < v).length;
    const same = known.filter((k) => k === v).length;
    return Number.isNaN(v) ? v : below + (same + 1) / 2;
  });
}

/** 45 rows of 15 clusters; many ties, and some values unknown. */
const labels = Array.from({ length: 45 }, (_, i) => `f${i % 15}`);
const base = labels.map((l) => Number(l.slice(1)) % 7);
const noisy = (weight: number) =>
  base.map((b) => (random() < 0.05 ? Number.NaN : Math.round(b * weight + 6 * random())));
const columns = [noisy(1), noisy(2), noisy(-1)];
const pairs: ColumnPair[] = [
  [0, 1],
  [0, 2],
  [1, 2],
];
const given = columns.map((column) => Float64Array.from(column));
const clusters = clustersOf(labels);

function plainly(method: Method, rows: number[], [i, j]: ColumnPair): { r: number; n: number } {
  const of = (column: number) => {
    const values = rows.map((row) => columns[column]![row]!);
    return method === "spearman" ? meanRanks(values) : values;
  };
  const [x, y] = [of(i), of(j)];
  const both = x.flatMap((v, k) => (Number.isNaN(v + y[k]!) ? [] : [k]));
  return {
    r: pearson(
      both.map((k) => x[k]!),
      both.map((k) => y[k]!),
    ),
    n: both.length,
  };
}

test.each(["pearson", "spearman"] as const)("%s: r, n and interval as written out", (method) => {
  const all = labels.map((_, i) => i);
  const found = correlate(given, pairs, clusters, method, () => [[0, 2]]);
  pairs.forEach((pair, i) => {
    const { r, n } = plainly(method, all, pair);
    expect(found.pairs[i]!.r).toBeCloseTo(r, 10);
    expect(found.pairs[i]!.n).toBe(n);
  });
  // The same draws, with every resample's rows written out.
  const wanted = clusterIntervals(clusters.count, 4, (times, into) => {
    const rows = all.flatMap((i) => Array<number>(times[clusters.of[i]!]!).fill(i));
    pairs.forEach((pair, i) => {
      into[i] = plainly(method, rows, pair).r;
    });
    into[3] = into[0]! - into[2]!;
  });
  const near = (interval: Interval | null, other: Interval | null) => {
    expect(interval!.low).toBeCloseTo(other!.low, 9);
    expect(interval!.high).toBeCloseTo(other!.high, 9);
  };
  for (const [i, { interval }] of found.pairs.entries()) near(interval, wanted[i]!);
  near(found.differences[0]!, wanted[3]!);
});

test("a column without differences has no correlation; large numbers keep their digits", () => {
  const x = Float64Array.from({ length: 40 }, (_, i) => 1e6 + (i % 7));
  const same = new Float64Array(40).fill(0.1);
  const shifted = x.map((v) => v * 3 - 1e5);
  const each = clustersOf(Array.from(x, (_, i) => String(i)));
  for (const method of ["pearson", "spearman"] as const) {
    const found = correlate(
      [x, same, shifted],
      [
        [0, 1],
        [0, 2],
      ],
      each,
      method,
    ).pairs;
    expect(found[0]).toEqual({ r: null, n: 40, interval: null });
    expect(found[1]!.r).toBeCloseTo(1, 9);
  }
});

test("no rows, or too few clusters, have no interval", () => {
  const none = correlate(
    [new Float64Array(), new Float64Array()],
    [[0, 1]],
    clustersOf([]),
    "pearson",
  );
  expect(none.pairs).toEqual([{ r: null, n: 0, interval: null }]);
  const one = clustersOf(labels.map(() => "one family"));
  const [pair] = correlate(given, pairs, one, "spearman").pairs;
  expect(pair!.r).not.toBeNull();
  expect(pair!.interval).toBeNull();
});

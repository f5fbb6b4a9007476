// Cluster bootstrap: against plain calculations on rows written out, and against what it promises.
import { describe, expect, test } from "vitest";
import {
  clusterInterval,
  clusterIntervals,
  clustersOf,
  FEWEST_CLUSTERS,
  holdsZero,
  type Interval,
  MANY_RESAMPLES,
  meanStatistic,
  medianStatistic,
  RESAMPLES,
} from "../../../src/core/suite/cluster.ts";
import { uniformDraws } from "../../../src/core/suite/uniform.ts";
import { randomFrom } from "../view/fixtures.ts";

const random = randomFrom(11);
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Rows of 30 clusters of 1 to 9, whose values have a part in common. */
const labels = Array.from({ length: 30 }, (_, c) => Array(1 + (c % 9)).fill(`c${c}`)).flat();
const common = new Map(labels.map((label) => [label, gauss()]));
const values = labels.map((label) => Math.round(10 * (common.get(label)! + gauss())) / 10);
const clusters = clustersOf(labels);

/** The rows of a resample, written out. */
const writtenOut = (times: Int32Array) =>
  values.flatMap((v, i) => Array<number>(times[clusters.of[i]!]!).fill(v));

function plainMedian(rows: number[]): number {
  const sorted = [...rows].sort((a, b) => a - b);
  const n = sorted.length;
  return n % 2 ? sorted[(n - 1) / 2]! : (sorted[n / 2]! + sorted[n / 2 - 1]!) / 2;
}

test("rows are numbered by cluster, in the order in which clusters come up", () => {
  const { of, count } = clustersOf(["b", "a", "b", "__proto__", "a"]);
  expect([...of]).toEqual([0, 1, 0, 2, 1]);
  expect(count).toBe(3);
});

test("median and mean of a resample are those of its rows written out", () => {
  const [median, mean] = [medianStatistic(values, clusters), meanStatistic(values, clusters)];
  for (let i = 0; i < 300; i++) {
    const times = Int32Array.from({ length: clusters.count }, () => Math.floor(random() * 3));
    const rows = writtenOut(times);
    if (rows.length === 0) continue;
    expect(median(times)).toBe(plainMedian(rows));
    expect(mean(times)).toBeCloseTo(rows.reduce((a, b) => a + b) / rows.length, 10);
  }
  const none = new Int32Array(clusters.count);
  expect([median(none), mean(none)]).toEqual([Number.NaN, Number.NaN]);
});

/** By hand, with other draws: resample clusters, write rows out, sort, cut off 2.5 % at both ends. */
function plainBootstrap(statistic: (rows: number[]) => number, draws = 10_000): Interval {
  const byCluster = [...common.keys()].map((c) => values.filter((_, i) => labels[i] === c));
  const found = Array.from({ length: draws }, () =>
    statistic(byCluster.flatMap(() => byCluster[Math.floor(random() * byCluster.length)]!)),
  ).sort((a, b) => a - b);
  return { low: found[draws * 0.025]!, high: found[draws * 0.975]! };
}

test("the interval is that of a plain bootstrap written out", () => {
  const plain = plainBootstrap((rows) => rows.reduce((a, b) => a + b) / rows.length);
  const found = clusterInterval(clusters.count, meanStatistic(values, clusters))!;
  expect(found.low).toBeCloseTo(plain.low, 1);
  expect(found.high).toBeCloseTo(plain.high, 1);
  const plainly = plainBootstrap(plainMedian);
  const median = clusterInterval(clusters.count, medianStatistic(values, clusters))!;
  expect(Math.abs(median.low - plainly.low)).toBeLessThanOrEqual(0.1);
  expect(Math.abs(median.high - plainly.high)).toBeLessThanOrEqual(0.1);
});

test("of independent rows it is the textbook's mean ± 1.96 standard errors", () => {
  const rows = Array.from({ length: 400 }, gauss);
  const each = clustersOf(rows.map((_, i) => String(i)));
  const mean = rows.reduce((a, b) => a + b) / rows.length;
  const se = Math.sqrt(rows.reduce((s, x) => s + (x - mean) ** 2, 0)) / rows.length;
  const { low, high } = clusterInterval(each.count, meanStatistic(rows, each))!;
  expect(low).toBeCloseTo(mean - 1.96 * se, 2);
  expect(high).toBeCloseTo(mean + 1.96 * se, 2);
});

test("ten copies of every row say no more than one", () => {
  const copies = values.flatMap((v) => Array<number>(10).fill(v));
  const their = clustersOf(labels.flatMap((l) => Array<string>(10).fill(l)));
  expect(clusterInterval(their.count, medianStatistic(copies, their))).toEqual(
    clusterInterval(clusters.count, medianStatistic(values, clusters)),
  );
});

test("the ends are the 25th values from below and above of 999, whatever the statistic", () => {
  const seen: number[] = [];
  const [found] = clusterIntervals(40, 1, (times, into) => {
    into[0] = times[3]! + times[7]! / 100 + seen.length / 1e6;
    seen.push(into[0]);
    expect(times.reduce((a, b) => a + b)).toBe(40);
  });
  seen.sort((a, b) => a - b);
  expect(seen).toHaveLength(RESAMPLES);
  expect(found).toEqual({ low: seen[24], high: seen[974] });
  expect(MANY_RESAMPLES).toBe(9_999);
});

test("too few clusters have none; what could not be formed counts as beyond both ends", () => {
  const once = (clusters: number, unknown: number) => {
    let draw = 0;
    return clusterIntervals(clusters, 1, (_, into) => {
      into[0] = draw++ < unknown ? Number.NaN : draw;
    })[0];
  };
  expect(once(FEWEST_CLUSTERS - 1, 0)).toBeNull();
  expect(once(FEWEST_CLUSTERS, 0)).toEqual({ low: 25, high: 975 });
  // Of 999 five are unknown: 20 of the 994 known on each side are outside with them.
  expect(once(FEWEST_CLUSTERS, 5)).toEqual({ low: 25, high: 980 });
  expect(once(FEWEST_CLUSTERS, 25)).toBeNull();
});

test("0 is held at the ends too", () => {
  expect([
    holdsZero({ low: -1, high: 0 }),
    holdsZero({ low: 0, high: 2 }),
    holdsZero({ low: 0.1, high: 2 }),
    holdsZero({ low: -2, high: -0.1 }),
  ]).toEqual([true, true, false, false]);
});

test("draws are uniform, and the same for the same seed", () => {
  const [a, b, other] = [uniformDraws(1), uniformDraws(1), uniformDraws(2)];
  const bins = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) bins[Math.floor(a() * 10)]!++;
  const again = Array.from({ length: 100 }, b);
  const first = uniformDraws(1);
  expect(again).toEqual(Array.from({ length: 100 }, first));
  expect(other()).not.toBe(again[0]);
  // Chi-squared with 9 degrees of freedom: 27.9 is passed in one of a thousand cases.
  expect(bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
});

describe("over imagined boards", () => {
  /** How often the interval of a mean of clustered rows holds the truth, which is 0. */
  function coverage(sizes: readonly number[], boards: number): number {
    const of = sizes.flatMap((size, c) => Array<string>(size).fill(String(c)));
    const their = clustersOf(of);
    let held = 0;
    for (let i = 0; i < boards; i++) {
      const part = sizes.map(gauss);
      const rows = of.map((c) => part[Number(c)]! + gauss());
      const mean = meanStatistic(rows, their);
      const [found] = clusterIntervals(their.count, 1, (times, into) => {
        into[0] = mean(times);
      });
      if (holdsZero(found!)) held++;
    }
    return held / boards;
  }

  test("it holds the truth nearly as often as it says where clusters are many and alike", () => {
    const held = coverage(Array<number>(60).fill(5), 400);
    expect(held).toBeGreaterThan(0.91);
    expect(held).toBeLessThan(0.98);
  });

  test("where a few clusters hold most rows, somewhat less often", () => {
    // Families as the board has them: 826, 350, 271, … of 4,047; here a tenth of each.
    const sizes = [83, 35, 27, 24, 15, 14, 12, 10, 7, 7, ...Array<number>(170).fill(1)];
    const held = coverage(sizes, 400);
    expect(held).toBeGreaterThan(0.82);
    expect(held).toBeLessThan(0.96);
  });
});

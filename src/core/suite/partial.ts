import { type Clusters, clusterIntervals, type Interval } from "./cluster.ts";
import { spearman } from "./correlation.ts";

export interface RankCorrelation {
  /** Null where one side does not vary, or hardly beside what is held equal. */
  rho: number | null;
  /** 95 % interval by resampling clusters, see `clusterIntervals`. */
  interval: Interval | null;
}

/** Spearman's rank correlation of two numbers of each row: as they are, and with a third held equal. */
export interface Partial {
  plain: RankCorrelation;
  partial: RankCorrelation;
}

/**
 * The partial rank correlation: of what is left of the ranks of `x` and `y` once what goes with the ranks
 * of `held` is taken away. (ρxy − ρxz ρyz) / √((1 − ρxz²) (1 − ρyz²)).
 *
 * Source: S. Kim, "ppcor: an R package for a fast calculation to semi-partial correlation coefficients",
 * Communications for Statistical Applications and Methods 22 (2015), with method "spearman".
 *
 * @param rows all three known
 * @param clusters of the rows: those that are no independent witnesses
 */
export function partialRank(
  x: Float64Array,
  y: Float64Array,
  held: Float64Array,
  clusters: Clusters,
): Partial {
  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const;
  const sample = spearman([x, y, held], pairs, clusters);
  const r = new Float64Array(pairs.length);
  const write = (times: Int32Array, into: Float64Array) => {
    sample.r(times, r);
    into[0] = r[0]!;
    into[1] = partialOf(r[0]!, r[1]!, r[2]!);
  };
  const found = new Float64Array(2);
  write(new Int32Array(clusters.count).fill(1), found);
  const intervals = clusterIntervals(clusters.count, 2, write);
  const each = (i: number): RankCorrelation =>
    Number.isNaN(found[i]!)
      ? { rho: null, interval: null }
      : { rho: found[i]!, interval: intervals[i]! };
  return { plain: each(0), partial: each(1) };
}

/** NaN where nothing is left to compare. */
function partialOf(xy: number, xz: number, yz: number): number {
  const left = (1 - xz * xz) * (1 - yz * yz);
  return left > 1e-12 ? (xy - xz * yz) / Math.sqrt(left) : Number.NaN;
}

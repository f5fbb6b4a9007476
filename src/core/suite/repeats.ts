import { medianOf } from "./median.ts";

/** Formats of 16 bits, in which the same weights are nearly the same numbers. */
const SAME_SIZE = new Set(["bfloat16", "float16"]);

/** One evaluation, as far as it is compared. */
export interface Repeated {
  model: string;
  revision: string | null;
  precision: string | null;
  weight_type: string | null;
  chat_template: boolean | null;
  settings: string | null;
  /** By benchmark; null where one is unknown. */
  scores: Record<string, Figure>;
}

export interface Figure {
  /** Points, 0–100. */
  score: number | null;
  stderr: number | null;
  /** What a re-scoring of the benchmark did to it, as in `runs.parquet`. */
  rescoring: string | null;
}

/** How far two runs of one model lie apart on a benchmark. Differences are absolute, in points. */
export interface Noise {
  benchmark: string;
  /** Pairs compared. */
  pairs: number;
  /** Pairs left out, as a re-scoring moved one and not the other. */
  excluded: number;
  /** Of those compared, with the same score to the last digit. */
  equal: number;
  median: number | null;
  /** 95th percentile; null where fewer than twenty pairs do not reach so far. */
  p95: number | null;
  largest: number | null;
  /** Median standard error of the scores compared. */
  stderr: number | null;
}

/**
 * The noise to expect when a run is repeated: from models that were evaluated twice at the same
 * revision, with the same chat setting, in two formats of 16 bits. That takes in the difference of
 * the formats, and of harness and machine where the two runs were of different days.
 *
 * @param keys of the benchmarks
 */
export function repeatNoise(evaluations: readonly Repeated[], keys: readonly string[]): Noise[] {
  const pairs = pairsOf(evaluations);
  return keys.map((key) => noiseOf(key, pairs));
}

/** Each model's two runs; where there should be more, the first of each format. */
function pairsOf(evaluations: readonly Repeated[]): [Repeated, Repeated][] {
  const groups = new Map<string, Map<string, Repeated>>();
  for (const each of evaluations) {
    if (each.precision === null || each.revision === null) continue;
    if (!SAME_SIZE.has(each.precision)) continue;
    const same = [each.model, each.revision, each.weight_type].join(" ");
    const setting = `${each.chat_template} ${each.settings}`;
    const group = groups.get(`${same} ${setting}`) ?? new Map<string, Repeated>();
    if (!group.has(each.precision)) group.set(each.precision, each);
    groups.set(`${same} ${setting}`, group);
  }
  return [...groups.values()].flatMap((group) => {
    const [a, b] = [...group.values()];
    return a && b ? [[a, b] as [Repeated, Repeated]] : [];
  });
}

function noiseOf(benchmark: string, pairs: [Repeated, Repeated][]): Noise {
  const known = pairs.flatMap(([a, b]) => {
    const [x, y] = [a.scores[benchmark], b.scores[benchmark]];
    return x && y && x.score !== null && y.score !== null ? [[x, y] as const] : [];
  });
  const alike = known.filter(([x, y]) => x.rescoring === y.rescoring);
  const gaps = alike.map(([x, y]) => Math.abs(x.score! - y.score!)).sort((a, b) => a - b);
  const errors = alike.flat().flatMap(({ stderr }) => stderr ?? []);
  return {
    benchmark,
    pairs: gaps.length,
    excluded: known.length - alike.length,
    equal: gaps.filter((gap) => gap === 0).length,
    median: gaps.length > 0 ? medianOf(gaps) : null,
    p95: gaps.length >= 20 ? percentile(gaps, 0.95) : null,
    largest: gaps.at(-1) ?? null,
    stderr: errors.length > 0 ? medianOf(errors) : null,
  };
}

/** Linear between the two values around it, as NumPy and R (type 7) do by default. */
function percentile(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p;
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
}

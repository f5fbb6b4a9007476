import { clusteredStderr } from "./clustered.ts";
import { normalBelow, normalBeyond } from "./normal.ts";
import { meanOfIndependent } from "./stderr.ts";

/** Chance of a wrong statement that everything here allows for: 95 % intervals, tests at 5 %. */
export const LEVEL = 0.05;

/** How many standard errors a 95 % interval reaches to each side, 1.96. */
export const Z95 = normalBeyond(LEVEL / 2);

/** A score and its standard error, both in points. */
export interface Estimate {
  value: number;
  stderr: number;
}

/**
 * Standard error of an average, in points: the benchmarks ask different questions, so their errors
 * are independent. Null when that of one benchmark is unknown.
 */
export function averageStderr(stderrs: readonly (number | null)[]): number | null {
  if (stderrs.length === 0 || stderrs.includes(null)) return null;
  return meanOfIndependent(stderrs as number[]);
}

/**
 * 95 % confidence interval of a score: value ± 1.96 standard errors, within what a score can be,
 * 0–100. Normal approximation (Wald): good for thousands of questions, too sure where all answers
 * are right or all wrong.
 */
export function interval({ value, stderr }: Estimate): [number, number] {
  return [Math.max(0, value - Z95 * stderr), Math.min(100, value + Z95 * stderr)];
}

/**
 * Standard error of `a − b` from the answers of both to the same questions, in the unit of the
 * answers. Models find the same questions hard, so this is mostly smaller than `unpairedStderr`.
 *
 * @param a score of each question, in the order of `b`; two questions at least
 * @param clusters which questions belong together, see `clusteredStderr`; each by itself where absent
 * Source: Miller, "Adding error bars to evals" (2024), sections 4.2 and 4.3.
 */
export function pairedStderr(
  a: readonly number[],
  b: readonly number[],
  clusters: readonly (string | number)[] = a.map((_, i) => i),
): number {
  if (a.length !== b.length) throw new RangeError("needs the same two questions or more");
  return clusteredStderr(
    a.map((x, i) => x - b[i]!),
    clusters,
  );
}

/** Standard error of the difference of two scores taken as independent: √(s₁² + s₂²). */
export function unpairedStderr(a: Estimate, b: Estimate): number {
  return Math.sqrt(a.stderr * a.stderr + b.stderr * b.stderr);
}

/**
 * Chance that the true score of `a` is above that of `b`: Φ((a − b) / s). It takes every difference
 * to be equally likely before the scores are seen.
 *
 * @param stderr of the difference; from `pairedStderr` where the answers to each question are known
 * @returns 0–1; null where the standard error is 0, for that knows nothing of chance
 */
export function chanceBetter(
  a: Estimate,
  b: Estimate,
  stderr = unpairedStderr(a, b),
): number | null {
  return stderr > 0 ? normalBelow((a.value - b.value) / stderr) : null;
}

/**
 * How many standard errors two scores of a field must be apart to be told apart, so that for any
 * one model all its comparisons with the others are right together with a chance of 95 % or more:
 * Bonferroni over `size − 1` comparisons. Two models: 1.96; 4,576 models: 4.40.
 */
export function fieldZ(size: number): number {
  return normalBeyond(LEVEL / (2 * Math.max(1, size - 1)));
}

/** Scores of a field, best first, and the squares of their standard errors. */
export interface Scores {
  values: Float64Array;
  variances: Float64Array;
}

/**
 * How far apart scores must be to be told apart: for each, the square of how many standard errors of
 * a difference. `stepdown` (`stepdown.ts`) is closer than Bonferroni's and takes longer.
 */
export type Bound = (scores: Scores) => Float64Array;

/** `fieldZ` for all, which holds however comparisons move together. */
export const bonferroni: Bound = ({ values }) =>
  new Float64Array(values.length).fill(fieldZ(values.length) ** 2);

/** Where a model may stand. */
export interface RankRange {
  /** Best and worst rank that the scores allow. */
  low: number;
  high: number;
  /** 1: not told apart from the best; 2: not from the best of the rest; and so on. */
  group: number;
}

/**
 * The ranks each model of a field could hold, and its tie group.
 *
 * Two models are told apart when their scores are more than so many standard errors of the
 * difference apart (`Bound`). `low` is 1 + the models told to be better, `high` the size of the field
 * − those told to be worse: the marginal confidence set of Mogstad, Romano, Shaikh and Wilhelm,
 * "Inference for ranks", Review of Economic Studies 91 (2024), with Bonferroni's bound or their own
 * bootstrap for a critical value. It holds the true rank of any one model with a chance of at least 95 %, if scores are normal around
 * the truth with the given standard errors, and independent; scores that err together, as those on
 * the same questions do, make it safer. It does not hold for all models at once.
 *
 * Tie groups: the best model and all not told apart from it, each by its own critical value; then
 * the best of the rest and all of the rest not told apart from that one; and so on. Group 1 holds the
 * truly best model with a chance of at least 95 %.
 *
 * A model without a score is not in the field (null). One with a score but without a standard error
 * is in it but not told apart from any: null, and it counts in the others' ranges.
 */
export function rankRanges(
  values: readonly (number | null)[],
  stderrs: readonly (number | null)[],
  bound: Bound = bonferroni,
): (RankRange | null)[] {
  const known: Entry[] = [];
  let unknown = 0;
  values.forEach((value, index) => {
    const stderr = stderrs[index] ?? null;
    if (value !== null && stderr !== null) known.push({ index, value, variance: stderr * stderr });
    else if (value !== null) unknown++;
  });
  // Best first; of equals the surer, so that the order given does not matter.
  known.sort((a, b) => b.value - a.value || a.variance - b.variance);
  const field = fieldOf(known, bound);
  const better = countBetter(field);
  const worse = countBetter(upsideDown(field)).reverse();
  const groups = groupsOf(field);
  const found = new Array<RankRange | null>(values.length).fill(null);
  known.forEach(({ index }, i) => {
    const high = known.length + unknown - worse[i]!;
    found[index] = { low: 1 + better[i]!, high, group: groups[i]! };
  });
  return found;
}

interface Entry {
  index: number;
  value: number;
  variance: number;
}

/** Scores, best first, with what decides whether two are told apart. */
interface Field extends Scores {
  size: number;
  /** For each, the square of how many standard errors apart another must be. */
  squares: Float64Array;
  least: number;
  most: number;
}

function fieldOf(known: readonly Entry[], bound: Bound): Field {
  const values = Float64Array.from(known, (e) => e.value);
  const variances = Float64Array.from(known, (e) => e.variance);
  return {
    size: known.length,
    values,
    variances,
    squares: bound({ values, variances }),
    least: variances.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    most: variances.reduce((a, b) => Math.max(a, b), 0),
  };
}

/** The field with the worst first and every score negated: who was worse is now better. */
function upsideDown(field: Field): Field {
  return {
    ...field,
    values: field.values.map((v) => -v).reverse(),
    variances: field.variances.toReversed(),
    squares: field.squares.toReversed(),
  };
}

/**
 * How many models are told to be better than each. Only those whose distance lies between what the
 * least and the largest standard error of the field ask for need a look of their own: they are few,
 * for standard errors are much alike.
 */
function countBetter({ size, values, variances, squares, least, most }: Field): Uint32Array {
  return Uint32Array.from(values, (value, i) => {
    const variance = variances[i]!;
    const square = squares[i]!;
    const apart = (j: number) => (values[j]! - value) ** 2;
    const sure = firstWhere(size, (j) => j >= i || apart(j) <= square * (variance + most));
    let count = sure;
    for (let j = sure; j < i && apart(j) > square * (variance + least); j++) {
      if (apart(j) > square * (variance + variances[j]!)) count++;
    }
    return count;
  });
}

/** The first of 0 … size − 1 that passes, where all after it do; else `size`. */
function firstWhere(size: number, passes: (index: number) => boolean): number {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function groupsOf({ size, values, variances, squares, most }: Field): Uint32Array {
  const groups = new Uint32Array(size);
  const widest = squares.reduce((a, b) => Math.max(a, b), 0);
  let group = 0;
  for (let first = 0; first < size; first++) {
    if (groups[first] !== 0) continue;
    group++;
    const variance = variances[first]!;
    for (let j = first; j < size; j++) {
      const distance = (values[j]! - values[first]!) ** 2;
      if (distance > widest * (variance + most)) break;
      const isTied = distance <= squares[j]! * (variance + variances[j]!);
      if (groups[j] === 0 && isTied) groups[j] = group;
    }
  }
  return groups;
}

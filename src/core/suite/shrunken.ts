import { medianOf } from "./median.ts";
import type { Estimate } from "./uncertainty.ts";

/**
 * Passes of the fit. It stops before its end, where the distribution would pile up on a few points:
 * over imagined boards that took no more bias away and left expected scores farther from the truth.
 */
const PASSES = 100;

/** Steps of the fitted distribution to one median standard error. */
const STEPS = 3;

/** Standard errors beyond which a score is no evidence any more. */
const REACH = 5;

/**
 * The true scores to be expected behind a field's scores. The best of many is best partly by luck,
 * so its own score is too high a guess (the winner's curse); these are not, whoever is picked by
 * score, as far as they know how true scores are spread.
 *
 * Empirical Bayes (Robbins 1956): true scores are taken as drawn from one distribution of any shape;
 * the one that makes all scores of the field most likely is fitted (Kiefer and Wolfowitz 1956, by
 * the EM algorithm on a grid); a model's expected score is the mean under it, given its own score.
 * Source: Jiang and Zhang, "General maximum likelihood empirical Bayes estimation of normal means",
 * Annals of Statistics 37 (2009). A normal distribution in its place (Efron and Morris 1975) would
 * take the best for its tail and shrink them hardly at all; a board's best crowd together.
 *
 * Errors are taken as normal, independent and of the stated size.
 *
 * @returns in the order given, in the unit of the scores
 */
export function shrunken(field: readonly Estimate[]): number[] {
  const typical = field.length > 0 ? medianOf(field.map((f) => f.stderr)) : 0;
  if (typical === 0) return field.map((f) => f.value);
  const step = typical / STEPS;
  const low = field.reduce((least, f) => Math.min(least, f.value), Number.POSITIVE_INFINITY);
  const high = field.reduce((most, f) => Math.max(most, f.value), Number.NEGATIVE_INFINITY);
  const size = 1 + Math.ceil((high - low) / step);
  const chances = field.map((f) => chancesOf(f, low, step, size));
  let weights = new Float64Array(size).fill(1 / size);
  for (let pass = 0; pass < PASSES; pass++) weights = fitted(weights, chances);
  return chances.map((row) => {
    const [sum, total] = row.chances.reduce(
      ([sum, total], chance, i) => {
        const weight = chance * weights[row.from + i]!;
        return [sum + weight * (low + (row.from + i) * step), total + weight];
      },
      [0, 0],
    );
    return sum / total;
  });
}

/** Chance of a score, up to a factor, for each true score of the grid from `from` on. */
interface Chances {
  from: number;
  chances: Float64Array;
}

function chancesOf({ value, stderr }: Estimate, low: number, step: number, size: number): Chances {
  // A score surer than the grid is fine counts as within a step of it.
  const error = Math.max(stderr, step);
  const from = Math.max(0, Math.ceil((value - REACH * error - low) / step));
  const to = Math.min(size - 1, Math.floor((value + REACH * error - low) / step));
  const chances = Float64Array.from({ length: to - from + 1 }, (_, i) => {
    const z = (low + (from + i) * step - value) / error;
    return Math.exp((-z * z) / 2);
  });
  return { from, chances };
}

/** One pass: every true score gets the share of the field's scores that it accounts for. */
function fitted(weights: Float64Array, field: readonly Chances[]): Float64Array<ArrayBuffer> {
  const next = new Float64Array(weights.length);
  for (const { from, chances } of field) {
    let total = 0;
    for (let i = 0; i < chances.length; i++) total += chances[i]! * weights[from + i]!;
    const share = 1 / (total * field.length);
    for (let i = 0; i < chances.length; i++) {
      next[from + i]! += chances[i]! * weights[from + i]! * share;
    }
  }
  return next;
}

/**
 * Rounds away what depends on the order of a sum (doubles near 100 are 1.4e-14 apart), so that two
 * evaluations with the same scores have the same average and share a rank.
 */
export function settle(value: number): number {
  return Math.round(value * 1e11) / 1e11;
}

/** Plain mean of the benchmark scores; null when one is missing: never an average of fewer. */
export function average(scores: readonly (number | null)[]): number | null {
  if (scores.length === 0) return null;
  let sum = 0;
  for (const score of scores) {
    if (score === null) return null;
    sum += score;
  }
  return settle(sum / scores.length);
}

/**
 * The reader's own average: Σ wᵢ·scoreᵢ / Σ wᵢ. A benchmark of weight 0 may be missing.
 *
 * @param weights one per score, ≥ 0
 * @returns null when a weighted score is missing or all weights are 0
 */
export function weightedAverage(
  scores: readonly (number | null)[],
  weights: readonly number[],
): number | null {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight === 0) continue;
    const score = scores[i] ?? null;
    if (score === null) return null;
    sum += weight * score;
    total += weight;
  }
  return total === 0 ? null : settle(sum / total);
}

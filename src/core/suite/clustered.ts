/**
 * Standard error of a mean over questions of which some belong together (parts of one text, copies
 * of one question), in the unit of the scores: √(SE² + Σ over clusters of Σᵢ≠ⱼ (xᵢ − x̄)(xⱼ − x̄) / n²),
 * with SE² = Σ(xᵢ − x̄)² / (n − 1) / n. Where every question is a cluster of its own, it is SE.
 *
 * @param scores of each question, two at least
 * @param clusters which cluster each question is in, in the same order
 * Source: Miller, "Adding error bars to evals" (2024), section 2.2.
 */
export function clusteredStderr(
  scores: readonly number[],
  clusters: readonly (string | number)[],
): number {
  const n = scores.length;
  if (n !== clusters.length || n < 2) throw new RangeError("needs the same two questions or more");
  const mean = scores.reduce((sum, x) => sum + x, 0) / n;
  const sums = new Map<string | number, number>();
  let squares = 0;
  scores.forEach((x, i) => {
    squares += (x - mean) ** 2;
    sums.set(clusters[i]!, (sums.get(clusters[i]!) ?? 0) + x - mean);
  });
  // A cluster's sum, squared, holds its pairs and its own squares.
  const pairs = [...sums.values()].reduce((total, sum) => total + sum * sum, 0) - squares;
  return Math.sqrt(Math.max(0, squares / (n - 1) / n + pairs / (n * n)));
}

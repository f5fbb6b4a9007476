/** A subtask's proportion of right answers and number of questions. */
export interface Part {
  value: number;
  n: number;
}

/**
 * How far, as a share of itself, a stated standard error may be off what it can be: three digits of
 * it are enough. In the real files at hand, every one that was worked out from its own value agrees
 * to ten digits, and every one that was left over from another value is 11 % off or more.
 */
const LEEWAY = 0.005;

/**
 * Whether a stated standard error can be that of a proportion of right answers.
 *
 * Of n questions it is √(p(1 − p)/n), or with n − 1 as the harness has it. A group's is pooled from
 * its subtasks, √(Σnᵢpᵢ(1 − pᵢ) / ((N − k)N)): never above what N questions alike would have, and
 * below it the more the subtasks differ (lm-evaluation-harness, `lm_eval/api/metrics.py`,
 * `pooled_sample_stderr`).
 *
 * @param p proportion of right answers, 0–1
 * @param n number of questions
 * @param parts a group's subtasks, null where its value is not known; absent where it is no group
 */
export function isPossible(
  stderr: number,
  p: number,
  n: number,
  parts: readonly (Part | null)[] = [{ value: p, n }],
): boolean {
  const within = parts.reduce((sum, part) => sum + (part ? spread(part.value, part.n) : 0), 0);
  const least = Math.sqrt(within) / n;
  const most = Math.sqrt(spread(p, n) / n / Math.max(1, n - parts.length));
  return stderr >= least * (1 - LEEWAY) && stderr <= most * (1 + LEEWAY);
}

/** Variance of the number of right answers: np(1 − p). */
function spread(p: number, n: number): number {
  return n * Math.max(0, p * (1 - p));
}

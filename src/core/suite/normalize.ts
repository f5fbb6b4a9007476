/**
 * Rescales a raw score so that guessing is 0 and perfection is 100.
 *
 * @param raw proportion correct, 0–1
 * @param baseline what guessing scores, 0–1 (exclusive)
 * @returns points, 0–100; below the baseline: 0
 * Source: Open LLM Leaderboard, "What's going on with normalized scores", 2024:
 * `max(0, (raw − baseline) / (1 − baseline)) × 100`.
 */
export function normalize(raw: number, baseline: number): number {
  return Math.max(0, (raw - baseline) / (1 - baseline)) * 100;
}

/** The raw score, 0–1, behind a normalised one above 0: what `normalize` turns around. */
export function rawOf(points: number, baseline: number): number {
  return baseline + (points / 100) * (1 - baseline);
}

/** What guessing scores, 0–1: the stated baseline, else one in the number of choices, else 0. */
export function baselineOf(task: { choices?: number; baseline?: number }): number {
  return task.baseline ?? (task.choices ? 1 / task.choices : 0);
}

/** Two numbers that differ by no more than this are one: the noise of floating point. */
const NOISE = 1e-9;

/** The most that a figure differs from itself written with two digits. */
const HALF_DIGIT = 0.005 + NOISE;

/** Whether it may have been published with two digits. */
export function hasTwoDigits(score: number): boolean {
  return Math.abs(score * 100 - Math.round(score * 100)) < 1e-7;
}

export type Sameness = "same" | "rounded" | "different";

/**
 * Whether two scores are one figure. Tables were published with two digits until December 2024 and
 * whole since: so where just one of the two has two digits, half a digit of difference is rounding
 * (seen: all 2,155 evaluations between 2024-12-06 and 2024-12-26, by up to 0.005). Where both have
 * two digits, or neither, the same figure is the same number. Judged score by score, since a table
 * may be made of several sources.
 */
export function compareScores(a: number | null, b: number | null): Sameness {
  if (a === b) return "same";
  if (a === null || b === null) return "different";
  const off = Math.abs(a - b);
  if (off <= NOISE) return "same";
  return hasTwoDigits(a) !== hasTwoDigits(b) && off <= HALF_DIGIT ? "rounded" : "different";
}

/** Whether two published scores are one figure, up to rounding. */
export function isSameScore(a: number | null, b: number | null): boolean {
  return compareScores(a, b) !== "different";
}

/** A value as it was published: rounded to so many digits, or as it is. */
export function asPublished(value: number | null, digits: number | null): number | null {
  return value === null || digits === null ? value : Number(value.toFixed(digits));
}

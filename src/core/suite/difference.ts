/** A score in points, its standard error in points and its raw form; null is unknown. */
export interface Score {
  value: number | null;
  stderr: number | null;
  /** 0–1; null for an average, which has none. */
  raw: number | null;
}

/** How a difference compares with its standard error. */
export type Verdict = "within" | "one" | "two";

export const VERDICTS: Record<Verdict, string> = {
  within: "within one standard error",
  one: "more than one standard error",
  two: "more than two standard errors",
};

/** A score minus the reference's, in points. Without a standard error there is no verdict. */
export interface Difference {
  value: number;
  stderr: number | null;
  verdict: Verdict | null;
}

/** Null when one of the two scores is unknown: an unknown is not compared. */
export function differenceOf(score: Score, reference: Score): Difference | null {
  if (score.value === null || reference.value === null) return null;
  const value = score.value - reference.value;
  const stderr = combinedStderr(score.stderr, reference.stderr);
  return { value, stderr, verdict: stderr === null ? null : verdictOf(value, stderr) };
}

/** Standard error of the difference of two independent figures: √(s₁² + s₂²). */
export function combinedStderr(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.hypot(a, b);
}

/** A difference of exactly one standard error is within it. */
export function verdictOf(difference: number, stderr: number): Verdict {
  const size = Math.abs(difference);
  if (size <= stderr) return "within";
  return size <= 2 * stderr ? "one" : "two";
}

/** A sign for the verdict that needs no colour; the words say the same. */
export function verdictSign({ value, verdict }: Difference): string {
  if (verdict === null) return "";
  if (verdict === "within") return "≈";
  return (value > 0 ? "▲" : "▼").repeat(verdict === "two" ? 2 : 1);
}

/** How many of `count` differences between equally good models chance puts beyond 1 and beyond 2 standard errors. */
export function byChance(count: number): { one: number; two: number } {
  // Normal distribution: P(|z| > 1) = 0.3173, P(|z| > 2) = 0.0455.
  return { one: count * 0.3173, two: count * 0.0455 };
}

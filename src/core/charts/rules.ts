import type { Suite } from "../records/suite.ts";

/** A day that a drawing over time marks with a line across it. */
export interface Rule {
  day: string;
  label: string;
}

/**
 * The days on which scores were formed anew, which no line may pass without a mark.
 *
 * @param from first day of the drawing
 */
export function rescoringRules(
  { benchmarks, rescorings }: Pick<Suite, "benchmarks" | "rescorings">,
  from: string,
): Rule[] {
  return rescorings.flatMap(({ day, benchmark }) => {
    const name = benchmarks.find((b) => b.key === benchmark)?.name ?? benchmark;
    return day > from ? [{ day, label: `${name} scored anew` }] : [];
  });
}

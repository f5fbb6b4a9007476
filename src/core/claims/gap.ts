import type { ClaimOf } from "../records/announcement.ts";
import { unpairedStderr, Z95 } from "../suite/uncertainty.ts";
import { type Finding, nameOf, type Table, two } from "./finding.ts";
import { byName, scoreOf, shortName } from "./models.ts";

export const GAP_RULE =
  "Holds: the difference has the claimed sign, its 95 % interval excludes 0, and the claimed difference lies within it. In part: only the sign. The interval takes both scores as independent, which is cautious where both answered the same questions.";

/** Whether one model scores less than another, by about as much as is claimed. */
export function judgeGap({ score, low, high }: ClaimOf<"gap">, { suite, models }: Table): Finding {
  const known = byName(models);
  const [below, above] = [known.get(low.model), known.get(high.model)];
  const [less, more] = [scoreOf(below, score), scoreOf(above, score)];
  if (less === null || more === null) {
    const missing = less === null ? low.model : high.model;
    return {
      verdict: "unknown",
      text: `${missing} has no score on ${nameOf(suite, score)} in this table.`,
    };
  }
  const gap = more - less;
  const claimed = high.value - low.value;
  const [from, to] = intervalOf(
    gap,
    scoreOf(below, `${score}_stderr`),
    scoreOf(above, `${score}_stderr`),
  );
  const text =
    `${shortName(low.model)} has ${two(less)}, ${shortName(high.model)} ${two(more)}: ` +
    `a difference of ${two(gap)} points`;
  if (from === null || to === null) {
    return {
      verdict: gap > 0 ? "part" : "not",
      text: `${text}, claimed ${two(claimed)}; its error is unknown.`,
    };
  }
  const isLikely = from > 0 && claimed >= from && claimed <= to;
  return {
    verdict: gap <= 0 ? "not" : isLikely ? "holds" : "part",
    text: `${text} (95 % interval ${from.toFixed(1)} to ${to.toFixed(1)}), claimed ${two(claimed)}.`,
  };
}

/** 95 % interval of a difference in points; unknown where an error is. */
function intervalOf(gap: number, a: number | null, b: number | null) {
  if (a === null || b === null) return [null, null] as const;
  const reach = Z95 * unpairedStderr({ value: 0, stderr: a }, { value: 0, stderr: b });
  return [gap - reach, gap + reach] as const;
}

import type { ClaimOf } from "../records/announcement.ts";
import type { Suite } from "../records/suite.ts";
import { type Finding, listed, nameOf, type Table, two, type Verdict } from "./finding.ts";
import { byName, scoreOf, shortName } from "./models.ts";

/** Points by which a score may be off for a claim to hold in part. */
const NEAR = 1;

export const VALUES_RULE =
  "Holds: every score is the claimed one to its two digits. In part: every score is within one point of it.";

/** Whether scores are those that are claimed. */
export function judgeValues({ values }: ClaimOf<"values">, { suite, models }: Table): Finding {
  const known = byName(models);
  const found = values.map((claim) => ({
    ...claim,
    now: scoreOf(known.get(claim.model), claim.score),
  }));
  const there = found.flatMap((f) => (f.now === null ? [] : [{ ...f, now: f.now }]));
  const sentences = there.map(
    ({ model, score, value, now }) =>
      `${shortName(model)} has ${two(now)} ${scoreWords(suite, score)}, ${differenceWords(now, value)}.`,
  );
  const missing = found.filter((f) => f.now === null).map((f) => f.model);
  return {
    verdict: missing.length > 0 ? "unknown" : verdictOf(there),
    text: [...sentences, missing.length > 0 ? `Not in the table: ${listed(missing)}.` : ""]
      .filter(Boolean)
      .join(" "),
  };
}

function verdictOf(found: readonly { value: number; now: number }[]): Verdict {
  if (found.every(({ value, now }) => two(value) === two(now))) return "holds";
  return found.every(({ value, now }) => Math.abs(now - value) <= NEAR) ? "part" : "not";
}

function scoreWords(suite: Suite, score: string): string {
  return score === "average" ? "on average" : `on ${nameOf(suite, score)}`;
}

/** Of the figures as they are written: 42.49 is 0.53 below 43.02. */
function differenceWords(now: number, value: number): string {
  const difference = Number(two(now)) - value;
  const points = two(Math.abs(difference));
  if (Number(points) === 0) return "as claimed";
  return `${points} points ${difference < 0 ? "less" : "more"} than the ${two(value)} claimed`;
}

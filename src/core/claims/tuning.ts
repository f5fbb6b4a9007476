import type { ClaimOf } from "../records/announcement.ts";
import { medianOf } from "../suite/median.ts";
import { signTest } from "../suite/sign-test.ts";
import { LEVEL } from "../suite/uncertainty.ts";
import { count, signed } from "../table/format.ts";
import { isPretrained } from "./correlation.ts";
import { FEWEST, type Finding, nameOf, type Table, type Verdict } from "./finding.ts";
import { byName, type Model, scoreOf } from "./models.ts";

export const TUNING_RULE =
  "Every pretrained model of the table, made from no other, with chat versions in it has one vote: the median of their differences from it. Holds: more than half of the votes go the claimed way, and a sign test says at 5 % that this is no chance. Does not: more than half go the other way, and it says so too. In part: some go the claimed way, and it cannot be told from half and half.";

/** Whether chat versions of pretrained models lose, or gain, at a score. */
export function judgeTuning(
  { score, direction }: ClaimOf<"tuning">,
  { suite, models, counted }: Table,
): Finding {
  const name = nameOf(suite, score);
  const votes = votesOf(counted, models, score);
  const versions = [...votes.values()].reduce((sum, list) => sum + list.length, 0);
  const changes = [...votes.values()].map(medianOf);
  if (changes.length < FEWEST) {
    return {
      verdict: "unknown",
      text: `Only ${changes.length} pretrained models with a score on ${name} have chat versions in this table (fewer than ${FEWEST}).`,
    };
  }
  const lower = changes.filter((c) => c < 0).length;
  const higher = changes.filter((c) => c > 0).length;
  const p = signTest(lower, lower + higher);
  const asClaimed = direction === "lower" ? lower : higher;
  return {
    verdict: verdictOf(asClaimed, lower + higher, p),
    text:
      `${count(versions)} chat versions of ${count(changes.length)} pretrained models: on ${name} those of ${lower} score lower, ` +
      `those of ${higher} higher; the median of the differences is ${signed(medianOf(changes))} points. ` +
      `${chanceText(p)}.`,
  };
}

/** Differences of chat versions from their pretrained base, by base. */
function votesOf(
  counted: readonly Model[],
  models: readonly Model[],
  score: string,
): Map<string, number[]> {
  const known = byName(models);
  const votes = new Map<string, number[]>();
  for (const model of counted) {
    const base = known.get(String(model.base_model));
    if (model.model_type !== "chat" || !base || base.model === model.model) continue;
    if (!isPretrained(base) || base.base_model != null) continue;
    const [now, then] = [scoreOf(model, score), scoreOf(base, score)];
    if (now === null || then === null) continue;
    const name = String(base.model);
    votes.set(name, [...(votes.get(name) ?? []), now - then]);
  }
  return votes;
}

function verdictOf(asClaimed: number, all: number, p: number): Verdict {
  if (asClaimed === 0) return "not";
  if (p >= LEVEL) return "part";
  return asClaimed > all / 2 ? "holds" : "not";
}

function chanceText(p: number): string {
  const number = p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`;
  return p < LEVEL
    ? `A sign test says that this is no half and half (${number})`
    : `A sign test cannot tell this from half and half (${number})`;
}

import type { ModelFacts } from "../../core/records/facts.ts";
import { UserError } from "../../core/records/user-error.ts";

/** What was asked of a model, and what is known of it before and now. */
export interface Checked {
  before: ModelFacts | undefined;
  now: ModelFacts;
}

/** Models that may go at once, whatever their share. */
const FEW = 10;

/** Of the models that were there the last time: in a week, and in a month, far fewer go. */
const OF_THOSE_THERE = 0.05;

/** Of the models asked about for the first time: of an old leaderboard, half may have gone long ago. */
const OF_THOSE_NEW = 0.9;

/** Models that are named. */
const NAMED = 3;

/** Whether a model is newly said to be gone: it was there before, or nothing was known of it. */
export function hasGone({ before, now }: Checked): boolean {
  return !now.on_hub && before?.on_hub !== false;
}

/**
 * Whether more models are said to have gone than go by themselves. A Hub that is out of order, or
 * another one in `HF_ENDPOINT`, knows no model at all and says so as if they had gone.
 *
 * @returns a sentence about it; null when it is nothing out of the ordinary
 */
export function tooManyGone(asked: readonly Checked[], endpoint: string): UserError | null {
  const there = asked.filter(({ before }) => before?.on_hub === true);
  const fresh = asked.filter(({ before }) => before === undefined);
  for (const [models, share, which] of [
    [there, OF_THOSE_THERE, "that were on the Hub the last time"],
    [fresh, OF_THOSE_NEW, "asked about for the first time"],
  ] as const) {
    const gone = models.filter(hasGone);
    if (gone.length <= FEW || gone.length <= share * models.length) continue;
    const names = gone
      .slice(0, NAMED)
      .map(({ now }) => now.model)
      .join(", ");
    return new UserError(
      `Of ${models.length} models ${which}, ${gone.length} are gone (${names}, …), says ${endpoint}. ` +
        "That many at once are more likely a fault of the Hub, or another Hub in HF_ENDPOINT: what was " +
        "known of the models that are said to be gone stays, the other facts are kept. Run the same " +
        "command again later; if it is true, with --allow-gone.",
    );
  }
  return null;
}

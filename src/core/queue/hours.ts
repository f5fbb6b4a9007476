import type { Suite } from "../records/suite.ts";
import type { QueueRules } from "./rules.ts";
import { requestsOf, SPEED, secondsOf } from "./size.ts";

/** What time on a GPU is estimated by. */
export interface Sized {
  /** Billions. */
  params_b: number | null;
  precision: string | null;
}

/**
 * Hours on one GPU that requests are expected to take, by the plain rule and the configuration's factor: of
 * no runner's own experience, so that all put the queue in the same order.
 *
 * @returns of a request; null where its size is not known, 0 where the suite does not say how many questions
 *   there are
 */
export function hoursBy(
  suite: Suite,
  { estimates }: Pick<QueueRules, "estimates">,
): (request: Sized) => number | null {
  const asked = requestsOf(suite);
  return ({ params_b, precision }) => {
    if (asked === null) return 0;
    if (params_b === null) return null;
    return (secondsOf(params_b * 1e9, precision, asked, SPEED.gpu) * estimates.factor) / 3600;
  };
}

import { evalId, modelOfId } from "../../core/records/eval-id.ts";
import type { Row } from "./packed.ts";

/** The name of an evaluation across suites. */
export function keyOf(suite: string, id: string): string {
  return `${suite} ${id}`;
}

/**
 * Adds to evaluations what is known of some of them.
 *
 * @param known by `keyOf`; ids are only formed for models that it speaks of
 */
export function addKnown<T>(
  evaluations: readonly Row[],
  known: ReadonlyMap<string, T>,
  add: (evaluation: Row, value: T) => Row,
): Row[] {
  const models = new Set(
    [...known.keys()].map((key) => modelOfId(key.slice(key.indexOf(" ") + 1))),
  );
  return evaluations.map((e) => {
    const value = models.has(e.model) ? known.get(keyOf(e.suite, evalId(e))) : undefined;
    return value === undefined ? e : add(e, value);
  });
}

import type { QueueRules } from "./rules.ts";

/** Who sent a request in: whatever is the same for all of one account. Null: another one each time. */
export type Submitter = string | number | null;

/** One of those that wait, picked for the next place. */
export interface Pick {
  /** Its number among all, the best is 0. */
  index: number;
  /** How many that are better still wait, as their accounts have had their share. */
  behind: number;
}

/**
 * Gives places one after the other to the best that may have the next: of `size` in a row one account gets at
 * most `per_author`. Where only accounts wait that have had theirs, to the best of all.
 *
 * @param submitters of all that wait, the best first
 * @param begun of the places before the first, the newest last
 */
export function picksOf(
  submitters: readonly Submitter[],
  { size, per_author }: QueueRules["front"],
  begun: readonly Submitter[],
): Pick[] {
  const picks: Pick[] = [];
  const last = lastOf(begun, size - 1);
  const held = new Held();
  let next = 0;
  while (picks.length < submitters.length) {
    const spent = spentBy(last, per_author);
    let index = held.best((submitter) => !spent.has(submitter));
    while (index === null && next < submitters.length) {
      const submitter = submitters[next]!;
      if (spent.has(submitter)) held.add(submitter, next);
      else index = next;
      next++;
    }
    index ??= held.best(() => true)!;
    held.remove(submitters[index]!, index);
    picks.push({ index, behind: held.better(index) });
    last.push(submitters[index]!);
    if (last.length > size - 1) last.shift();
  }
  return picks;
}

/** The last of a list. */
export function lastOf<T>(list: readonly T[], length: number): T[] {
  return length > 0 ? list.slice(-length) : [];
}

/** Accounts that have had their share of what was picked last. */
function spentBy(picks: readonly Submitter[], most: number): Set<Submitter> {
  const counts = new Map<Submitter, number>();
  for (const submitter of picks) {
    if (submitter !== null) counts.set(submitter, (counts.get(submitter) ?? 0) + 1);
  }
  return new Set([...counts].flatMap(([submitter, n]) => (n >= most ? [submitter] : [])));
}

/**
 * Those that were passed over, by account, best first. Whoever may have a place again gets the next one, so
 * that only as many accounts are here as can have had their share at once.
 */
class Held {
  readonly #byAccount = new Map<Submitter, number[]>();

  add(submitter: Submitter, index: number): void {
    const own = this.#byAccount.get(submitter);
    if (own) own.push(index);
    else this.#byAccount.set(submitter, [index]);
  }

  /** Takes an account's best out, if it is that one. */
  remove(submitter: Submitter, index: number): void {
    const own = this.#byAccount.get(submitter);
    if (own?.[0] !== index) return;
    own.shift();
    if (own.length === 0) this.#byAccount.delete(submitter);
  }

  /** The best of the accounts that may. */
  best(may: (submitter: Submitter) => boolean): number | null {
    let best: number | null = null;
    for (const [submitter, [first]] of this.#byAccount) {
      if (may(submitter) && (best === null || first! < best)) best = first!;
    }
    return best;
  }

  /** How many are better than one. */
  better(index: number): number {
    let sum = 0;
    for (const own of this.#byAccount.values()) sum += countBelow(own, index);
    return sum;
  }
}

/** How many of a sorted list are below a value. */
function countBelow(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

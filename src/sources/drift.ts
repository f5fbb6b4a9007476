import type { ColumnDrift } from "./contents.ts";
import type { Outcome } from "./pack.ts";

/**
 * How what was read differs from what was known when this was written: the first thing to look at
 * when the harness or the Hub has changed. Counts are of files.
 */
export interface Drift {
  /** Result files that were accepted although they have fields that nobody here knows: which. */
  unknown_fields: Counted;
  /** Result files that were accepted without fields that say more about a run: which. */
  missing_fields: Counted;
  /** Result files and other records that were set aside: why. */
  set_aside: Counted;
  /** Tables whose columns are not those they were. */
  columns: ColumnDrift[];
}

/** Names with how often each was seen, the most frequent first. */
export interface Counted {
  /** Files with one or more of them. */
  files: number;
  names: Record<string, number>;
  /** How many further names there are. */
  more: number;
}

/** Names that are listed before the rest is only counted. */
const LISTED = 20;

/** Counts names over files; empty files do not count. */
export class Tally {
  #files = 0;
  readonly #names = new Map<string, number>();

  add(names: readonly string[]): void {
    if (names.length === 0) return;
    this.#files++;
    for (const name of names) this.#names.set(name, (this.#names.get(name) ?? 0) + 1);
  }

  counted(): Counted {
    const sorted = [...this.#names].sort(([a, i], [b, j]) => j - i || (a < b ? -1 : 1));
    return {
      files: this.#files,
      names: Object.fromEntries(sorted.slice(0, LISTED)),
      more: Math.max(0, sorted.length - LISTED),
    };
  }
}

/** @param reasons why records other than result files were set aside */
export function driftOf(
  outcomes: readonly Outcome[],
  reasons: readonly string[],
  columns: readonly ColumnDrift[],
): Drift {
  const unknown = new Tally();
  const missing = new Tally();
  const aside = new Tally();
  for (const outcome of outcomes) {
    if (outcome.reason !== null) aside.add([alike(outcome.reason)]);
    else {
      unknown.add(outcome.unknown);
      missing.add(outcome.missing);
    }
  }
  for (const reason of reasons) aside.add([alike(reason)]);
  return {
    unknown_fields: unknown.counted(),
    missing_fields: missing.counted(),
    set_aside: aside.counted(),
    columns: [...columns],
  };
}

/** The same reason with other values in it is one reason. */
function alike(reason: string): string {
  return reason
    .replace(/"(?:[^"\\]|\\.)*"/g, '"…"')
    .replace(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi, "N")
    .slice(0, 200);
}

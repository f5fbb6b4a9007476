import type { ColumnDrift, Counted, Drift } from "../../core/records/manifest.ts";
import type { Outcome } from "./pack.ts";

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

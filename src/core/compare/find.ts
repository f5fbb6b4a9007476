import type { Column } from "../table/columns.ts";
import { count } from "../table/format.ts";
import { at, type Grid } from "../table/grid.ts";
import { createMatcher } from "../view/match.ts";
import { DEFAULT_VIEW, type View } from "../view/view.ts";
import { MAX_MODELS } from "./choice.ts";

/** Options offered at once; typing more narrows the rest down. */
const SHOWN = 12;

/** Hidden models are found as well: who names one wants it. */
const EVERYTHING: View = { ...DEFAULT_VIEW, flagged: "all", unavailable: "all" };

/** What a search offers, best first. */
export interface Found {
  /** One row per model: the best of its evaluations that is not chosen yet. */
  rows: number[];
  /** How many there are, or why there is none, in words. */
  status: string;
}

/** Searches as the leaderboard does, in all models. */
export function createFinder(
  grid: Grid,
  columns: readonly Column[],
  keys: readonly string[],
): (search: string, chosen: readonly number[]) => Found {
  const matcher = createMatcher(grid, columns, keys);
  return (search, chosen) => {
    if (chosen.length >= MAX_MODELS) {
      return {
        rows: [],
        status: `${MAX_MODELS} models fit side by side: remove one to add another.`,
      };
    }
    const byModel = new Map<unknown, number>();
    for (const row of matcher.rows({ ...EVERYTHING, search })) {
      const model = at(grid, "model", row);
      if (!chosen.includes(row) && !byModel.has(model)) byModel.set(model, row);
    }
    const rows = [...byModel.values()];
    return { rows: rows.slice(0, SHOWN), status: statusOf(rows.length) };
  };
}

function statusOf(total: number): string {
  if (total === 0) return "No model matches.";
  if (total <= SHOWN) return total === 1 ? "1 model" : `${total} models`;
  return `The best ${SHOWN} of ${count(total)}: type more to narrow them down.`;
}

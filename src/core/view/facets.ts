import type { Value } from "../table/grid.ts";

/** Lists of a view of which a row needs to match one value, by the view's name for them. */
export type FacetKey = "sizes" | "types" | "precisions" | "licenses";

/** Rows by value, for each list. Values that no row has are left out. */
export type Facets = Record<FacetKey, ReadonlyMap<string, number>>;

/** One thing that a row must pass; `facet`: the list that it is about, where it is about one. */
export interface Condition {
  facet: FacetKey | null;
  passes(row: number): boolean;
}

/**
 * What each choice would give: rows with that value which pass all else in the view. A list's own
 * choices do not count for its numbers, since choosing one more value adds rows. So every number is
 * that of the rows shown once it is the only one chosen of its list (and nothing is pinned).
 *
 * One pass over the rows: a row that passes all counts in every list, one that fails only what is
 * asked of one list counts in that.
 */
export function countFacets(
  length: number,
  conditions: readonly Condition[],
  valueIn: Record<FacetKey, (row: number) => Value>,
): Facets {
  const facets: Record<FacetKey, Map<string, number>> = {
    sizes: new Map(),
    types: new Map(),
    precisions: new Map(),
    licenses: new Map(),
  };
  const lists = (Object.keys(facets) as FacetKey[]).map((key) => ({
    key,
    counts: facets[key],
    of: valueIn[key],
  }));
  for (let row = 0; row < length; row++) {
    const failed = failedIn(row, conditions);
    if (failed === "more") continue;
    for (const { key, counts, of } of lists) {
      if (failed !== null && failed !== key) continue;
      const value = of(row);
      if (typeof value === "string") counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  return facets;
}

/** The one list that keeps a row out; null: nothing does, `more`: something else or more than one. */
function failedIn(row: number, conditions: readonly Condition[]): FacetKey | null | "more" {
  let failed: FacetKey | null = null;
  for (const { facet, passes } of conditions) {
    if (passes(row)) continue;
    if (facet === null || failed !== null) return "more";
    failed = facet;
  }
  return failed;
}

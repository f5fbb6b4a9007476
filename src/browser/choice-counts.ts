import { count } from "../core/table/format.ts";
import type { FacetKey, Facets } from "../core/view/facets.ts";
import type { View } from "../core/view/view.ts";
import { all, follow } from "./filter-bar.ts";
import type { Store } from "./store.ts";

/** Keeps the numbers on choices those of the rows that each would give within the view. */
export function bindCounts(store: Store, facetsOf: (view: View) => Facets): void {
  const marks = marksOf();
  follow(store, (view) => {
    const facets = facetsOf(view);
    for (const mark of marks) {
      const list = facets[mark.dataset.facet as FacetKey];
      const text = count(list.get(mark.dataset.value ?? "") ?? 0);
      if (mark.textContent !== text) mark.textContent = text;
    }
  });
}

/**
 * The same where the page has no table at first: it is asked for with the first filter, and until it is
 * there no number stands that is not of this view.
 *
 * @param isFirst whether a view is the one whose numbers stand in the HTML
 */
export function bindCountsLater(
  store: Store,
  isFirst: (view: View) => boolean,
  load: () => Promise<(view: View) => Facets>,
): void {
  const marks = marksOf();
  let state: "unasked" | "asked" | "there" = "unasked";
  follow(store, (view) => {
    if (state !== "unasked" || isFirst(view)) return;
    state = "asked";
    for (const mark of marks) mark.textContent = "";
    load().then(
      (facetsOf) => {
        state = "there";
        bindCounts(store, facetsOf);
      },
      // Without the table there are no numbers; the next change asks for it again.
      () => {
        state = "unasked";
      },
    );
  });
}

/** Each as wide as it is at first, so that no choice moves away from under the pointer. */
function marksOf(): HTMLElement[] {
  const marks = all("[data-facet]");
  for (const mark of marks) mark.style.minWidth = `${mark.textContent?.length ?? 0}ch`;
  return marks;
}

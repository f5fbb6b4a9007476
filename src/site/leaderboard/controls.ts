import { bindCounts } from "../../browser/choice-counts.ts";
import { element } from "../../browser/dom.ts";
import { all, bindFilterBar, follow, same, toggled } from "../../browser/filter-bar.ts";
import type { Store } from "../../browser/store.ts";
import type { Column } from "../../core/table/columns.ts";
import type { Facets } from "../../core/view/facets.ts";
import type { View } from "../../core/view/view.ts";

/** Connects every control of a leaderboard with the view, both ways. */
export function bindControls(
  store: Store,
  columns: readonly Column[],
  keys: readonly string[],
  facetsOf: (view: View) => Facets,
): void {
  bindColumns(store, columns);
  bindWeights(store, keys);
  bindFilterBar(store, columns);
  bindCounts(store, facetsOf);
}

function bindColumns(store: Store, columns: readonly Column[]): void {
  const standard = columns.filter((c) => c.shown).map((c) => c.name);
  const shown = (view: View) => view.columns ?? standard;
  for (const box of all<HTMLInputElement>("input[data-column]")) {
    const name = box.dataset.column ?? "";
    box.addEventListener("change", () => {
      const wanted = new Set(toggled(shown(store.view), name));
      const chosen = columns.filter((c) => wanted.has(c.name)).map((c) => c.name);
      store.change({ columns: same(chosen, standard) ? null : chosen });
    });
    follow(store, (view) => {
      box.checked = shown(view).includes(name);
    });
  }
  element("columns-reset").addEventListener("click", () => store.change({ columns: null }));
  for (const radio of all<HTMLInputElement>("input[type=radio]")) {
    const [field, on] =
      radio.name === "scores" ? (["raw", "raw"] as const) : (["dense", "compact"] as const);
    radio.addEventListener("change", () => store.change({ [field]: radio.value === on }));
    follow(store, (view) => {
      radio.checked = view[field] === (radio.value === on);
    });
  }
}

function bindWeights(store: Store, keys: readonly string[]): void {
  // Sliders stand as the leaderboard weighs until the reader moves one.
  const own = new Map(
    all<HTMLInputElement>("input[data-weight]").map((s) => [
      s.dataset.weight,
      Number(s.defaultValue),
    ]),
  );
  const isOwn = (entries: [string, number][]) => entries.every(([k, w]) => w === own.get(k));
  const weightOf = (view: View, key: string) =>
    view.weights ? (view.weights[key] ?? 1) : (own.get(key) ?? 1);
  for (const slider of all<HTMLInputElement>("input[data-weight]")) {
    const key = slider.dataset.weight ?? "";
    const output = slider.parentElement?.querySelector("output");
    slider.addEventListener("input", () => {
      const entries = keys.map((k): [string, number] => [
        k,
        k === key ? Number(slider.value) : weightOf(store.view, k),
      ]);
      const changed = entries.filter(([, weight]) => weight !== 1);
      store.change({ weights: isOwn(entries) ? null : Object.fromEntries(changed) }, "typing");
    });
    follow(store, (view) => {
      slider.value = String(weightOf(view, key));
      if (output) output.textContent = String(weightOf(view, key));
    });
  }
  element("weights-reset").addEventListener("click", () => store.change({ weights: null }));
}

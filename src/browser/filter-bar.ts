import type { Column } from "../core/table/columns.ts";
import type { Size } from "../core/view/sizes.ts";
import { explainFilters } from "../core/view/sql.ts";
import type { Choice, Range, View } from "../core/view/view.ts";
import { element } from "./dom.ts";
import type { Store } from "./store.ts";

export const all = <T extends HTMLElement>(selector: string): T[] => [
  ...element("board").querySelectorAll<T>(selector),
];

/** Connects search, quick filters, the filter panel and the active filters with the view. */
export function bindFilterBar(store: Store, columns: readonly Column[]): void {
  bindSearch(store);
  bindToggles(store);
  bindFilters(store);
  bindRanges(store);
  bindPanels();
  bindActive(store, columns);
  element<HTMLFieldSetElement>("quick").disabled = false;
  element("controls").addEventListener("submit", (event) => event.preventDefault());
}

function bindSearch(store: Store): void {
  const input = element<HTMLInputElement>("q");
  // What was typed before this script ran counts.
  if (input.value !== "" && store.view.search === "")
    store.change({ search: input.value }, "typing");
  input.addEventListener("input", () => store.change({ search: input.value }, "typing"));
  follow(store, (view) => {
    if (input.value !== view.search) input.value = view.search;
  });
  document.addEventListener("keydown", (event) => {
    const typing = (event.target as Element).closest("input, textarea, select");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });
}

function bindToggles(store: Store): void {
  toggles(
    store,
    "size",
    (view) => view.sizes,
    (sizes) => ({ sizes: sizes as Size[] }),
  );
  toggles(
    store,
    "type",
    (view) => view.types,
    (types) => ({ types: types as View["types"] }),
  );
}

function toggles(
  store: Store,
  name: string,
  read: (view: View) => readonly string[],
  write: (values: string[]) => Partial<View>,
): void {
  const buttons = all<HTMLButtonElement>(`button[data-${name}]`);
  const nameOf = (button: HTMLButtonElement) => button.dataset[name] ?? "";
  for (const button of buttons) {
    button.addEventListener("click", () =>
      store.change(write(toggled(read(store.view), nameOf(button)))),
    );
  }
  follow(store, (view) => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(read(view).includes(nameOf(button))));
    }
  });
}

function bindFilters(store: Store): void {
  type ChoiceKey = "chat" | "choice" | "merged" | "moe" | "flagged" | "unavailable";
  for (const select of all<HTMLSelectElement>("select[data-choice]")) {
    const key = select.dataset.choice as ChoiceKey;
    select.addEventListener("change", () => store.change({ [key]: select.value as Choice }));
    follow(store, (view) => {
      select.value = view[key];
    });
  }
  for (const set of all<HTMLFieldSetElement>("fieldset[data-list]")) {
    const key = set.dataset.list as "precisions" | "licenses";
    const boxes = [...set.querySelectorAll("input")];
    for (const box of boxes) {
      box.addEventListener("change", () =>
        store.change({ [key]: toggled(store.view[key], box.value) }),
      );
    }
    follow(store, (view) => {
      for (const box of boxes) box.checked = view[key].includes(box.value);
    });
  }
}

function bindRanges(store: Store): void {
  for (const input of all<HTMLInputElement>("input[data-range]")) {
    const column = input.dataset.range ?? "";
    const end = input.dataset.end as keyof Range;
    const ends = [...input.parentElement!.querySelectorAll<HTMLInputElement>("[data-end]")];
    input.addEventListener("input", () => {
      // Both fields, as they stand: what was no range with the other end may be one now.
      const [min = null, max = null] = ends.map((e) => (e.value === "" ? null : Number(e.value)));
      const crossed = min !== null && max !== null && min > max;
      for (const field of ends) field.setCustomValidity("");
      if (crossed) {
        input.setCustomValidity("The lower end is above the upper one.");
        input.reportValidity();
        return;
      }
      const { [column]: _, ...others } = store.view.ranges;
      const open = min === null && max === null;
      store.change({ ranges: open ? others : { ...others, [column]: { min, max } } }, "typing");
    });
    follow(store, (view) => {
      const value = view.ranges[column]?.[end] ?? null;
      if (document.activeElement !== input) input.value = value === null ? "" : String(value);
    });
  }
}

/** The buttons that open a panel: one at a time; Escape closes it. */
function bindPanels(): void {
  const buttons = all<HTMLButtonElement>("button[aria-controls]");
  const set = (button: HTMLButtonElement, open: boolean) => {
    button.setAttribute("aria-expanded", String(open));
    element(button.getAttribute("aria-controls") ?? "").hidden = !open;
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      for (const other of buttons) set(other, open && other === button);
    });
  }
  element("controls").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = buttons.find((b) => b.getAttribute("aria-expanded") === "true");
    const inPanel =
      open && element(open.getAttribute("aria-controls") ?? "").contains(event.target as Node);
    if (!open || !(inPanel || event.target === open)) return;
    set(open, false);
    open.focus();
  });
}

/** One removable chip per active filter. The focus goes on to the next, or else to the table. */
function bindActive(store: Store, columns: readonly Column[]): void {
  const list = element("active");
  const icon = element<HTMLTemplateElement>("close-icon").content;
  follow(store, (view) => {
    list.replaceChildren(
      ...explainFilters(view, columns, store.defaults).map((filter, i) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        const label = document.createElement("span");
        label.textContent = filter.label;
        button.append(label, icon.cloneNode(true));
        button.setAttribute("aria-label", `Remove filter ${filter.label}`);
        button.addEventListener("click", () => {
          store.change(filter.remove(store.view));
          const left = list.querySelectorAll("button");
          (left[i] ?? left[i - 1] ?? element("scroller")).focus();
        });
        item.append(button);
        return item;
      }),
    );
  });
}

export function follow(store: Store, update: (view: View) => void): void {
  update(store.view);
  store.subscribe(update);
}

export function toggled(values: readonly string[], value: string): string[] {
  return values.includes(value) ? values.filter((v) => v !== value) : [...values, value];
}

export function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((v, i) => v === b[i]);
}

import type { Column } from "../explore/columns.ts";
import { queryToView, viewToQuery } from "../explore/url.ts";
import type { View } from "../explore/view.ts";

/** Waits that long after the last letter before the address changes: browsers limit how often. */
const TYPING_PAUSE = 250;

/** How a change enters the history: its own step for Back, or part of the step before. */
export type Step = "step" | "typing";

export interface Store {
  readonly view: View;
  /** Sentences on parameters of the address that were ignored. */
  readonly problems: string[];
  change(part: Partial<View>, step?: Step): void;
  /** Calls `listener` after every change, also by Back and Forward. */
  subscribe(listener: (view: View, before: View | null) => void): void;
  /** Address of the current view. */
  link(): string;
}

/** The view of the page: in the address, and told to all that show it. */
export function createStore(columns: readonly Column[], keys: readonly string[]): Store {
  const listeners: ((view: View, before: View | null) => void)[] = [];
  const read = () => queryToView(location.search, columns, keys);
  let { view, problems } = read();
  let typing = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const link = () => {
    const query = viewToQuery(view, columns);
    return `${location.pathname}${query ? `?${query}` : ""}${location.hash}`;
  };
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    history.replaceState(null, "", link());
  };
  const tell = (before: View | null) => {
    for (const listener of listeners) listener(view, before);
  };

  addEventListener("popstate", () => {
    clearTimeout(timer);
    timer = undefined;
    const before = view;
    ({ view, problems } = read());
    typing = false;
    tell(before);
  });
  addEventListener("pagehide", () => timer !== undefined && write());

  return {
    get view() {
      return view;
    },
    get problems() {
      return problems;
    },
    change(part, step = "step") {
      const before = view;
      if (timer !== undefined) write();
      view = { ...view, ...part };
      if (link() === `${location.pathname}${location.search}${location.hash}`) {
        tell(before);
        return;
      }
      if (step === "step" || !typing)
        history.pushState(null, "", step === "step" ? link() : location.href);
      typing = step === "typing";
      if (typing) timer = setTimeout(write, TYPING_PAUSE);
      tell(before);
    },
    subscribe(listener) {
      listeners.push(listener);
    },
    link: () => new URL(link(), location.href).href,
  };
}

import type { Column } from "../core/table/columns.ts";
import { queryToView, viewToQuery } from "../core/view/url.ts";
import { DEFAULT_VIEW, type View } from "../core/view/view.ts";

/** Waits that long after the last letter before the address changes: browsers limit how often. */
const TYPING_PAUSE = 250;

/** How a change enters the history: its own step for Back, or one with the typing before it. */
export type Step = "step" | "typing";

export interface Store {
  readonly view: View;
  /** What holds for all that the reader has not set. */
  readonly defaults: View;
  /** Sentences on parameters of the address that were ignored. */
  readonly problems: string[];
  change(part: Partial<View>, step?: Step): void;
  /** A parameter of the page's own, beside the view's; null where it is not given. */
  own(name: string): string | null;
  /** Sets parameters of the page's own; null takes one out of the address. */
  changeOwn(part: Record<string, string | null>, step?: Step): void;
  /** Calls `listener` after every change, also by Back and Forward. */
  subscribe(listener: (view: View, before: View | null) => void): void;
  /** Address of the current view. */
  link(): string;
}

export interface StoreOptions {
  /** What holds for parameters that the address does not name. */
  defaults?: View;
  /** Names of parameters that are the page's own and no part of the view. */
  own?: ReadonlySet<string>;
}

/** The view of the page: in the address, and told to all that show it. */
export function createStore(
  columns: readonly Column[],
  keys: readonly string[],
  { defaults = DEFAULT_VIEW, own: ownNames = new Set() }: StoreOptions = {},
): Store {
  const listeners: ((view: View, before: View | null) => void)[] = [];
  const read = () => {
    const params = new URLSearchParams(location.search);
    const own = new Map([...params].filter(([name]) => ownNames.has(name)));
    for (const name of ownNames) params.delete(name);
    return { ...queryToView(params, columns, keys, defaults), own };
  };
  let { view, problems, own } = read();
  /** The parts of the view that are being typed; null when the last change was none of typing. */
  let typing: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const link = () => {
    const ownQuery = new URLSearchParams([...own]).toString();
    const query = [viewToQuery(view, columns, defaults), ownQuery].filter(Boolean).join("&");
    return `${location.pathname}${query ? `?${query}` : ""}${location.hash}`;
  };
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    history.replaceState(null, "", link());
  };
  /** Puts the change into the history; `typed` names what is being typed, null for a single step. */
  const enter = (typed: string | null) => {
    if (typed === null || typed !== typing)
      history.pushState(null, "", typed === null ? link() : location.href);
    typing = typed;
    clearTimeout(timer);
    if (typed !== null) timer = setTimeout(write, TYPING_PAUSE);
  };
  const tell = (before: View | null) => {
    for (const listener of listeners) listener(view, before);
  };

  addEventListener("popstate", () => {
    clearTimeout(timer);
    timer = undefined;
    const before = view;
    ({ view, problems, own } = read());
    typing = null;
    tell(before);
  });
  addEventListener("pagehide", () => timer !== undefined && write());

  return {
    defaults,
    get view() {
      return view;
    },
    get problems() {
      return problems;
    },
    change(part, step = "step") {
      const before = view;
      const typed = step === "typing" ? Object.keys(part).join() : null;
      if (timer !== undefined && typed !== typing) write();
      view = { ...view, ...part };
      if (link() === `${location.pathname}${location.search}${location.hash}`) {
        tell(before);
        return;
      }
      enter(typed);
      tell(before);
    },
    own: (name) => own.get(name) ?? null,
    changeOwn(part, step = "step") {
      const typed = step === "typing" ? Object.keys(part).join() : null;
      if (timer !== undefined && typed !== typing) write();
      for (const [name, value] of Object.entries(part)) {
        if (value === null) own.delete(name);
        else own.set(name, value);
      }
      enter(typed);
      tell(view);
    },
    subscribe(listener) {
      listeners.push(listener);
    },
    link: () => new URL(link(), location.href).href,
  };
}

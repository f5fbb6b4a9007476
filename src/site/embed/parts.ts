import type { EmbedPage, EmbedSetup } from "./setup.ts";

/** The words around an embed's chart. */
export interface Parts {
  title: string;
  /** What narrows it, in words; empty for nothing. */
  filters: string;
  caption: readonly string[];
  /** Sentences on parameters that were ignored. */
  problems: readonly string[];
  /** Address of the page that shows the same. */
  link: string;
  /** The leaderboard's title. */
  board: string;
  /** Day of the figures shown, and of the newest. */
  asOf: string;
  newest: string;
}

/** An element that every embed has. */
export function part(name: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-part="${name}"]`);
  if (!found) throw new Error(`The embed has no part "${name}"`);
  return found;
}

/** Writes the words around the chart; all of it is text. */
export function showParts(parts: Parts): void {
  part("title").textContent = parts.title;
  setText("filters", parts.filters);
  part("caption").textContent = parts.caption.join(" · ");
  setText("notice", parts.problems.join(" "));
  part("status").textContent = "";
  showLink(parts.link, `${parts.board} · figures of ${parts.asOf}`);
  setText("newest", parts.asOf === parts.newest ? "" : `the newest are of ${parts.newest}`);
}

/** Says that there are no figures of that name, and shows none. */
export function tellUnknown(page: EmbedPage, setup: EmbedSetup, asOf: string): void {
  document.documentElement.dataset.unknown = "";
  part("title").textContent = `There is no snapshot “${asOf.slice(0, 40)}” of this leaderboard.`;
  setText("filters", "");
  part("caption").textContent = "";
  part("status").textContent = "";
  showLink(page.place, `${page.board} · newest figures, of ${setup.asOf}`);
}

/** The address with a query before its `#…`. */
export function withQuery(place: string, query: string): string {
  const [path = "", hash] = place.split("#");
  return `${path}${query ? `?${query}` : ""}${hash === undefined ? "" : `#${hash}`}`;
}

/** Opens a page of ours outside the frame. */
export function openElsewhere(address: string): void {
  open(new URL(address, location.href), "_blank", "noopener");
}

function showLink(address: string, text: string): void {
  const link = part("link") as HTMLAnchorElement;
  link.href = address;
  link.textContent = text;
}

function setText(name: string, text: string): void {
  const element = part(name);
  element.textContent = text;
  element.hidden = text === "";
}

import { element } from "./dom.ts";

/** Lines of a tooltip: a title, then terms with their values. */
export interface Tip {
  title: string;
  lines: [string, string][];
}

/**
 * One tooltip for all cells of a table, on hover and on focus. Escape hides it. It follows a focused
 * cell when the table scrolls: reaching a cell by keyboard often scrolls.
 *
 * @param tipOf what a cell has to say; null for nothing
 */
export function bindTooltip(area: HTMLElement, tipOf: (cell: HTMLElement) => Tip | null): void {
  const box = element("tooltip");
  let owner: HTMLElement | null = null;

  const hide = () => {
    owner?.removeAttribute("aria-describedby");
    owner = null;
    box.hidden = true;
  };
  const show = (target: EventTarget | null) => {
    const cell = (target as Element | null)?.closest<HTMLElement>("td, th");
    const tip = cell && area.contains(cell) ? tipOf(cell) : null;
    if (!cell || !tip) return hide();
    owner?.removeAttribute("aria-describedby");
    owner = cell;
    cell.setAttribute("aria-describedby", box.id);
    box.replaceChildren(...contentOf(tip));
    box.hidden = false;
    placeTip(box, cell.getBoundingClientRect());
  };

  area.addEventListener("pointerover", (event) => show(event.target));
  area.addEventListener("pointerleave", hide);
  area.addEventListener("focusin", (event) => show(event.target));
  area.addEventListener("focusout", hide);
  const scrolled = () => {
    const cell = owner?.getBoundingClientRect();
    const focused = owner === document.activeElement;
    if (cell && focused && isWithin(cell, area.getBoundingClientRect())) placeTip(box, cell);
    else hide();
  };
  area.addEventListener("scroll", scrolled, { passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}

/** A tip as elements; whatever it says stays text. */
export function contentOf(tip: Tip): Node[] {
  const title = document.createElement("strong");
  title.textContent = tip.title;
  const list = document.createElement("dl");
  for (const [term, value] of tip.lines) {
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    dt.textContent = term;
    dd.textContent = value;
    list.append(dt, dd);
  }
  return [title, list];
}

function isWithin(cell: DOMRect, area: DOMRect): boolean {
  return cell.bottom > area.top && cell.top < area.bottom;
}

/** Above what it speaks of where there is room, else below; always within the window. */
export function placeTip(tip: HTMLElement, target: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = tip;
  const centre = target.left + target.width / 2 - width / 2;
  const left = Math.min(Math.max(8, centre), Math.max(8, innerWidth - width - 8));
  const above = target.top - height - 6;
  const top = above >= 8 ? above : target.bottom + 6;
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

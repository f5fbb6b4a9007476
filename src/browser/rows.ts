/** Rows kept above and below the visible ones. */
const OVERSCAN = 12;

export interface Rows {
  /** Shows `count` rows; every row is filled again, the scroll position stays where it can. */
  show(count: number): void;
  /** Makes row elements anew: after a change of columns or density. */
  rebuild(): void;
  /** The element of a row, if it is among those in the page. */
  elementAt(index: number): HTMLTableRowElement | undefined;
  /** Whole rows that fit in sight, less one to keep the place by. */
  perPage(): number;
  /** Scrolls so that a row is in sight. */
  reveal(index: number): void;
  toTop(): void;
}

interface Options {
  scroller: HTMLElement;
  table: HTMLTableElement;
  body: HTMLTableSectionElement;
  /** A new row element, empty. */
  create(): HTMLTableRowElement;
  /** Writes row number `index` of the view into a row element. */
  fill(row: HTMLTableRowElement, index: number): void;
}

/**
 * A table body that holds only the rows in sight, between two spacers: thousands of rows scroll
 * and change within a frame. Elements are reused, and stand in the order of their rows, so that
 * reading and tabbing follow the eye.
 */
export function createRows({ scroller, table, body, create, fill }: Options): Rows {
  const above = spacer();
  const below = spacer();
  let pool: HTMLTableRowElement[] = [];
  let start = 0;
  let total = 0;
  let height = 0;

  function rebuild(): void {
    pool = [];
    height = 0;
    body.replaceChildren(above.row, below.row);
    render(true);
  }

  function render(all: boolean): void {
    const size = Math.min(total, capacity());
    const first = Math.max(0, Math.min(firstInSight() - OVERSCAN, total - size));
    resize(size);
    if (all || Math.abs(first - start) >= size) {
      start = first;
      pool.forEach((row, i) => {
        fill(row, start + i);
      });
    } else {
      shift(first);
    }
    above.height(start * rowHeight());
    below.height((total - start - size) * rowHeight());
  }

  /** Moves rows that left at one end to the other. */
  function shift(first: number): void {
    while (start < first) {
      const row = release(pool.shift()!);
      pool.push(row);
      body.insertBefore(row, below.row);
      fill(row, start + pool.length);
      start++;
    }
    while (start > first) {
      const row = release(pool.pop()!);
      pool.unshift(row);
      body.insertBefore(row, above.row.nextSibling);
      start--;
      fill(row, start);
    }
  }

  function resize(size: number): void {
    while (pool.length < size) {
      const row = create();
      fill(row, Math.min(start + pool.length, total - 1));
      pool.push(row);
      body.insertBefore(row, below.row);
    }
    while (pool.length > size) release(pool.pop()!).remove();
  }

  /** Moving an element takes the focus from it: the table keeps it, so that keys still scroll. */
  function release(row: HTMLTableRowElement): HTMLTableRowElement {
    if (row.contains(document.activeElement)) scroller.focus({ preventScroll: true });
    return row;
  }

  function capacity(): number {
    return Math.ceil(scroller.clientHeight / rowHeight()) + 2 * OVERSCAN;
  }

  /** Height in sight below the header, less one row. */
  function room(): number {
    return scroller.clientHeight - (table.tHead?.offsetHeight ?? 0) - rowHeight();
  }

  function firstInSight(): number {
    return Math.floor(scroller.scrollTop / rowHeight());
  }

  /** In CSS pixels, from the style: the same for all rows. */
  function rowHeight(): number {
    if (height === 0) {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      height = Number.parseFloat(getComputedStyle(table).getPropertyValue("--row")) * rem || 48;
    }
    return height;
  }

  scroller.addEventListener("scroll", () => render(false), { passive: true });
  new ResizeObserver(() => {
    height = 0;
    render(false);
  }).observe(scroller);

  return {
    show(count) {
      total = count;
      table.setAttribute("aria-rowcount", String(count + 1));
      render(true);
    },
    rebuild,
    elementAt: (index) => pool[index - start],
    perPage: () => Math.max(1, Math.floor(room() / rowHeight())),
    reveal(index) {
      const top = index * rowHeight();
      if (top < scroller.scrollTop) scroller.scrollTop = top;
      else if (top > scroller.scrollTop + room()) scroller.scrollTop = top - room();
      render(false);
    },
    toTop() {
      scroller.scrollTop = 0;
    },
  };
}

function spacer() {
  const row = document.createElement("tr");
  row.className = "pad";
  row.setAttribute("aria-hidden", "true");
  return {
    row,
    height(pixels: number) {
      row.style.height = `${pixels}px`;
      row.hidden = pixels === 0;
    },
  };
}

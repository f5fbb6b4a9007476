import type { Drawing, Mark } from "../core/figures/figure.ts";
import type { Settings } from "../core/figures/option.ts";
import { pageAt } from "../core/view/address.ts";
import { contentOf, placeTip } from "./tooltip.ts";

/** How far from a dot the pointer may be, in the picture's own coordinates. */
const NEAR = 18;

interface Options {
  /** Address under which model pages stand. */
  models: string;
  /** Called for a mark that changes settings. */
  choose(settings: Settings): void;
  /** Follows a mark to the address of its model's page; without it, in the same window. */
  open?(address: string): void;
}

/**
 * Lets a picture's marks be pointed at, and walked through with the arrow keys: each says what it is,
 * Enter or a click follows it. On touch the first tap shows and the second follows.
 */
export function bindMarks(plot: HTMLElement, { models, choose, open }: Options) {
  let marks: Mark[] = [];
  let current = -1;
  const tip = document.createElement("div");
  tip.className = "tooltip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  const ring = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ring.setAttribute("class", "ring");
  plot.append(tip, spoken);
  plot.tabIndex = 0;
  plot.setAttribute("role", "group");

  const svg = () => plot.querySelector<SVGSVGElement>("svg.chart");
  const hide = () => {
    current = -1;
    tip.hidden = true;
    ring.remove();
    plot.classList.remove("pointing");
  };
  const show = (index: number, aloud: boolean) => {
    const mark = marks[index];
    const picture = svg();
    if (!mark || !picture) return hide();
    current = index;
    tip.replaceChildren(...contentOf(mark));
    tip.hidden = false;
    plot.classList.toggle("pointing", follows(mark));
    const [rx, ry] = mark.reach ?? [6, 6];
    for (const [name, value] of Object.entries({
      x: mark.x - rx,
      y: mark.y - ry,
      width: 2 * rx,
      height: 2 * ry,
      rx: mark.reach ? 3 : rx,
    })) {
      ring.setAttribute(name, String(value));
    }
    picture.append(ring);
    placeTip(tip, ring.getBoundingClientRect());
    if (aloud)
      spoken.textContent = `${mark.title}: ${mark.lines.map((l) => l.join(" ")).join(", ")}`;
  };
  const follow = (mark: Mark | undefined) => {
    if (mark?.settings) choose(mark.settings);
    else if (mark?.model && open) open(pageAt(`${models}${mark.model}/`));
    else if (mark?.model) location.href = pageAt(`${models}${mark.model}/`);
  };

  plot.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    const index = markAt(event, svg(), marks);
    if (index < 0) hide();
    else if (index !== current) show(index, false);
  });
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("blur", hide);
  plot.addEventListener("click", (event) => {
    const index = markAt(event, svg(), marks);
    const touched = (event as PointerEvent).pointerType === "touch";
    if (index < 0) hide();
    else if (touched && index !== current) show(index, true);
    else follow(marks[index]);
  });
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step && marks.length > 0) {
      event.preventDefault();
      show((current + step + marks.length) % marks.length, true);
    } else if (event.key === "Enter") follow(marks[current]);
    else if (event.key === "Escape") hide();
  });

  return {
    update(drawing: Drawing) {
      marks = drawing.marks;
      hide();
      plot.setAttribute(
        "aria-label",
        `${drawing.title} Arrow keys go through its ${marks.length} marks.`,
      );
    },
  };
}

function follows(mark: Mark): boolean {
  return mark.settings !== undefined || mark.model !== undefined;
}

/** The mark under the pointer: the one whose box it is in, else the nearest dot. */
function markAt(event: MouseEvent, svg: SVGSVGElement | null, marks: readonly Mark[]): number {
  const matrix = svg?.getScreenCTM();
  if (!matrix) return -1;
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  let found = -1;
  let least = NEAR * NEAR;
  marks.forEach((mark, i) => {
    const [dx, dy] = [Math.abs(mark.x - x), Math.abs(mark.y - y)];
    if (mark.reach) {
      if (dx <= mark.reach[0] && dy <= mark.reach[1]) found = i;
      return;
    }
    const distance = dx * dx + dy * dy;
    if (distance < least) {
      least = distance;
      found = i;
    }
  });
  return found;
}

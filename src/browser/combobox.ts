import { element } from "./dom.ts";

/** A box to type into, and below it options to choose of: WAI-ARIA's "Combobox pattern" with a listbox. */
export interface Combobox {
  readonly input: HTMLInputElement;
  /** Index of the option that Enter takes; -1 where none is. */
  readonly active: number;
  readonly isOpen: boolean;
  /** Opens the list with these options, one of them active, and says what they are. */
  show(options: HTMLElement[], said: string, active: number): void;
  /** Makes the option after the active one, or before it, active: round the ends. */
  move(step: 1 | -1): void;
  close(): void;
}

/**
 * The part that every such box has: what the keys do is its owner's.
 *
 * @param id of the box; its popup, list and status are called after it
 * @param take is told of the option that was pressed
 */
export function createCombobox(id: string, take: (index: number) => void): Combobox {
  const input = element<HTMLInputElement>(id);
  const popup = element(`${id}-popup`);
  const list = element(`${id}-list`);
  const status = element(`${id}-status`);
  let active = -1;

  const activate = (index: number) => {
    active = index;
    [...list.children].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === index));
      if (i === index) option.scrollIntoView({ block: "nearest" });
    });
    const option = list.children[index];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  // The box keeps the focus, or a press on an option would close the list before the click.
  popup.addEventListener("pointerdown", (event) => event.preventDefault());
  popup.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = (event.target as Element).closest("[role=option]");
    if (option) take([...list.children].indexOf(option));
  });

  return {
    input,
    get active() {
      return active;
    },
    get isOpen() {
      return !popup.hidden;
    },
    show(options, said, index) {
      options.forEach((option, i) => {
        option.id = `${id}-option-${i}`;
        option.setAttribute("role", "option");
      });
      list.replaceChildren(...options);
      list.hidden = options.length === 0;
      status.textContent = said;
      popup.hidden = false;
      input.setAttribute("aria-expanded", String(options.length > 0));
      activate(index);
    },
    move(step) {
      const { length } = list.children;
      const from = active < 0 && step < 0 ? 0 : active;
      if (length > 0) activate((from + step + length) % length);
    },
    close() {
      popup.hidden = true;
      input.setAttribute("aria-expanded", "false");
      activate(-1);
    },
  };
}

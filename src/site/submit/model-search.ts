import { element, make } from "../../browser/dom.ts";
import { hubGet, hubJson } from "../../browser/hub.ts";

/** Waits that long after the last letter before the Hub is asked. Milliseconds. */
const TYPING_PAUSE = 250;

/** Letters from which on it is. */
const LEAST = 2;

/** Models that are offered. */
const MOST = 8;

/**
 * A box in which a model's name can be typed, or chosen of those that the Hub finds: a combobox with a
 * listbox (WAI-ARIA, "Combobox pattern"). What is typed is good without any choice, and a search that
 * fails is no obstacle.
 *
 * @param id of the box; its parts are called after it
 * @param taken is told that a name was chosen
 */
export function bindModelSearch(id: string, hub: string, taken: () => void): void {
  const input = element<HTMLInputElement>(id);
  const popup = element(`${id}-popup`);
  const list = element(`${id}-list`);
  const status = element(`${id}-status`);
  const get = hubGet(hub);
  let names: string[] = [];
  let active = -1;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the search that counts: an older answer may come later. */
  let turn = 0;

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
  const show = (found: string[], said: string) => {
    names = found;
    list.replaceChildren(...found.map((name, i) => optionElement(id, name, i)));
    list.hidden = found.length === 0;
    status.textContent = said;
    popup.hidden = false;
    input.setAttribute("aria-expanded", String(found.length > 0));
    activate(-1);
  };
  const close = () => {
    turn++;
    clearTimeout(timer);
    popup.hidden = true;
    input.setAttribute("aria-expanded", "false");
    activate(-1);
  };
  const search = async () => {
    const mine = ++turn;
    const text = input.value.trim();
    if (text.length < LEAST) return close();
    try {
      const found = await modelsFound(get, text);
      if (mine === turn) show(found, saidOf(found.length));
    } catch {
      if (mine === turn) show([], "The Hub’s search does not answer. Type the whole name.");
    }
  };
  const take = (index: number) => {
    input.value = names[index] ?? input.value;
    close();
    taken();
  };
  const move = (step: 1 | -1) => {
    if (popup.hidden) void search();
    else if (names.length > 0) {
      activate(
        active < 0 && step < 0 ? names.length - 1 : (active + step + names.length) % names.length,
      );
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, TYPING_PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && active >= 0) take(active);
    else if (event.key === "Escape" && !popup.hidden) close();
    else return;
    event.preventDefault();
  });
  // The box keeps the focus, or a press on an option would close the list before the click.
  popup.addEventListener("pointerdown", (event) => event.preventDefault());
  popup.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = (event.target as Element).closest("[role=option]");
    if (option) take([...list.children].indexOf(option));
  });
}

/** Only what can be a model's name is offered, whatever the answer has. */
async function modelsFound(get: ReturnType<typeof hubGet>, search: string): Promise<string[]> {
  const query = new URLSearchParams({ search, limit: String(MOST) });
  const answer = await hubJson(get, `/api/models?${query}`);
  if (!Array.isArray(answer)) throw new Error("no list");
  const names = answer.map((model: { id?: unknown } | null) => model?.id);
  return names
    .filter((name) => typeof name === "string" && isName(name))
    .slice(0, MOST) as string[];
}

function isName(text: string): boolean {
  return text.length <= 200 && /^[\w.-]+\/[\w.-]+$/.test(text);
}

function saidOf(found: number): string {
  if (found === 0) return "The Hub finds none by that name.";
  return found === 1
    ? "One model on the Hub."
    : `${found} models on the Hub; the arrow keys choose.`;
}

function optionElement(id: string, name: string, index: number): HTMLElement {
  const [owner, own] = name.split("/");
  const option = make("li", "", make("span", "soft", `${owner}/`), make("strong", "", own ?? ""));
  option.id = `${id}-option-${index}`;
  option.setAttribute("role", "option");
  return option;
}

import { createCombobox } from "../../browser/combobox.ts";
import { make } from "../../browser/dom.ts";
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
  const get = hubGet(hub);
  let names: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the search that counts: an older answer may come later. */
  let turn = 0;
  const take = (index: number) => {
    input.value = names[index] ?? input.value;
    close();
    taken();
  };
  const box = createCombobox(id, take);
  const { input } = box;
  const show = (found: string[], said: string) => {
    names = found;
    box.show(found.map(optionElement), said, -1);
  };
  const close = () => {
    turn++;
    clearTimeout(timer);
    box.close();
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
  const move = (step: 1 | -1) => {
    if (box.isOpen) box.move(step);
    else void search();
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
    else if (event.key === "Enter" && box.active >= 0) take(box.active);
    else if (event.key === "Escape" && box.isOpen) close();
    else return;
    event.preventDefault();
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

function optionElement(name: string): HTMLElement {
  const [owner, own] = name.split("/");
  return make("li", "", make("span", "soft", `${owner}/`), make("strong", "", own ?? ""));
}

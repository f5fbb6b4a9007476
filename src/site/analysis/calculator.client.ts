import { type Example, scored, shown, verdict } from "./calculation.ts";

const form = document.querySelector<HTMLElement>("#calculator")!;
const field = (name: string) => form.querySelector<HTMLInputElement>(`[name="${name}"]`)!;
const names = ["a-generative", "a-choice", "b-generative", "b-choice", "choices"];

/** What the fields say; null while one of them is no number within its limits. */
function read(): Example | null {
  if (names.some((n) => field(n).value === "" || !field(n).checkValidity())) return null;
  const value = (name: string) => field(name).valueAsNumber;
  return {
    a: { generative: value("a-generative"), choice: value("a-choice") },
    b: { generative: value("b-generative"), choice: value("b-choice") },
    choices: value("choices"),
  };
}

function say(name: string, text: string): void {
  for (const output of form.querySelectorAll(`[data-out="${name}"]`)) output.textContent = text;
}

function show(): void {
  const example = read();
  if (!example) {
    say("verdict", "Scores are 0 to 100, choices whole numbers from 2 to 100.");
    return;
  }
  for (const side of ["a", "b"] as const) {
    const points = scored(example[side], example.choices);
    for (const [name, value] of Object.entries(points)) say(`${side}-${name}`, shown(value));
  }
  say("guessing", shown(100 / example.choices));
  say("verdict", verdict(example));
}

form.querySelector("fieldset")!.disabled = false;
form.addEventListener("input", show);
const reset = form.querySelector<HTMLButtonElement>("button")!;
reset.hidden = false;
reset.addEventListener("click", () => {
  for (const name of names) field(name).value = field(name).defaultValue;
  show();
});
show();

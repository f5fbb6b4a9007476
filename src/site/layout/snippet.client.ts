import { copy } from "../../browser/clipboard.ts";
import { saveFile } from "../../browser/save-file.ts";

/** Buttons on every snippet: one that copies it and, where it has a file's name, one that saves it. */
for (const snippet of document.querySelectorAll<HTMLElement>(".snippet")) {
  const text = snippet.querySelector("pre")?.textContent ?? "";
  const buttons = document.createElement("div");
  buttons.append(copyButton(snippet, text));
  if (snippet.dataset.file) buttons.append(saveButton(snippet.dataset.file, text));
  snippet.querySelector("header")?.append(buttons);
}

function copyButton(snippet: HTMLElement, text: string): HTMLButtonElement {
  const label = snippet.dataset.label ?? "Copy";
  const button = document.createElement("button");
  button.type = "button";
  const say = (words: string) => {
    button.textContent = words;
    button.setAttribute("aria-label", `${words}: ${snippet.dataset.title ?? "snippet"}`);
  };
  say(label);
  button.addEventListener("click", async () => {
    say((await copy(text)) ? "Copied" : "Select and copy by hand");
    setTimeout(say, 2000, label);
  });
  return button;
}

function saveButton(name: string, text: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Download";
  button.setAttribute("aria-label", `Download ${name}`);
  button.addEventListener("click", () => saveFile(name, new Blob([text])));
  return button;
}

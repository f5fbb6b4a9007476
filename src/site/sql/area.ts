import type { Editor } from "./editor.ts";

/** The text area as an editor: until the other has come, and where it does not. */
export function areaEditor(
  area: HTMLTextAreaElement,
  { run, changed }: { run(): void; changed(): void },
): Editor {
  area.addEventListener("input", changed);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  });
  return {
    text: () => area.value,
    setText(text) {
      area.value = text;
      changed();
    },
    focus: () => area.focus(),
    mark(range) {
      if (range) area.setSelectionRange(range.from, range.to);
    },
  };
}

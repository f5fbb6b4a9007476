import { copy } from "../../browser/clipboard.ts";
import { element } from "../../browser/dom.ts";
import { saveFile } from "../../browser/save-file.ts";
import { type Sheet, toCsv, toMarkdown, toParquet, toTsv } from "../../core/table/export.ts";

const TEXTS = { csv: toCsv, tsv: toTsv, markdown: toMarkdown } as const;
const KINDS = {
  csv: ["csv", "text/csv"],
  tsv: ["tsv", "text/tab-separated-values"],
  markdown: ["md", "text/markdown"],
  parquet: ["parquet", "application/vnd.apache.parquet"],
} as const;

/** Connects the copy and save buttons. */
export function bindSaving(
  sheet: () => Sheet,
  texts: { link: () => string; sql: () => string },
  fileName: string,
): void {
  for (const button of element("controls").querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    const kind = button.dataset.copy as keyof typeof TEXTS | keyof typeof texts;
    button.addEventListener("click", async () => {
      const text = kind === "link" || kind === "sql" ? texts[kind]() : TEXTS[kind](sheet());
      confirm(button, (await copy(text)) ? "Copied" : "Copying was refused");
    });
  }
  for (const button of element("controls").querySelectorAll<HTMLButtonElement>("[data-save]")) {
    const kind = button.dataset.save as keyof typeof KINDS;
    button.addEventListener("click", async () => {
      const content = kind === "parquet" ? await toParquet(sheet()) : TEXTS[kind](sheet());
      const [ending, type] = KINDS[kind];
      saveFile(`${fileName}.${ending}`, new Blob([content], { type }));
    });
  }
}

/** Says on the button itself what happened, for two seconds, and to screen readers. */
function confirm(button: HTMLButtonElement, message: string): void {
  const label = button.dataset.label ?? button.textContent ?? "";
  button.dataset.label = label;
  button.textContent = message;
  element("notice").hidden = true;
  setTimeout(() => {
    button.textContent = label;
  }, 2000);
}

import { count } from "../../core/table/format.ts";
import type { Item, Section } from "./digest.ts";
import { prose } from "./words.ts";

const NOTHING = "Nothing needs a person.";

/** A digest for a terminal. */
export function digestAsText(sections: readonly Section[]): string {
  if (sections.length === 0) return NOTHING;
  return sections
    .map(({ title, source, items, more }) => {
      const lines = items.map(({ text, link }) => `  ${text}${link ? ` ${link}` : ""}`);
      return [`${title} (from ${source})`, ...lines, ...rest(more, "  ")].join("\n");
    })
    .join("\n\n");
}

/** The same for an issue: what others wrote means itself there. */
export function digestAsMarkdown(sections: readonly Section[]): string {
  if (sections.length === 0) return NOTHING;
  return sections
    .map(({ title, source, items, more }) =>
      [`## ${title}`, "", `From ${source}.`, "", ...items.map(point), ...rest(more, "- ")].join(
        "\n",
      ),
    )
    .join("\n\n");
}

/** Links are the collector's own: address of the Hub, dataset, number. */
function point({ text, link }: Item): string {
  return `- ${prose(text)}${link ? ` [Look](${new URL(link).href})` : ""}`;
}

function rest(more: number, before: string): string[] {
  return more > 0 ? [`${before}… and ${count(more)} more`] : [];
}

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

/** A link may come from the list of flags: a bracket in it would end it early. */
function point({ text, link }: Item): string {
  const address = link && new URL(link).href.replace(/[()]/g, (c) => (c === "(" ? "%28" : "%29"));
  return `- ${prose(text)}${address ? ` [Look](${address})` : ""}`;
}

function rest(more: number, before: string): string[] {
  return more > 0 ? [`${before}… and ${count(more)} more`] : [];
}

import { escapeMarkup } from "./markup.ts";

/** An SVG element as plain data, so that a chart is a pure function and its text is never markup. */
export interface Shape {
  tag: string;
  attributes: Record<string, string | number>;
  /** Text, or shapes within. */
  content: string | readonly Shape[];
}

export function shape(
  tag: string,
  attributes: Shape["attributes"] = {},
  content: Shape["content"] = [],
): Shape {
  return { tag, attributes, content };
}

/** The shape as markup, for pages made at build time; whatever it says is escaped. */
export function toMarkup(s: Shape): string {
  const attributes = Object.entries(s.attributes)
    .map(([name, value]) => ` ${name}="${escapeText(String(value))}"`)
    .join("");
  const content =
    typeof s.content === "string" ? escapeText(s.content) : s.content.map(toMarkup).join("");
  return content === ""
    ? `<${s.tag}${attributes}/>`
    : `<${s.tag}${attributes}>${content}</${s.tag}>`;
}

function escapeText(text: string): string {
  return escapeMarkup(legal(text));
}

/**
 * The text with a replacement mark for each character that no XML file may hold, even escaped:
 * control characters, halves of surrogate pairs, U+FFFE and U+FFFF (XML 1.0, production 2).
 */
function legal(text: string): string {
  return text.replace(FORBIDDEN, "\ufffd");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to find
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;

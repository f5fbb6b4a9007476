import { escapeMarkup } from "../charts/markup.ts";

/** An HTML element as plain data: a page is made of it at build time, or changed in the browser. */
export interface Tree {
  tag: string;
  attributes: Record<string, string>;
  content: readonly (Tree | string)[];
}

/** An element; attributes that are undefined are left out. */
export function tree(
  tag: string,
  attributes: Record<string, string | undefined> = {},
  ...content: (Tree | string | null)[]
): Tree {
  const given = Object.entries(attributes).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    tag,
    attributes: Object.fromEntries(given),
    content: content.filter((c) => c !== null),
  };
}

/** As HTML; whatever it says is escaped. Elements that may not have content are not for here. */
export function treeHtml({ tag, attributes, content }: Tree): string {
  const given = Object.entries(attributes).map(
    ([name, value]) => ` ${name}="${escapeMarkup(value)}"`,
  );
  const within = content.map((c) => (typeof c === "string" ? escapeMarkup(c) : treeHtml(c)));
  return `<${tag}${given.join("")}>${within.join("")}</${tag}>`;
}

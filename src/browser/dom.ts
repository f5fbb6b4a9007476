import type { Tree } from "../core/diff/tree.ts";

/** As an element of the page; text goes in as text. */
export function treeElement({ tag, attributes, content }: Tree): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content.map((c) => (typeof c === "string" ? c : treeElement(c))));
  return element;
}

/** An element that the page has for certain. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}`);
  return found as T;
}

/** A new element with a class and content; strings go in as text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...content: (string | Node)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

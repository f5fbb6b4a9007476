import type { Shape } from "../core/charts/svg.ts";

/** The shape as an element of the page; text goes in as text. */
export function toElement(s: Shape): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", s.tag);
  for (const [name, value] of Object.entries(s.attributes)) element.setAttribute(name, `${value}`);
  if (typeof s.content === "string") element.textContent = s.content;
  else element.append(...s.content.map(toElement));
  return element;
}

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

/** The shape as an element of the page; text goes in as text. */
export function toElement(s: Shape): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", s.tag);
  for (const [name, value] of Object.entries(s.attributes)) element.setAttribute(name, `${value}`);
  if (typeof s.content === "string") element.textContent = s.content;
  else element.append(...s.content.map(toElement));
  return element;
}

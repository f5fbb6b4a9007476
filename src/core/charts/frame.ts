import { round } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

/** Width of a text in the font of a picture. */
export type Measure = (text: string, size: number, weight: 400 | 600) => number;

/** What of a style a drawing depends on. SVG takes each of these as an attribute as well. */
export const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-linecap",
  "stroke-dasharray",
  "paint-order",
  "opacity",
  "font-size",
  "font-weight",
] as const;

/** A picture of its own, outside any page. */
export interface Framed {
  picture: Shape;
  width: number;
  height: number;
}

export interface FrameOptions {
  /** The finding; wrapped where it is long. */
  title: string;
  /** What n is, the source, the address: set in one line where there is room. */
  caption: readonly string[];
  /** Colours of the page. */
  paper: string;
  ink: string;
  soft: string;
  measure: Measure;
}

const EDGE = 20;
const TITLE = { size: 17, weight: 600, leading: 23 } as const;
const CAPTION = { size: 11, weight: 400, leading: 16 } as const;
/** Narrower pictures get room to the right: their titles need it. */
const NARROWEST = 560;

/**
 * The picture with its title above and its caption below, as a file that stands alone: it has no
 * classes, needs no font and no style sheet, and holds its text as text.
 *
 * @param painted a chart whose shapes carry their style as attributes
 */
export function framed(painted: Shape, options: FrameOptions): Framed {
  const { title, caption, paper, ink, soft, measure } = options;
  const [, , chartWidth = 0, chartHeight = 0] = String(painted.attributes.viewBox)
    .split(" ")
    .map(Number);
  const inner = Math.max(NARROWEST, chartWidth);
  const head = balanced(title, inner, (t) => measure(t, TITLE.size, TITLE.weight));
  const foot = joined(caption, inner, (t) => measure(t, CAPTION.size, CAPTION.weight));
  const top = EDGE + head.length * TITLE.leading + 8;
  const below = top + chartHeight + 12;
  const width = inner + 2 * EDGE;
  const height = below + foot.length * CAPTION.leading + EDGE - 4;
  const { xmlns, viewBox, role, "aria-label": label, ...style } = painted.attributes;
  const content = typeof painted.content === "string" ? [] : painted.content;
  const lines = (texts: string[], y: number, kind: typeof TITLE | typeof CAPTION, fill: string) =>
    texts.map((text, i) =>
      shape(
        "text",
        {
          x: EDGE,
          y: round(y + i * kind.leading),
          fill,
          "font-size": kind.size,
          "font-weight": kind.weight,
        },
        text,
      ),
    );
  const file = shape(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${round(width)} ${round(height)}`,
      width: round(width),
      height: round(height),
      role: "img",
      "font-variant": "tabular-nums",
      ...style,
    },
    [
      shape("title", {}, title),
      shape("desc", {}, [label, ...caption].filter(Boolean).join(". ")),
      shape("rect", { width: round(width), height: round(height), fill: paper }),
      ...lines(head, EDGE + 15, TITLE, ink),
      shape("g", { transform: `translate(${EDGE} ${round(top)})` }, content),
      ...lines(foot, below + 11, CAPTION, soft),
    ],
  );
  return { picture: fixWidths(file, measure), width: round(width), height: round(height) };
}

/** Shorter texts, figures mostly, differ little between fonts. */
const SHORT = 8;

/**
 * The shape with the width of every longer text written down, so that a reader whose machine has
 * another font sees the same picture: nothing grows into its neighbour.
 */
function fixWidths(s: Shape, measure: Measure, size = 12, weight: 400 | 600 = 400): Shape {
  const own = Number(s.attributes["font-size"] ?? size);
  const bold = Number(s.attributes["font-weight"] ?? weight) >= 600 ? 600 : 400;
  if (typeof s.content !== "string") {
    return { ...s, content: s.content.map((child) => fixWidths(child, measure, own, bold)) };
  }
  if (s.tag !== "text" || s.content.length < SHORT) return s;
  const textLength = round(measure(s.content, own, bold));
  return {
    ...s,
    attributes: { ...s.attributes, textLength, lengthAdjust: "spacingAndGlyphs" },
  };
}

/** The text in lines that fit, broken between words; a word that fits no line is broken within. */
export function wrap(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    line = word;
    while (widthOf(line) > width) {
      const fits = fitting(line, width, widthOf);
      lines.push(line.slice(0, fits));
      line = line.slice(fits);
    }
  }
  return line ? [...lines, line] : lines;
}

/** The same number of lines, as even as they can be: no last line of one word. */
export function balanced(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines = wrap(text, width, widthOf);
  if (lines.length < 2) return lines;
  let best = lines;
  for (let narrower = width * 0.98; narrower > width / lines.length; narrower *= 0.98) {
    const tried = wrap(text, narrower, widthOf);
    if (tried.length > lines.length) break;
    best = tried;
  }
  return best;
}

/** How many of the first characters fit; at least one. */
function fitting(text: string, width: number, widthOf: (text: string) => number): number {
  let fits = 0;
  for (const c of text) {
    if (fits > 0 && widthOf(text.slice(0, fits) + c) > width) break;
    fits += c.length;
  }
  return fits;
}

/** Parts with dots between them, a new line before a part that does not fit. */
function joined(parts: readonly string[], width: number, widthOf: (text: string) => number) {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length > 0 ? `${lines.at(-1)} · ${part}` : part;
    if (lines.length > 0 && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(...wrap(part, width, widthOf));
  }
  return lines;
}

/**
 * The text, or as much of its beginning and end as fits, with an ellipsis in between: names of
 * models differ at both ends.
 */
export function shortened(text: string, width: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= width) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 1; kept--) {
    const first = Math.ceil(kept / 2);
    const short = `${characters.slice(0, first).join("")}…${characters.slice(first - kept).join("")}`;
    if (widthOf(short) <= width) return short;
  }
  return "…";
}

/** A picture that stands alone: title above, caption below, the colours of the page's theme. */
export interface PictureFile {
  text: string;
  width: number;
  height: number;
}

const HEAD = 40;
const FOOT = 26;
const SVG = "http://www.w3.org/2000/svg";

/** What of the page's style a drawing depends on. */
const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-linecap",
  "stroke-dasharray",
  "paint-order",
  "opacity",
  "font-size",
  "font-weight",
  "font-family",
] as const;

/** The picture of a page as an SVG file. */
export function pictureFile(picture: SVGSVGElement, title: string, caption: string): PictureFile {
  const { width, height } = picture.viewBox.baseVal;
  const copy = picture.cloneNode(true) as SVGSVGElement;
  copyStyles(picture, copy);
  copy.querySelector(".ring")?.remove();
  for (const [name, value] of Object.entries({ x: 0, y: HEAD, width, height })) {
    copy.setAttribute(name, String(value));
  }
  const style = getComputedStyle(picture);
  const page = getComputedStyle(document.body);
  const total = HEAD + height + FOOT;
  const file = document.createElementNS(SVG, "svg");
  file.setAttribute("xmlns", SVG);
  file.setAttribute("viewBox", `0 0 ${width} ${total}`);
  file.setAttribute("width", String(width));
  file.setAttribute("height", String(total));
  file.setAttribute("font-family", style.fontFamily);
  file.append(
    rectangle(width, total, page.backgroundColor),
    lineOf(title, 20, page.color, width, 15, "600"),
    copy,
    lineOf(caption, HEAD + height + 16, page.color, width, 11, "400"),
  );
  return { text: new XMLSerializer().serializeToString(file), width, height: total };
}

/** The same as a PNG, at twice its size for sharp screens. */
export async function pngOf(file: PictureFile): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([file.text], { type: "image/svg+xml" }));
  try {
    const image = new Image(file.width, file.height);
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = file.width * 2;
    canvas.height = file.height * 2;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large."))),
        "image/png",
      );
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

function copyStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of STYLES) to.setAttribute(name, style.getPropertyValue(name));
  for (const [i, child] of [...from.children].entries()) copyStyles(child, to.children[i]!);
}

function rectangle(width: number, height: number, fill: string): SVGElement {
  const rect = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ width, height, fill }))
    rect.setAttribute(name, String(value));
  return rect;
}

/** One line of text, drawn narrower where it would not fit. */
function lineOf(
  text: string,
  y: number,
  fill: string,
  width: number,
  size: number,
  weight: string,
): SVGElement {
  const element = document.createElementNS(SVG, "text");
  const attributes = { x: 8, y, fill, "font-size": size, "font-weight": weight };
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text.length * size * 0.56 > width - 16) {
    element.setAttribute("textLength", String(width - 16));
    element.setAttribute("lengthAdjust", "spacingAndGlyphs");
  }
  element.textContent = text;
  return element;
}

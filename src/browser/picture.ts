import { colourAttributes } from "../core/charts/colour.ts";
import { framed, STYLES } from "../core/charts/frame.ts";
import { type Shape, shape, toMarkup } from "../core/charts/svg.ts";
import type { Drawing } from "../core/figures/figure.ts";

/** A picture that stands alone: title above, caption below, the colours of the page's theme. */
export interface PictureFile {
  text: string;
  width: number;
  height: number;
}

/**
 * The picture of a page as an SVG file.
 *
 * @param element the drawing's picture as it stands in the page, for its computed styles
 * @param caption what stands below, see `framed`
 */
export function pictureFile(
  { title, picture }: Pick<Drawing, "title" | "picture">,
  element: SVGSVGElement,
  caption: readonly string[],
): PictureFile {
  const { fontFamily } = getComputedStyle(element);
  const tokens = getComputedStyle(document.documentElement);
  const painted = styled(picture, element);
  painted.attributes["font-family"] = fontFamily.replaceAll('"', "'");
  const pen = document.createElement("canvas").getContext("2d")!;
  const file = framed(painted, {
    title,
    caption,
    paper: tokens.getPropertyValue("--paper"),
    ink: tokens.getPropertyValue("--ink"),
    soft: tokens.getPropertyValue("--soft"),
    measure(text, size, weight) {
      pen.font = `${weight} ${size}px ${fontFamily}`;
      return pen.measureText(text).width;
    },
  });
  return { text: toMarkup(file.picture), width: file.width, height: file.height };
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

/** The shape with its element's computed styles as attributes, and no classes. */
function styled(s: Shape, element: Element): Shape {
  const style = getComputedStyle(element);
  const { class: _, ...attributes } = s.attributes;
  for (const name of STYLES) {
    const value = style.getPropertyValue(name);
    Object.assign(
      attributes,
      name === "fill" || name === "stroke"
        ? colourAttributes(name, value)
        : { [name]: value.replace(/px$/, "") },
    );
  }
  const content =
    typeof s.content === "string"
      ? s.content
      : s.content.map((child, i) => styled(child, element.children[i]!));
  return shape(s.tag, attributes, content);
}

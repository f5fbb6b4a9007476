import type { Shape } from "../../core/charts/svg.ts";
import type { Fonts } from "./font.ts";

/**
 * The drawing with an ellipsis for each run of characters that no font has: the boxes that would be
 * drawn look like a fault of the reader's machine.
 *
 * @returns also those characters, each once
 */
export function withoutMissing(
  s: Shape,
  fonts: Pick<Fonts, "missing">,
): { shape: Shape; missing: string[] } {
  if (typeof s.content !== "string") {
    const parts = s.content.map((child) => withoutMissing(child, fonts));
    return {
      shape: { ...s, content: parts.map((p) => p.shape) },
      missing: [...new Set(parts.flatMap((p) => p.missing))],
    };
  }
  const missing = s.tag === "text" || s.tag === "tspan" ? fonts.missing(s.content) : [];
  if (missing.length === 0) return { shape: s, missing };
  let text = "";
  for (const c of s.content) {
    if (!missing.includes(c)) text += c;
    else if (!text.endsWith("…")) text += "…";
  }
  // The width was that of the whole text.
  const { textLength, lengthAdjust, ...attributes } = s.attributes;
  return { shape: { ...s, attributes, content: text }, missing };
}

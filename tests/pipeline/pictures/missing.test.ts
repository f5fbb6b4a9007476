import { expect, test } from "vitest";
import { shape } from "../../../src/core/charts/svg.ts";
import { readFonts } from "../../../src/pipeline/pictures/font.ts";
import { withoutMissing } from "../../../src/pipeline/pictures/missing.ts";

test("characters that no font has are left out in sight, and named once each", async () => {
  const fonts = await readFonts([]);
  const text = (content: string, width = {}) => shape("text", width, content);
  const drawing = shape("svg", {}, [
    shape("title", {}, "한국어"),
    text("한국어 LLM 리더보드", { textLength: 90, lengthAdjust: "spacingAndGlyphs" }),
    shape("g", {}, [text("Qwen 한 (72B)"), text("plain")]),
  ]);
  const { shape: drawn, missing } = withoutMissing(drawing, fonts);
  expect(missing).toEqual([..."한국어리더보드"]);
  expect(drawn.content).toEqual([
    shape("title", {}, "한국어"),
    text("… LLM …"),
    shape("g", {}, [text("Qwen … (72B)"), text("plain")]),
  ]);
});

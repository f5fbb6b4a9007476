import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { beforeAll, expect, test } from "vitest";
import { BUNDLED, type Fonts, readFont, readFonts } from "../../../src/pipeline/pictures/font.ts";

let fonts: Fonts;
let fontFiles: string[];
beforeAll(async () => {
  fonts = await readFonts([]);
  const folder = await mkdtemp(join(tmpdir(), "fonts-"));
  fontFiles = fonts.files.map((_, i) => join(folder, `${i}.ttf`));
  await Promise.all(fonts.files.map((bytes, i) => writeFile(fontFiles[i]!, bytes)));
});

/** Width of the ink, as the renderer draws it. */
function drawn(text: string, weight: number, files = fontFiles): number {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="200"><text y="120" font-family="Inter" font-size="100" font-weight="${weight}">${text}</text></svg>`;
  const options = {
    font: { loadSystemFonts: false, fontFiles: files, defaultFontFamily: "Inter" },
  };
  return new Resvg(svg, options).getBBox()?.width ?? 0;
}

test("texts are as wide as the renderer draws them", () => {
  for (const weight of [400, 600] as const) {
    for (const text of ["Mixtral-8x22B-Instruct-v0.1", "52.08 11.11 −3.5 %", "Über Δ Привет"]) {
      const width = fonts.measure(text, 100, weight);
      // The ink ends a little within the advance, and pairs of letters move closer.
      expect(Math.abs(drawn(text, weight) - width) / width, text).toBeLessThan(0.03);
    }
  }
});

test("figures are of one width, and hyphens are hyphens", () => {
  const width = (text: string) => fonts.measure(text, 100, 400);
  expect(width("1")).toBe(width("8"));
  expect(drawn("8111111118", 400)).toBeCloseTo(drawn("8888888888", 400), 0);
  expect(width("-")).toBeLessThan(width("8") * 0.85);
});

test("a name is drawn as it is written: 8x22B has no multiplication sign", () => {
  // The untouched font makes x between digits a ×, which is wider apart from its neighbours.
  const x = (text: string, files?: string[]) => drawn(text, 400, files);
  expect(x("n8x2n")).not.toBeCloseTo(x("n8×2n"), 1);
  expect(x("n8x2n", [BUNDLED[400]])).toBeCloseTo(x("n8×2n", [BUNDLED[400]]), 1);
});

test("what the font does not have is said, each character once", () => {
  expect(fonts.missing("Qwen 한국어 한 ≤ − … → ₂")).toEqual(["한", "국", "어"]);
});

test("a font of the config is asked for what Inter lacks", async () => {
  const more = await readFonts([BUNDLED[600]]);
  expect(more.files).toHaveLength(3);
});

test("a file that is no font is refused by its name", async () => {
  await expect(readFont("package.json")).rejects.toThrow("package.json");
});

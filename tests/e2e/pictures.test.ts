/**
 * Every figure's picture in both themes, compared with the one committed. Words are hidden: fonts
 * differ between machines, and what is written is asserted as text elsewhere. A missing picture is
 * written, but never under CI; `UPDATE_PICTURES=1` writes all anew.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { figureNamed } from "../../src/core/figures/registry.ts";
import { ANALYSES, placeOf } from "../../src/site/build/analyses.ts";
import { visitSite } from "./site.ts";

const FOLDER = join(import.meta.dirname, "pictures");
/** Share of pixels that may differ clearly: the edges of lines, drawn by another build of Chromium. */
const TOLERANCE = 0.002;
const { open } = visitSite();

for (const { path } of ANALYSES.filter(({ path, figure }) => placeOf(figure).startsWith(path))) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${path} ${colorScheme}`, async () => {
      const page = await open(path, { colorScheme, viewport: { width: 900, height: 900 } });
      // Set by script: the page's policy allows no style element.
      await page.locator("svg.chart text").evaluateAll((texts) => {
        for (const text of texts as SVGTextElement[]) text.style.visibility = "hidden";
      });
      const shots: Record<string, Buffer> = {};
      for (const figure of await page.locator("[data-figure]").all()) {
        const figureName = await figure.getAttribute("data-figure");
        // One that a second page shows is taken where it is at home: elsewhere its pixels lie otherwise.
        if (!placeOf(figureName!).startsWith(path)) continue;
        shots[`${figureName}-${colorScheme}.png`] = await figure.locator("svg.chart").screenshot();
      }
      expect(Object.keys(shots).length).toBeGreaterThan(0);
      for (const [name, shot] of Object.entries(shots)) await compare(page, name, shot);
    });
  }
}

test("no picture is left of a figure that is gone", async () => {
  // One that the tables have no data for is not gone.
  const kept = (await readdir(FOLDER)).map((f) => f.replace(/-(light|dark)\.png$/, ""));
  expect(kept.filter((name) => !figureNamed(name))).toEqual([]);
});

async function compare(page: Page, name: string, shot: Buffer): Promise<void> {
  const file = join(FOLDER, name);
  if (process.env.UPDATE_PICTURES || (!existsSync(file) && !process.env.CI)) {
    await mkdir(FOLDER, { recursive: true });
    await writeFile(file, shot);
    return;
  }
  expect(existsSync(file), `${name} is not committed`).toBe(true);
  const share = await difference(page, await readFile(file), shot);
  expect(share, `${name}: share of pixels that differ`).toBeLessThan(TOLERANCE);
}

/** Share of pixels with a channel that is off by more than a quarter; 1 where the sizes differ. */
function difference(page: Page, before: Buffer, now: Buffer): Promise<number> {
  return page.evaluate(
    async (files) => {
      const pixels = async (base64: string) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext("2d")!;
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height);
      };
      const [a, b] = [await pixels(files[0]!), await pixels(files[1]!)];
      if (a.width !== b.width || a.height !== b.height) return 1;
      let off = 0;
      for (let i = 0; i < a.data.length; i += 4) {
        if ([0, 1, 2].some((c) => Math.abs(a.data[i + c]! - b.data[i + c]!) > 64)) off++;
      }
      return off / (a.width * a.height);
    },
    [before.toString("base64"), now.toString("base64")],
  );
}

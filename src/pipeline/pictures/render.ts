import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { renderAsync } from "@resvg/resvg-js";
import pLimit from "p-limit";
import sharp from "sharp";
import { sha256 } from "../cache/sha256.ts";
import { installed } from "../installed/package-root.ts";
import { openCache } from "./cache.ts";
import type { Fonts } from "./font.ts";

/** Counts up when the same drawing should give other bytes: with the encoder, say. */
const VERSION = 2;

/** Draws SVG files as PNG files. */
export interface Renderer {
  /** @param scale pixels to a unit of the drawing */
  png(svg: string, scale: number): Promise<Buffer>;
  /** How many were drawn, not found in the cache. */
  drawn(): number;
}

/**
 * A renderer that sees only the given fonts, so that every machine draws the same, and keeps what
 * it drew: a drawing that has not changed since an earlier build is not drawn again.
 *
 * @param folder for what is kept
 */
export async function openRenderer(fonts: Fonts, folder: string): Promise<Renderer> {
  const cache = openCache(join(folder, "png"));
  await cache.prune();
  const digests = fonts.files.map((bytes) => sha256(bytes));
  const fontFiles = await Promise.all(
    fonts.files.map((bytes, i) => keep(join(folder, "fonts"), `${digests[i]}.ttf`, bytes)),
  );
  const basis = [
    VERSION,
    await versionOf("@resvg/resvg-js"),
    sharp.versions.sharp,
    ...digests,
  ].join(" ");
  const limit = pLimit(availableParallelism());
  const draw = async (svg: string, scale: number) => {
    const image = await renderAsync(svg, {
      font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "Inter" },
      fitTo: { mode: "zoom", value: scale },
      logLevel: "error",
    });
    return encode(image.pixels, image.width, image.height);
  };
  return {
    png: (svg, scale) =>
      limit(() => cache.file(sha256(`${basis} ${scale} ${svg}`), () => draw(svg, scale))),
    drawn: cache.made,
  };
}

/**
 * With a palette: a third smaller than in full colour, and drawings of few colours lose none. No
 * dithering, so that flat areas stay flat and the same drawing gives the same bytes.
 */
function encode(pixels: Buffer, width: number, height: number): Promise<Buffer> {
  const raw = { width, height, channels: 4 as const };
  return sharp(pixels, { raw }).png({ palette: true, dither: 0, effort: 1 }).toBuffer();
}

/** The renderer takes fonts as files only. */
async function keep(folder: string, name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name);
  const known = await readFile(path).catch(() => null);
  if (known?.equals(bytes)) return path;
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, bytes);
  await rename(draft, path);
  return path;
}

async function versionOf(name: string): Promise<string> {
  const file = installed(`${name}/package.json`);
  return (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
}

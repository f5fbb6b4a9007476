import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What text set in a font takes, and what the font cannot set. */
export interface Font {
  file: string;
  /** Width of a character, in parts of the font's size; null where the font has no glyph for it. */
  advance(codePoint: number): number | null;
}

/** The weights that pictures use. */
export type Weight = 400 | 600;

const inter = dirname(createRequire(import.meta.url).resolve("@expo-google-fonts/inter"));

/** The bundled Inter (SIL Open Font License): Latin, Greek and Cyrillic. */
export const BUNDLED: Record<Weight, string> = {
  400: join(inter, "400Regular/Inter_400Regular.ttf"),
  600: join(inter, "600SemiBold/Inter_600SemiBold.ttf"),
};

/** Reads a TrueType or OpenType file: its `cmap` and `hmtx` tables. */
export async function readFont(file: string): Promise<Font> {
  const bytes = await readFile(file);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = (tag: string): number => {
    for (let i = 0; i < data.getUint16(4); i++) {
      const at = 12 + i * 16;
      if (bytes.toString("latin1", at, at + 4) === tag) return data.getUint32(at + 8);
    }
    throw new Error(`${file} is no TrueType or OpenType font: it has no table ${tag}`);
  };
  const [hmtx, unitsPerEm] = [table("hmtx"), data.getUint16(table("head") + 18)];
  const metrics = data.getUint16(table("hhea") + 34);
  const glyphs = glyphsOf(data, table("cmap"));
  return {
    file,
    advance(codePoint) {
      const glyph = glyphs.get(codePoint);
      if (glyph === undefined) return null;
      return data.getUint16(hmtx + 4 * Math.min(glyph, metrics - 1)) / unitsPerEm;
    },
  };
}

/** Glyphs by code point, of a Unicode subtable of format 12 or 4 (OpenType, `cmap`). */
function glyphsOf(data: DataView, cmap: number): Map<number, number> {
  const subtables = Array.from({ length: data.getUint16(cmap + 2) }, (_, i) => {
    const at = cmap + data.getUint32(cmap + 4 + i * 8 + 4);
    return { at, format: data.getUint16(at) };
  });
  const full = subtables.find((s) => s.format === 12);
  if (full) return segments12(data, full.at);
  const basic = subtables.find((s) => s.format === 4);
  return basic ? segments4(data, basic.at) : new Map();
}

function segments12(data: DataView, at: number): Map<number, number> {
  const glyphs = new Map<number, number>();
  for (let i = 0; i < data.getUint32(at + 12); i++) {
    const group = at + 16 + i * 12;
    const [first, last] = [data.getUint32(group), data.getUint32(group + 4)];
    const glyph = data.getUint32(group + 8);
    for (let c = first; c <= last; c++) glyphs.set(c, glyph + c - first);
  }
  return glyphs;
}

function segments4(data: DataView, at: number): Map<number, number> {
  const glyphs = new Map<number, number>();
  const size = data.getUint16(at + 6);
  const [ends, starts] = [at + 14, at + 16 + size];
  const [deltas, offsets] = [starts + size, starts + 2 * size];
  for (let i = 0; i < size; i += 2) {
    const offset = data.getUint16(offsets + i);
    for (let c = data.getUint16(starts + i); c <= data.getUint16(ends + i) && c < 0xffff; c++) {
      const start = data.getUint16(starts + i);
      const listed = offset ? data.getUint16(offsets + i + offset + 2 * (c - start)) : c;
      const glyph = listed === 0 && offset ? 0 : (listed + data.getUint16(deltas + i)) & 0xffff;
      if (glyph !== 0) glyphs.set(c, glyph);
    }
  }
  return glyphs;
}

/** The fonts of a site's pictures. */
export interface Fonts {
  files: string[];
  /** Width of a text, without kerning; characters that no font has count as one em. */
  measure(text: string, size: number, weight: Weight): number;
  /** The characters of a text that no font has, each once. */
  missing(text: string): string[];
}

/**
 * Reads the bundled fonts and those that a leaderboard adds for other scripts, which are asked in
 * their order for what Inter does not have.
 */
export async function readFonts(extra: readonly string[]): Promise<Fonts> {
  const [regular, semibold, ...others] = await Promise.all(
    [BUNDLED[400], BUNDLED[600], ...extra].map(readFont),
  );
  const advance = (c: string, weight: Weight) => {
    for (const font of [weight === 600 ? semibold! : regular!, ...others]) {
      const width = font.advance(c.codePointAt(0)!);
      if (width !== null) return width;
    }
    return null;
  };
  return {
    files: [regular!, semibold!, ...others].map((f) => f.file),
    measure(text, size, weight) {
      let sum = 0;
      for (const c of text) sum += advance(c, weight) ?? 1;
      return sum * size;
    },
    missing: (text) => [...new Set(text)].filter((c) => advance(c, 400) === null),
  };
}

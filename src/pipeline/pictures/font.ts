import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../core/records/user-error.ts";
import { installed } from "../installed/package-root.ts";

/** What text set in a font takes, and what the font cannot set. */
export interface Font {
  /** The file as pictures are drawn with it, see `makePlain`. */
  bytes: Buffer;
  /** Width of a character, in parts of the font's size; null where the font has no glyph for it. */
  advance(codePoint: number): number | null;
}

/** The weights that pictures use. */
export type Weight = 400 | 600;

const inter = dirname(installed("@expo-google-fonts/inter"));

/** The bundled Inter (SIL Open Font License): Latin, Greek and Cyrillic. */
export const BUNDLED: Record<Weight, string> = {
  400: join(inter, "400Regular/Inter_400Regular.ttf"),
  600: join(inter, "600SemiBold/Inter_600SemiBold.ttf"),
};

/** Reads a TrueType or OpenType file: its `cmap`, `hmtx` and `GSUB` tables. */
export async function readFont(file: string): Promise<Font> {
  const bytes = await readFile(file);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const find = (tag: string): number | null => {
    for (let i = 0; i < data.getUint16(4); i++) {
      const at = 12 + i * 16;
      if (bytes.toString("latin1", at, at + 4) === tag) return data.getUint32(at + 8);
    }
    return null;
  };
  const table = (tag: string): number => {
    const at = find(tag);
    if (at === null) throw new UserError(`${file} is no TrueType or OpenType font: no ${tag}.`);
    return at;
  };
  const [hmtx, unitsPerEm] = [table("hmtx"), data.getUint16(table("head") + 18)];
  const metrics = data.getUint16(table("hhea") + 34);
  const glyphs = glyphsOf(data, table("cmap"));
  const gsub = find("GSUB");
  const digits = new Set([..."0123456789"].map((c) => glyphs.get(c.codePointAt(0)!)));
  const tabular = gsub === null ? new Map<number, number>() : tabularOf(data, gsub, digits);
  if (gsub !== null) makePlain(bytes, data, gsub);
  return {
    bytes,
    advance(codePoint) {
      const glyph = glyphs.get(codePoint);
      if (glyph === undefined) return null;
      const shown = tabular.get(glyph) ?? glyph;
      return data.getUint16(hmtx + 4 * Math.min(shown, metrics - 1)) / unitsPerEm;
    },
  };
}

/**
 * Has the font set text as it is written, figures of one width: its contextual alternates, which
 * make 8×22B of a model named 8x22B, are taken away, and tabular figures, which the page asks for
 * in its style, take their place among the features that are on by default. The renderer has no
 * setting for either.
 */
function makePlain(bytes: Buffer, data: DataView, gsub: number): void {
  for (const { at, tag } of featuresOf(data, gsub)) {
    if (tag === "calt") bytes.write("none", at, "latin1");
    if (tag === "tnum") bytes.write("calt", at, "latin1");
  }
}

/** The feature records of a `GSUB` table: where each one's tag is, and where its table. */
function featuresOf(data: DataView, gsub: number) {
  const list = gsub + data.getUint16(gsub + 6);
  return Array.from({ length: data.getUint16(list) }, (_, i) => {
    const at = list + 2 + i * 6;
    const codes = [0, 1, 2, 3].map((k) => data.getUint8(at + k));
    return { at, tag: String.fromCharCode(...codes), table: list + data.getUint16(at + 4) };
  });
}

/**
 * Figures of one width by those they stand for: the single substitutions of `tnum`. It also makes
 * hyphens as wide as figures, which tears names apart: all but the digits stay as they are, here
 * and in the font.
 */
function tabularOf(data: DataView, gsub: number, digits: Set<number | undefined>) {
  const feature = featuresOf(data, gsub).find((f) => f.tag === "tnum");
  const glyphs = new Map<number, number>();
  if (!feature) return glyphs;
  const lookups = gsub + data.getUint16(gsub + 8);
  for (let i = 0; i < data.getUint16(feature.table + 2); i++) {
    const index = data.getUint16(feature.table + 4 + 2 * i);
    const lookup = lookups + data.getUint16(lookups + 2 + 2 * index);
    const type = data.getUint16(lookup);
    for (let k = 0; k < data.getUint16(lookup + 4); k++) {
      const sub = lookup + data.getUint16(lookup + 6 + 2 * k);
      const extended = type === 7 && data.getUint16(sub + 2) === 1;
      const at = extended ? sub + data.getUint32(sub + 4) : sub;
      // Format 2 of type 1 lists a substitute for each glyph.
      if ((type !== 1 && !extended) || data.getUint16(at) !== 2) continue;
      coverage(data, at + data.getUint16(at + 2)).forEach((glyph, n) => {
        if (digits.has(glyph)) glyphs.set(glyph, data.getUint16(at + 6 + 2 * n));
        else data.setUint16(at + 6 + 2 * n, glyph);
      });
    }
  }
  return glyphs;
}

/** The glyphs of a coverage table, in its order. */
function coverage(data: DataView, at: number): number[] {
  const length = data.getUint16(at + 2);
  if (data.getUint16(at) === 1)
    return Array.from({ length }, (_, i) => data.getUint16(at + 4 + 2 * i));
  return Array.from({ length }, (_, i) => at + 4 + 6 * i).flatMap((range) => {
    const [first, last] = [data.getUint16(range), data.getUint16(range + 2)];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
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
  /** As files for the renderer. */
  files: Buffer[];
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
    files: [regular!, semibold!, ...others].map((f) => f.bytes),
    measure(text, size, weight) {
      let sum = 0;
      for (const c of text) sum += advance(c, weight) ?? 1;
      return sum * size;
    },
    missing: (text) => [...new Set(text)].filter((c) => advance(c, 400) === null),
  };
}

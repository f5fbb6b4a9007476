import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";

const compress = promisify(deflate);
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST = 256;

/**
 * An opaque picture as a PNG with a palette (PNG, third edition, 11.2.2). Pictures of 256 colours
 * or fewer stay as they are; of those with more (the edges of letters on many tints) the colours
 * that occur most stay, and each other one becomes the nearest of them. A third of the size of the
 * same in full colour.
 *
 * @param pixels RGBA, row by row
 */
export async function encodePng(pixels: Buffer, width: number, height: number): Promise<Buffer> {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  const { palette, indexOf } = paletteOf(words);
  // Each row begins with its filter: none, which serves palettes best.
  const rows = Buffer.alloc((width + 1) * height);
  let last = words[0]!;
  let index = indexOf.get(last)!;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = y * (width + 1) + 1; x < width; x++, i++, at++) {
      const word = words[i]!;
      if (word !== last) {
        last = word;
        index = indexOf.get(word)!;
      }
      rows[at] = index;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flatMap(channelsOf))),
    chunk("IDAT", await compress(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Colours as words of little-endian RGBA, and the place in the palette of every one there is. */
function paletteOf(words: Uint32Array): { palette: number[]; indexOf: Map<number, number> } {
  const counts = new Map<number, number>();
  for (let i = 0; i < words.length; ) {
    const word = words[i]!;
    let next = i + 1;
    while (next < words.length && words[next] === word) next++;
    counts.set(word, (counts.get(word) ?? 0) + next - i);
    i = next;
  }
  const colours = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([word]) => word);
  const palette = colours.slice(0, MOST);
  return {
    palette,
    indexOf: new Map(colours.map((c, i) => [c, i < MOST ? i : nearest(c, palette)])),
  };
}

function nearest(word: number, palette: readonly number[]): number {
  const [r, g, b] = channelsOf(word);
  let found = 0;
  let least = Number.POSITIVE_INFINITY;
  palette.forEach((other, i) => {
    const [r2, g2, b2] = channelsOf(other);
    const distance = (r - r2) ** 2 + (g - g2) ** 2 + (b - b2) ** 2;
    if (distance < least) [found, least] = [i, distance];
  });
  return found;
}

function channelsOf(word: number): [number, number, number] {
  return [word & 255, (word >> 8) & 255, (word >> 16) & 255];
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

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
  const runs = runsOf(words);
  const { palette, indexOf } = paletteOf(runs);
  const indices = Buffer.alloc(words.length);
  runs.starts.forEach((start, i) => {
    indices.fill(indexOf.get(runs.colours[i]!)!, start, runs.starts[i + 1] ?? words.length);
  });
  // Each row begins with its filter: none, which serves palettes best.
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++)
    indices.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flatMap(channelsOf))),
    chunk("IDAT", await compress(rows, { level: 6 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Neighbours of one colour: most of a drawing. Colours are words of little-endian RGBA. */
interface Runs {
  starts: number[];
  colours: number[];
  total: number;
}

function runsOf(words: Uint32Array): Runs {
  const runs: Runs = { starts: [], colours: [], total: words.length };
  let last = -1;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === last) continue;
    last = word;
    runs.starts.push(i);
    runs.colours.push(word);
  }
  return runs;
}

interface Palette {
  red: Uint8Array;
  green: Uint8Array;
  blue: Uint8Array;
}

/** The colours to keep, and the place among them of every colour there is. */
function paletteOf({ starts, colours: seen, total }: Runs) {
  const counts = new Map<number, number>();
  seen.forEach((colour, i) => {
    counts.set(colour, (counts.get(colour) ?? 0) + (starts[i + 1] ?? total) - starts[i]!);
  });
  const colours = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([word]) => word);
  const palette = colours.slice(0, MOST);
  const channels: Palette = {
    red: Uint8Array.from(palette, (c) => c & 255),
    green: Uint8Array.from(palette, (c) => (c >> 8) & 255),
    blue: Uint8Array.from(palette, (c) => (c >> 16) & 255),
  };
  return {
    palette,
    indexOf: new Map(colours.map((c, i) => [c, i < MOST ? i : nearest(c, channels)])),
  };
}

/** The place of the nearest colour, by the plain distance of their channels. */
function nearest(word: number, palette: Palette): number {
  const [r, g, b] = channelsOf(word);
  let found = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < palette.red.length; i++) {
    const distance =
      (r - palette.red[i]!) ** 2 + (g - palette.green[i]!) ** 2 + (b - palette.blue[i]!) ** 2;
    if (distance < least) {
      found = i;
      least = distance;
    }
  }
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

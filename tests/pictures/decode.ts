import { inflateSync } from "node:zlib";

/** RGB of every pixel, by the specification: palette, no filter. */
export function decode(file: Buffer): { width: number; height: number; pixels: number[][] } {
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    chunks[file.toString("latin1", at + 4, at + 8)] = file.subarray(at + 8, at + 8 + length);
    at += length + 12;
  }
  const [width, height] = [chunks.IHDR!.readUInt32BE(0), chunks.IHDR!.readUInt32BE(4)];
  const rows = inflateSync(chunks.IDAT!);
  const pixels = Array.from({ length: width * height }, (_, i) => {
    const index = rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)]!;
    return [...chunks.PLTE!.subarray(index * 3, index * 3 + 3)];
  });
  return { width, height, pixels };
}

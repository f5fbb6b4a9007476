import { expect, test } from "vitest";
import { encodePng } from "../../src/pictures/png.ts";
import { decode } from "./decode.ts";

test("up to 256 colours stay as they are", async () => {
  const colours = Array.from({ length: 256 }, (_, i) => [i, 255 - i, (i * 7) % 256]);
  const file = await encodePng(Buffer.from(colours.flatMap((c) => [...c, 255])), 64, 4);
  expect(decode(file)).toEqual({ width: 64, height: 4, pixels: colours });
});

test("of more, the frequent ones stay and the others become their neighbours", async () => {
  // 200 colours three times each, and once each a rarer neighbour: 401 with the paper.
  const paper = Array.from({ length: 1700 }, () => [250, 250, 247]);
  const often = Array.from({ length: 600 }, (_, i) => [i % 200, 128, 60]);
  const rare = Array.from({ length: 200 }, (_, i) => [i, 129, 60]);
  const all = [...paper, ...often, ...rare];
  const file = await encodePng(Buffer.from(all.flatMap((c) => [...c, 255])), 50, 50);
  const { pixels } = decode(file);
  expect(pixels.slice(0, 2300)).toEqual([...paper, ...often]);
  rare.forEach(([red, green, blue], i) => {
    expect([
      [red, green, blue],
      [red, 128, blue],
    ]).toContainEqual(pixels[2300 + i]);
  });
});

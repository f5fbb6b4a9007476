/** `8x7b`, `1.5b`, `3b`: with nothing before or after that would make it part of another word. */
const BILLIONS = /(?<![0-9a-z.])(?:(\d+)x)?(\d+(?:\.\d+)?)b(?![0-9a-z])/g;
/** `1_8b`: 1.8, or the 8 of a name in which `_` is a space. */
const SPLIT = /(?<![0-9a-z._])(\d)_(\d+)b(?![0-9a-z])/g;
const MILLIONS = /(?<![0-9a-z.])(\d+(?:\.\d+)?)m(?![0-9a-z])/g;

/** A size in a model's name, in billions, as it can be read: the likelier reading first. */
export type StatedSize = readonly [number, ...number[]];

/**
 * Sizes that a model's name states: `8x7B` is 56, or 7 where the model is none of experts. Those in
 * millions (`32M`) count only where it states none in billions: `7M` may be the number of examples that
 * it was tuned on.
 */
export function statedSizes(model: string): StatedSize[] {
  const name = nameOf(model);
  const split = splitSizes(model).map((s): StatedSize => [s]);
  const billions = [...name.matchAll(BILLIONS)].map(
    ([, times, b]): StatedSize =>
      times === undefined ? [Number(b)] : [Number(times) * Number(b), Number(b)],
  );
  const all =
    billions.length + split.length > 0
      ? [...split, ...billions]
      : [...name.matchAll(MILLIONS)].map(([, m]): StatedSize => [Number(m) / 1000]);
  return all.filter(([size]) => size > 0);
}

/** Sizes written with `_` for the point: 1.8 of `1_8b`. */
export function splitSizes(model: string): number[] {
  return [...nameOf(model).matchAll(SPLIT)].map(([, whole, rest]) => Number(`${whole}.${rest}`));
}

/** Whether a name says that weights are packed into few bits, which no count of parameters sees. */
export function saysPacked(model: string): boolean {
  return /(?<!\d)[48]-?bit|(?<![a-z])(?:gptq|awq|bnb)(?![a-z])/.test(nameOf(model));
}

/** Whether a name says that parts were cut out: then a size in it may be that of the whole. */
export function saysCut(model: string): boolean {
  return nameOf(model).includes("prun");
}

/** Whether the name has this number as one of bits: `16bit`. */
export function saysBits(model: string, bits: number): boolean {
  const name = nameOf(model);
  return [...name.matchAll(/(?<!\d)(\d+)-?bit/g)].some(([, n]) => Number(n) === bits);
}

function nameOf(model: string): string {
  return model.slice(model.indexOf("/") + 1).toLowerCase();
}

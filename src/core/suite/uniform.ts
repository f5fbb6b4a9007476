/**
 * Numbers from 0 up to 1, the same ones for the same seed: the generator mulberry32 by Tommy Ettinger,
 * which is in the public domain. Its period of 2³² is far above what a figure draws.
 *
 * @param seed whole number
 */
export function uniformDraws(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

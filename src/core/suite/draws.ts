/**
 * Draws from the standard normal distribution, the same ones for the same seed: Marsaglia's polar
 * method (1964) over the generator mulberry32 by Tommy Ettinger, which is in the public domain. Its
 * period of 2³² is far above what a figure draws.
 *
 * @param seed whole number
 * @returns fills a list with the next draws
 */
export function normalDraws(seed: number): (into: Float64Array) => void {
  const uniform = uniformDraws(seed);
  return (into) => {
    for (let i = 0; i < into.length; ) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      into[i++] = x * scale;
      // Of an odd number the last one's pair is left.
      if (i < into.length) into[i++] = y * scale;
    }
  };
}

/** Numbers from 0 up to 1. */
function uniformDraws(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

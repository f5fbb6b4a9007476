import { uniformDraws } from "./uniform.ts";

/**
 * Draws from the standard normal distribution, the same ones for the same seed: Marsaglia's polar
 * method (1964) over `uniformDraws`.
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

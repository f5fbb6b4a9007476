/**
 * Chance that a standard normal variable is below `z`.
 *
 * Hart's approximation as given by West, "Better approximations to cumulative normal functions"
 * (2005): exact to about 1e-15.
 */
export function normalBelow(z: number): number {
  const x = Math.abs(z);
  const tail = x > 37 ? 0 : Math.exp((-x * x) / 2) * (x < CENTRE ? ratio(x) : fraction(x));
  return z > 0 ? 1 - tail : tail;
}

/** Where the ratio of polynomials ends and the continued fraction begins. */
const CENTRE = 7.07106781186547;

const TOP = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871,
  221.213596169931, 220.206867912376,
];
const BOTTOM = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674,
  637.333633378831, 793.826512519948, 440.413735824752,
];

function ratio(x: number): number {
  const polynomial = (factors: number[]) => factors.reduce((sum, f) => sum * x + f, 0);
  return polynomial(TOP) / polynomial(BOTTOM);
}

function fraction(x: number): number {
  return 1 / (x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))))) / 2.506628274631;
}

/**
 * The z that a standard normal variable exceeds with chance `tail`: 0.025 → 1.96. By halving, for
 * it is asked for once per table.
 *
 * @param tail 0 (exclusive) – 0.5
 */
export function normalBeyond(tail: number): number {
  let [low, high] = [0, 38];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalBelow(-middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Chance, if each of `n` were as likely to fall on either side, of a split at least as uneven as
 * `k` to `n − k`: the exact two-sided sign test.
 *
 * @param k 0 … n, whole
 * @returns 0–1; 1 where there are none
 * Source: Conover, Practical Nonparametric Statistics (1999), section 3.4.
 */
export function signTest(k: number, n: number): number {
  const fewer = Math.min(k, n - k);
  let log = -n * Math.LN2;
  let below = 0;
  for (let i = 0; i <= fewer; i++) {
    below += Math.exp(log);
    log += Math.log((n - i) / (i + 1));
  }
  return Math.min(1, 2 * below);
}

/**
 * When each request that waits is expected to begin, where runners take the next as soon as they are free
 * and every run takes as long as estimated. Hours from now; null where an estimate that it takes is not
 * known, or nobody runs anything.
 *
 * @param waiting hours that each is estimated to take, in the order of their places
 * @param running hours that are left of each that runs: as many runners as there are
 */
export function expectedStarts(
  waiting: readonly (number | null)[],
  running: readonly (number | null)[],
): (number | null)[] {
  let isKnown = running.length > 0 && running.every((hours) => hours !== null);
  const free = running.map((hours) => Math.max(0, hours ?? 0));
  return waiting.map((hours) => {
    if (!isKnown) return null;
    const start = Math.min(...free);
    if (hours === null) isKnown = false;
    else free[free.indexOf(start)] = start + hours;
    return start;
  });
}

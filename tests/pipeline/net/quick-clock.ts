import type { Clock } from "../../../src/pipeline/net/patience.ts";

/** A clock on which waiting takes no time; it remembers the waits. */
export function quickClock(): Clock & { waits: number[] } {
  let skipped = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => Date.now() + skipped,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      skipped += ms;
    },
  };
}

import type { Suite } from "../records/suite.ts";
import type { Transformers } from "./transformers.ts";
import { TRANSFORMERS_4_49_0 } from "./transformers-4.49.0.ts";
import { TRANSFORMERS_5_24_0 } from "./transformers-5.24.0.ts";

/** By a suite's harness, as its epoch names it: one for each folder of `scripts/runner/locks`. */
const BY_HARNESS: ReadonlyMap<string, Transformers> = new Map([
  ["79492751739f92ba3c6503410d32510c55880291", TRANSFORMERS_4_49_0],
  ["lm_eval==0.4.13", TRANSFORMERS_5_24_0],
]);

/**
 * The transformers that a suite's models are loaded by: that of the lock of its harness. Where the suite names no
 * harness, the newest of PyPI runs; where it names one that is not locked, none does, and the newest stands for it.
 */
export function transformersOf({ epochs }: Pick<Suite, "epochs">): Transformers {
  const epoch = epochs.at(-1);
  return BY_HARNESS.get(epoch?.commit ?? epoch?.package ?? "") ?? TRANSFORMERS_5_24_0;
}

/** @returns the one of this version, as `transformersOf` gave it */
export function transformersNamed(version: string): Transformers {
  const one = [...BY_HARNESS.values()].find((known) => known.version === version);
  if (one) return one;
  throw new Error(`There is no list of what transformers ${version} loads.`);
}

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Has everything collected that is no longer used. JavaScript's heap grows as long as the machine has
 * room, and does not know that the database beside it is about to need as much again: with 100,000
 * runs, what is left over from reading them is 300 MB.
 */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

import { prepareCache } from "../../src/cache/open.ts";
import { connect, type Hub } from "../../src/hub/hub.ts";
import type { Clock, PatienceOptions } from "../../src/hub/patience.ts";
import { tmpFolder } from "../cache/folder.ts";
import type { StandIn } from "./stand-in.ts";

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

/** Milliseconds after which tests that are about stalls notice one; others wait longer. */
export const SHORT_STALL = 300;

/** A connection to a stand-in, that does not wait between tries. */
export async function connectTo(
  standIn: StandIn,
  options: PatienceOptions & { token?: string } = {},
): Promise<Hub> {
  const { token, ...rest } = options;
  return connect(
    { clock: quickClock(), stall: 20_000, ...rest },
    { endpoint: standIn.url, token, tokenFrom: token && "HF_TOKEN" },
  );
}

export async function newCache() {
  return prepareCache(await tmpFolder());
}

import { prepareCache } from "../../../src/pipeline/cache/open.ts";
import type { Hub } from "../../../src/pipeline/hub/connection.ts";
import { connect } from "../../../src/pipeline/hub/hub.ts";
import type { PatienceOptions } from "../../../src/pipeline/net/patience.ts";
import { tmpFolder } from "../cache/folder.ts";
import { quickClock } from "../net/quick-clock.ts";
import type { StandIn } from "./stand-in.ts";

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

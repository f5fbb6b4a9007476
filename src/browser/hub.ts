import { type Get, getFrom } from "../core/queue/get.ts";

/**
 * Asks the Hub as a visitor without a login. What a visitor types is sent there, and nothing else.
 *
 * Weights are kept on other hosts, which the policy of our pages does not let them reach: for these there
 * is no answer.
 */
export function hubGet(hub: string): Get {
  const get = getFrom((address, init) => fetch(address, init), hub);
  return async (path, limits) => {
    if (path.endsWith(".safetensors")) return { status: 0, body: null };
    try {
      return await get(path, limits);
    } catch {
      throw new Error("The Hub does not answer: try again in some minutes.");
    }
  };
}

/** JSON of an answer, `undefined` where there is none. */
export async function hubJson(get: Get, path: string): Promise<unknown> {
  const { status, body } = await get(path, { bytes: 2_000_000, seconds: 20 });
  if (status === 429) throw new Error("The Hub asks for patience: try again in some minutes.");
  if (status !== 200 || body === null) {
    throw new Error(`The Hub does not answer as it should (HTTP ${status}).`);
  }
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** Text of a small file on a branch of a dataset; null where it is not there. */
export async function hubText(get: Get, path: string): Promise<string | null> {
  const { status, body } = await get(path, { bytes: 2_000_000, seconds: 20 });
  if (status === 404) return null;
  if (status !== 200 || body === null) {
    throw new Error(`The Hub does not give what is there (HTTP ${status}).`);
  }
  return new TextDecoder().decode(body);
}

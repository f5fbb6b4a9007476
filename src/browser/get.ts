import type { Progress } from "../core/describe/loading.ts";
import { joinBytes } from "../core/records/join-bytes.ts";

/**
 * A file of our own.
 *
 * @param what it is, as the subject of a sentence: `The table`
 * @throws Error with a sentence for the reader: without a connection, and where the host refuses
 */
export async function get(url: string, what: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch {
    throw new Error(`${what} could not be loaded: there is no connection to this site.`);
  }
  if (!response.ok) throw new Error(`${what} could not be loaded (HTTP ${response.status}).`);
  return response;
}

/**
 * The bytes of a file, with its progress.
 *
 * @param bytes its size, where that is known; else what the host says of it
 * @throws Error as `get`, also where the connection breaks off
 */
export async function getBytes(
  url: string,
  what: string,
  {
    bytes,
    tell,
  }: { bytes?: number | undefined; tell?: ((progress: Progress) => void) | undefined },
): Promise<Uint8Array> {
  const response = await get(url, what);
  const total = bytes ?? Number(response.headers.get("content-length") ?? 0);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  try {
    for (const reader = response.body!.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      loaded += value.length;
      tell?.({ loaded, total: Math.max(loaded, total) });
    }
  } catch {
    throw new Error(`${what} could not be loaded: the connection broke off.`);
  }
  return joinBytes(chunks, loaded);
}

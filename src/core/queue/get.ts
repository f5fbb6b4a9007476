import { joinBytes } from "../records/join-bytes.ts";

/** How much of an answer is worth waiting for. */
export interface Limits {
  /** Bytes that are read at most. */
  bytes: number;
  /** Seconds from the question to the answer's last byte. */
  seconds: number;
  /** First and last byte, where a part of a file will do. */
  range?: readonly [first: number, last: number];
}

/** What a server answers. `body` is null where there is more of it than the limit. */
export interface Answer {
  status: number;
  body: Uint8Array | null;
}

/**
 * Asks the Hub for a path: `/api/models/…`, `/OWNER/NAME/resolve/…`. Whoever gives this function sees to
 * the limits, so that no file however long, and no server however slow, keeps a reader for ever. It
 * throws where no answer is to be had.
 */
export type Get = (path: string, limits: Limits) => Promise<Answer>;

/** The part of `fetch` that is needed: that of browsers and that of Node have it alike. */
export type Fetch = (
  address: string,
  init: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<Reply>;

interface Reply {
  status: number;
  body: { getReader(): Reader } | null;
}

interface Reader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<unknown>;
}

/**
 * A `Get` that asks once and holds the limits: what is beyond them is not read.
 *
 * @param endpoint address of the Hub, without `/` at the end
 * @param headers of every request, such as a visitor's own `authorization`
 */
export function getFrom(fetch: Fetch, endpoint: string, headers: Record<string, string> = {}): Get {
  return async (path, { bytes, seconds, range }) => {
    const part = range && { range: `bytes=${range[0]}-${range[1]}` };
    const { status, body } = await fetch(endpoint + path, {
      headers: { ...headers, ...part },
      signal: AbortSignal.timeout(seconds * 1000),
    });
    return { status, body: body ? await readUpTo(body.getReader(), bytes) : new Uint8Array() };
  };
}

async function readUpTo(reader: Reader, most: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    size += value.length;
    if (size > most) {
      // Nobody waits for a server to take note.
      reader.cancel().catch(() => {});
      return null;
    }
    parts.push(value);
  }
  return joinBytes(parts, size);
}

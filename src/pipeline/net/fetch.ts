import { EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import { Fault, type Patience } from "./patience.ts";
import { retryAfter } from "./retry-after.ts";

export interface GuardedOptions {
  /** Whose clock and limits count. */
  patience: Patience;
  init?: RequestInit | undefined;
  /** Makes the error for an answer that asking again would not change, and for what it says to that. */
  refusal: (response: Response, said: string) => Error;
}

/**
 * undici itself, not the `fetch` that comes with Node: up to Node 24 that ends the whole process
 * when a server closes a connection while a body is being read slowly (nodejs/undici#5360, mended in
 * undici 8 only). The agent goes through the proxies that `HTTPS_PROXY` and its kin name. HTTP/2 is
 * off: its windows are small and make large files slow.
 */
const agent = new EnvHttpProxyAgent({ allowH2: false });
const request = undiciFetch as unknown as (
  url: URL,
  init: Omit<RequestInit, "dispatcher"> & { dispatcher: EnvHttpProxyAgent },
) => Promise<Response>;

/**
 * One request. A status that may pass is thrown as a `Fault`, one that will not as what `refusal`
 * makes of it; the body fails when no byte comes for too long.
 */
export async function fetchGuarded(
  url: URL,
  { patience, init = {}, refusal }: GuardedOptions,
): Promise<Response> {
  const watch = new Watch(patience.stall, [patience.signal, init.signal]);
  let response: Response;
  try {
    response = await watch.during(() =>
      request(url, { ...init, dispatcher: agent, signal: watch.signal }),
    );
    if (response.ok) return guardBody(response, watch);
  } catch (error) {
    watch.end();
    throw asFault(error, watch.signal);
  }
  const body = await beginningOf(response, watch).catch(() => "");
  watch.end();
  const said = response.headers.get("x-error-message") ?? errorIn(body);
  throw laterFault(response, said, patience.clock.now()) ?? refusal(response, said);
}

/** Bytes of an error's body that are read: what it says is said at the beginning, if at all. */
const SAID = 65_536;

/** The rest is not waited for: an error may be as long as whoever sends it likes. */
async function beginningOf({ body }: Response, watch: Watch): Promise<string> {
  if (!body) return "";
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  for (let length = 0; length < SAID; ) {
    const { done, value } = await watch.during(() => reader.read());
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  await reader.cancel().catch(() => {});
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, SAID));
}

/** Watches over one request: aborts it when a byte is waited for too long, or from outside. */
class Watch {
  readonly #ms: number;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal[];
  readonly #stop = (event: Event) => this.#controller.abort((event.target as AbortSignal).reason);

  constructor(ms: number, outer: (AbortSignal | null | undefined)[]) {
    this.#ms = ms;
    this.#outer = outer.filter((signal) => !!signal);
    for (const signal of this.#outer) {
      if (signal.aborted) this.#controller.abort(signal.reason);
      else signal.addEventListener("abort", this.#stop, { once: true });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Time counts only here: what reads slowly does not make the server slow. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      const seconds = Math.round(this.#ms / 100) / 10;
      this.#controller.abort(new Fault("stall", `no byte came for ${seconds} s`));
    }, this.#ms);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets go of the outer signals, which live longer than a request. */
  end(): void {
    for (const signal of this.#outer) signal.removeEventListener("abort", this.#stop);
  }
}

function guardBody(response: Response, watch: Watch): Response {
  if (!response.body) {
    watch.end();
    return response;
  }
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await watch.during(() => reader.read());
        if (!done) return controller.enqueue(value);
        watch.end();
        controller.close();
      } catch (error) {
        watch.end();
        controller.error(asFault(error, watch.signal));
      }
    },
    async cancel(reason) {
      watch.end();
      await reader.cancel(reason);
    },
  });
  return withBody(response, body);
}

/** The same answer with another body; `Response` has no way to say where it came from. */
export function withBody(
  response: Response,
  body: ReadableStream<Uint8Array> | Buffer<ArrayBuffer>,
): Response {
  const headers = new Headers(response.headers);
  // Of the bytes on the wire, which fetch has unpacked.
  headers.delete("content-encoding");
  headers.delete("content-length");
  const { status, statusText } = response;
  const made = new Response(body, { status, statusText, headers });
  Object.defineProperty(made, "url", { value: response.url });
  return made;
}

/** An answer's bytes, read to the end; null where there are more than `largest`. */
export async function readWhole(
  response: Response,
  largest: number,
): Promise<Buffer<ArrayBuffer> | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > largest) return null;
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

/** Statuses below 500 that mean "later": timeout, too early, too many requests. */
const LATER = [408, 425, 429];

function laterFault({ status, headers }: Response, said: string, now: number): Fault | null {
  if (status < 500 && !LATER.includes(status)) return null;
  return new Fault(String(status), `${status}${said ? ` ${said}` : ""}`, {
    wait: retryAfter(headers, now),
    reached: status !== 429,
  });
}

/** Bodies of errors are `{"error": "…"}`, sometimes a list, sometimes a page. One line of it will do. */
function errorIn(body: string): string {
  let said: unknown = body.trimStart().startsWith("<") ? "" : body;
  try {
    const { error, message } = JSON.parse(body);
    said = Array.isArray(error) ? error.join(", ") : (error ?? message ?? "");
  } catch {
    // Not JSON: what it says is the text itself.
  }
  return String(said).replace(/\s+/g, " ").trim().slice(0, 300);
}

/** Errors of the network under the names that a report can count them by. */
function asFault(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof Fault) return error;
  if (!(error instanceof Error)) return error;
  const cause = error.cause as { code?: string; message?: string } | undefined;
  const code = cause?.code ?? (error as { code?: string }).code ?? "";
  const network = error instanceof TypeError || code !== "";
  if (!network) return error;
  const why = cause?.message || error.message;
  if (UNREACHABLE.test(code)) {
    return new Fault("unreachable", `it cannot be reached (${code})`, { reached: false, cause });
  }
  return new Fault("reset", `the connection broke off (${code || why})`, { cause });
}

const UNREACHABLE =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT)$/;

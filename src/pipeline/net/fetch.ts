import { EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import { UserError } from "../../core/records/user-error.ts";
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
 * makes of it; the body fails when too little comes for too long.
 *
 * @throws UserError for what is no answer at all, and would be none the next time
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
    if (response.ok) return guardBody(response, watch, url);
  } catch (error) {
    watch.end();
    throw asFault(error, watch.signal, url);
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
    watch.got(value.length);
    chunks.push(value);
    length += value.length;
  }
  await reader.cancel().catch(() => {});
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, SAID));
}

/** Bytes that must come in the time in which one must: whoever sends less keeps us waiting on purpose. */
const LEAST = 1000;

/** Watches over one request: aborts it when too little comes for too long, or from outside. */
class Watch {
  readonly #ms: number;
  /** Milliseconds that were waited, and bytes that came, since enough had come the last time. */
  #waited = 0;
  #came = 0;
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
    const begun = performance.now();
    const timer = setTimeout(() => {
      const seconds = Math.round(this.#ms / 100) / 10;
      const came = this.#came === 0 ? "no byte" : `no more than ${this.#came} bytes`;
      this.#controller.abort(new Fault("stall", `${came} came for ${seconds} s`));
    }, this.#ms - this.#waited);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      this.#waited += performance.now() - begun;
    }
  }

  /** So many bytes came. */
  got(bytes: number): void {
    this.#came += bytes;
    if (this.#came >= LEAST) this.#came = this.#waited = 0;
  }

  /** Lets go of the outer signals, which live longer than a request. */
  end(): void {
    for (const signal of this.#outer) signal.removeEventListener("abort", this.#stop);
  }
}

function guardBody(response: Response, watch: Watch, url: URL): Response {
  if (!response.body) {
    watch.end();
    return response;
  }
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await watch.during(() => reader.read());
        if (!done) {
          watch.got(value.length);
          return controller.enqueue(value);
        }
        watch.end();
        controller.close();
      } catch (error) {
        watch.end();
        controller.error(asFault(error, watch.signal, url));
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
function asFault(error: unknown, signal: AbortSignal, { host }: URL): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof Fault) return error;
  if (!(error instanceof Error)) return error;
  const cause = error.cause as { code?: string; message?: string; name?: string } | undefined;
  const code = cause?.code ?? (error as { code?: string }).code ?? "";
  const network = error instanceof TypeError || code !== "";
  if (!network) return error;
  const why = cause?.message || error.message;
  if (cause?.name === "HTTPParserError" || code === "UND_ERR_HEADERS_OVERFLOW") {
    return new UserError(`What ${host} answers is no HTTP: ${oneSentence(why)}`);
  }
  if (NOWHERE.test(`${why} ${code}`)) {
    return new UserError(`The host ${host} sends on to where nobody can go: ${oneSentence(why)}`);
  }
  if (UNREACHABLE.test(code)) {
    return new Fault("unreachable", `it cannot be reached (${code})`, { reached: false, cause });
  }
  return new Fault("reset", `the connection broke off (${code || why})`, { cause });
}

const oneSentence = (text: string) =>
  `${text.replace(/\s+/g, " ").replace(/\.$/, "").slice(0, 300)}.`;

/** As `fetch` says it of a redirect that leads in a circle, to a file, to a port of something else, or is no address. */
const NOWHERE = /redirect count exceeded|URL scheme must be|bad port|ERR_INVALID_URL/;

const UNREACHABLE =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT)$/;

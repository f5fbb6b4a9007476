import { EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import { blobHash } from "../cache/objects.ts";
import { UserError } from "../records/user-error.ts";
import { Fault, Patience, type PatienceOptions } from "./patience.ts";
import { Refusal } from "./refusal.ts";
import { retryAfter } from "./retry-after.ts";
import { type HubSettings, hubSettings, PUBLIC_HUB } from "./settings.ts";

/** A connection to the Hub: what every function of this folder is given. */
export interface Hub {
  settings: HubSettings;
  patience: Patience;
  /** Parameters for the functions of `@huggingface/hub`. Answers are read whole, and again if need be. */
  client: { hubUrl: string; fetch: typeof fetch };
  /** One try, whose body comes as a stream: for what has its own way to try again. */
  fetchOnce: typeof fetch;
  /** Requests made, failed ones included. */
  requests: () => number;
}

/**
 * Prepares a connection; nothing is asked yet.
 *
 * `@huggingface/hub` neither tries again nor limits itself, so it is given a `fetch` that does. That
 * `fetch` also carries the token, and only to the Hub's own origin: a file's bytes come from another
 * (the CDN), which must not see it.
 */
export async function connect(options: PatienceOptions = {}, settings?: HubSettings): Promise<Hub> {
  const own = settings ?? (await hubSettings());
  const patience = new Patience(options);
  let requests = 0;
  const fetchOnce: typeof fetch = (input, init) => {
    requests++;
    return fetchGuarded(own, patience, input, init);
  };
  const fetchPatiently: typeof fetch = (input, init) => {
    const { pathname } = addressOf(input);
    const repeatable = !/\/commit\/[^/]+$/.test(pathname);
    return patience.run(
      pathname,
      async () => wholeAnswer(await fetchOnce(input, init)),
      repeatable,
    );
  };
  return {
    settings: own,
    patience,
    client: { hubUrl: own.endpoint, fetch: fetchPatiently },
    fetchOnce,
    requests: () => requests,
  };
}

function addressOf(input: Parameters<typeof fetch>[0]): URL {
  return new URL(input instanceof Request ? input.url : input);
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
  init: RequestInit & { dispatcher: EnvHttpProxyAgent },
) => Promise<Response>;

/**
 * One request. A status that may pass is thrown as a `Fault`, one that will not as a `Refusal`; the
 * body fails when no byte comes for too long.
 */
async function fetchGuarded(
  settings: HubSettings,
  patience: Patience,
  input: Parameters<typeof fetch>[0],
  init: RequestInit = {},
): Promise<Response> {
  const watch = new Watch(patience.stall, [patience.signal, init.signal]);
  const url = ownAddress(settings, addressOf(input));
  let response: Response;
  try {
    response = await watch.during(() =>
      request(url, {
        ...init,
        dispatcher: agent,
        headers: withToken(settings, url, init.headers),
        signal: watch.signal,
      }),
    );
    if (response.ok) return guardBody(response, watch);
  } catch (error) {
    watch.end();
    throw asFault(error, watch.signal);
  }
  const body = await watch.during(() => response.text()).catch(() => "");
  watch.end();
  throw asNo(response, body, patience.clock.now());
}

/** A mirror's answers may link to the public Hub: they mean the mirror. So do the Hub's own tools. */
function ownAddress({ endpoint }: HubSettings, url: URL): URL {
  if (endpoint === PUBLIC_HUB || !url.href.startsWith(`${PUBLIC_HUB}/`)) return url;
  return new URL(endpoint + url.href.slice(PUBLIC_HUB.length));
}

function withToken(settings: HubSettings, url: URL, given: RequestInit["headers"]): Headers {
  const headers = new Headers(given);
  if (url.origin !== new URL(settings.endpoint).origin) return headers;
  // On a redirect to another origin, fetch drops this header (https://fetch.spec.whatwg.org/#http-redirect-fetch).
  if (settings.token) headers.set("authorization", `Bearer ${settings.token}`);
  else headers.delete("authorization");
  return headers;
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

  /** Time counts only here: what reads slowly does not make the Hub slow. */
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
  return answer(response, body);
}

/** The same answer with another body; `Response` has no way to say where it came from. */
function answer(
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

/** Of answers that are read whole, bytes: a page of a listing has some 300,000. */
const LARGEST_ANSWER = 64_000_000;

/** Reads an answer to its end, so that what breaks on the way is noticed while it can be asked again. */
async function wholeAnswer(response: Response): Promise<Response> {
  if (!response.body) return response;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body as ReadableStream<Uint8Array>) {
    parts.push(part);
    size += part.length;
    if (size > LARGEST_ANSWER) {
      throw new UserError(
        `The Hub answers ${response.url} with more than ${LARGEST_ANSWER} bytes.`,
      );
    }
  }
  const bytes = Buffer.concat(parts, size);
  if (response.headers.get("content-type")?.includes("json")) {
    try {
      JSON.parse(bytes.toString());
    } catch {
      throw new Fault("truncated", `an answer of ${size} bytes that is no whole JSON`);
    }
  }
  // Of a small file of a repository the ETag is git's id (the client's own tests show it,
  // lib/file-download-info.spec.ts).
  const oid = /^(?:W\/)?"([0-9a-f]{40})"$/.exec(response.headers.get("etag") ?? "")?.[1];
  if (
    oid &&
    response.status === 200 &&
    oid !== blobHash(bytes.length).update(bytes).digest("hex")
  ) {
    throw new Fault("hash", `an answer of ${size} bytes that is not the object ${oid}`);
  }
  return answer(response, bytes);
}

/** Statuses below 500 that mean "later": timeout, too early, too many requests. */
const LATER = [408, 425, 429];

function asNo(response: Response, body: string, now: number): Fault | Refusal {
  const { status, headers } = response;
  const said = headers.get("x-error-message") ?? errorIn(body);
  if (status >= 500 || LATER.includes(status)) {
    return new Fault(String(status), `${status}${said ? ` ${said}` : ""}`, {
      wait: retryAfter(headers, now),
      reached: status !== 429,
    });
  }
  return new Refusal(status, headers.get("x-error-code"), said);
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

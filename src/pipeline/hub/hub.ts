import { cleanText } from "../../core/records/text.ts";
import { UserError } from "../../core/records/user-error.ts";
import { blobHash } from "../cache/objects.ts";
import { fetchGuarded, readWhole, withBody } from "../net/fetch.ts";
import { Fault, Patience, type PatienceOptions } from "../net/patience.ts";
import type { Hub } from "./connection.ts";
import { Refusal } from "./refusal.ts";
import { type HubSettings, hubSettings, PUBLIC_HUB } from "./settings.ts";

/**
 * Prepares a connection; nothing is asked yet.
 *
 * `@huggingface/hub` neither tries again nor limits itself, so it is given a `fetch` that does. That
 * `fetch` also carries the token, and only to the Hub's own origin: a file's bytes come from another
 * (the CDN), which must not see it.
 */
export async function connect(options: PatienceOptions = {}, settings?: HubSettings): Promise<Hub> {
  const own = settings ?? (await hubSettings());
  const patience = new Patience({ whom: "The Hub", ...options });
  let requests = 0;
  const fetchOnce: typeof fetch = (input, init) => {
    requests++;
    const url = ownAddress(own, addressOf(input));
    const headers = withToken(own, url, init?.headers);
    const refusal = (response: Response, said: string) => noFrom(own, url, response, said);
    return fetchGuarded(url, { patience, init: { ...init, headers }, refusal });
  };
  const fetchPatiently: typeof fetch = (input, init) => {
    const { pathname } = addressOf(input);
    // The start of a job is paid: who asks looks whether it was made.
    const isStart = init?.method === "POST" && /^\/api\/jobs\/[^/]+$/.test(pathname);
    const repeatable = !isStart && !ONCE.test(pathname);
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

/** What would do harm if it were done twice: commits, and words to people. */
const ONCE = /\/(?:commit\/[^/]+|discussions\/\d+\/(?:comment|status))$/;

function addressOf(input: Parameters<typeof fetch>[0]): URL {
  return new URL(input instanceof Request ? input.url : input);
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

/** Kind of the fault that a host of files does not take the address which the Hub has signed. */
export const UNSIGNED = "403";

/** What is thrown for an answer that asking the same host again would not change. */
function noFrom(settings: HubSettings, asked: URL, response: Response, said: string) {
  const { status, url, headers } = response;
  if (status !== 403 || !isElsewhere(settings, asked, response)) {
    return new Refusal(status, headers.get("x-error-code"), said);
  }
  // Asked for again, the Hub signs a new address.
  return new Fault(UNSIGNED, `403 of ${new URL(url).host}, where the Hub has the file`);
}

/**
 * Whether another host answered, that the Hub had sent us to. What it refuses is the address that the
 * Hub had signed, which may be too old or asked for too often; who may read the repository is the
 * Hub's to say, and its own answers have a code.
 */
function isElsewhere({ endpoint }: HubSettings, asked: URL, { url, headers }: Response): boolean {
  const own = [endpoint, PUBLIC_HUB].map((address) => new URL(address).origin);
  return (
    own.includes(asked.origin) &&
    !own.includes(new URL(url).origin) &&
    headers.get("x-error-code") === null
  );
}

/** Of answers that are read whole, bytes: a page of a listing has some 300,000. */
const LARGEST_ANSWER = 64_000_000;

/** An answer that is longer than any that is worth reading. */
export class TooLong extends UserError {}

/** The Hub's own answers, which are JSON; files come from elsewhere. */
const API = /\/api\/(?!resolve-cache\/)/;

/** A page in place of an answer is not the Hub's: a login of some network, or a host that is none. */
function refusePage(response: Response, bytes: Buffer): void {
  const type = cleanText(response.headers.get("content-type") ?? "").slice(0, 100);
  const isPage = bytes.subarray(0, 1000).toString().trimStart().startsWith("<");
  if (bytes.length > 0 && !isPage && type.includes("json")) return;
  const what =
    bytes.length === 0 ? "with nothing" : isPage ? "with a page" : `with ${type || "something"}`;
  const { origin, pathname } = new URL(response.url);
  throw new UserError(
    `The Hub at ${origin} answers ${pathname} ${what}, where the Hub's API has JSON: is it the Hub (HF_ENDPOINT), and no login or proxy before it?`,
  );
}

/** Reads an answer to its end, so that what breaks on the way is noticed while it can be asked again. */
async function wholeAnswer(response: Response): Promise<Response> {
  if (!response.body) return response;
  const bytes = await readWhole(response, LARGEST_ANSWER);
  if (bytes === null) {
    throw new TooLong(`The Hub answers ${response.url} with more than ${LARGEST_ANSWER} bytes.`);
  }
  if (API.test(new URL(response.url).pathname)) refusePage(response, bytes);
  if (response.headers.get("content-type")?.includes("json")) {
    try {
      JSON.parse(bytes.toString());
    } catch {
      throw new Fault("truncated", `an answer of ${bytes.length} bytes that is no whole JSON`);
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
    throw new Fault("hash", `an answer of ${bytes.length} bytes that is not the object ${oid}`);
  }
  return withBody(response, bytes);
}

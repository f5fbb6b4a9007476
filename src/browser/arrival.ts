/** Name in the session's storage: what is needed after the way to the Hub and back. Never a token. */
const KEPT = "login";

/** What waits in the session's storage while a visitor is at the Hub. */
export interface Kept {
  /** That this visit asked for the login, and that nobody else can use its code. */
  nonce: string;
  verifier: string;
  /** Query of the page that was left. */
  search: string;
  /** What was typed into it. */
  draft: Record<string, string>;
}

/** Somebody comes from the Hub. */
export interface Arrival {
  /** The address they came to, with the code in it. */
  href: string;
  /** Null where nobody left this page in this tab. */
  kept: Kept | null;
}

/** @throws Error with a sentence, where the browser keeps nothing */
export function keep(kept: Kept): void {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    throw new Error(
      "This browser keeps nothing for this page, so nobody can log in: allow it to store data here.",
    );
  }
}

/**
 * What a page does first: where the Hub has sent its visitor back, takes the code out of the address,
 * before anything else can read it there.
 *
 * @returns null where nobody comes from the Hub
 */
export function takeArrival(): Arrival | null {
  const { href, search, pathname, hash } = location;
  const query = new URLSearchParams(search);
  if (!query.has("state") || !(query.has("code") || query.has("error"))) return null;
  const kept = takeKept();
  history.replaceState(null, "", pathname + (kept?.search ?? "") + hash);
  return { href, kept };
}

function takeKept(): Kept | null {
  try {
    const text = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    return text === null ? null : keptIn(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Other pages of the same origin may have written what stands there. */
function keptIn(value: Partial<Kept> | null): Kept | null {
  const { nonce, verifier, search, draft } = value ?? {};
  const isText = [nonce, verifier, search].every((text) => typeof text === "string");
  if (!isText || typeof draft !== "object" || draft === null) return null;
  const texts = Object.entries(draft).filter(([, text]) => typeof text === "string");
  return { nonce: nonce!, verifier: verifier!, search: search!, draft: Object.fromEntries(texts) };
}

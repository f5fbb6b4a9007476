import { oauthHandleRedirect, oauthLoginUrl } from "@huggingface/hub";
import { ACCOUNT } from "../core/queue/account.ts";

/** A visitor who has logged in at the Hub. Held in the page's memory only: who leaves the page is logged out. */
export interface Account {
  /** As the Hub says it. */
  name: string;
  token: string;
}

/** Where to log in. */
export interface LoginSettings {
  /** Of the Hub, without a slash at its end. */
  hub: string;
  /** Of the leaderboard's OAuth app there; it is no secret. */
  client: string;
}

/** What the Hub is asked for: who it is, and pull requests in their name. It cannot write or read anything else. */
const SCOPES = "openid profile write-discussions";

/** Name in the session's storage: what is needed after the way to the Hub and back. Never a token. */
const KEPT = "login";

/** What waits in the session's storage. */
interface Kept {
  nonce: string;
  verifier: string;
  /** Query of the page, and what was typed into it. */
  search: string;
  draft: Record<string, string>;
}

/** What came of a visit: somebody is logged in, or why not; and what was typed before. */
export interface Arrival {
  account: Account | null;
  problem: string | null;
  draft: Readonly<Record<string, string>>;
}

/**
 * Leaves the page for the Hub's login, which comes back to it.
 *
 * @param draft what is typed into the page, given back by `arrive`
 * @throws Error with a sentence, where the Hub does not answer
 */
export async function leaveForLogin(
  { hub, client }: LoginSettings,
  draft: Readonly<Record<string, string>>,
): Promise<void> {
  const own: { nonce?: string; codeVerifier?: string } = {};
  const redirectUrl = location.origin + location.pathname;
  const address = await oauthLoginUrl({
    hubUrl: hub,
    clientId: client,
    scopes: SCOPES,
    redirectUrl,
    localStorage: own,
  }).catch(() => {
    throw new Error("The Hub does not answer: nobody can log in at the moment.");
  });
  if (new URL(address).origin !== new URL(hub).origin) {
    throw new Error("The Hub sends its login to another host: not followed.");
  }
  const { nonce = "", codeVerifier: verifier = "" } = own;
  const kept: Kept = { nonce, verifier, search: location.search, draft: { ...draft } };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
  location.assign(address);
}

/**
 * What a page does first: where the Hub has sent its visitor back, takes the code out of the address and makes a
 * login of it. That this visitor asked for it (state), and nobody but this page can use the code (PKCE), is checked.
 *
 * @returns null where nobody comes from the Hub
 */
export async function arrive({ hub }: LoginSettings): Promise<Arrival | null> {
  const { href, search, pathname, hash } = location;
  const query = new URLSearchParams(search);
  if (!query.has("state") || !(query.has("code") || query.has("error"))) return null;
  const kept = takeKept();
  history.replaceState(null, "", pathname + (kept?.search ?? "") + hash);
  const draft = kept?.draft ?? {};
  if (query.has("error")) return { account: null, problem: "You did not log in.", draft };
  if (kept === null) {
    return {
      account: null,
      problem: "This login was not begun on this page: log in again.",
      draft,
    };
  }
  try {
    const { nonce, verifier: codeVerifier } = kept;
    const login = await oauthHandleRedirect({
      hubUrl: hub,
      redirectedUrl: href,
      nonce,
      codeVerifier,
    });
    if (!login.scope.split(/[\s,]+/).includes("write-discussions")) {
      const problem =
        "The Hub was not allowed to open pull requests in your name: log in again and allow it.";
      return { account: null, problem, draft };
    }
    const name = login.userInfo.preferred_username;
    if (!ACCOUNT.test(name)) throw new Error("no name of an account");
    return { account: { name, token: login.accessToken }, problem: null, draft };
  } catch {
    // What the Hub or the address said is nobody's business, and may hold the code.
    return { account: null, problem: "The login did not succeed: log in again.", draft };
  }
}

/** Written by `leaveForLogin`, on this page's own origin. */
function takeKept(): Kept | null {
  const text = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  return text === null ? null : (JSON.parse(text) as Kept);
}

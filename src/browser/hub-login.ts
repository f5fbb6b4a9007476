import { oauthHandleRedirect, oauthLoginUrl } from "@huggingface/hub";
import { ACCOUNT } from "../core/queue/account.ts";
import { type Arrival, keep } from "./arrival.ts";

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

/**
 * Leaves the page for the Hub's login, which comes back to it.
 *
 * @param draft what is typed into the page, given back on arrival
 * @throws Error with a sentence, where the Hub does not answer or the browser keeps nothing
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
    throw new Error(
      "The Hub does not answer, so nobody can log in at the moment: try again later.",
    );
  });
  if (!isAt(hub, address)) {
    throw new Error("The Hub sends its login to another host, which is not followed.");
  }
  const { nonce = "", codeVerifier: verifier = "" } = own;
  keep({ nonce, verifier, search: location.search, draft: { ...draft } });
  location.assign(address);
}

function isAt(hub: string, address: string): boolean {
  try {
    return new URL(address).origin === new URL(hub).origin;
  } catch {
    return false;
  }
}

/**
 * Makes a login of what the Hub sent. That this visitor asked for it (state), and nobody but this page can
 * use the code (PKCE), is checked.
 *
 * @throws Error with a sentence for the visitor
 */
export async function logIn(hub: string, { href, kept }: Arrival): Promise<Account> {
  if (new URL(href).searchParams.has("error")) {
    throw new Error("You are not logged in: the Hub says that it was refused there.");
  }
  if (kept === null) throw new Error("This login was not begun on this page: log in again.");
  const { nonce, verifier: codeVerifier } = kept;
  const login = await oauthHandleRedirect({
    hubUrl: hub,
    redirectedUrl: href,
    nonce,
    codeVerifier,
  }).catch(() => {
    // What the Hub or the address said is nobody's business, and may hold the code.
    throw new Error("The login did not succeed: log in again.");
  });
  if (!login.scope.split(/[\s,]+/).includes("write-discussions")) {
    throw new Error(
      "The Hub was not allowed to open pull requests in your name: log in again and allow it.",
    );
  }
  const name = login.userInfo.preferred_username;
  if (!ACCOUNT.test(name)) throw new Error("The Hub does not say which account this is.");
  return { name, token: login.accessToken };
}

/**
 * The login of the stand-in, as https://huggingface.co/docs/hub/oauth has it for apps without a secret:
 * the code of an authorization is exchanged once, by whoever has the verifier of its challenge (PKCE,
 * RFC 7636, S256), for the address that it was given out for. What is read of the answers is what
 * @huggingface/hub reads (lib/oauth-login-url.ts, lib/oauth-handle-redirect.ts).
 *
 * The page on which somebody allows it is our own: two links.
 */
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Reply, StandIn } from "./stand-in.ts";
import { fail, json } from "./stand-in-answers.ts";

/** An authorization whose code was not exchanged yet. */
interface Grant {
  account: string;
  client: string;
  redirect: string;
  challenge: string;
  scope: string;
}

export interface OAuth {
  /** Apps, and the addresses to which their visitors are sent back. */
  clients: Map<string, string[]>;
  /** Who sits before the browser. */
  account: string;
  /** What is granted in place of what was asked for. */
  scope: string | null;
  codes: Map<string, Grant>;
}

export function makeOAuth(): OAuth {
  return { clients: new Map(), account: "matros", scope: null, codes: new Map() };
}

/** @returns null where the address has nothing to do with a login */
export function answerOAuth(
  hub: StandIn,
  req: IncomingMessage,
  url: URL,
  body: Buffer,
): Reply | null {
  switch (url.pathname) {
    case "/.well-known/openid-configuration":
      return json({
        issuer: hub.url,
        authorization_endpoint: `${hub.url}/oauth/authorize`,
        token_endpoint: `${hub.url}/oauth/token`,
        userinfo_endpoint: `${hub.url}/oauth/userinfo`,
        code_challenge_methods_supported: ["S256"],
      });
    case "/oauth/authorize":
      return authorize(hub.oauth, url.searchParams);
    case "/oauth/token":
      return req.method === "POST" ? exchange(hub, new URLSearchParams(body.toString())) : null;
    case "/oauth/userinfo":
      return userInfo(hub, req);
    default:
      return null;
  }
}

function authorize(oauth: OAuth, asked: URLSearchParams): Reply {
  const redirect = asked.get("redirect_uri") ?? "";
  const client = asked.get("client_id") ?? "";
  if (!oauth.clients.get(client)?.includes(redirect)) {
    return fail(400, null, "Unknown client, or a redirect_uri that it has not registered");
  }
  const isWhole =
    asked.get("response_type") === "code" &&
    asked.get("code_challenge_method") === "S256" &&
    asked.get("code_challenge");
  if (!isWhole) return fail(400, null, "Invalid authorization request");
  const code = randomUUID();
  oauth.codes.set(code, {
    ...{ account: oauth.account, client, redirect },
    challenge: asked.get("code_challenge") ?? "",
    scope: oauth.scope ?? asked.get("scope") ?? "",
  });
  const back = (answer: Record<string, string>) =>
    `${redirect}?${new URLSearchParams({ ...answer, state: asked.get("state") ?? "" })}`;
  const denied = { error: "access_denied", error_description: "The user denied the request" };
  const link = (id: string, to: string) =>
    `<p><a id="${id}" href="${to.replaceAll("&", "&amp;")}">${id}</a></p>`;
  const html = `<!doctype html><title>Log in</title><p>${asked.get("scope")}</p>${link("allow", back({ code }))}${link("deny", back(denied))}`;
  return { status: 200, headers: { "content-type": "text/html" }, body: Buffer.from(html) };
}

function exchange(hub: StandIn, asked: URLSearchParams): Reply {
  const { codes } = hub.oauth;
  const code = asked.get("code") ?? "";
  const grant = codes.get(code);
  codes.delete(code);
  const verifier = asked.get("code_verifier") ?? "";
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const isGood =
    asked.get("grant_type") === "authorization_code" &&
    grant?.redirect === asked.get("redirect_uri") &&
    grant?.challenge === challenge;
  if (!isGood) return json({ error: "invalid_grant" }, {}, 400);
  const token = `hf_oauth_${randomUUID()}`;
  const may = grant.scope.split(" ").includes("write-discussions");
  hub.tokens.set(token, {
    ...{ account: grant.account, displayName: "oauth", role: may ? "write" : "read" },
  });
  return json({
    access_token: token,
    token_type: "bearer",
    expires_in: 28_800,
    id_token: "none",
    scope: grant.scope,
  });
}

function userInfo(hub: StandIn, req: IncomingMessage): Reply {
  const token = hub.tokens.get((req.headers.authorization ?? "").replace(/^Bearer /, ""));
  if (!token) return fail(401, null, "Invalid credentials in Authorization header");
  return json({
    sub: createHash("md5").update(token.account).digest("hex").slice(0, 24),
    name: token.account,
    preferred_username: token.account,
    picture: "",
    profile: `${hub.url}/${token.account}`,
  });
}

import { whoAmI } from "@huggingface/hub";
import { z } from "zod";
import { cleanText } from "../../core/records/text.ts";
import { UserError } from "../../core/records/user-error.ts";
import { EndsRun } from "../net/patience.ts";
import type { Hub } from "./connection.ts";

/** The Hub's "no": asking again would not help. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  /** `X-Error-Code`: `RepoNotFound`, `GatedRepo`, `RevisionNotFound`, `EntryNotFound`, … */
  readonly code: string | null;
  /** What the Hub says to it, from `X-Error-Message` or the body. */
  readonly said: string;

  constructor(status: number, code: string | null, said: string) {
    super(`${status} ${said}`);
    this.status = status;
    this.code = code;
    this.said = said;
  }
}

/**
 * Whether a repository is not there, or hidden from us: the Hub does not tell which. Without a token
 * it says 401, and not always with a code; so do the Hub's own tools read it
 * (huggingface_hub, utils/_http.py, hf_raise_for_status).
 */
export function isNotVisible(hub: Hub, { status, code, said }: Refusal): boolean {
  if (code !== null) return code === "RepoNotFound";
  const isAnonymous = hub.settings.token === undefined && status === 401;
  return isAnonymous && !GATED.test(said) && !/^invalid credentials/i.test(said);
}

/** The Hub has no code for a fine-grained token that may not see gated repositories. */
const GATED = /\bgated\b/i;

/** What was asked of which repository. */
export interface Asked {
  type: "dataset" | "model";
  name: string;
  /** Revision, or path at a commit. */
  rev?: string;
  path?: string;
  action: "read" | "write";
}

/**
 * Who a token belongs to and what it may, as `/api/whoami-v2` answers. `role` is `read`, `write` or
 * `fineGrained`; only the last has scopes of its own.
 */
const identitySchema = z.object({
  name: z.string(),
  auth: z.object({
    accessToken: z
      .object({
        displayName: z.string().optional(),
        role: z.string().optional(),
        fineGrained: z
          .object({
            canReadGatedRepos: z.boolean().optional(),
            global: z.array(z.string()).optional(),
            scoped: z
              .array(
                z.object({
                  entity: z.object({ name: z.string().optional() }),
                  permissions: z.array(z.string()),
                }),
              )
              .optional(),
          })
          .optional(),
      })
      .optional(),
  }),
});
type Identity = z.infer<typeof identitySchema>;

/** As the Hub's own page of tokens names them, https://huggingface.co/settings/tokens. */
const SCOPES = {
  gated: '"Read access to contents of all public gated repos you can access"',
  read: '"Read access to contents of selected repos"',
  write: '"Write access to contents/settings of selected repos"',
};

/**
 * Turns a refusal into a sentence that says what is missing: the dataset, the revision, a token, one
 * that is still valid, or which of its scopes. Asks the Hub whose token it is where that decides.
 */
export async function explainRefusal(hub: Hub, refusal: Refusal, asked: Asked): Promise<UserError> {
  const why = cleanText(await sentence(hub, refusal, asked));
  // Who is refused as nobody known will be so for whatever else is asked.
  return refusal.status === 401 ? new EndsRun(why) : new UserError(why);
}

async function sentence(hub: Hub, refusal: Refusal, asked: Asked): Promise<string> {
  const name = `The ${asked.type} ${asked.name}`;
  const { code, status, said } = refusal;
  const heard = said ? ` (the Hub says: ${said})` : "";
  if (code === "RevisionNotFound") {
    return `${name} has no branch, tag or commit ${asked.rev ?? ""}${heard}.`;
  }
  if (code === "EntryNotFound") {
    return `${name} has no file ${asked.path ?? ""} at ${asked.rev ?? "that revision"}${heard}: it may have been taken out of the history.`;
  }
  if (status === 401 || status === 403 || status === 404) {
    const who = hub.settings.token ? await identify(hub) : undefined;
    if (who === null) return expired(hub, heard);
    if (code === "GatedRepo" || GATED.test(said)) return gated(hub, name, asked, who, heard);
    if (asked.action === "write" && status !== 404)
      return notWritable(hub, name, asked, who, heard);
    return notVisible(hub, name, asked, who, heard);
  }
  return `${name}: the Hub refuses with ${status}${heard}.`;
}

function expired({ settings }: Hub, heard: string): string {
  return (
    `The token of ${settings.tokenFrom} is expired, revoked or wrong${heard}: ` +
    `make a new one at ${settings.endpoint}/settings/tokens, or unset it for public datasets.`
  );
}

function gated(hub: Hub, name: string, asked: Asked, who: Identity | undefined, heard: string) {
  const page = pageOf(hub, asked);
  const role = who?.auth.accessToken?.role;
  const start = `${name} is gated${heard}`;
  const { endpoint, tokenFrom } = hub.settings;
  if (!who) {
    return (
      `${start}: accept its conditions at ${page}, and set HF_TOKEN to a token of that account with ` +
      `the role read, or a fine-grained one with the scope ${SCOPES.gated} (${endpoint}/settings/tokens).`
    );
  }
  if (role === "fineGrained" && !who.auth.accessToken?.fineGrained?.canReadGatedRepos) {
    return `${start}, and ${lacking(hub, who, SCOPES.gated)}: ${addItAt(hub)}.`;
  }
  return `${start}, and ${who.name}, whose token ${tokenFrom} holds, has no access yet: accept its conditions at ${page}.`;
}

function notVisible(
  hub: Hub,
  name: string,
  asked: Asked,
  who: Identity | undefined,
  heard: string,
) {
  const { endpoint, tokenFrom } = hub.settings;
  const start = `${name} is not there, or private${heard}`;
  if (!who) {
    return (
      `${start}: check the name; if it is private, set HF_TOKEN to a token with the role read, or a ` +
      `fine-grained one with the scope ${SCOPES.read} for ${ownerOf(asked)} (${endpoint}/settings/tokens).`
    );
  }
  if (who.auth.accessToken?.role === "fineGrained" && !mayRead(who, asked)) {
    return `${start}: ${lacking(hub, who, SCOPES.read)} for ${ownerOf(asked)}: ${addItAt(hub)}.`;
  }
  return `${start}: check the name; if it is private, ${who.name}, whose token ${tokenFrom} holds, must become a member of ${ownerOf(asked)}.`;
}

function notWritable(
  hub: Hub,
  name: string,
  asked: Asked,
  who: Identity | undefined,
  heard: string,
) {
  const { endpoint, tokenFrom } = hub.settings;
  const start = `${name} may not be written${heard}`;
  const needed = `a token with the role write, or a fine-grained one with the scope ${SCOPES.write} for ${ownerOf(asked)} (${endpoint}/settings/tokens)`;
  if (!who) return `${start}: set HF_TOKEN to ${needed}.`;
  const token = who.auth.accessToken;
  if (token?.role === "read") {
    return `${start}: the token of ${tokenFrom}${called(who)} has the role read; it takes ${needed}.`;
  }
  if (token?.role === "fineGrained") {
    return `${start}: ${lacking(hub, who, SCOPES.write)} for ${ownerOf(asked)}: ${addItAt(hub)}.`;
  }
  return `${start}: ${who.name}, whose token ${tokenFrom} holds, has no write access to ${ownerOf(asked)}.`;
}

function mayRead(who: Identity, asked: Asked): boolean {
  const { scoped = [] } = who.auth.accessToken?.fineGrained ?? {};
  return scoped.some(
    ({ entity, permissions }) =>
      [asked.name, `datasets/${asked.name}`, ownerOf(asked)].includes(entity.name ?? "") &&
      permissions.some((p) => p === "repo.content.read" || p === "repo.write"),
  );
}

function called(who: Identity): string {
  const name = who.auth.accessToken?.displayName;
  return name ? ` ("${name}", of ${who.name})` : ` (of ${who.name})`;
}

function ownerOf({ name }: Asked): string {
  return name.split("/")[0]!;
}

function pageOf({ settings }: Hub, { type, name }: Asked): string {
  return `${settings.endpoint}/${type === "dataset" ? "datasets/" : ""}${name}`;
}

/** @returns null where the token itself is refused; nobody in particular where that is not known */
async function identify(hub: Hub): Promise<Identity | null> {
  const somebody: Identity = { name: "its owner", auth: {} };
  try {
    // The token goes along in the client's fetch; the client only wants to see one.
    const answer = await whoAmI({ ...hub.client, accessToken: "hf_in_fetch" });
    return identitySchema.safeParse(answer).data ?? somebody;
  } catch (error) {
    return error instanceof Refusal && error.status === 401 ? null : somebody;
  }
}

function lacking({ settings }: Hub, who: Identity, scope: string): string {
  return `the fine-grained token of ${settings.tokenFrom}${called(who)} lacks the scope ${scope}`;
}

function addItAt({ settings }: Hub): string {
  return `add it at ${settings.endpoint}/settings/tokens`;
}

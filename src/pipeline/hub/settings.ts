import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../core/records/user-error.ts";

/** Which Hub, and as whom. */
export interface HubSettings {
  /** Without `/` at the end. */
  endpoint: string;
  token: string | undefined;
  /** Where the token comes from, as a sentence can name it. */
  tokenFrom: string | undefined;
}

export const PUBLIC_HUB = "https://huggingface.co";

/**
 * Reads the environment as the Hub's own tools do
 * (https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables):
 * `HF_ENDPOINT` is the Hub; the token is `HF_TOKEN`, or what `hf auth login` stored in
 * `HF_TOKEN_PATH`, by default `$HF_HOME/token`, by default `~/.cache/huggingface/token`.
 * `HF_HUB_DISABLE_IMPLICIT_TOKEN` keeps it back; with `HF_HUB_OFFLINE` nothing is asked at all.
 *
 * @throws UserError where they contradict each other or themselves
 */
export async function hubSettings(env: NodeJS.ProcessEnv = process.env): Promise<HubSettings> {
  if (isTrue(env.HF_HUB_OFFLINE)) {
    throw new UserError("HF_HUB_OFFLINE is set, so nothing is asked of the Hub: unset it to pull.");
  }
  const endpoint = (env.HF_ENDPOINT?.trim() || PUBLIC_HUB).replace(/\/+$/, "");
  if (!/^https?:\/\/[^/?#]+(?:\/[^?#]*)?$/.test(endpoint) || !URL.canParse(endpoint)) {
    throw new UserError(`HF_ENDPOINT=${endpoint}: must be an address like ${PUBLIC_HUB}.`);
  }
  if (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) {
    return { endpoint, token: undefined, tokenFrom: undefined };
  }
  return { endpoint, ...(await findToken(env)) };
}

async function findToken(env: NodeJS.ProcessEnv): Promise<Omit<HubSettings, "endpoint">> {
  for (const name of ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]) {
    const token = clean(env[name]);
    if (token) return { token: checked(token, name), tokenFrom: name };
  }
  const home =
    env.HF_HOME || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "huggingface");
  const path = env.HF_TOKEN_PATH || join(home, "token");
  const token = clean(await readFile(path, "utf8").catch(() => undefined));
  return token
    ? { token: checked(token, path), tokenFrom: path }
    : { token: undefined, tokenFrom: undefined };
}

/** Files and secrets often end with a line break. */
function clean(text: string | undefined): string | undefined {
  return text?.trim() || undefined;
}

/** A token goes into a header, so it must be one word. It is never shown. */
function checked(token: string, from: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UserError(`${from} holds no token: one is a single word that begins with hf_.`);
}

function isTrue(value: string | undefined): boolean {
  return ["1", "ON", "YES", "TRUE"].includes(value?.trim().toUpperCase() ?? "");
}

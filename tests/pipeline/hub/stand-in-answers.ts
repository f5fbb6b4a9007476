import type { Reply } from "./stand-in.ts";

export function json(value: unknown, headers: Record<string, string> = {}, status = 200): Reply {
  const body = Buffer.from(JSON.stringify(value));
  return {
    status,
    body,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  };
}

/** The Hub's errors: a code where there is one, and the message in a header and in the body. */
export function fail(status: number, code: string | null, message: string): Reply {
  const headers = {
    ...(code && { "x-error-code": code }),
    ...(message && { "x-error-message": message }),
    "x-request-id": "Root=1-stand-in",
  };
  return json({ error: message }, headers, status);
}

export class Refused extends Error {
  readonly reply: Reply;
  constructor(status: number, code: string | null, message: string) {
    super(message);
    this.reply = fail(status, code, message);
  }
}

/**
 * How long a server asks to wait, in milliseconds; null where it does not say.
 *
 * `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3), by the clock of the server, which
 * its `Date` shows: ours may be wrong. Others say it in `RateLimit`,
 * `"api";r=0;t=55`: none remaining, and 55 seconds until the window starts anew
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/).
 */
export function retryAfter(headers: Headers, now: number): number | null {
  const after = headers.get("retry-after")?.trim();
  if (after && /^\d+$/.test(after)) return Number(after) * 1000;
  const date = after ? Date.parse(after) : Number.NaN;
  const sent = Date.parse(headers.get("date") ?? "");
  if (!Number.isNaN(date)) return Math.max(0, date - (Number.isNaN(sent) ? now : sent));
  const limit = headers.get("ratelimit");
  const reset = limit && /(?:^|[;,])\s*r=0\s*(?:;|$)/.test(limit) && /[;,]\s*t=(\d+)/.exec(limit);
  return reset ? Number(reset[1]) * 1000 : null;
}

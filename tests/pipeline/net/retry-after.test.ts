import { expect, test } from "vitest";
import { retryAfter } from "../../../src/pipeline/net/retry-after.ts";

const now = Date.parse("2026-11-25T08:00:00Z");

test.each<[Record<string, string>, number | null]>([
  [{ "retry-after": "120" }, 120_000],
  [{ "retry-after": "0" }, 0],
  // The three forms of a date in HTTP, RFC 9110, 5.6.7.
  [{ "retry-after": "Wed, 25 Nov 2026 08:00:30 GMT" }, 30_000],
  [{ "retry-after": "Wednesday, 25-Nov-26 08:00:30 GMT" }, 30_000],
  [{ "retry-after": "Wed, 25 Nov 2026 07:00:00 GMT" }, 0],
  // By the clock of a server that is an hour ahead of ours.
  [
    { "retry-after": "Wed, 25 Nov 2026 09:00:30 GMT", date: "Wed, 25 Nov 2026 09:00:00 GMT" },
    30_000,
  ],
  [{ "retry-after": "Wed, 25 Nov 2026 08:00:30 GMT", date: "?" }, 30_000],
  [{ "retry-after": "soon" }, null],
  // As the Hub answers, huggingface/huggingface_hub#3553.
  [{ ratelimit: '"api";r=0;t=55' }, 55_000],
  [{ ratelimit: '"api";r=489;t=189' }, null],
  [{ "retry-after": "7", ratelimit: '"api";r=0;t=55' }, 7000],
  [{}, null],
])("%j asks to wait %s ms", (headers, expected) => {
  expect(retryAfter(new Headers(headers), now)).toBe(expected);
});

import type { ServerResponse } from "node:http";
import type { Operation, Reply } from "./stand-in.ts";

/** What can go wrong with one answer. */
export const FAULTS = [
  "429",
  "429 with seconds",
  "429 with a date",
  "429 with RateLimit",
  "500",
  "502",
  "503",
  "504",
  /** The connection ends before anything comes. */
  "reset",
  /** It ends after half of the body. */
  "reset in the body",
  /** Nothing comes, and the connection stays open. */
  "stall",
  /** Half of the body comes, and then nothing. */
  "stall in the body",
  /** Half of the body, with a Content-Length that fits it. */
  "truncated",
  /** All of the body, but Content-Length promises more. */
  "length too large",
  /** More than the body. */
  "too much",
  /** Right length, wrong bytes. */
  "garbled",
] as const;

/**
 * Only the answer fails: what was asked for has been done. The Hub was seen to answer 500 to a
 * commit that it had made (huggingface/datasets#7708).
 */
export const LATE_FAULTS = ["reset after", "500 after"] as const;

/**
 * What a host of files refuses that the Hub has sent somebody to: the signature in the address is too
 * old, or there were too many. As S3 and CloudFront put it
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, AccessDenied).
 */
export const CDN_FAULTS = ["403 of the CDN"] as const;
export type Fault =
  | (typeof FAULTS)[number]
  | (typeof LATE_FAULTS)[number]
  | (typeof CDN_FAULTS)[number];

/** All that can go wrong with an answer to an operation, where it is only read. */
export function faultsOf(operation: Operation): readonly Fault[] {
  return operation === "cdn" ? [...FAULTS, ...CDN_FAULTS] : FAULTS;
}

/** Which answers are spoiled. */
export interface Faults {
  /** The next answers to an operation are spoiled, each once. `skip`: after so many good ones. */
  once: (operation: Operation, faults: Fault[], skip?: number) => void;
  /** A share of all answers is spoiled, drawn from a seed. */
  atRandom: (seed: number, share: number) => void;
  next: (operation: Operation) => Fault | null;
}

export function makeFaults(): Faults {
  const planned = new Map<Operation, (Fault | null)[]>();
  let random: (() => number) | null = null;
  let share = 0;
  return {
    once(operation, faults, skip = 0) {
      planned.set(operation, [...Array<null>(skip).fill(null), ...faults]);
    },
    atRandom(seed, part) {
      random = mulberry32(seed);
      share = part;
    },
    next(operation) {
      const plan = planned.get(operation);
      if (plan && plan.length > 0) return plan.shift()!;
      if (!random || random() >= share) return null;
      const drawn = faultsOf(operation);
      return drawn[Math.floor(random() * drawn.length)]!;
    },
  };
}

/** Sends an answer, spoiled by a fault. */
export function spoil(res: ServerResponse, reply: Reply, fault: Fault | null): void {
  const { status, headers, body } = reply;
  const half = body.subarray(0, Math.floor(body.length / 2));
  const send = (bytes: Buffer, length = bytes.length) => {
    res.writeHead(status, { ...headers, "content-length": length });
    res.write(bytes);
  };
  if (fault?.startsWith("429")) {
    tooMany(res, fault);
    return;
  }
  switch (fault) {
    case "403 of the CDN":
      res.writeHead(403, { "content-type": "application/xml" });
      res.end("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
      return;
    case "reset":
      res.socket?.destroy();
      return;
    case "reset in the body":
      res.writeHead(status, { ...headers, "content-length": body.length });
      afterWrite(res, half, () => res.socket?.destroy());
      return;
    case "stall":
      return;
    case "stall in the body":
      // Of an empty body there is no half: an answer that looks whole would leave the client with a
      // connection on which the next request stalls.
      if (body.length > 0) send(half, body.length);
      return;
    case "truncated":
      res.writeHead(status, { ...headers, "content-length": half.length });
      res.end(half);
      return;
    case "length too large":
      res.writeHead(status, { ...headers, "content-length": body.length + 7, connection: "close" });
      afterWrite(res, body, () => res.socket?.end());
      return;
    case "too much": {
      const more = Buffer.concat([body, Buffer.from("}]more")]);
      res.writeHead(status, { ...headers, "content-length": more.length });
      res.end(more);
      return;
    }
    case "garbled": {
      const other = Buffer.from(body.map((byte) => byte ^ 0x80));
      res.writeHead(status, { ...headers, "content-length": other.length });
      res.end(other);
      return;
    }
    default:
      res.writeHead(status, { ...headers, "content-length": body.length });
      res.end(body);
  }
}

/** Writing nothing would not even send the head. */
function afterWrite(res: ServerResponse, bytes: Buffer, then: () => void): void {
  res.flushHeaders();
  if (bytes.length > 0) res.write(bytes, then);
  else setTimeout(then, 5);
}

/** As huggingface/huggingface_hub#3553 shows the Hub's: r is what remains, t the seconds to wait. */
function tooMany(res: ServerResponse, fault: string): void {
  const soon = new Date(Date.now() + 55_000).toUTCString();
  const headers: Record<string, string> =
    {
      "429 with seconds": { "retry-after": "55" },
      "429 with a date": { "retry-after": soon },
      "429 with RateLimit": {
        ratelimit: '"api";r=0;t=55',
        "ratelimit-policy": '"fixed window";"api";q=500;w=300',
      },
    }[fault] ?? {};
  const body = JSON.stringify({
    error: "We had to rate limit you, you hit the quota of 500 requests.",
  });
  res.writeHead(429, { ...headers, "content-type": "application/json" });
  res.end(body);
}

/** A small generator of random numbers that begins anew with each seed. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

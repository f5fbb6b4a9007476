/** Something went wrong on the way that may go right the next time. */
export declare class Fault extends Error {
  name: string;
  /** What it is counted as: an HTTP status, or `reset`, `stall`, `length`, … */
  readonly kind: string;
  /** How long the server asks to wait, in milliseconds. */
  readonly wait: number | null;
  /** False where it is known that the server has not done what was asked for. */
  readonly reached: boolean;
  constructor(kind: string, message: string, options?: FaultOptions);
}
interface FaultOptions {
  wait?: number | null;
  reached?: boolean;
  cause?: unknown;
}
/** Time, so that tests need not wait. */
export interface Clock {
  now: () => number;
  sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}
export interface PatienceOptions {
  /** Who is asked, as a sentence begins. Default: "The server". */
  whom?: string;
  /** Requests at a time. Default 8. */
  concurrency?: number;
  /** Tries for one request, the first included. Default 8. */
  tries?: number;
  /** Milliseconds in which all is to be done; after them nothing is tried again. Default 5 hours. */
  budget?: number;
  /** Milliseconds: the first wait is at most this long, each next twice that. Default 1,000. */
  firstWait?: number;
  /** Milliseconds: no wait of our own is longer. Default 60,000. */
  longestWait?: number;
  /** Milliseconds without a byte after which a request counts as stalled. Default 30,000. */
  stall?: number;
  clock?: Clock;
  /** In [0, 1). */
  random?: () => number;
  /** Ends everything; its reason is what is thrown. */
  signal?: AbortSignal | undefined;
  /** Told before each wait. */
  onWait?: (fault: Fault, ms: number, what: string) => void;
}
/**
 * The one place that limits how much is asked of a server at a time and tries again what failed: up
 * to `tries` times, after waits that double, with full jitter (a random part of the whole wait:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), or for as long as the
 * server asks. When it asks for a pause, everything pauses: the others would get the same answer.
 */
export declare class Patience {
  readonly clock: Clock;
  readonly stall: number;
  readonly signal: AbortSignal | undefined;
  readonly concurrency: number;
  /** Tries that failed and were made again, by kind of fault. */
  readonly retries: Record<string, number>;
  constructor(options?: PatienceOptions);
  /**
   * Makes one request, as often as it takes. Must not be called from within itself.
   *
   * @param what the request as a sentence can name it
   * @param attempt one try. What it throws as a `Fault` is tried again, anything else is thrown on
   * @param repeatable false where doing it twice would do harm: then only what the server has
   *   surely not done is tried again
   * @throws UserError when tries, the last fault then being its cause, or time are used up
   */
  run<T>(what: string, attempt: () => Promise<T>, repeatable?: boolean): Promise<T>;
  /**
   * Waits as is right after a fault, `failed` others before it; for those who must look around
   * before they try again.
   *
   * @throws UserError where that would take longer than the time that is left
   */
  wait(fault: Fault, failed: number, what: string): Promise<void>;
}

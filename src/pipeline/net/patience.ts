import pLimit from "p-limit";
import pRetry from "p-retry";
import { UserError } from "../../core/records/user-error.ts";

/** Something went wrong on the way that may go right the next time. */
export class Fault extends Error {
  override name = "Fault";
  /** What it is counted as: an HTTP status, or `reset`, `stall`, `length`, … */
  readonly kind: string;
  /** How long the server asks to wait, in milliseconds. */
  readonly wait: number | null;
  /** False where it is known that the server has not done what was asked for. */
  readonly reached: boolean;

  constructor(kind: string, message: string, options: FaultOptions = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.wait = options.wait ?? null;
    this.reached = options.reached ?? true;
  }
}

/** No other request will do better: all the time that a run may take is over, or the token is. */
export class EndsRun extends UserError {}

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

const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};

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
export class Patience {
  readonly clock: Clock;
  readonly stall: number;
  readonly signal: AbortSignal | undefined;
  readonly concurrency: number;
  /** Tries that failed and were made again, by kind of fault. */
  readonly retries: Record<string, number> = {};
  readonly #options: Required<
    Pick<
      PatienceOptions,
      "whom" | "tries" | "budget" | "firstWait" | "longestWait" | "random" | "onWait"
    >
  >;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #start: number;
  #pausedUntil = 0;

  constructor(options: PatienceOptions = {}) {
    this.clock = options.clock ?? realClock;
    this.stall = options.stall ?? 30_000;
    this.signal = options.signal;
    this.concurrency = options.concurrency ?? 8;
    this.#limit = pLimit(this.concurrency);
    this.#start = this.clock.now();
    this.#options = {
      whom: options.whom ?? "The server",
      tries: options.tries ?? 8,
      budget: options.budget ?? 5 * 3_600_000,
      firstWait: options.firstWait ?? 1000,
      longestWait: options.longestWait ?? 60_000,
      random: options.random ?? Math.random,
      onWait: options.onWait ?? (() => {}),
    };
  }

  /**
   * Makes one request, as often as it takes. Must not be called from within itself.
   *
   * @param what the request as a sentence can name it
   * @param attempt one try. What it throws as a `Fault` is tried again, anything else is thrown on
   * @param repeatable false where doing it twice would do harm: then only what the server has
   *   surely not done is tried again
   * @throws UserError when tries, the last fault then being its cause, or time are used up
   */
  async run<T>(what: string, attempt: () => Promise<T>, repeatable = true): Promise<T> {
    return this.#limit(() =>
      pRetry(
        async () => {
          await this.#pause();
          this.signal?.throwIfAborted();
          return attempt();
        },
        {
          retries: this.#options.tries - 1,
          // The waits are our own: p-retry's are not fully random, and know no clock but the real.
          minTimeout: 0,
          maxTimeout: 0,
          signal: this.signal,
          shouldRetry: async ({ error, retriesConsumed }) => {
            if (!(error instanceof Fault) || (!repeatable && error.reached)) return false;
            await this.wait(error, retriesConsumed, what);
            return true;
          },
        },
      ),
    ).catch((error) => {
      if (error instanceof Fault && repeatable) {
        throw Object.assign(this.#givenUp(error, what), { cause: error });
      }
      throw error;
    });
  }

  /**
   * Waits as is right after a fault, `failed` others before it; for those who must look around
   * before they try again.
   *
   * @throws UserError where that would take longer than the time that is left
   */
  async wait(fault: Fault, failed: number, what: string): Promise<void> {
    const { firstWait, longestWait, random, budget, onWait } = this.#options;
    const ceiling = Math.min(longestWait, firstWait * 2 ** failed);
    // A little more than asked for, and not all at once.
    const ms = fault.wait === null ? random() * ceiling : fault.wait + random() * firstWait;
    const left = this.#start + budget - this.clock.now();
    if (ms > left) throw this.#outOfTime(fault, ms, what);
    this.retries[fault.kind] = (this.retries[fault.kind] ?? 0) + 1;
    onWait(fault, ms, what);
    if (fault.wait !== null) {
      this.#pausedUntil = Math.max(this.#pausedUntil, this.clock.now() + fault.wait);
    }
    await this.clock.sleep(ms, this.signal);
  }

  async #pause(): Promise<void> {
    const left = this.#pausedUntil - this.clock.now();
    if (left > 0) await this.clock.sleep(left, this.signal);
  }

  #givenUp(fault: Fault, what: string): UserError {
    return new UserError(
      `${this.#options.whom} did not give ${what} in ${this.#options.tries} tries, at last: ${fault.message}. ` +
        "What has come stays; run the same command again later, it goes on from there.",
    );
  }

  #outOfTime(fault: Fault, ms: number, what: string): EndsRun {
    const minutes = Math.round(this.#options.budget / 60_000);
    return new EndsRun(
      `${this.#options.whom} did not give ${what} (${fault.message}), and the next try, in ${Math.ceil(ms / 1000)} s, ` +
        `would be after the ${minutes} minutes that one run may take. ` +
        "What has come stays; run the same command again later, it goes on from there.",
    );
  }
}

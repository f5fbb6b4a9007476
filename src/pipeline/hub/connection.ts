import type { Patience } from "../net/patience.ts";
import type { HubSettings } from "./settings.ts";

/** A connection to the Hub: what every function of this folder is given. */
export interface Hub {
  settings: HubSettings;
  patience: Patience;
  /** Parameters for the functions of `@huggingface/hub`. Answers are read whole, and again if need be. */
  client: { hubUrl: string; fetch: typeof fetch };
  /** One try, whose body comes as a stream: for what has its own way to try again. */
  fetchOnce: typeof fetch;
  /** Requests made, failed ones included. */
  requests: () => number;
}

/** Now by the connection's clock, as what is kept of the Hub notes it: `2024-06-30T12:00:00Z`. */
export function instantOf({ patience }: Hub): string {
  return `${new Date(patience.clock.now()).toISOString().slice(0, 19)}Z`;
}

import type { Suite } from "../../core/records/suite.ts";
import type { Cache } from "../cache/open.ts";
import type { Hub } from "../hub/connection.ts";
import type { Carbon } from "./energy.ts";
import type { Executor, Limits } from "./executor.ts";
import type { Harness } from "./harness.ts";
import type { Order } from "./order.ts";

/** All that a runner works with. */
export interface Runner {
  /** Names it in the status. */
  name: string;
  hub: Hub;
  cache: Cache;
  /** Datasets on the Hub. */
  requests: string;
  results: string;
  suite: Suite;
  executor: Executor;
  harness: Harness;
  /** What electricity costs where it is, in CO₂. */
  carbon: Carbon;
  /** Its folder. One runner at a time works there. */
  work: string;
  /** Folder of task files beside the harness's own; paths in them are relative to it. */
  tasks: string | undefined;
  /** Milliseconds for which a request is its, if it does not say so again. */
  lease: number;
  limits: Limits;
  /** Dollars for an hour of the machine, for `local` and `slurm`; null where nobody said it. */
  price: number | null;
  order: Order;
  /** Ends it: what is running is put back. */
  signal: AbortSignal;
  say: (text: string) => void;
}

import type { Waiting } from "../../core/queue/order.ts";
import type { QueueRules } from "../../core/queue/rules.ts";

/** What the page by which models are submitted tells its script. */
export interface SubmitSetup {
  /** Address of the Hub, without a slash at its end. */
  hub: string;
  /** Dataset of the requests, OWNER/NAME. */
  requests: string;
  /** The leaderboard's app on the Hub; null where visitors cannot log in. */
  client: string | null;
  rules: Pick<
    QueueRules,
    "per_author" | "largest" | "never" | "precisions" | "worth" | "front" | "estimates"
  >;
  /** Continuations that a model is asked about; null where the suite does not say. */
  asked: number | null;
  /** Version of the transformers that the suite's harness loads models by. */
  transformers: string;
  /** Address of the folder of what the API says of each model. */
  models: string;
  /** Address of a `WaitingFile`; null where the tables have no queue. */
  waiting: string | null;
  /** Address of the queue's page; null where there is none. */
  queue: string | null;
}

/** The requests that wait, as the tables of the site have them. */
export interface WaitingFile {
  /** The newest moment that they speak of, ISO 8601; null where they speak of none. */
  until: string | null;
  waiting: Waiting[];
  /** Who sent in those begun last, see `lastBegun`. */
  begun: Waiting["submitter"][];
}

/** Fields of the form, by the names of what is submitted. */
export type FieldName =
  | "model"
  | "revision"
  | "precision"
  | "weight_type"
  | "base_model"
  | "model_type"
  | "use_chat_template";

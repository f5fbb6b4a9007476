import { z } from "zod";
import { evaluationSchema, type ModelType, modelName } from "../../core/records/evaluation.ts";
import type { Value } from "../../core/table/grid.ts";
import { asInstant, asModelType, asNumber, asParams, asText, asWeightType } from "./fields.ts";
import { checkedBy, jsonIn } from "./record.ts";

/** Where a submission stands. */
export const STATUSES = ["PENDING", "RUNNING", "FINISHED", "FAILED", "CANCELLED"] as const;

/** A row of `requests.parquet`: a submission to the leaderboard. Unknown is null. */
export interface RequestRow {
  model: string;
  revision: string | null;
  precision: string | null;
  weight_type: "Original" | "Adapter" | "Delta" | null;
  model_type: ModelType | null;
  base_model: string | null;
  architecture: string | null;
  params_b: number | null;
  chat_template: boolean | null;
  status: (typeof STATUSES)[number];
  submitted_at: string | null;
  started_at: string | null;
  job_id: string | null;
  sender: string | null;
}

const cell = z.union([z.string().max(500), z.number(), z.boolean()]).nullish();

/** A request file, as the leaderboard's own backend and its users write it. */
const requestSchema = z.looseObject({
  model: modelName,
  base_model: cell,
  revision: evaluationSchema.shape.revision.optional().or(z.literal("")),
  precision: evaluationSchema.shape.precision.optional().or(z.literal("")),
  params: cell,
  architectures: cell,
  weight_type: cell,
  status: z
    .string()
    .transform((s) => s.toUpperCase())
    .pipe(z.enum(STATUSES)),
  submitted_time: cell,
  model_type: cell,
  job_id: cell,
  job_start_time: cell,
  use_chat_template: z.boolean().nullish(),
  sender: cell,
});

/** Whether a file of a dataset is named like a request. */
export function isRequestFile(path: string): boolean {
  return /_eval_request_[^/]*\.json$/.test(path);
}

/**
 * Reads `OWNER/NAME_eval_request_False_PRECISION_WEIGHTTYPE.json`.
 *
 * @throws Error whose message says what is wrong
 */
export function parseRequest(text: string): RequestRow {
  const r = checkedBy(requestSchema, jsonIn(text));
  const job = asText(r.job_id as Value);
  return {
    model: r.model,
    revision: r.revision || null,
    precision: r.precision || null,
    weight_type: asWeightType(r.weight_type as Value),
    model_type: asModelType(r.model_type as Value),
    base_model: asText(r.base_model as Value),
    architecture: asText(r.architectures as Value),
    params_b: asParams(asNumber(r.params as Value)),
    chat_template: r.use_chat_template ?? null,
    status: r.status,
    submitted_at: asInstant(r.submitted_time as Value),
    started_at: asInstant(r.job_start_time as Value),
    job_id: job === "-1" ? null : job,
    sender: asText(r.sender as Value),
  };
}

/** In the order in which they were submitted, those of unknown time last. */
export function sortRequests(requests: RequestRow[]): RequestRow[] {
  const key = (r: RequestRow) =>
    [r.submitted_at ?? "~", r.model, r.revision, r.precision, r.weight_type, r.status].join(" ");
  return requests
    .map((r) => [key(r), r] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, r]) => r);
}

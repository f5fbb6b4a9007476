import { z } from "zod";
import { evaluationSchema, type ModelType, modelName } from "../../core/records/evaluation.ts";
import { cleanField, cleanText } from "../../core/records/text.ts";
import type { Value } from "../../core/table/grid.ts";
import { asInstant, asModelType, asNumber, asParams, asText, asWeightType } from "./fields.ts";
import { checkedBy, jsonIn } from "./record.ts";

/** Where a submission stands, as the format has it; files may say anything else. */
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
  /** One of `STATUSES`, or what the file says in its place. */
  status: string;
  submitted_at: string | null;
  started_at: string | null;
  job_id: string | null;
  sender: string | null;
  /** Branch or tag that it was submitted under, where `revision` is the commit that it had. */
  branch: string | null;
  pull_request: number | null;
  /** What its runner noted: jobs that were begun, how far the last one is, when and how it ended. */
  tries: number | null;
  progress: string | null;
  ended_at: string | null;
  cause: string | null;
  why: string | null;
  /** Earlier requests under the same name, oldest first: JSON. */
  timeline: string | null;
}

/** A request with its file's path in the dataset. */
export interface FiledRequest extends RequestRow {
  path: string;
}

const cell = z.union([z.string().max(500), z.number(), z.boolean()]).nullish();

/** What somebody else may have written in a place of ours is not known, and costs no request its row. */
const note = (most: number) =>
  z
    .string()
    .max(10_000)
    .transform((text) => cleanText(text).slice(0, most))
    .nullish()
    .catch(null);

/** What a runner notes: see `src/pipeline/runner/request-file.ts`. */
const runnerSchema = z
  .looseObject({
    tries: z.number().int().min(0).max(1000).nullish().catch(null),
    progress: note(200),
    ended: note(40),
    cause: note(40),
    why: note(2000),
  })
  .nullish()
  .catch(null);

/** A request that had ended when a new one took its name: see the collector. */
const earlierSchema = z
  .array(
    z.object({
      revision: note(100),
      status: note(20),
      submitted_time: note(40),
      ended: note(40),
      why: note(2000),
    }),
  )
  .max(100)
  .nullish()
  .catch(null);

/** A request file, as the leaderboard's own backend and its users write it. */
const requestSchema = z.looseObject({
  model: modelName,
  base_model: cell,
  revision: evaluationSchema.shape.revision.optional().or(z.literal("")),
  precision: evaluationSchema.shape.precision.optional().or(z.literal("")),
  params: cell,
  architectures: cell,
  weight_type: cell,
  status: cleanField(40).transform((s) => s.toUpperCase()),
  submitted_time: cell,
  model_type: cell,
  job_id: cell,
  job_start_time: cell,
  use_chat_template: z.boolean().nullish(),
  sender: cell,
  branch: note(100),
  pull_request: z.number().int().min(1).max(2147483647).nullish().catch(null),
  runner: runnerSchema,
  earlier: earlierSchema,
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
    branch: r.branch || null,
    pull_request: r.pull_request ?? null,
    tries: r.runner?.tries ?? null,
    progress: r.runner?.progress || null,
    ended_at: asInstant(r.runner?.ended),
    cause: r.runner?.cause || null,
    why: r.runner?.why || null,
    timeline: timelineOf(r.earlier ?? []),
  };
}

function timelineOf(earlier: NonNullable<z.infer<typeof earlierSchema>>): string | null {
  const ends = earlier.map(({ revision, status, submitted_time, ended, why }) => ({
    revision: revision || null,
    status: status || null,
    submitted_at: asInstant(submitted_time),
    ended_at: asInstant(ended),
    why: why || null,
  }));
  return ends.length === 0 ? null : JSON.stringify(ends);
}

/** In the order in which they were submitted, those of unknown time last. */
export function sortRequests<R extends RequestRow>(requests: R[]): R[] {
  const key = (r: R) =>
    [r.submitted_at ?? "~", r.model, r.revision, r.precision, r.weight_type, r.status].join(" ");
  return requests
    .map((r) => [key(r), r] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, r]) => r);
}

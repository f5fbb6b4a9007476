import type { ModelType } from "../records/evaluation.ts";
import { isThere, type SubmissionFacts } from "./facts.ts";
import { memoryOf, SPEED, secondsOf } from "./size.ts";
import { billions, isPart, type Submission } from "./submission.ts";

/** What a submission is expected to take, by the plain rule. */
export interface Estimate {
  /** Weights that are loaded: of an adapter or delta weights, with their base. */
  params: number;
  /** Bytes. */
  memory: number;
  /** On one GPU. Null where the suite does not say how many questions there are. */
  hours: number | null;
}

/**
 * @param asked continuations that a model is asked about, see `requestsOf`; null where that is not known
 * @param factor how many times as long as the plain rule says runs take here, `estimates` of the rules
 * @returns null where it is not known how large the model is
 */
export function estimateOf(
  submission: Submission,
  facts: SubmissionFacts,
  asked: number | null,
  factor: number,
): Estimate | null {
  const params = paramsOf(submission, facts);
  if (params === null) return null;
  const { precision } = submission;
  const seconds = asked === null ? null : secondsOf(params, precision, asked, SPEED.gpu) * factor;
  return {
    params,
    memory: memoryOf(params, precision),
    hours: seconds === null ? null : seconds / 3600,
  };
}

/** Weights that are loaded; null where that is not known of one of them. */
export function paramsOf(submission: Submission, { model, base }: SubmissionFacts): number | null {
  const own = isThere(model) ? model.params : null;
  if (!isPart(submission)) return own;
  const below = base && isThere(base) ? base.params : null;
  return own === null || below === null ? null : own + below;
}

/** A submission as the row that it would become; what is not known is null. */
export interface Preview {
  model: string;
  commit: string | null;
  precision: string;
  weight_type: string;
  base_model: string | null;
  model_type: ModelType;
  chat_template: boolean;
  architecture: string | null;
  license: string | null;
  /** Billions. */
  params_b: number | null;
  /** Bytes. */
  memory: number | null;
}

export function previewOf(submission: Submission, facts: SubmissionFacts): Preview {
  const { model, precision, weight_type, base_model, model_type, use_chat_template } = submission;
  const own = isThere(facts.model) ? facts.model : null;
  const base = facts.base && isThere(facts.base) ? facts.base : null;
  const loaded = isPart(submission) ? base : own;
  const estimate = estimateOf(submission, facts, null, 1);
  return {
    model: own?.name ?? model,
    commit: own?.commit ?? null,
    precision,
    weight_type,
    base_model,
    model_type,
    chat_template: use_chat_template,
    architecture: loaded?.config?.architectures ?? null,
    license: own?.license ?? null,
    params_b: estimate ? billions(estimate.params) : null,
    memory: estimate?.memory ?? null,
  };
}

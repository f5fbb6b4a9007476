import type { Json } from "./json.ts";

/** Task → its fields. */
export type ByTask<T> = Record<string, T>;

/**
 * A run, as the readers give it: the shape of lm-evaluation-harness's result file
 * (`src/core/records/results-file.ts`), as far as a format says it.
 */
export interface HarnessRun {
  /** `METRIC` or `METRIC,FILTER` → value, and beside it `METRIC_stderr` or `METRIC_stderr,FILTER`. */
  results: ByTask<Json>;
  "n-shot"?: ByTask<number>;
  /** Questions that the task has, and that were asked. */
  "n-samples"?: ByTask<{ original?: number; effective?: number }>;
  versions?: Json;
  higher_is_better?: ByTask<Record<string, boolean>>;
  /**
   * Smallest and largest value of a metric, where the document states them: the harness has no such
   * field. A suite's scale that is another one reads the values wrongly.
   */
  score_ranges?: ByTask<Record<string, [number, number]>>;
  config?: {
    model_args?: Json;
    model_sha?: string;
    model_revision?: string;
    model_dtype?: string;
    model_num_parameters?: number;
    limit?: number;
    gen_kwargs?: Json;
    batch_size?: number | string;
    device?: number | string;
  };
  model_name?: string;
  /** Seconds since 1970. */
  date?: number;
  git_hash?: string;
  lm_eval_version?: string;
  transformers_version?: string;
  system_instruction?: string;
  max_length?: number;
  total_evaluation_time_seconds?: number | string;
}

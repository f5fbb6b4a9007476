import { z } from "zod";

/** `pretrained=…,revision=…` as text, or the same as an object in newer harness versions. */
const modelArgs = z.union([z.string(), z.record(z.string(), z.unknown())]);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Task → its own fields. Looked through rather than copied: there are thousands of files with
 * dozens of tasks each, and only the figures that a suite names are read, and checked then.
 */
const byTask = z
  .custom<Record<string, Record<string, unknown>>>(isObject, "must be an object")
  // What is no task, as an average that somebody added, is passed over.
  .transform((tasks) =>
    Object.values(tasks).every(isObject)
      ? tasks
      : Object.fromEntries(Object.entries(tasks).filter(([, task]) => isObject(task))),
  );

/**
 * A `results_*.json` of lm-evaluation-harness, as far as it is read here; other fields may come and
 * go. Layout: EleutherAI/lm-evaluation-harness, `lm_eval/loggers/evaluation_tracker.py`.
 */
export const resultsFileSchema = z.looseObject({
  /** Task → metric → value. Values are checked where they are used: `alias` and `N/A` occur. */
  results: byTask,
  config: z
    .looseObject({
      model_args: modelArgs.nullish(),
      /** As the template of leaderboards has it. */
      model_name: z.string().nullish(),
      model_sha: z.string().nullish(),
      /** Commits of an adapter, and of weights that are added to a base's. */
      peft_sha: z.string().nullish(),
      delta_sha: z.string().nullish(),
      model_revision: z.string().nullish(),
      model_dtype: z.string().nullish(),
      model_num_parameters: z.number().nullish().catch(null),
      /** Questions per task of a trial run (`--limit`); null for a whole run. */
      limit: z.number().nullish(),
    })
    .nullish(),
  /** Task → `effective`, the number of questions that were asked. */
  "n-samples": byTask.nullish().catch(null),
  model_name: z.string().nullish(),
  /** The template's text when prompts were wrapped in it, else null or absent. */
  chat_template: z.string().nullish(),
  /** Seconds since 1970. */
  date: z.number().nullish().catch(null),
});

export type ResultsFile = z.infer<typeof resultsFileSchema>;

/** One thing that is read of a format. */
export interface Reading {
  what: string;
  /** Paths in the example; `*` is any name or place. */
  where: string[];
}

/** What the page says of a format, by the id of its reader. */
export interface FormatText {
  /** The files that are looked for. */
  files: string;
  readings: Reading[];
  notes: string[];
  /** Files in `docs/formats`: the first is the result file, the others lie beside it. */
  examples: string[];
}

const read = (what: string, ...where: string[]): Reading => ({ what, where });

/**
 * By reader (`src/pipeline/formats`), in the order of the page. Tests hold every path to the example, and
 * the list to the readers that there are.
 */
export const FORMAT_TEXTS: Readonly<Record<string, FormatText>> = {
  "lm-eval": {
    files: "results_TIME.json, one for each run",
    readings: [
      read("Task, metric, value", "results.*.*"),
      read("Standard error: METRIC_stderr,FILTER", "results.*.acc_stderr,none"),
      read("Examples put before each question", "n-shot.*"),
      read("Questions there are, and were asked", "n-samples.*.original", "n-samples.*.effective"),
      read("Model", "model_name", "config.model_args.pretrained"),
      read(
        "Commit, number format, size",
        "config.model_sha",
        "config.model_dtype",
        "config.model_num_parameters",
      ),
      read("Day, where the file’s name has none", "date"),
      read("Harness", "lm_eval_version", "git_hash"),
      read("Chat template", "chat_template"),
    ],
    notes: [
      "All other formats are turned into this one, and then scored by the same code.",
      "A file that is of no other format is taken to be of this one, and refused with the field that is missing.",
    ],
    examples: ["lm-eval.json"],
  },
  "lm-eval-0.3": {
    files: "results….json, as --output_path named it",
    readings: [
      read("Task, metric, value; no filters", "results.*.*"),
      read("Standard error", "results.*.mc1_stderr"),
      read("Examples, one number for all tasks", "config.num_fewshot"),
      read("Model and revision", "config.model_args"),
      read("A trial run, which is refused", "config.limit"),
    ],
    notes: [
      "Told by config.num_fewshot, where n-shot is missing. There is no day in the file, nor the number of questions.",
    ],
    examples: ["lm-eval-0.3.json"],
  },
  lighteval: {
    files: "results/OWNER/NAME/results_TIME.json",
    readings: [
      read("Task, metric, value: the task’s name ends in its examples", "results.*.*"),
      read("Standard error", "results.*.extractive_match_stderr"),
      read(
        "Questions there are, and were asked",
        "config_tasks.*.original_num_docs",
        "config_tasks.*.effective_num_docs",
      ),
      read("Which way is better", "config_tasks.*.metrics.*.higher_is_better"),
      read("Model", "config_general.model_name", "config_general.model_config.model_name"),
      read(
        "Revision and number format; before 0.11 model_sha and model_dtype",
        "config_general.model_config.revision",
        "config_general.model_config.dtype",
      ),
      read("Generation", "config_general.model_config.generation_parameters"),
      read("A trial run, which is refused", "config_general.max_samples"),
      read("lighteval’s own commit", "config_general.lighteval_sha"),
      read("Time that it took", "config_general.total_evaluation_time_secondes"),
    ],
    notes: [
      "A suite names the whole task, examples included: gsm8k|5, before 0.11 lighteval|gsm8k|5. The task all is an average over tasks and left out.",
      "An average over subtasks (…:_average|5) is read without standard error: the file has the mean of theirs, which is not its own.",
      "start_time and end_time count from when the machine started. The day of a run is in its file’s name only.",
    ],
    examples: ["lighteval.json"],
  },
  "leaderboard-template": {
    files: "results….json, any number of models in a folder",
    readings: [
      read("Task, metric, value", "results.*.*"),
      read("Model", "config.model_name"),
      read("Commit or branch, number format", "config.model_sha", "config.model_dtype"),
    ],
    notes: [
      "Told by config.model_name. Nothing else is in these files: no standard error, no number of questions, no day but that of the name.",
    ],
    examples: ["leaderboard-template.json"],
  },
  "every-eval-ever": {
    files: "UUID.json, one for each model",
    readings: [
      read("Task", "evaluation_results.*.evaluation_name"),
      read(
        "Metric; without metric_id its metric_name, else score",
        "evaluation_results.*.metric_config.metric_id",
      ),
      read("Value", "evaluation_results.*.score_details.score"),
      read(
        "Standard error, questions asked",
        "evaluation_results.*.score_details.uncertainty.standard_error.value",
        "evaluation_results.*.score_details.uncertainty.num_samples",
      ),
      read("Questions there are", "evaluation_results.*.source_data.samples_number"),
      read("Which way is better", "evaluation_results.*.metric_config.lower_is_better"),
      read(
        "Scale",
        "evaluation_results.*.metric_config.min_score",
        "evaluation_results.*.metric_config.max_score",
      ),
      read(
        "Examples, where a converter notes them",
        "evaluation_results.*.generation_config.additional_details.num_fewshot",
      ),
      read(
        "Generation, where all results have the same",
        "evaluation_results.*.generation_config.generation_args",
      ),
      read("Model", "model_info.id"),
      read(
        "Commit (sha, else revision), number format (dtype, else precision), size (num_parameters, else params_billions)",
        "model_info.additional_details.sha",
        "model_info.additional_details.dtype",
        "model_info.additional_details.num_parameters",
      ),
      read("Day", "evaluation_timestamp"),
      read("Version of the harness, where it is that", "eval_library.version"),
    ],
    notes: [
      "Values stay on the scale of the record: a suite has to be of the same.",
      "retrieved_timestamp is when the record was made, and says nothing of the run.",
    ],
    examples: ["every-eval-ever.json"],
  },
  inspect: {
    files: "a log as JSON: --log-format json, or inspect log dump LOG",
    readings: [
      read("Task", "eval.task"),
      read(
        "Metric, as METRIC,SCORER, and its value",
        "results.scores.*.name",
        "results.scores.*.metrics.*.value",
      ),
      read("Standard error of accuracy and mean", "results.scores.*.metrics.stderr.value"),
      read(
        "Questions there are (times epochs), and were asked",
        "eval.dataset.samples",
        "results.completed_samples",
      ),
      read("Model, as written", "eval.model"),
      read("Generation", "eval.model_generate_config"),
      read("Commit of the folder it was started in", "eval.revision.commit"),
      read("Day and time that it took", "stats.started_at", "stats.completed_at"),
      read("Whether it ended well", "status"),
    ],
    notes: [
      "Only logs whose status is success are read. A limit, or fewer samples than the data set has, makes it a trial run.",
      "Where a scorer’s epochs were joined in several ways, the way is named too: accuracy,match/mean.",
    ],
    examples: ["inspect.json"],
  },
  helm: {
    files:
      'stats.json with run_spec.json beside it; or one document, {"run_spec": …, "stats": […]}',
    readings: [
      read("Metric, as METRIC,SPLIT, and its value", "*.name.name", "*.name.split", "*.mean"),
    ],
    notes: [
      "From run_spec.json: the task is name without the model (mmlu:subject=philosophy,method=multiple_choice_joint), the model adapter_spec.model, the examples adapter_spec.max_train_instances; temperature, max_tokens, stop_sequences and num_outputs are its generation.",
      "Questions asked are num_instances, where one split was asked. Perturbed instances and parts of splits are left out.",
      "There is no standard error (a variance in stats.json is over trials, not questions), no day and no commit. max_eval_instances makes no trial run: HELM caps every run.",
    ],
    examples: ["helm/stats.json", "helm/run_spec.json"],
  },
};

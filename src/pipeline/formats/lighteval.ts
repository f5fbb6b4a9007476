import type { Format } from "./format.ts";
import {
  byName,
  countIn,
  field,
  isObject,
  type Json,
  known,
  listIn,
  numberIn,
  objectIn,
  textIn,
} from "./json.ts";
import { wrong } from "./refuse.ts";
import type { HarnessRun } from "./run.ts";

/**
 * The result file of lighteval. Tasks are named with their examples (`gsm8k|0`, before 0.11
 * `lighteval|gsm8k|0`) and keep these names. `all` is an average over tasks and no task.
 *
 * `start_time` and `end_time` are of a clock that starts with the machine (`time.perf_counter`), not
 * of a calendar: the day of a run is in its file's name only.
 *
 * Layout: huggingface/lighteval v0.1.0 to v0.13.0, `src/lighteval/logging/evaluation_tracker.py`
 * (`results`) and `info_loggers.py`; `docs/source/saving-and-reading-results.mdx`.
 */
export const lighteval: Format = {
  id: "lighteval",
  name: "lighteval 0.1 to 0.13, and details in its shape",
  recognises: (json) =>
    objectIn(json, "config_general") !== undefined && objectIn(json, "results") !== undefined,
  read: (json) => [runIn(json)],
};

function runIn(json: unknown): HarnessRun {
  const general = objectIn(json, "config_general")!;
  const tasks = Object.entries(objectIn(json, "results")!).filter(([task]) => task !== "all");
  const configs = new Map(tasks.map(([task]) => [task, configOf(task, json)]));
  const each = <T>(of: (task: string, config: Json | undefined) => T | undefined) =>
    byName(tasks.map(([task]) => [task, of(task, configs.get(task))]));
  return known({
    results: Object.fromEntries(tasks.map(([task, metrics]) => [task, metricsOf(task, metrics)])),
    "n-shot": each(shotsIn),
    "n-samples": each((_, config) => samplesOf(config)),
    versions: objectIn(json, "versions"),
    higher_is_better: each((_, config) => directionsOf(config)),
    ...headOf(general),
  })!;
}

/** An average over subtasks has the mean of their standard errors, which is not its own. */
function metricsOf(task: string, metrics: unknown): Json {
  if (!isObject(metrics)) throw wrong(`results.${task}`, metrics, "must be an object of metrics");
  const isAverage = /:_average\|\d+$/.test(task);
  const entries = Object.entries(metrics);
  return Object.fromEntries(isAverage ? entries.filter(([m]) => !m.endsWith("_stderr")) : entries);
}

function shotsIn(task: string): number | undefined {
  const shots = /\|(\d{1,4})$/.exec(task)?.[1];
  return shots === undefined ? undefined : Number(shots);
}

/** A task's own configuration: under its name, before 0.11 under its name without examples. */
function configOf(task: string, json: unknown): Json | undefined {
  const all = field(json, "config_tasks");
  return objectIn(all, task) ?? objectIn(all, task.replace(/\|\d+$/, ""));
}

/** -1 stands for a number that is not known. */
function samplesOf(
  config: Json | undefined,
): { original?: number; effective?: number } | undefined {
  return known({
    original: countIn(config, "original_num_docs"),
    effective: countIn(config, "effective_num_docs"),
  });
}

function directionsOf(config: Json | undefined): Record<string, boolean> | undefined {
  const metrics = listIn(config, "metrics") ?? listIn(config, "metric") ?? [];
  return byName(
    metrics.flatMap((metric): [string, boolean][] => {
      const name = textIn(metric, "metric_name");
      const higher = field(metric, "higher_is_better");
      return name && typeof higher === "boolean" ? [[name, higher]] : [];
    }),
  );
}

/** The model's fields stand in `config_general`, since 0.11 in its `model_config`. */
function headOf(general: Json): Partial<HarnessRun> {
  const model = objectIn(general, "model_config");
  return {
    model_name: textIn(general, "model_name") ?? textIn(model, "model_name"),
    config: known({
      model_sha: textIn(general, "model_sha"),
      model_revision: textIn(model, "revision"),
      model_dtype: textIn(general, "model_dtype") ?? textIn(model, "dtype"),
      limit: limitIn(general),
      gen_kwargs:
        objectIn(model, "generation_parameters") ?? objectIn(general, "generation_parameters"),
      batch_size: numberIn(model, "batch_size") ?? numberIn(general, "override_batch_size"),
      device: textIn(model, "device"),
    }),
    system_instruction: textIn(model, "system_prompt"),
    max_length: countIn(model, "max_length"),
    git_hash: commitIn(general),
    total_evaluation_time_seconds: textIn(general, "total_evaluation_time_secondes"),
  };
}

/** Questions per task of a trial run; a whole run has null. */
function limitIn(general: Json): number | undefined {
  const limit = general.max_samples;
  if (limit === null || limit === undefined) return undefined;
  if (typeof limit !== "number") {
    throw wrong("config_general.max_samples", limit, "must be a number, or null for a whole run");
  }
  return limit;
}

/** lighteval's own commit; `?` where it was installed without its history. */
function commitIn(general: Json): string | undefined {
  const commit = textIn(general, "lighteval_sha");
  return commit === "?" ? undefined : commit;
}

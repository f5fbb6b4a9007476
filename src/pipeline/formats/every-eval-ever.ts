import type { Format } from "./format.ts";
import {
  byName,
  countIn,
  field,
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
 * A record of Every Eval Ever: one model, and a list of results. A result's task is its
 * `evaluation_name`; its metric is `metric_config.metric_id`, else `metric_name`, else (schema 0.2
 * has neither) `score`. Values stay on the scale that the record gives them.
 *
 * Layout: evaleval/every_eval_ever, `every_eval_ever/schemas/eval.schema.json` (0.3.0); names within
 * `additional_details` as the project's own converters write them.
 */
export const everyEvalEver: Format = {
  id: "every-eval-ever",
  name: "Every Eval Ever 0.2 and 0.3",
  recognises: (json) =>
    textIn(json, "schema_version") !== undefined &&
    textIn(json, "evaluation_id") !== undefined &&
    listIn(json, "evaluation_results") !== undefined,
  read: (json) => [runIn(json)],
};

/** One entry of `evaluation_results`. */
interface Result {
  at: string;
  task: string;
  metric: string;
  json: Json;
}

function runIn(json: unknown): HarnessRun {
  const results = resultsIn(json);
  const tasks = [...tasksOf(results)];
  const all = <T>(of: (own: Result[]) => T | undefined) =>
    byName(tasks.map(([task, own]) => [task, of(own)]));
  return known({
    results: all(valuesOf) ?? {},
    "n-shot": all(shotsOf),
    "n-samples": all(samplesOf),
    higher_is_better: all(directionsOf),
    score_ranges: all(rangesOf),
    ...headOf(json, results),
  })!;
}

function resultsIn(json: unknown): Result[] {
  const seen = new Set<string>();
  return listIn(json, "evaluation_results")!.map((entry, i) => {
    const at = `evaluation_results.${i}`;
    const task = textIn(entry, "evaluation_name");
    if (!task) {
      throw wrong(`${at}.evaluation_name`, field(entry, "evaluation_name"), "must be a name");
    }
    const metric = metricOf(objectIn(entry, "metric_config"));
    const key = JSON.stringify([task, metric]);
    if (seen.has(key)) {
      throw wrong(at, `${task} ${metric}`, "must be the only result of its name and metric_id");
    }
    seen.add(key);
    return { at, task, metric, json: entry as Json };
  });
}

function tasksOf(results: Result[]): Map<string, Result[]> {
  const tasks = new Map<string, Result[]>();
  for (const result of results) {
    const own = tasks.get(result.task);
    if (own) own.push(result);
    else tasks.set(result.task, [result]);
  }
  return tasks;
}

function metricOf(config: Json | undefined): string {
  return textIn(config, "metric_id") ?? textIn(config, "metric_name") ?? "score";
}

function uncertaintyOf({ json }: Result): Json | undefined {
  return objectIn(field(json, "score_details"), "uncertainty");
}

function valuesOf(results: Result[]): Json {
  return Object.fromEntries(
    results.flatMap((result): [string, number][] => {
      const { at, metric, json } = result;
      const details = field(json, "score_details");
      const score = numberIn(details, "score");
      if (score === undefined) {
        throw wrong(`${at}.score_details.score`, field(details, "score"), "must be a number");
      }
      const stderr = numberIn(field(uncertaintyOf(result), "standard_error"), "value");
      const entry: [string, number] = [metric, score];
      return stderr === undefined ? [entry] : [entry, [stderrName(metric), stderr]];
    }),
  );
}

/** `acc,none` → `acc_stderr,none`, as the harness names it. */
function stderrName(metric: string): string {
  return metric.replace(/^[^,]*/, (name) => `${name}_stderr`);
}

/** Of all results of a task where they agree: the harness has one number for a task. */
function common<T>(results: Result[], of: (result: Result) => T | undefined): T | undefined {
  const values = new Set(results.map(of));
  return values.size === 1 ? [...values][0] : undefined;
}

function samplesOf(results: Result[]): { original?: number; effective?: number } | undefined {
  return known({
    original: common(results, ({ json }) => countIn(field(json, "source_data"), "samples_number")),
    effective: common(results, (result) => countIn(uncertaintyOf(result), "num_samples")),
  });
}

/** Not in the schema: where the converter of the harness's files puts it, as text. */
function shotsOf(results: Result[]): number | undefined {
  return common(results, ({ json }) => {
    const text = textIn(
      objectIn(field(json, "generation_config"), "additional_details"),
      "num_fewshot",
    );
    return text && /^\d{1,4}$/.test(text) ? Number(text) : undefined;
  });
}

function directionsOf(results: Result[]): Record<string, boolean> | undefined {
  return byName(
    results.map(({ metric, json }) => {
      const lower = field(field(json, "metric_config"), "lower_is_better");
      return [metric, typeof lower === "boolean" ? !lower : undefined];
    }),
  );
}

function rangesOf(results: Result[]): Record<string, [number, number]> | undefined {
  return byName(
    results.map(({ metric, json }): [string, [number, number] | undefined] => {
      const min = numberIn(field(json, "metric_config"), "min_score");
      const max = numberIn(field(json, "metric_config"), "max_score");
      return [metric, min === undefined || max === undefined ? undefined : [min, max]];
    }),
  );
}

function headOf(json: unknown, results: Result[]): Partial<HarnessRun> {
  const info = field(json, "model_info");
  const details = objectIn(info, "additional_details");
  return {
    model_name: textIn(info, "id"),
    config: known({
      model_sha: textIn(details, "sha"),
      model_revision: textIn(details, "revision"),
      model_dtype: textIn(details, "dtype") ?? textIn(details, "precision"),
      model_num_parameters: parametersIn(details),
      gen_kwargs: generationOf(results),
    }),
    date: timeIn(json),
    lm_eval_version: harnessIn(field(json, "eval_library")),
  };
}

/** Where all results were generated in one way. */
function generationOf(results: Result[]): Json | undefined {
  const first = results[0] && argsOf(results[0]);
  const same = common(results, (result) => JSON.stringify(argsOf(result)));
  return same === undefined ? undefined : first;
}

/** What is one value; of agents the schema has more. */
function argsOf({ json }: Result): Json | undefined {
  const args = objectIn(field(json, "generation_config"), "generation_args") ?? {};
  return byName(
    Object.entries(args).map(([name, v]) => [name, typeof v === "object" ? undefined : v]),
  );
}

/** As text in 0.3, as a number in 0.2: whole, or in billions. */
function parametersIn(details: Json | undefined): number | undefined {
  const number = (name: string) => Number(textIn(details, name) ?? numberIn(details, name));
  const billions = number("params_billions");
  const parameters = number("num_parameters") || Math.round(billions * 1e9);
  return parameters > 0 && Number.isFinite(parameters) ? parameters : undefined;
}

/** Of the evaluation; when the record was made (`retrieved_timestamp`) says nothing of that. */
function timeIn(json: unknown): number | undefined {
  const text = textIn(json, "evaluation_timestamp");
  if (text === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  return Number.isFinite(seconds) ? seconds : undefined;
}

function harnessIn(library: unknown): string | undefined {
  const isHarness = /^lm[-_ ]?eval/i.test(textIn(library, "name") ?? "");
  const version = isHarness ? textIn(library, "version") : undefined;
  return version === "unknown" ? undefined : version;
}

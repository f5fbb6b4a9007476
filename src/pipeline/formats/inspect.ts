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
  secondsOf,
  textIn,
} from "./json.ts";
import { wrong } from "./refuse.ts";
import type { HarnessRun } from "./run.ts";

/**
 * An eval log of Inspect as JSON (`--log-format json`, or `inspect log dump`). One log is one task,
 * `eval.task`; its metrics are `METRIC,SCORER`, as a log may have several scorers with an `accuracy`
 * each. Metrics named `stderr` or `bootstrap_stderr` belong to the mean of their scorer.
 *
 * Layout: UKGovernmentBEIS/inspect_ai, `src/inspect_ai/log/_log.py` (`EvalLog`, version 2).
 */
export const inspect: Format = {
  id: "inspect",
  name: "Inspect eval log, version 2",
  recognises: (json) =>
    textIn(json, "status") !== undefined &&
    textIn(field(json, "eval"), "task") !== undefined &&
    textIn(field(json, "eval"), "model") !== undefined,
  read: (json) => [runIn(json)],
};

/** Metrics that are means over samples, so that a standard error of the mean is theirs. */
const MEANS = ["accuracy", "mean"];
const STDERRS = ["stderr", "bootstrap_stderr"];

function runIn(json: unknown): HarnessRun {
  refuseUnfinished(json);
  const spec = objectIn(json, "eval")!;
  const task = textIn(spec, "task")!;
  const results = objectIn(json, "results");
  const only = <T>(value: T | undefined) => byName([[task, value]]);
  return known({
    results: Object.fromEntries([[task, valuesOf(listIn(results, "scores") ?? [])]]),
    "n-samples": only(samplesOf(spec, results)),
    versions: only(field(spec, "task_version")),
    model_name: textIn(spec, "model"),
    config: configOf(spec),
    git_hash: textIn(field(spec, "revision"), "commit"),
    system_instruction: textIn(field(spec, "model_generate_config"), "system_message"),
    ...timesOf(json),
  })!;
}

function refuseUnfinished(json: unknown): void {
  const status = field(json, "status");
  if (status !== "success") {
    throw wrong("status", status, 'must be "success": finish the run with inspect eval-retry');
  }
  if (field(json, "invalidated") === true) {
    throw wrong(
      "invalidated",
      true,
      "must not be set: some samples were declared invalid, run them again",
    );
  }
  if (!listIn(field(json, "results"), "scores")?.length) {
    const scores = field(field(json, "results"), "scores");
    throw wrong("results.scores", scores, "must have a score: score the log with inspect score");
  }
}

function valuesOf(scores: unknown[]): Json {
  const entries = scores.flatMap((score, i) => {
    const metrics = objectIn(score, "metrics");
    if (!metrics) {
      throw wrong(
        `results.scores.${i}.metrics`,
        field(score, "metrics"),
        "must be an object of metrics",
      );
    }
    return metricsOf(metrics, filterOf(score, i, scores));
  });
  return Object.fromEntries(entries);
}

/** The scorer's name, with its way of joining epochs where the log has several. */
function filterOf(score: unknown, i: number, scores: unknown[]): string {
  const name = textIn(score, "name") ?? textIn(score, "scorer");
  if (!name) throw wrong(`results.scores.${i}.name`, field(score, "name"), "must be a name");
  const same = scores.filter((other) => field(other, "name") === name);
  const reducer = textIn(score, "reducer");
  return same.length > 1 && reducer ? `${name}/${reducer}` : name;
}

function metricsOf(metrics: Json, filter: string): [string, number][] {
  const stderr = STDERRS.map((name) => numberOf(metrics, name)).find((v) => v !== undefined);
  return Object.keys(metrics).flatMap((name): [string, number][] => {
    const value = numberOf(metrics, name);
    if (value === undefined || STDERRS.includes(name)) return [];
    const entry: [string, number] = [`${name},${filter}`, value];
    const own = MEANS.includes(name) ? stderr : undefined;
    return own === undefined ? [entry] : [entry, [`${name}_stderr,${filter}`, own]];
  });
}

function numberOf(metrics: Json, name: string): number | undefined {
  return numberIn(field(metrics, name), "value");
}

/** A question that is asked in several epochs counts in each. */
function samplesOf(
  spec: Json,
  results: Json | undefined,
): { original?: number; effective?: number } | undefined {
  const samples = countIn(field(spec, "dataset"), "samples");
  const epochs = countIn(field(spec, "config"), "epochs") ?? 1;
  return known({
    original: samples === undefined ? undefined : samples * epochs,
    effective: countIn(results, "completed_samples"),
  });
}

function configOf(spec: Json): HarnessRun["config"] {
  return known({
    model_args: filled(objectIn(spec, "model_args")),
    limit: limitIn(field(spec, "config")),
    gen_kwargs: filled(objectIn(spec, "model_generate_config")),
  });
}

function filled(value: Json | undefined): Json | undefined {
  return value && Object.keys(value).length > 0 ? value : undefined;
}

/** A number of samples, or the first and the one after the last. */
function limitIn(config: unknown): number | undefined {
  const limit = field(config, "limit");
  if (limit === undefined || limit === null) return undefined;
  const [from, to] = Array.isArray(limit) ? limit : [0, limit];
  if (typeof from !== "number" || typeof to !== "number" || !(to > from)) {
    throw wrong("eval.config.limit", limit, "must be a number of samples, or two, or null");
  }
  return to - from;
}

function timesOf(json: unknown): Partial<HarnessRun> {
  const stats = field(json, "stats");
  const began = secondsOf(textIn(stats, "started_at"));
  const ended = secondsOf(textIn(stats, "completed_at"));
  const took = began === undefined || ended === undefined ? Number.NaN : ended - began;
  return {
    date: ended ?? secondsOf(textIn(isObject(json) ? json.eval : undefined, "created")),
    total_evaluation_time_seconds: took >= 0 ? took : undefined,
  };
}

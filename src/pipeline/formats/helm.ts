import type { Format, Sibling } from "./format.ts";
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
 * A run of HELM: `stats.json` with `run_spec.json` beside it, or one document with both
 * (`{"run_spec": …, "stats": […]}`). One run is one task: the run's name without the model. Metrics
 * are `METRIC,SPLIT` (`exact_match,test`), of unperturbed instances only.
 *
 * Without what HELM does not write there: day of the run, commit of the model, standard errors (a
 * stat's variance is over trials, not over questions), and whether a higher value is better.
 * `max_eval_instances` is no trial: HELM caps every run.
 *
 * Layout: stanford-crfm/helm, `src/helm/benchmark/runner.py` (files), `run_spec.py`,
 * `adaptation/adapter_spec.py`, `metrics/statistic.py`, `metrics/metric_name.py`.
 */
export const helm: Format = {
  id: "helm",
  name: "HELM 0.2 to 0.5",
  recognises: (json) => isStats(json) || isBoth(json),
  read: (json, _path, sibling) => [runIn(...partsOf(json, sibling))],
};

function isStats(json: unknown): json is unknown[] {
  return (
    Array.isArray(json) &&
    json.length > 0 &&
    json.every(
      (stat) => textIn(field(stat, "name"), "name") && countIn(stat, "count") !== undefined,
    )
  );
}

function isBoth(json: unknown): boolean {
  return (
    isObject(objectIn(field(json, "run_spec"), "adapter_spec")) && isStats(field(json, "stats"))
  );
}

function partsOf(json: unknown, sibling: Sibling | undefined): [spec: Json, stats: unknown[]] {
  if (isObject(json)) return [objectIn(json, "run_spec")!, listIn(json, "stats")!];
  const spec = sibling?.("run_spec.json");
  if (!isObject(spec)) {
    throw new Error("does not name its model: put the run_spec.json that HELM wrote beside it");
  }
  return [spec, json as unknown[]];
}

function runIn(spec: Json, stats: unknown[]): HarnessRun {
  const adapter = field(spec, "adapter_spec");
  const model = textIn(adapter, "model");
  if (!model) {
    throw wrong("run_spec.adapter_spec.model", field(adapter, "model"), "must name a model");
  }
  const task = taskOf(spec);
  const only = <T>(value: T | undefined) => byName([[task, value]]);
  return known({
    results: Object.fromEntries([[task, valuesOf(stats)]]),
    "n-shot": only(countIn(adapter, "max_train_instances")),
    "n-samples": only(known({ effective: instancesIn(stats) })),
    model_name: model,
    config: known({ gen_kwargs: generationOf(adapter) }),
  })!;
}

/** `mmlu:subject=philosophy,model=openai_gpt2` → `mmlu:subject=philosophy` */
function taskOf(spec: Json): string {
  const name = textIn(spec, "name");
  if (!name) throw wrong("run_spec.name", field(spec, "name"), "must be the name of a run");
  const colon = name.indexOf(":");
  if (colon < 0) return name;
  const args = name.slice(colon + 1).split(",");
  const own = args.filter((arg) => !/^model(_deployment)?=/.test(arg));
  return own.length > 0 ? `${name.slice(0, colon)}:${own.join(",")}` : name.slice(0, colon);
}

/** Of all instances as they are: not of a part of them, and not perturbed. */
function isPlain(stat: unknown): boolean {
  const name = field(stat, "name");
  return !field(name, "perturbation") && !field(name, "sub_split");
}

function valuesOf(stats: unknown[]): Json {
  return Object.fromEntries(
    stats.filter(isPlain).flatMap((stat): [string, number][] => {
      const name = field(stat, "name");
      const split = textIn(name, "split");
      const mean = numberIn(stat, "mean");
      const metric = textIn(name, "name")!;
      return mean === undefined ? [] : [[split ? `${metric},${split}` : metric, mean]];
    }),
  );
}

/** Where one split was asked: the harness's shape has one number for a task. */
function instancesIn(stats: unknown[]): number | undefined {
  const own = stats.filter(
    (s) => isPlain(s) && field(field(s, "name"), "name") === "num_instances",
  );
  return own.length === 1 ? countIn(own[0], "mean") : undefined;
}

const GENERATION = ["temperature", "max_tokens", "stop_sequences", "num_outputs"];

function generationOf(adapter: unknown): Json | undefined {
  return byName(GENERATION.map((name) => [name, field(adapter, name)]));
}

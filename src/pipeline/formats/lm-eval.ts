import type { Format } from "./format.ts";
import { field, isObject, objectIn, textIn } from "./json.ts";

/**
 * The result file of lm-evaluation-harness since 0.4, as it is. What others do not claim counts as
 * one: a file without the fields that tell is then refused with the field that is missing.
 *
 * Layout: EleutherAI/lm-evaluation-harness, `lm_eval/evaluator.py` and
 * `lm_eval/loggers/evaluation_tracker.py`, read at v0.4.0 to v0.4.12; a real file of 0.4.13.
 */
export const lmEval: Format = {
  id: "lm-eval",
  name: "lm-evaluation-harness 0.4 (0.4.0 to 0.4.13)",
  recognises: (json) =>
    hasTasks(json) &&
    !isObject(field(json, "config_general")) &&
    textIn(field(json, "config"), "model_name") === undefined &&
    !isBefore04(json),
  read: (json) => [json],
};

/** Up to 0.3 one number of examples is for all tasks and stands in `config`; since then each task has its own. */
export function isBefore04(json: unknown): boolean {
  const config = objectIn(json, "config");
  return (
    hasTasks(json) &&
    config !== undefined &&
    Object.hasOwn(config, "num_fewshot") &&
    field(json, "n-shot") === undefined &&
    textIn(config, "model_name") === undefined &&
    !isObject(field(json, "config_general"))
  );
}

/** Inspect has `results` too, but no tasks in it. */
function hasTasks(json: unknown): boolean {
  const tasks = objectIn(json, "results");
  return tasks !== undefined && Object.values(tasks).every(isObject);
}
